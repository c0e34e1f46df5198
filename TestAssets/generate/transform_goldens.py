"""Changes of pictures, from OpenCV, torchvision, Pillow and numpy: seeded noise, whole where small.

resize-other: the pictures of `resize` by other means, CASE.openCVArea.area, CASE.pillow13.box (and `pillow`),
CASE.torchvision.FILTER.plain (no antialias), CASE.torchvisionFloat.FILTER[.plain], uint8 [height, width, channels].
bayer: `SIZE.PATTERN.METHOD` and the samples `SIZE.samples`, in 8 and 16 bits.
color: `pixels` uint8 and `values` float32, with `hsv8`, `lab8`, `gray8.openCV`, `gray8.pillow`, `gray16`, `hsv32`,
`lab32` (OpenCV's) and `lab64`, the definition in float64; `all.lab8.crc32` and `all.hsv8.crc32` of every 8-bit colour
with steps of 3 in red.
alpha: RGBA and LA pictures pasted on colours by Pillow; qwen_vl_utils' `to_rgb`.
"""

import cv2
import numpy as np
import torch
import torchvision.transforms.functional as first_functional
from PIL import Image
from qwen_vl_utils.vision_process import to_rgb
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from golden_file import Golden, crc32
from resize_goldens import CASES, noise, pillow, pillow_horizontal_first

FILTERS = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}
PATTERNS = ["RGGB", "BGGR", "GRBG", "GBRG"]
# Rows by columns; among them the smallest, and more columns than a kernel takes at a time.
BAYER = [(3, 3), (4, 5), (6, 9), (5, 300), (38, 53)]


def tv(module, pixels, height, width, filter, antialias):
    planes = torch.from_numpy(pixels).permute(2, 0, 1)
    resized = module.resize(planes, [height, width], interpolation=filter, antialias=antialias)
    return resized.permute(1, 2, 0).numpy()


def write_resized():
    golden = Golden("torch", "torchvision", "pillow", "opencv-contrib-python-headless", "numpy")
    random = np.random.default_rng(0)
    for index, (height, width, channels, out_height, out_width) in enumerate(CASES):
        pixels = noise(random, height, width, channels)
        area = cv2.resize(pixels, (out_width, out_height), interpolation=cv2.INTER_AREA)
        golden.whole(f"{index}.openCVArea.area", area.reshape(out_height, out_width, channels))
        golden.whole(f"{index}.pillow13.box", pillow(pixels, out_height, out_width, Image.BOX))
        golden.whole(f"{index}.pillow.box", pillow_horizontal_first(pixels, out_height, out_width, Image.BOX))
        for name, filter in FILTERS.items():
            size = (out_height, out_width, filter)
            golden.whole(f"{index}.torchvision.{name}.plain", tv(functional, pixels, *size, False))
            golden.whole(f"{index}.torchvisionFloat.{name}.plain", tv(first_functional, pixels, *size, False))
            # torch 2.11 repeats the first value of a column that stands alone.
            if not (width == out_width == 1):
                golden.whole(f"{index}.torchvisionFloat.{name}", tv(first_functional, pixels, *size, True))
    # Whole factors, 2 x 2 among them, and quotients that are whole in numbers but not in float64.
    for index, (height, width, channels, out_height, out_width) in enumerate(
        [(12, 18, 3, 6, 9), (12, 18, 1, 4, 6), (49, 98, 3, 1, 2), (20, 30, 4, 20, 10), (33, 20, 3, 11, 20)]
    ):
        pixels = noise(random, height, width, channels)
        golden.whole(f"area.{index}.input", pixels)
        area = cv2.resize(pixels, (out_width, out_height), interpolation=cv2.INTER_AREA)
        golden.whole(f"area.{index}", area.reshape(out_height, out_width, channels))
    golden.write("resize-other")


