"""Goldens of transformers' processors for image encoders, the torchvision ones, on pictures of many kinds and sizes.

One file for each model folder, and for each of the settings below, whose JSON is in the metadata under `config`. For
each PICTURE there is `PICTURE.rgb`, uint8 [height, width, 3], what the processor is given, and its outputs,
`PICTURE.pixel_values` among them. Made by AutoImageProcessor from a folder, as a user would.
"""

import json
import os
import tempfile

import numpy as np
import PIL.Image
import PIL.ImageOps
from transformers import AutoImageProcessor
from transformers.image_transforms import convert_to_rgb

from golden_file import Golden, config, media

PICTURES = [
    "photo-aloe.jpg",
    "photo-board.jpg",
    "photo-street.jpg",
    "photo-large.jpg",
    "photo-progressive.jpg",
    "photo-wide.jpg",
    "photo-tall.jpg",
    "photo-1x1.jpg",
    "photo-exif-6.jpg",
    "photo-gray.jpg",
    "photo-cmyk.jpg",
    "png-rgba.png",
    "png-palette-trns.png",
    "png-interlaced.png",
]
FOLDERS = ["clip-vit-large-patch14", "siglip2-base-patch16-224", "siglip2-base-patch16-naflex", "dinov2-base"]
IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
SETTINGS = {
    "vit": {"feature_extractor_type": "ViTFeatureExtractor", "size": 224, "resample": 2},
    "vit-nearest": {"image_processor_type": "ViTImageProcessor", "size": [96, 200], "resample": 0, "do_normalize": False},
    "vit-lanczos-crop": {
        "image_processor_type": "ViTImageProcessorFast",
        "size": 96,
        "resample": 1,
        "do_center_crop": True,
        "crop_size": {"height": 129, "width": 64},
    },
    "beit": {"feature_extractor_type": "BeitFeatureExtractor", "size": 224, "crop_size": 224, "do_center_crop": False},
    "beit-crop": {"image_processor_type": "BeitImageProcessor", "size": 256, "do_center_crop": True},
    "convnext": {"image_processor_type": "ConvNextImageProcessor"},
    "convnext-224": {"feature_extractor_type": "ConvNextFeatureExtractor", "size": 224, "crop_pct": 0.875, **IMAGENET},
    "siglip": {"image_processor_type": "SiglipImageProcessor"},
    "siglip-raw": {
        "image_processor_type": "SiglipImageProcessor",
        "size": {"height": 33, "width": 47},
        "do_rescale": False,
        "image_mean": [120, 110, 100],
        "image_std": [60, 61, 62.5],
    },
    "bit-unresized": {"image_processor_type": "BitImageProcessor", "do_resize": False, "crop_size": 301},
    "clip-bounded": {
        "image_processor_type": "CLIPImageProcessor",
        "size": {"shortest_edge": 200, "longest_edge": 263},
        "do_center_crop": False,
    },
    "clip-fit": {
        "image_processor_type": "CLIPImageProcessor",
        "size": {"max_height": 91, "max_width": 120},
        "crop_size": {"height": 90, "width": 121},
    },
    "dinov3": {"image_processor_type": "DINOv3ViTImageProcessorFast", "size": {"height": 224, "width": 224}},
    "dinov3-bicubic-crop": {
        "image_processor_type": "DINOv3ViTImageProcessor",
        "size": {"height": 64, "width": 80},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": 81, "width": 48},
    },
    "siglip2-naflex-64": {"image_processor_type": "Siglip2ImageProcessor", "patch_size": 14, "max_num_patches": 64},
}


def write(folder, name, text=None):
    processor = AutoImageProcessor.from_pretrained(folder)
    golden = Golden("transformers", "torch", "torchvision", "pillow", "numpy")
    if text is not None:
        golden.metadata["config"] = text
    for picture in PICTURES:
        image = PIL.ImageOps.exif_transpose(PIL.Image.open(media(picture)))
        rgb = convert_to_rgb(image, return_numpy=True)
        golden.sample(f"{picture}.rgb", rgb, count=4)
        for key, value in processor(images=[PIL.Image.fromarray(rgb)], return_tensors="np").items():
            if value.size > 600:
                golden.sample(f"{picture}.{key}", value, count=24)
            else:
                golden.whole(f"{picture}.{key}", value)
    golden.write(f"encoders/{name}")


def main():
    for name in FOLDERS:
        write(config(name), name)
    for name, settings in SETTINGS.items():
        with tempfile.TemporaryDirectory() as folder:
            text = json.dumps(settings)
            with open(os.path.join(folder, "preprocessor_config.json"), "w") as file:
                file.write(text)
            write(folder, name, text)


if __name__ == "__main__":
    main()
