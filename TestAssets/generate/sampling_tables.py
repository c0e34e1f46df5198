"""Tables of the arithmetic that decides sizes and frames, straight from the references' own functions.

smart-resize: `images.size` [n, 2] (height, width) and, for each budget, `images.factor28` … [n, 2]; for Qwen3-VL's
videos `videos.size` [n, 3] (frames, height, width) and `videos.factor32` [n, 2]. A row of zeros: the reference raises.

frame-sampling: `fps` and `total_num_frames` [n]; for each rule the indices of all clips one after the other, `RULE.indices`,
and where each clip's begin, `RULE.offsets` [n + 1]. A clip without indices: the reference raises.
"""

import itertools
import logging

import numpy as np
import torch
from qwen_vl_utils.vision_process import smart_nframes
from transformers import Qwen2VLVideoProcessor, Qwen3VLVideoProcessor
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize
from transformers.models.qwen3_vl.video_processing_qwen3_vl import smart_resize as smart_resize_video
from transformers.video_utils import VideoMetadata

from golden_file import Golden, config

BUDGETS = {
    "factor28": (28, 3136, 12_845_056),
    "factor28.class_defaults": (28, 3136, 1_003_520),
    "factor32": (32, 65_536, 16_777_216),
}


def or_zeros(function, *arguments, **options):
    try:
        return function(*arguments, **options)
    except ValueError:
        return (0, 0)


def sizes():
    random = np.random.default_rng(0)
    # Odd multiples of half a factor are where rounding half to even shows.
    ties = [(14 * a, 14 * b) for a, b in itertools.product(range(1, 40, 2), (3, 11, 50, 161))]
    ties += [(16 * a, 16 * b) for a, b in itertools.product(range(1, 40, 2), (5, 50, 161))]
    edges = [(1, 1), (1, 200), (1, 201), (200, 1), (27, 28), (28, 28), (29, 5800), (1080, 1920), (3000, 4000), (8000, 6000)]
    small = random.integers(1, 300, (150, 2)).tolist()
    large = np.exp(random.uniform(np.log(20), np.log(9000), (500, 2))).astype(int).tolist()
    return np.array(ties + edges + small + large, np.int32)


def write_smart_resize():
    golden = Golden("transformers", "numpy")
    images = sizes()
    golden.whole("images.size", images)
    for name, (factor, low, high) in BUDGETS.items():
        rows = [or_zeros(smart_resize, int(h), int(w), factor=factor, min_pixels=low, max_pixels=high) for h, w in images]
        golden.whole(f"images.{name}", rows, np.int32)
    random = np.random.default_rng(1)
    frames = random.choice([1, 2, 3, 4, 5, 7, 8, 31, 64, 255, 768], len(images))
    golden.whole("videos.size", np.column_stack([frames, images]), np.int32)
    rows = [
        or_zeros(
            smart_resize_video, int(t), int(h), int(w), temporal_factor=2, factor=32, min_pixels=4096, max_pixels=25_165_824
        )
        for t, (h, w) in zip(frames, images)
    ]
    golden.whole("videos.factor32", rows, np.int32)
    golden.write("smart-resize")


def sampled_by_qwen_vl_utils(total, fps):
    count = smart_nframes({}, total_frames=total, video_fps=fps)
    return torch.linspace(0, total - 1, count).round().long().numpy()


def plausible_qwen2(total, count):
    """What arithmetic other than torch.arange's would give."""
    step, index = total / count, np.arange(count)
    yield (index * step).astype(int)
    yield (index.astype(np.float32) * np.float32(step)).astype(int)
    yield (index * step).astype(np.float32).astype(int)


def plausible_qwen_vl_utils(total, count):
    """What arithmetic other than torch.linspace's would give."""
    yield np.linspace(0, total - 1, count).round().astype(int)
    step, index = np.float32(total - 1) / np.float32(count - 1), np.arange(count)
    fallen = np.float32(total - 1) - step * (count - 1 - index).astype(np.float32)
    yield np.where(index < count // 2, step * index.astype(np.float32), fallen).round().astype(int)


def telling_clips(rules):
    """Clips whose indices depend on the last bit of torch's float32 arithmetic."""
    random = np.random.default_rng(0)
    found = {}
    for _ in range(20_000):
        total = int(np.exp(random.uniform(np.log(20), np.log(60_000))))
        fps = float(random.choice([10.0, 15.340909090909092, 25.0, 29.97, 60.0]))
        for name, plausible in [("hf.qwen2_vl", plausible_qwen2), ("qwen_vl_utils", plausible_qwen_vl_utils)]:
            indices = rules[name](total, fps)
            for variant, others in enumerate(plausible(total, len(indices))):
                clips = found.setdefault((name, variant), [])
                if len(clips) < 4 and not np.array_equal(indices, others):
                    clips.append((total, fps))
    return sorted({clip for clips in found.values() for clip in clips})


def write_frame_sampling():
    qwen2 = Qwen2VLVideoProcessor.from_pretrained(config("qwen2-vl"))
    qwen3 = Qwen3VLVideoProcessor.from_pretrained(config("qwen3-vl"))
    rules = {
        "hf.qwen2_vl": lambda total, fps: qwen2.sample_frames(VideoMetadata(total, fps=fps), fps=2.0).numpy(),
        "hf.qwen3_vl": lambda total, fps: qwen3.sample_frames(VideoMetadata(total, fps=fps), fps=2.0),
        "qwen_vl_utils": sampled_by_qwen_vl_utils,
    }
    totals = [1, 2, 3, 4, 5, 7, 9, 10, 16, 29, 30, 45, 61, 90, 123, 300, 601, 1_000, 1_799, 7_200]
    rates = [0.5, 1.0, 2.0, 3.7, 10.0, 15.340909090909092, 24_000 / 1001, 25.0, 30_000 / 1001, 30.0, 60.0, 120.0]
    clips = list(itertools.product(totals, rates)) + telling_clips(rules)
    golden = Golden("transformers", "torch", "numpy", "qwen-vl-utils")
    golden.whole("total_num_frames", [total for total, _ in clips], np.int32)
    golden.whole("fps", [fps for _, fps in clips], np.float64)
    for name, rule in rules.items():
        indices, offsets = [], [0]
        for total, fps in clips:
            try:
                indices.extend(rule(total, fps).tolist())
            except (ValueError, ZeroDivisionError):
                pass
            offsets.append(len(indices))
        golden.whole(f"{name}.indices", indices, np.int32)
        golden.whole(f"{name}.offsets", offsets, np.int32)
    golden.write("frame-sampling")


if __name__ == "__main__":
    logging.getLogger("qwen_vl_utils").setLevel(logging.ERROR)
    write_smart_resize()
    write_frame_sampling()
