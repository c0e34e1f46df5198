"""Goldens of what else a decoder can be asked for than a file's first picture in full: Pillow's, and OpenCV's.

pages.tiff, big.tiff, frames.gif, moving.webp and moving-lossy.webp: `NAME/INDEX/shape` and `NAME/INDEX/crc32` of each page and frame. A frame is RGBA if it has a
pixel that is not opaque, and RGB otherwise.
Scaled JPEGs: `NAME/1-N/shape` and `NAME/1-N/crc32` of Pillow's `draft` to one N-th.
rgb16.tiff: OpenCV's pixels. picture.avif: a sample of Pillow's, which differ by the conversion from YUV.
NAME/icc: the checksum of the ICC profile.
"""

import cv2
import numpy as np
from PIL import Image

from golden_file import Golden, crc32, media

SCALED = ["photo-aloe.jpg", "photo-street.jpg", "photo-board.jpg", "photo-gray.jpg", "photo-progressive.jpg", "photo-440.jpg"]


def pixels(image):
    array = np.asarray(image)
    return array[..., None] if array.ndim == 2 else array


def add(golden, name, array):
    golden.whole(f"{name}/shape", array.shape, np.int64)
    golden.whole(f"{name}/crc32", [crc32(array)], np.int64)


def frame(image):
    rgba = np.array(image.convert("RGBA"))
    # What nobody can see has the palette's colour in Pillow, and is white in FFmpeg.
    rgba[rgba[..., 3] == 0, :3] = 255
    return rgba if rgba[..., 3].min() < 255 else np.ascontiguousarray(rgba[..., :3])


def main():
    golden = Golden("pillow", "opencv-contrib-python-headless", "numpy")
    for name in ("pages.tiff", "big.tiff", "moving.webp", "moving-lossy.webp"):
        pages = Image.open(media(name))
        for index in range(pages.n_frames):
            pages.seek(index)
            add(golden, f"{name}/{index}", pixels(pages))
    frames = Image.open(media("frames.gif"))
    for index in range(frames.n_frames):
        frames.seek(index)
        add(golden, f"frames.gif/{index}", frame(frames))
    for name in SCALED:
        for denominator in (2, 4, 8):
            image = Image.open(media(name))
            image.draft(None, (image.width // denominator, image.height // denominator))
            add(golden, f"{name}/1-{denominator}", pixels(image))
    add(golden, "rgb16.tiff", cv2.imread(media("rgb16.tiff"), cv2.IMREAD_UNCHANGED)[..., ::-1])
    golden.sample("picture.avif", pixels(Image.open(media("picture.avif"))), count=2000)
    for name in ("photo-icc.jpg", "png-icc.png"):
        profile = Image.open(media(name)).info["icc_profile"]
        golden.whole(f"{name}/icc", [len(profile), crc32(np.frombuffer(profile, np.uint8))], np.int64)
    golden.write("decoded-pictures")


if __name__ == "__main__":
    main()