def write_bayer():
    golden = Golden("opencv-contrib-python-headless", "numpy")
    random = np.random.default_rng(1)
    for height, width in BAYER:
        for kind in (np.uint8, np.uint16):
            samples = random.integers(0, np.iinfo(kind).max + 1, (height, width), kind)
            name = f"{height}x{width}.{np.dtype(kind)}"
            golden.whole(f"{name}.samples", samples.astype(np.int64) if kind == np.uint16 else samples)
            for pattern in PATTERNS:
                for method, ending in {"bilinear": "", "edgeAware": "_EA"}.items():
                    code = getattr(cv2, f"COLOR_Bayer{pattern}2RGB{ending}")
                    golden.whole(f"{name}.{pattern.lower()}.{method}.crc32", [crc32(cv2.cvtColor(samples, code))], np.int64)
    golden.write("bayer")


def lab64(values):
    """CIE L*a*b* of sRGB in float64, with OpenCV's matrix and white point."""
    matrix = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
    values = values.astype(np.float64)
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    xyz = linear @ matrix.T / [0.950456, 1, 1.088754]
    x, y, z = np.moveaxis(np.where(xyz < 216 / 24389, xyz * (841 / 108) + 16 / 116, np.cbrt(xyz)), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def write_colors():
    golden = Golden("opencv-contrib-python-headless", "pillow", "numpy")
    random = np.random.default_rng(2)
    pixels = random.integers(0, 256, (41, 37, 3), np.uint8)
    pixels[:6] = pixels[:6, :, :1]
    values = random.random((23, 19, 3), np.float32)
    values[:3] = values[:3, :, :1]
    wide = random.integers(0, 65536, (9, 11, 3), np.uint16)
    golden.whole("pixels", pixels)
    golden.whole("values", values)
    golden.whole("wide", wide, np.int64)
    golden.whole("hsv8", cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    golden.whole("lab8", cv2.cvtColor(pixels, cv2.COLOR_RGB2Lab))
    golden.whole("gray8.openCV", cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None])
    golden.whole("gray8.pillow", np.asarray(Image.fromarray(pixels).convert("L"))[..., None])
    golden.whole("gray16", cv2.cvtColor(wide, cv2.COLOR_RGB2GRAY)[..., None], np.int64)
    golden.whole("gray32", cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)[..., None])
    golden.whole("hsv32", cv2.cvtColor(values, cv2.COLOR_RGB2HSV))
    golden.whole("lab32", cv2.cvtColor(values, cv2.COLOR_RGB2Lab))
    golden.whole("lab64", lab64(values))
    every = np.stack(np.meshgrid(np.arange(0, 256, 3), np.arange(256), np.arange(256), indexing="ij"), -1)
    every = every.reshape(-1, 256, 3).astype(np.uint8)
    golden.whole("all.hsv8.crc32", [crc32(cv2.cvtColor(every, cv2.COLOR_RGB2HSV))], np.int64)
    golden.whole("all.lab8.crc32", [crc32(cv2.cvtColor(every, cv2.COLOR_RGB2Lab))], np.int64)
    golden.write("color")


def write_alpha():
    golden = Golden("pillow", "qwen-vl-utils", "numpy")
    random = np.random.default_rng(3)
    rgba = random.integers(0, 256, (31, 29, 4), np.uint8)
    la = np.ascontiguousarray(rgba[..., 2:])
    golden.whole("rgba", rgba)
    golden.whole("la", la)
    for name, color in {"white": (255, 255, 255), "black": (0, 0, 0), "orange": (255, 128, 0)}.items():
        under = Image.new("RGB", (29, 31), color)
        under.paste(Image.fromarray(rgba), mask=Image.fromarray(rgba).getchannel("A"))
        golden.whole(f"rgba.{name}", np.asarray(under))
    under = Image.new("L", (29, 31), 255)
    under.paste(Image.fromarray(la).getchannel("L"), mask=Image.fromarray(la).getchannel("A"))
    golden.whole("la.white", np.asarray(under)[..., None])
    golden.whole("rgba.qwen-vl-utils", np.asarray(to_rgb(Image.fromarray(rgba))))
    golden.whole("la.qwen-vl-utils", np.asarray(to_rgb(Image.fromarray(la))))
    golden.write("alpha")


if __name__ == "__main__":
    write_resized()
    write_bayer()
    write_colors()
    write_alpha()
