"""Goldens of lerobot's windows of camera frames: `delta_timestamps` of episodes that stand inside a video file.

LeRobot's own functions choose indices, padding and frames; only the dataset's tables are made up here: an episode of so
many moments at the clip's rate, which begins at `from` seconds. LeRobot 0.6.1 needs Python 3.12; its functions are taken
from the source of its wheel, unchanged.

usage: camera_window_goldens.py    (downloads LeRobot's wheel with pip into a temporary folder)
"""

import ast
import glob
import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from pprint import pformat
from types import SimpleNamespace

import numpy as np
import torch
from torchcodec.decoders import VideoDecoder

from golden_file import Golden, media

VERSION = "0.6.1"
FRONT, SIDE = "observation.images.front", "observation.images.side"
# name: clip, frames per second, the episode's beginning in the file, its moments, moments to look at, tolerance, cameras
EPISODES = {
    "middle": ("gop-2.mp4", 30, 0.5, 12, [0, 2, 7, 11], 1e-4, {FRONT: [-0.1, -1 / 30, 0.0, 0.2], SIDE: [0.0]}),
    "begin": ("gop-2.mp4", 30, 0.0, 20, [0, 1, 19], 1e-4, {FRONT: [0.1, 0.0, -0.1, 0.0, 1.0], SIDE: [-0.5, 0.5]}),
    "one-moment": ("gop-2.mp4", 30, 1.0, 1, [0], 1e-4, {FRONT: [-1 / 30, 0.0, 1 / 30], SIDE: [-1.0]}),
    "slow": ("gop-2.mp4", 15, 0.4, 8, [0, 3, 7], 1e-4, {FRONT: [-1 / 15, 0.0, 1 / 15, 2 / 15]}),
    "b-frames": ("gop-30-b.mp4", 30, 0.2, 40, [0, 17, 39], 1e-4, {FRONT: [-0.5, 0.0, 0.5], SIDE: [0.1, 0.2]}),
    "tolerance": ("gop-2.mp4", 30, 0.50009, 12, [4], 1e-4, {FRONT: [0.0, 0.1]}),
    # The header's rate leads to frames that are not the closest.
    "rate": ("line-vfr.mp4", 50, 0.0, 10, [0, 1, 2], 0.02, {FRONT: [-0.02, 0.0]}),
}


WANTED = {
    "lerobot/datasets/dataset_reader.py": ["_get_query_indices", "_get_query_timestamps", "_query_videos"],
    "lerobot/datasets/feature_utils.py": ["check_delta_timestamps", "get_delta_indices"],
    "lerobot/datasets/video_utils.py": ["decode_video_frames", "decode_video_frames_torchcodec"],
}


class DecoderCache:
    """What LeRobot's cache gives it."""

    def get_decoder(self, path):
        return VideoDecoder(path, seek_mode="approximate")


class FrameTimestampError(ValueError):
    """LeRobot's, by its name."""


def lerobot_functions():
    """The functions by name, out of the wheel."""
    names = {
        "torch": torch, "Path": Path, "logger": logging.getLogger(), "VideoDecoderCache": DecoderCache,
        "pformat": pformat, "FrameTimestampError": FrameTimestampError,
    }  # fmt: skip
    names["_default_decoder_cache"] = DecoderCache()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
        subprocess.run([*command, "--only-binary", ":all:", "--dest", folder, f"lerobot=={VERSION}"], check=True)
        with zipfile.ZipFile(glob.glob(f"{folder}/*.whl")[0]) as wheel:
            for path, functions in WANTED.items():
                nodes = ast.walk(ast.parse(wheel.read(path)))
                body = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name in functions]
                exec(compile(ast.Module(body, []), path, "exec"), names)
    return SimpleNamespace(**{name: names[name] for functions in WANTED.values() for name in functions})


class Timestamps:
    """The column of the dataset's table that is read."""

    def __init__(self, fps, moments):
        self.column = [torch.tensor(index / fps, dtype=torch.float32) for index in range(moments)]

    def __getitem__(self, indices):
        return {"timestamp": [self.column[index] for index in indices]}


def reader(lerobot, clip, fps, start, moments, tolerance, deltas):
    """What LeRobot's functions read of their `DatasetReader`."""
    lerobot.check_delta_timestamps(deltas, fps, tolerance)
    episode = {"dataset_from_index": 0, "dataset_to_index": moments}
    episode |= {f"videos/{key}/from_timestamp": start for key in deltas}
    meta = SimpleNamespace(
        episodes=[episode], video_keys=list(deltas), depth_keys=[], get_video_file_path=lambda episode, key: Path(clip)
    )
    return SimpleNamespace(
        _meta=meta, delta_indices=lerobot.get_delta_indices(deltas, fps), root=Path(media("")),
        hf_dataset=Timestamps(fps, moments), _absolute_to_relative_idx=None, _tolerance_s=tolerance,
        _video_backend="torchcodec", _return_uint8=False,
    )  # fmt: skip


def main():
    lerobot = lerobot_functions()
    golden = Golden("torch", "torchcodec", "numpy")
    golden.metadata["version.lerobot"] = VERSION
    for name, (clip, fps, start, moments, looked_at, tolerance, deltas) in EPISODES.items():
        made = reader(lerobot, clip, fps, start, moments, tolerance, deltas)
        for moment in looked_at:
            indices, padding = lerobot._get_query_indices(made, moment, 0)
            times = lerobot._get_query_timestamps(made, 0.0, indices)
            for key, time in times.items():
                frames = lerobot._query_videos(made, {key: time}, 0)[key].numpy()
                golden.sample(f"{name}.{moment}.{key}", frames, count=20)
                golden.whole(f"{name}.{moment}.{key}_is_pad", padding[f"{key}_is_pad"].numpy(), np.bool_)
    golden.write("camera-windows")


if __name__ == "__main__":
    main()
