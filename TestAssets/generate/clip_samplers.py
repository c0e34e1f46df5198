"""Goldens of torchcodec's clip samplers: which frames clips are made of.

clip-samplers: for each case `N/pts_seconds` [clips, frames] of line-h264.mp4 (90 frames at 30 per second) or of
line-vfr.mp4, and in the metadata `N`, the call: sampler, clip and arguments, as JSON.
"""

import json

import numpy as np
import torch
from torchcodec import samplers
from torchcodec.decoders import VideoDecoder

from golden_file import Golden, media

CASES = [
    ("clips_at_regular_indices", dict(num_clips=4, num_frames_per_clip=3, num_indices_between_frames=2)),
    ("clips_at_regular_indices", dict(num_clips=7, num_frames_per_clip=5, num_indices_between_frames=5)),
    ("clips_at_regular_indices", dict(num_clips=120, num_frames_per_clip=1, num_indices_between_frames=1)),
    (
        "clips_at_regular_indices",
        dict(num_clips=3, num_frames_per_clip=4, num_indices_between_frames=3, sampling_range_start=30, sampling_range_end=90),
    ),
    (
        "clips_at_regular_indices",
        dict(
            num_clips=3, num_frames_per_clip=8, num_indices_between_frames=4, sampling_range_start=60,
            sampling_range_end=90, policy="wrap",
        ),
    ),
    ("clips_at_random_indices", dict(num_clips=9, num_frames_per_clip=2, num_indices_between_frames=3)),
    ("clips_at_random_indices", dict(num_clips=1, num_frames_per_clip=1, num_indices_between_frames=1)),
    ("clips_at_regular_timestamps", dict(seconds_between_clip_starts=0.4, num_frames_per_clip=3, seconds_between_frames=0.15)),
    ("clips_at_regular_timestamps", dict(seconds_between_clip_starts=0.1, num_frames_per_clip=1)),
    (
        "clips_at_regular_timestamps",
        dict(
            seconds_between_clip_starts=0.3, num_frames_per_clip=5, seconds_between_frames=0.2, sampling_range_start=1.9,
            sampling_range_end=2.9,
        ),
    ),
    ("clips_at_random_timestamps", dict(num_clips=8, num_frames_per_clip=4, seconds_between_frames=0.11)),
    (
        "clips_at_random_timestamps",
        dict(num_clips=5, num_frames_per_clip=6, seconds_between_frames=0.3, sampling_range_start=1.5, sampling_range_end=2.8, policy="wrap"),
    ),
]


def main():
    golden = Golden("torchcodec", "torch")
    number = 0
    for clip in ["line-h264.mp4", "line-vfr.mp4"]:
        decoder = VideoDecoder(media(clip), num_ffmpeg_threads=1)
        for sampler, arguments in CASES:
            if clip == "line-vfr.mp4" and arguments.get("sampling_range_start", 0) >= 45:
                continue
            if clip == "line-vfr.mp4":
                arguments = {key: min(value, 45) if key == "sampling_range_end" else value for key, value in arguments.items()}
            seed = 11 + number
            torch.manual_seed(seed)
            batch = getattr(samplers, sampler)(decoder, **arguments)
            golden.whole(f"{number}/pts_seconds", batch.pts_seconds.numpy(), np.float64)
            golden.metadata[f"{number}"] = json.dumps(dict(sampler=sampler, clip=clip, seed=seed, **arguments))
            number += 1
    golden.write("clip-samplers")


if __name__ == "__main__":
    main()
