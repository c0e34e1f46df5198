"""Goldens of transformers' Qwen image processors (the torchvision ones, its default) for pictures of awkward sizes.

`rgb` is what the processor resizes, uint8 [height, width, 3]: Pillow's pixels, turned as EXIF says, in RGB by
transformers' rule. A decoder that differs shows there first. `resized` is uint8 [3, height, width] after the resize, and
`pixel_values` the processor's output.
"""

import numpy as np
import PIL.Image
import PIL.ImageOps
from transformers import Qwen2VLImageProcessor
from transformers.image_transforms import convert_to_rgb

from golden_file import Golden, config, media

PICTURES = ["photo-aloe.jpg", "photo-board.jpg", "photo-wide.jpg", "photo-1x1.jpg"]
# One model is enough for what happens before the resize: turned, one and four components, alpha.
MORE_PICTURES = ["photo-exif-6.jpg", "photo-gray.jpg", "photo-cmyk.jpg", "png-rgba.png", "png-palette-trns.png"]


def write(processor, model, picture):
    image = PIL.ImageOps.exif_transpose(PIL.Image.open(media(picture)))
    rgb = convert_to_rgb(image, return_numpy=True)

    seen = []
    resize = processor.resize

    def spy(*arguments, **options):
        seen.append(resize(*arguments, **options))
        return seen[-1]

    processor.resize = spy
    output = processor(images=[image], return_tensors="np")
    processor.resize = resize

    golden = Golden("transformers", "torch", "torchvision", "pillow", "numpy")
    golden.sample("rgb", rgb, count=200)
    golden.sample("resized", seen[0][0].numpy(), count=200)
    golden.sample("pixel_values", output["pixel_values"])
    golden.whole("image_grid_thw", output["image_grid_thw"], np.int64)
    golden.write(f"{model}/{picture}")


def main():
    for model in ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"]:
        processor = Qwen2VLImageProcessor.from_pretrained(config(model))
        for picture in PICTURES + (MORE_PICTURES if model == "qwen2.5-vl" else []):
            write(processor, model, picture)
    # The budget of the class, 1,003,520 pixels, makes this one smaller; the checkpoints' budget does not.
    write(Qwen2VLImageProcessor(), "qwen2-vl-class-defaults", "photo-large.jpg")


if __name__ == "__main__":
    main()
