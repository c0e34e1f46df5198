"""Pictures whose pixels are moved, from the libraries that users move them with: seeded noise `pixels`, 7 x 11 RGB.

pad.MODE.TOP-BOTTOM-LEFT-RIGHT: torchvision's `pad`, and the same by OpenCV's `copyMakeBorder` (checked to be equal here).
crop.HEIGHTxWIDTH: transformers' `center_crop` (its torchvision backend).
turn.NAME: torchvision's flips, OpenCV's `rotate`, Pillow's `transpose`.
letterbox.HEIGHTxWIDTH: torchvision's `resize`, bilinear, in the middle of OpenCV's border of 114, as Ultralytics does it.
"""

import cv2
import numpy as np
import torch
from PIL import Image
from torchvision.transforms.v2 import functional
from transformers import CLIPImageProcessor
from transformers.image_utils import SizeDict

from golden_file import Golden

BORDERS = {"constant": cv2.BORDER_CONSTANT, "edge": cv2.BORDER_REPLICATE, "reflect": cv2.BORDER_REFLECT_101}
SIDES = [(0, 0, 0, 5), (3, 0, 0, 0), (1, 3, 2, 4), (6, 6, 10, 10)]
COLOR = [10, 20, 30]


def planes(pixels):
    return torch.from_numpy(pixels).permute(2, 0, 1)


def back(tensor):
    return tensor.permute(1, 2, 0).numpy()


def letterbox(pixels, height, width):
    ratio = min(height / pixels.shape[0], width / pixels.shape[1])
    inner, wide = round(pixels.shape[0] * ratio), round(pixels.shape[1] * ratio)
    resized = back(functional.resize(planes(pixels), [inner, wide], antialias=True))
    top, left = (height - inner) // 2, (width - wide) // 2
    border = (top, height - inner - top, left, width - wide - left)
    return cv2.copyMakeBorder(np.ascontiguousarray(resized), *border, cv2.BORDER_CONSTANT, value=[114] * 3)


def main():
    golden = Golden("torch", "torchvision", "transformers", "pillow", "opencv-contrib-python-headless", "numpy")
    pixels = np.random.default_rng(4).integers(0, 256, (7, 11, 3), np.uint8)
    golden.whole("pixels", pixels)
    for mode, border in BORDERS.items():
        for top, bottom, left, right in SIDES:
            by_opencv = cv2.copyMakeBorder(pixels, top, bottom, left, right, border, value=COLOR)
            fill = {"fill": COLOR} if mode == "constant" else {}
            padded = back(functional.pad(planes(pixels), [left, top, right, bottom], padding_mode=mode, **fill))
            assert np.array_equal(padded, by_opencv)
            golden.whole(f"pad.{mode}.{top}-{bottom}-{left}-{right}", padded)
    for height, width in [(1, 1), (4, 4), (5, 6), (7, 11), (8, 12), (10, 3), (15, 20)]:
        cropped = CLIPImageProcessor().center_crop(planes(pixels), SizeDict(height=height, width=width))
        golden.whole(f"crop.{height}x{width}", back(cropped))
    image = Image.fromarray(pixels)
    golden.whole("turn.flipHorizontally", back(functional.horizontal_flip(planes(pixels))))
    golden.whole("turn.flipVertically", back(functional.vertical_flip(planes(pixels))))
    golden.whole("turn.rotate90Clockwise", cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE))
    golden.whole("turn.rotate180", cv2.rotate(pixels, cv2.ROTATE_180))
    golden.whole("turn.rotate90Counterclockwise", cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE))
    golden.whole("turn.transpose", np.asarray(image.transpose(Image.Transpose.TRANSPOSE)))
    golden.whole("turn.transverse", np.asarray(image.transpose(Image.Transpose.TRANSVERSE)))
    for height, width in [(7, 11), (20, 20), (9, 40), (33, 12), (5, 5)]:
        golden.whole(f"letterbox.{height}x{width}", letterbox(pixels, height, width))
    golden.write("moves")


if __name__ == "__main__":
    main()
