"""Camera pictures of robot policies: LeRobot's own functions, and transformers' pi0.

LeRobot 0.6.0 needs Python 3.12; its functions are taken from the source of its wheel, unchanged, and run with the torch,
torchvision and OpenCV of the other goldens. For each PICTURE: `PICTURE.POLICY.NAME`, POLICY being pi0, smolvla, groot,
groot-letterbox, groot-albumentations and its kin, and pi0-transformers; for GR00T the picture as Qwen3-VL's processor is
given it (`prepared`) and what that makes of it.

usage: robot_goldens.py    (downloads LeRobot's wheel with pip into a temporary folder)
"""

import ast
import glob
import json
import subprocess
import sys
import tempfile
import zipfile

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
import torch
import torch.nn.functional as F
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as tv_functional
from transformers import AutoImageProcessor, PI0ImageProcessor
from transformers.image_transforms import convert_to_rgb

from golden_file import Golden, config, media

VERSION = "0.6.0"
PICTURES = [
    "photo-aloe.jpg",
    "photo-board.jpg",
    "photo-street.jpg",
    "photo-large.jpg",
    "photo-progressive.jpg",
    "photo-restart.jpg",
    "photo-exif-6.jpg",
    "photo-exif-2.jpg",
    "photo-gray.jpg",
    "photo-411.jpg",
    "png-rgba.png",
    "png-palette.png",
]
# As a checkpoint's processor_kwargs has them, for both ways.
N1_7 = {"image_target_size": [256, 256], "image_crop_size": [230, 230], "shortest_image_edge": None, "crop_fraction": None}
GROOT = {
    "groot": N1_7,
    "groot-letterbox": N1_7 | {"letter_box_transform": True},
    "groot-edge": N1_7 | {"image_target_size": [192, 160], "shortest_image_edge": 201, "crop_fraction": 0.95},
    "groot-albumentations": N1_7 | {"use_albumentations": True},
    "groot-albumentations-letterbox": N1_7 | {"use_albumentations": True, "letter_box_transform": True},
    "groot-albumentations-edge": N1_7 | {"use_albumentations": True, "shortest_image_edge": 180, "crop_fraction": 0.93},
}


def lerobot_functions():
    """The functions by name, out of the wheel."""
    wanted = {
        "lerobot/policies/pi0/modeling_pi0.py": ["resize_with_pad_torch"],
        "lerobot/policies/smolvla/modeling_smolvla.py": ["resize_with_pad"],
        "lerobot/policies/groot/processor_groot.py": [
            "_transform_n1_7_image_for_vlm_albumentations",
            "_transform_n1_7_image_for_vlm_torch",
        ],
    }
    names = {"torch": torch, "F": F, "np": np, "cv2": cv2, "tv_functional": tv_functional}
    names["InterpolationMode"] = InterpolationMode
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
        subprocess.run([*command, "--only-binary", ":all:", "--dest", folder, f"lerobot=={VERSION}"], check=True)
        with zipfile.ZipFile(glob.glob(f"{folder}/*.whl")[0]) as wheel:
            for path, functions in wanted.items():
                tree = ast.parse(wheel.read(path))
                body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in functions]
                exec(compile(ast.Module(body, []), path, "exec"), names)
    return names


def main():
    lerobot = lerobot_functions()
    golden = Golden("torch", "torchvision", "transformers", "opencv-contrib-python-headless", "pillow", "numpy")
    golden.metadata["version.lerobot"] = VERSION
    for policy, settings in GROOT.items():
        golden.metadata[f"config.{policy}"] = json.dumps({"processor_kwargs": settings})
    backbone = AutoImageProcessor.from_pretrained(config("qwen3-vl"))
    pi0 = PI0ImageProcessor()
    for picture in PICTURES:
        image = PIL.ImageOps.exif_transpose(PIL.Image.open(media(picture)))
        rgb = convert_to_rgb(image, return_numpy=True)
        planes = torch.from_numpy(rgb).permute(2, 0, 1).contiguous()
        floats = planes.unsqueeze(0).float() / 255
        # PI0Policy._preprocess_images and SmolVLAPolicy.prepare_images, from the resize on.
        resized = lerobot["resize_with_pad_torch"](floats.permute(0, 2, 3, 1), 224, 224)
        golden.sample(f"{picture}.pi0.images", (resized * 2.0 - 1.0).permute(0, 3, 1, 2).numpy(), count=60)
        resized = lerobot["resize_with_pad"](floats, 512, 512, pad_value=0)
        golden.sample(f"{picture}.smolvla.images", (resized * 2.0 - 1.0).numpy(), count=60)
        for policy, settings in GROOT.items():
            settings = dict(settings)
            if settings.pop("use_albumentations", False):
                prepared = lerobot["_transform_n1_7_image_for_vlm_albumentations"](rgb, **settings)
                prepared = torch.from_numpy(np.ascontiguousarray(prepared)).permute(2, 0, 1)
            else:
                prepared = lerobot["_transform_n1_7_image_for_vlm_torch"](planes, **settings)
            golden.sample(f"{picture}.{policy}.prepared", prepared.permute(1, 2, 0).numpy(), count=8)
            for name, value in backbone(images=[prepared], return_tensors="np").items():
                golden.sample(f"{picture}.{policy}.{name}", value, count=8)
        values = pi0(images=[PIL.Image.fromarray(rgb)], return_tensors="np")["pixel_values"]
        golden.sample(f"{picture}.pi0-transformers.pixel_values", values, count=40)
    golden.write("robot-policies")


if __name__ == "__main__":
    main()
