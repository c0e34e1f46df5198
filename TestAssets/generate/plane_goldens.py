"""Goldens of frames as codecs store them, and of 16-bit and gray frames, by the ffmpeg program.

frame-planes: for each clip `NAME/planes.crc32`, of all frames' bytes as stored (rawvideo in the clip's own format);
`NAME/rgb48.crc32`, of RGB with 16 bits, or for gray clips `NAME/gray16.crc32`; `NAME/gray.crc32`. The scaler's flags
are accurate_rnd, full_chroma_int and full_chroma_inp with bicubic weights.
"""

import subprocess

import numpy as np

from golden_file import Golden, crc32, media

CLIPS = {
    "line-h264.mp4": "rgb48le",
    "px-h264-10bit.mp4": "rgb48le",
    "px-hevc-12bit.mp4": "rgb48le",
    "px-hevc-422-10bit.mov": "rgb48le",
    "px-h264-444-10bit.mkv": "rgb48le",
    "px-prores-alpha.mov": "rgb48le",
    "px-alpha.mkv": "rgb48le",
    "px-raw-nv12.mkv": "rgb48le",
    "px-raw-bgr.avi": "rgb48le",
    "px-gray.mkv": "gray16le",
    "px-hevc-gray10.mp4": None,
    "px-depth16.mkv": None,
    "px-depth12.mkv": None,
}
FLAGS = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"


def raw(name, *options):
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", media(name), "-an", "-vsync", "passthrough", *options]
    return subprocess.run([*command, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout


def main():
    golden = Golden()
    golden.metadata["version.ffmpeg"] = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True).stdout.split()[2]
    for name, deep in CLIPS.items():
        golden.whole(f"{name}/planes.crc32", [crc32(np.frombuffer(raw(name), np.uint8))], np.int64)
        scaler = ["-sws_flags", FLAGS]
        if deep:
            pixels = raw(name, *scaler, "-pix_fmt", deep)
            golden.whole(f"{name}/{deep}.crc32", [crc32(np.frombuffer(pixels, np.uint8))], np.int64)
        golden.whole(
            f"{name}/gray.crc32", [crc32(np.frombuffer(raw(name, *scaler, "-pix_fmt", "gray"), np.uint8))], np.int64)
    golden.write("frame-planes")


if __name__ == "__main__":
    main()
