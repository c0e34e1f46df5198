"""Goldens of qwen_vl_utils' `fetch_video` (frames by torchcodec) and transformers' processors behind it.

The processors run with `do_resize=False, do_sample_frames=False`, since `fetch_video` has done both. Each golden has
`frame_indices`, `video_grid_thw`, `pixel_values_videos` and `sampled_fps`.
`resize` has the resize alone, which shrinks here: `FROMxTO`, of pixels that a formula gives.
"""

import os

os.environ["FORCE_QWENVL_VIDEO_READER"] = "torchcodec"

import numpy as np
import torch
from qwen_vl_utils.vision_process import fetch_video
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import resize
from transformers import Qwen2VLVideoProcessor, Qwen3VLVideoProcessor

from golden_file import Golden, config, media

MODELS = {"qwen2.5-vl": (Qwen2VLVideoProcessor, 14), "qwen3-vl": (Qwen3VLVideoProcessor, 16)}


SIZES = [(97, 131, 56, 84), (300, 200, 84, 200), (90, 330, 28, 56), (64, 64, 224, 280)]


def write_resize():
    golden = Golden("torch", "torchvision")
    for height, width, out_height, out_width in SIZES:
        noise = ((np.arange(height * width * 3, dtype=np.int64) * 2654435761 >> 13) & 255).astype(np.uint8)
        pixels = torch.from_numpy(noise.reshape(height, width, 3)).permute(2, 0, 1)
        resized = resize(pixels, [out_height, out_width], interpolation=InterpolationMode.BICUBIC, antialias=True)
        golden.sample(f"{height}x{width}-{out_height}x{out_width}", resized.permute(1, 2, 0).numpy(), count=100)
    golden.write("qwen-vl-utils/resize")


def main():
    write_resize()
    for model, (processor_class, patch) in MODELS.items():
        processor = processor_class.from_pretrained(config(model))
        for clip in ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"]:
            (video, metadata), sampled_fps = fetch_video(
                {"video": media(clip)}, image_patch_size=patch, return_video_sample_fps=True, return_video_metadata=True
            )
            output = processor(videos=[video], do_resize=False, do_sample_frames=False, return_tensors="np")
            golden = Golden("qwen-vl-utils", "transformers", "torch", "torchvision", "torchcodec", "numpy")
            golden.whole("frame_indices", metadata["frames_indices"], np.int64)
            golden.whole("sampled_fps", [sampled_fps], np.float64)
            golden.whole("video_grid_thw", output["video_grid_thw"], np.int64)
            golden.sample("pixel_values_videos", output["pixel_values_videos"])
            golden.write(f"qwen-vl-utils/{model}-{clip}")


if __name__ == "__main__":
    main()
