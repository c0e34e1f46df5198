"""Makes TestAssets/corrupt: files that are broken in the way their names say, and model folders that are.

usage: corrupt.py MEDIA_FOLDER CORRUPT_FOLDER    (needs ffmpeg)
"""

import os
import struct
import subprocess
import sys
import zlib


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, data):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def wav(channels, rate, bits, data, claimed=None):
    block = channels * bits // 8
    header = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, bits)
    size = len(data) if claimed is None else claimed
    body = b"WAVEfmt " + struct.pack("<I", 16) + header + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", min(4 + 8 + 16 + 8 + size, 2**32 - 1)) + body


def remux(source, stream, path, *options):
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source, "-map", stream, "-c", "copy"]
    command += ["-map_metadata", "-1", "-fflags", "+bitexact", *options, path]
    subprocess.run(command, check=True)


def main(media, folder):
    def read(name):
        with open(f"{media}/{name}", "rb") as file:
            return file.read()

    def write(name, data):
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        with open(f"{folder}/{name}", "wb") as file:
            file.write(data)

    def cut(name, share, to):
        data = read(name)
        write(to, data[: int(len(data) * share)])

    text = b"The inspection of line four found no fault. This is a text file.\n"
    for ending in ("wav", "png", "jpg", "mp4", "flac"):
        write(f"empty.{ending}", b"")
        write(f"text.{ending}", text)

    write("zero-channels.wav", wav(0, 16_000, 16, b"\0" * 64))
    write("zero-rate.wav", wav(1, 0, 16, b"\0" * 64))
    write("no-samples.wav", wav(1, 16_000, 16, b""))
    write("header-only.wav", wav(1, 16_000, 16, b"")[:20])
    write("huge-claim.wav", wav(2, 48_000, 16, b"\1\0" * 512, claimed=2**32 - 64))
    cut("speech-16k.wav", 0.5, "truncated.wav")
    cut("machine-44k1-stereo.flac", 0.5, "truncated.flac")
    cut("tone-48k.mp3", 0.01, "truncated.mp3")
    cut("notify.oga", 0.5, "truncated.oga")
    damaged = bytearray(read("machine-44k1-stereo.flac"))
    damaged[len(damaged) // 2 : len(damaged) // 2 + 4000] = b"\xa5" * 4000
    write("damaged.flac", damaged)

    cut("photo-aloe.jpg", 0.5, "half.jpg")
    cut("photo-progressive.jpg", 0.5, "half-progressive.jpg")
    write("header-only.jpg", read("photo-aloe.jpg")[:300])
    jpeg = bytearray(read("photo-1x1.jpg"))
    place = jpeg.index(b"\xff\xc0")
    jpeg[place + 5 : place + 9] = struct.pack(">HH", 65_500, 65_500)
    write("huge-header.jpg", jpeg)
    write("huge-header.png", png(60_000, 60_000, zlib.compress(b"\0" * 1000)))
    write("zero-width.png", png(0, 10, zlib.compress(b"\0" * 10)))
    write("few-rows.png", png(64, 64, zlib.compress(b"\0" * (1 + 3 * 64) * 20)))
    cut("png-rgb.png", 0.5, "half.png")
    damaged = bytearray(read("png-rgb.png"))
    damaged[damaged.index(b"IDAT") + 500] ^= 0xFF
    write("damaged.png", damaged)
    bad = bytearray(read("png-rgb.png"))
    bad[-13] ^= 0xFF  # the last byte of IDAT's checksum; IEND's 12 bytes follow
    write("bad-crc.png", bad)

    cut("line-h264.mp4", 0.6, "truncated.mp4")  # moov stands at the end, so it is gone
    remux(f"{media}/line-h264.mp4", "0:a", f"{folder}/audio-only.mp4")
    # With moov at the front the container is whole, and only the frames end early.
    cut_file = f"{folder}/cut-after-moov.mp4"
    remux(f"{media}/line-h264.mp4", "0:v", cut_file, "-movflags", "+faststart")
    os.truncate(cut_file, int(os.path.getsize(cut_file) * 0.6))
    noisy = bytearray(read("line-mpeg4.avi"))
    for place in range(20_000, 40_000, 97):
        noisy[place] ^= 0x5A
    write("damaged.avi", noisy)

    write("configs-malformed/not-json/preprocessor_config.json", b'{"image_processor_type": "Qwen2VLImageProcessor",')
    write("configs-malformed/empty-file/preprocessor_config.json", b"")
    write("configs-malformed/not-an-object/preprocessor_config.json", b"[1, 2, 3]\n")
    write("configs-malformed/no-type/preprocessor_config.json", b'{"patch_size": 14, "merge_size": 2}\n')
    write(
        "configs-malformed/unknown-type/preprocessor_config.json",
        b'{"image_processor_type": "ConveyorImageProcessor", "patch_size": 14}\n',
    )
    write(
        "configs-malformed/wrong-types/preprocessor_config.json",
        b'{"image_processor_type": "Qwen2VLImageProcessor", "patch_size": "fourteen", "image_mean": [0.5]}\n',
    )
    write(
        "configs-malformed/zero-patch/preprocessor_config.json",
        b'{"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 0, "merge_size": -2}\n',
    )
    write(
        "configs-malformed/zero-std/preprocessor_config.json",
        b'{"image_processor_type": "Qwen2VLImageProcessor", "image_mean": [0, 0, 0], "image_std": [0, 0, 0]}\n',
    )
    write("configs-malformed/no-config/README.txt", b"A model folder without any config file.\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
