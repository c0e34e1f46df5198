"""Goldens of transformers' video processors that give whole frames, decoded by torchcodec, `do_sample_frames=True`.

One file for each of the settings below and each clip: VideoMAE, V-JEPA 2, TimeSformer, ViViT, InternVL,
LLaVA-OneVision, SmolVLM2. The metadata hold the config file under `config`, its name under `config_file`, and what was
asked for beside it under `request`. Made by AutoVideoProcessor from a folder, as a user would.

`sampling` holds the frames that InternVL's and SmolVLM2's rules and the common one choose, for many clips: rows of
total, frames, first index and so on in `RULE.arguments`, and the indices one after another in `RULE.indices`.
"""

import json
import os
import shutil
import tempfile

import numpy as np
from transformers import AutoVideoProcessor, InternVLVideoProcessor, SmolVLMVideoProcessor
from transformers.video_utils import VideoMetadata, default_sample_indices_fn

from golden_file import Golden, config, crc32, media

CLIPS = ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"]
FILE = "video_preprocessor_config.json"
OPENAI = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
# name: the folder in configs, or the settings themselves; then what is asked for
SETTINGS = {
    "videomae": ("videomae-base", {"num_frames": 16}),
    "videomae-2fps": ("videomae-base", {"fps": 2.0}),
    "vjepa2": ("vjepa2-vitl-fpc64-256", {"num_frames": 16}),
    "vjepa2-384": ({"video_processor_type": "VJEPA2VideoProcessor", "crop_size": 384, "size": 10}, {"num_frames": 3}),
    "timesformer": ("timesformer-base-finetuned-k400", {"num_frames": 8}),
    "timesformer-class": ({"video_processor_type": "TimesformerVideoProcessor"}, {"num_frames": 2}),
    "vivit": ("vivit-b-16x2-kinetics400", {"num_frames": 9}),
    "internvl": (
        {
            "video_processor_type": "InternVLVideoProcessor",
            "size": {"height": 448, "width": 448},
            "image_mean": [0.485, 0.456, 0.406],
            "image_std": [0.229, 0.224, 0.225],
        },
        {"num_frames": 5},
    ),
    "internvl-2fps": ({"video_processor_type": "InternVLVideoProcessor", "initial_shift": False}, {"fps": 2.0}),
    "llava-onevision": ({"video_processor_type": "LlavaOnevisionVideoProcessor", **HALF}, {"num_frames": 4}),
    "smolvlm": (
        {
            "video_processor_type": "SmolVLMVideoProcessor",
            "max_image_size": {"longest_edge": 384},
            "size": {"longest_edge": 1536},
            "video_sampling": {"fps": 1, "max_frames": 64, "video_size": {"longest_edge": 384}},
            **HALF,
        },
        {},
    ),
    "smolvlm-256": (
        {
            "video_processor_type": "SmolVLMVideoProcessor",
            "max_image_size": {"longest_edge": 128},
            "size": {"longest_edge": 201},
            "video_sampling": {"fps": 3, "max_frames": 6, "video_size": {"longest_edge": 384}},
            **OPENAI,
        },
        {},
    ),
}


def folder_of(source, directory):
    """A folder with the settings, and the name and the text of its file."""
    if isinstance(source, str):
        for file in os.listdir(config(source)):
            shutil.copy(f"{config(source)}/{file}", directory)
        (name,) = (file for file in os.listdir(directory) if file.endswith("preprocessor_config.json"))
    else:
        name = FILE
        with open(f"{directory}/{name}", "w") as file:
            json.dump(source, file)
    with open(f"{directory}/{name}") as file:
        return name, file.read()


def write(name, source, request, clip):
    with tempfile.TemporaryDirectory() as directory:
        config_file, text = folder_of(source, directory)
        processor = AutoVideoProcessor.from_pretrained(directory)
    output = processor(
        videos=[media(clip)], do_sample_frames=True, return_metadata=True, return_tensors="np", **request
    )
    metadata = output["video_metadata"][0]
    golden = Golden("transformers", "torch", "torchvision", "torchcodec", "numpy")
    golden.metadata["config_file"] = config_file
    golden.metadata["config"] = text
    golden.metadata["request"] = json.dumps(request)
    golden.whole("frame_indices", np.asarray(metadata.frames_indices), np.int64)
    for key in ["pixel_values", "pixel_values_videos"]:
        if key in output:
            golden.sample(key, output[key], count=400)
    if "pixel_attention_mask" in output:
        mask = output["pixel_attention_mask"]
        assert (mask == 1).all()
        golden.whole("pixel_attention_mask.shape", mask.shape, np.int64)
    golden.write(f"video-encoders/{name}-{clip}")


def write_sampling():
    random = np.random.default_rng(0)
    golden = Golden("transformers", "torch", "numpy")
    internvl, smolvlm = InternVLVideoProcessor(), SmolVLMVideoProcessor()
    rows = {"uniform": [], "internvl": [], "smolvlm": []}
    for _ in range(120):
        total = int(random.integers(1, 4000))
        fps = float(random.choice([5.714, 10.0, 24000 / 1001, 25.0, 30.0, 30000 / 1001, 60.0]))
        count = int(random.integers(1, min(total, 128) + 1))
        metadata = VideoMetadata(total_num_frames=total, fps=fps, duration=total / fps)
        rows["uniform"].append(((total, fps, count), default_sample_indices_fn(metadata, num_frames=count)))
        rows["internvl"].append(((total, fps, count), internvl.sample_frames(metadata, num_frames=count)))
        rows["smolvlm"].append(((total, fps, count), smolvlm.sample_frames(metadata, num_frames=count, fps=1)))
    for rule, cases in rows.items():
        golden.whole(f"{rule}.arguments", [arguments for arguments, _ in cases], np.float64)
        golden.whole(f"{rule}.counts", [len(indices) for _, indices in cases], np.int64)
        golden.whole(f"{rule}.indices", np.concatenate([np.asarray(indices) for _, indices in cases]), np.int32)
    golden.write("video-encoders/sampling")


def main():
    for name, (source, request) in SETTINGS.items():
        for clip in CLIPS:
            write(name, source, request, clip)
    write_sampling()


if __name__ == "__main__":
    main()
