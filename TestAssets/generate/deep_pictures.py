"""Golden of the 16-bit pictures that Pillow cannot hold: FFmpeg's own PNG decoder.

decoded-images-16bit: for each picture `NAME/shape` and `NAME/crc32` of its uint16 pixels, little-endian.
"""

import subprocess

import numpy as np

from golden_file import Golden, crc32, media

PICTURES = {"png-gray16.png": ("gray16le", 1), "png-la16.png": ("ya16le", 2), "png-rgb16.png": ("rgb48le", 3)}
PICTURES["png-rgba16.png"] = ("rgba64le", 4)


def main():
    version = subprocess.run(["ffmpeg", "-version"], check=True, capture_output=True, text=True).stdout.split()[2]
    golden = Golden()
    golden.metadata["version.ffmpeg"] = version
    for name, (pixel_format, channels) in PICTURES.items():
        probe = ["ffprobe", "-v", "error", "-show_entries", "stream=height,width", "-of", "csv=p=0", media(name)]
        width, height = map(int, subprocess.run(probe, check=True, capture_output=True, text=True).stdout.split(","))
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", media(name), "-f", "rawvideo", "-pix_fmt", pixel_format, "-"]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
        pixels = np.frombuffer(raw, np.dtype("<u2")).reshape(height, width, channels)
        golden.whole(f"{name}/shape", pixels.shape, np.int64)
        golden.whole(f"{name}/crc32", [crc32(pixels)], np.int64)
    golden.write("decoded-images-16bit")


if __name__ == "__main__":
    main()
