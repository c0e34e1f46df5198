"""Goldens of lerobot's windows of camera frames: `delta_timestamps` of an episode that begins inside a video file.

LeRobot's own functions choose indices, padding and frames; only the dataset's tables are made up here: an episode of
`MOMENTS` moments at the clip's rate, which begins at `FROM` seconds. LeRobot 0.6.0 needs Python 3.12; its functions are
taken from the source of its wheel, unchanged.

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
from types import SimpleNamespace

import numpy as np
import torch
from torchcodec.decoders import VideoDecoder

from golden_file import Golden, media

VERSION = "0.6.0"
CLIP, FPS, FROM, MOMENTS = "gop-2.mp4", 30, 0.5, 12
DELTAS = {"observation.images.front": [-0.1, -1 / 30, 0.0, 0.2], "observation.images.side": [0.0]}


WANTED = {
    "lerobot/datasets/dataset_reader.py": ["_get_query_indices"],
    "lerobot/datasets/feature_utils.py": ["get_delta_indices"],
    "lerobot/datasets/video_utils.py": ["decode_video_frames_torchcodec"],
}


class DecoderCache:
    """What LeRobot's cache gives it."""

    def get_decoder(self, path):
        return VideoDecoder(path, seek_mode="approximate")


def lerobot_functions():
    """The functions by name, out of the wheel."""
    names = {"torch": torch, "Path": Path, "logger": logging.getLogger(), "VideoDecoderCache": DecoderCache}
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


def main():
    lerobot = lerobot_functions()
    reader = SimpleNamespace(
        _meta=SimpleNamespace(episodes=[{"dataset_from_index": 0, "dataset_to_index": MOMENTS}]),
        delta_indices=lerobot.get_delta_indices(DELTAS, FPS),
    )
    timestamps = torch.tensor([index / FPS for index in range(MOMENTS)], dtype=torch.float32)
    golden = Golden("torch", "torchcodec", "numpy")
    golden.metadata["version.lerobot"] = VERSION
    for moment in [0, 2, 7, 11]:
        indices, padding = lerobot._get_query_indices(reader, moment, 0)
        for key in DELTAS:
            times = [FROM + time for time in timestamps[indices[key]].tolist()]
            frames = lerobot.decode_video_frames_torchcodec(media(CLIP), times, 1e-4)
            golden.sample(f"{moment}.{key}", frames.numpy(), count=300)
            golden.whole(f"{moment}.{key}_is_pad", padding[f"{key}_is_pad"].numpy(), np.bool_)
    golden.write("camera-windows")


if __name__ == "__main__":
    main()
