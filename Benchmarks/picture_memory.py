"""Peak memory of `genba` on pictures, beside the output's bytes: at most 150 MB more are allowed.

Each command is a process of its own, whose largest resident size the kernel reports. What a process takes that does
nothing (`genba image` on a picture of one pixel) is the first row.

usage: picture_memory.py [GENBA]
"""

import os
import subprocess
import sys
import tempfile

import inputs

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = f"{HERE}/.inputs"
ALLOWED_MB = 150


def peak(command):
    """Megabytes that a process had resident at most."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"picture_memory.py: {' '.join(command)} ended with {status}")
    return usage.ru_maxrss / 1024


def size(path):
    """Megabytes of a file, or of all that a folder holds."""
    if os.path.isfile(path):
        return os.path.getsize(path) / 1e6
    return sum(os.path.getsize(f"{folder}/{name}") for folder, _, names in os.walk(path) for name in names) / 1e6


def main():
    genba = sys.argv[1] if len(sys.argv) > 1 else f"{HERE}/../.build/release/genba"
    inputs.make(INPUTS)
    photos = f"{INPUTS}/photos-2mp"
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/500")
        for index in range(500):
            os.symlink(f"{photos}/{index % 20}.jpg", f"{folder}/500/{index:03}.jpg")
        batch = [f"{photos}/{index % 20}.jpg" for index in range(50)]
        rows = [
            ("a picture of one pixel", ["image", f"{HERE}/../TestAssets/media/photo-1x1.jpg", "-o", f"{folder}/a.npy"], True),
            ("12 MP JPEG, decoded", ["image", f"{INPUTS}/12mp.jpg", "-o", f"{folder}/b.npy"], True),
            ("12 MP PNG, decoded", ["image", f"{INPUTS}/12mp.png", "-o", f"{folder}/c.npy"], True),
            ("12 MP JPEG to Qwen2-VL", ["image", f"{INPUTS}/12mp.jpg", "--preset", "qwen2-vl", "-o", f"{folder}/d.safetensors"], True),
            ("12 MP JPEG to SigLIP", ["image", f"{INPUTS}/12mp.jpg", "--preset", "siglip2-base-patch16-224", "-o", f"{folder}/e.npy"], True),
            ("50 JPEGs of 2 MP, one tensor", ["image", *batch, "--batch", "-o", f"{folder}/f.npy"], True),
            # Shards are written as they fill, so their bytes are not held and do not count.
            ("500 JPEGs of 2 MP to CLIP, convert, 2 jobs",
             ["convert", f"{folder}/500", "--model", "clip-vit-large-patch14", "--out", f"{folder}/g", "--jobs", "2"], False),
        ]
        print("| command | output | peak | allowed |\n| --- | --- | --- | --- |")
        for title, arguments, holds_output in rows:
            used = peak([genba, *arguments])
            output = size(arguments[arguments.index("-o" if holds_output else "--out") + 1])
            allowed = ALLOWED_MB + (output if holds_output else 0)
            print(f"| {title} | {output:.1f} MB | {used:.1f} MB | {allowed:.0f} MB |{'' if used <= allowed else ' **over**'}", flush=True)


if __name__ == "__main__":
    main()
