"""Resized pictures, from torchvision and Pillow: seeded noise between awkward sizes, whole where small.

`CASE.input` is uint8 [height, width, channels]; the golden is CASE.ARITHMETIC.FILTER, uint8 [height, width, channels].
Pillow resizes each channel alone here, since it would multiply colours by alpha first. Its version 13 chooses the order
of its passes (pillow13); to 12 the horizontal one came first (pillow), which two resizes along one axis each do too.

`resize-float` has the same noise as values from 0 to 1, resized in float32: CASE.FILTER.ANTIALIAS, [channels, height,
width].
"""

import numpy as np
import PIL
import torch
from PIL import Image
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional

from golden_file import Golden

# input height, width, channels, output height, width
CASES = [
    (1, 1, 3, 5, 4),
    (1, 9, 1, 1, 3),
    (9, 1, 4, 3, 1),
    (2, 3, 3, 21, 30),
    (37, 61, 3, 28, 56),
    (31, 19, 4, 42, 14),
    (40, 120, 3, 33, 17),
    (120, 40, 3, 17, 33),
    (200, 11, 3, 9, 11),
    (16, 300, 1, 16, 28),
    (17, 17, 3, 18, 16),
    (30, 270, 3, 7, 3),
]
PILLOW = {
    "bilinear": Image.BILINEAR,
    "bicubic": Image.BICUBIC,
    "lanczos": Image.LANCZOS,
    "nearest": Image.NEAREST,
}
TORCHVISION = {
    "bilinear": InterpolationMode.BILINEAR,
    "bicubic": InterpolationMode.BICUBIC,
    "nearest": InterpolationMode.NEAREST_EXACT,
}
# In float32, with and without antialias.
FLOAT = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}


def noise(random, height, width, channels):
    """Black and white in part, so that overshoots are clipped."""
    pixels = random.integers(0, 256, (height, width, channels), np.uint8)
    extreme = random.random((height, width, 1)) < 0.3
    return np.where(extreme, (pixels > 127) * np.uint8(255), pixels).astype(np.uint8)


def pillow(pixels, height, width, filter):
    planes = [Image.fromarray(np.ascontiguousarray(pixels[..., c])) for c in range(pixels.shape[2])]
    return np.stack([np.array(plane.resize((width, height), filter)) for plane in planes], -1)


def pillow_horizontal_first(pixels, height, width, filter):
    return pillow(pillow(pixels, pixels.shape[0], width, filter), height, width, filter)


def torchvision(pixels, height, width, filter):
    planes = torch.from_numpy(pixels).permute(2, 0, 1)
    return functional.resize(planes, [height, width], interpolation=filter, antialias=True).permute(1, 2, 0).numpy()


def torchvision_float(pixels, height, width, filter, antialias):
    """float32 [channels, height, width] of values from 0 to 1."""
    planes = torch.from_numpy(pixels).permute(2, 0, 1).contiguous() * (1 / 255)
    return functional.resize(planes, [height, width], interpolation=filter, antialias=antialias).numpy()


def main():
    assert int(PIL.__version__.split(".")[0]) == 13
    golden = Golden("torch", "torchvision", "pillow", "numpy")
    floats = Golden("torch", "torchvision", "numpy")
    random = np.random.default_rng(0)
    for index, (height, width, channels, out_height, out_width) in enumerate(CASES):
        pixels = noise(random, height, width, channels)
        golden.whole(f"{index}.input", pixels)
        golden.whole(f"{index}.size", [out_height, out_width], np.int64)
        for name, filter in PILLOW.items():
            golden.whole(f"{index}.pillow13.{name}", pillow(pixels, out_height, out_width, filter))
            golden.whole(f"{index}.pillow.{name}", pillow_horizontal_first(pixels, out_height, out_width, filter))
        for name, filter in TORCHVISION.items():
            golden.whole(f"{index}.torchvision.{name}", torchvision(pixels, out_height, out_width, filter))
        for name, filter in FLOAT.items():
            for antialias in [True, False]:
                # torch 2.11 repeats the first value of a column that stands alone.
                if antialias and width == out_width == 1:
                    continue
                resized = torchvision_float(pixels, out_height, out_width, filter, antialias)
                floats.sample(f"{index}.{name}.{str(antialias).lower()}", resized, count=150)
    golden.write("resize")
    floats.write("resize-float")


if __name__ == "__main__":
    main()
