"""Makes the benchmarks' inputs in a folder, those that are not there yet: sounds and large photos.

usage: inputs.py FOLDER
"""

import os
import sys

import numpy as np
import soundfile
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
PHOTO = f"{HERE}/../TestAssets/media/photo-large.jpg"


def machine(random, samples):
    """Harmonics of a shaft, drifting, in noise: float32 at 16 kHz."""
    time = np.arange(samples) / 16_000
    shaft = random.uniform(20, 60)
    tones = sum(np.sin(2 * np.pi * shaft * k * time + random.uniform(0, 6)) / k for k in (1, 2, 3, 7, 23, 61))
    return (0.1 * tones + 0.02 * random.standard_normal(samples)).astype(np.float32)


def photo(path, size, seed=0):
    """A photo of that size with a sensor's noise, so that it has as much detail as a real one."""
    pixels = np.asarray(Image.open(PHOTO).resize(size, Image.Resampling.LANCZOS)).astype(np.float32)
    noise = np.random.default_rng(seed).standard_normal(pixels.shape, dtype=np.float32) * 6
    Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8)).save(path, quality=90, subsampling="4:2:0")


def photos(folder, size):
    """20 photos of that size, each with noise of its own."""
    os.makedirs(folder, exist_ok=True)
    for index in range(20):
        photo(f"{folder}/{index}.jpg", size, seed=index)


def bayer(source, path):
    """What a sensor with RGGB filters would have seen of a photo, a byte a sample."""
    pixels = np.asarray(Image.open(source))
    samples = pixels[..., 1].copy()
    samples[::2, ::2], samples[1::2, 1::2] = pixels[::2, ::2, 0], pixels[1::2, 1::2, 2]
    samples.tofile(path)


def clips(folder, ending, rate, channels):
    """200 clips of 10 s."""
    os.makedirs(folder, exist_ok=True)
    for index in range(200):
        samples = machine(np.random.default_rng(index), 10 * rate * channels).reshape(-1, channels)
        soundfile.write(f"{folder}/clip-{index:03}.{ending}", samples, rate, subtype="PCM_16")


def minute(path):
    """A minute of two microphones at 44.1 kHz."""
    left, right = (machine(np.random.default_rng(seed), 60 * 44_100) for seed in (1, 2))
    soundfile.write(path, np.stack([left, 0.7 * left + 0.3 * right], axis=1), 44_100, subtype="PCM_16")


def depth(path):
    """640x480 of a wall, a floor and balls, with a sensor's noise of 1.5 mm * z^2, and beside it the true normals."""
    x, y = (np.arange(640) - 319.5) / 525, (np.arange(480) - 239.5) / 525
    rays = np.dstack([*np.meshgrid(x, y), np.ones((480, 640))])
    z, normals = np.full((480, 640), np.inf), np.zeros((480, 640, 3))
    for normal, distance in [((0, -0.3, 1), 2.5), ((0, 1, 0.2), 0.9)]:
        normal = np.array(normal) / np.linalg.norm(normal)
        t = distance / (rays @ normal)
        hit = (t > 0) & (t < z)
        z[hit], normals[hit] = t[hit], normal
    for center, radius in [((-0.5, 0.1, 1.6), 0.3), ((0.4, -0.2, 1.3), 0.2), ((0.1, 0.3, 1), 0.12), ((0.8, 0.2, 2), 0.3)]:
        a, b = (rays**2).sum(2), rays @ np.array(center)
        root = b * b - a * (np.dot(center, center) - radius**2)
        t = np.where(root > 0, (b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
        hit = (t > 0) & (t < z)
        z[hit], normals[hit] = t[hit], ((rays * np.where(hit, t, 1)[..., None] - center) / radius)[hit]
    noisy = z + np.random.default_rng(0).standard_normal(z.shape) * 1.5e-3 * z * z
    np.save(path, np.rint(noisy * 1000).astype(np.uint16))
    np.save(path.replace("depth.npy", "depth-normals.npy"), normals.astype(np.float32))


def make(folder):
    os.makedirs(folder, exist_ok=True)
    steps = {
        "clips.npy": lambda path: np.save(path, np.stack([machine(np.random.default_rng(i), 480_000) for i in range(20)])),
        "depth.npy": depth,
        "1080p.jpg": lambda path: photo(path, (1920, 1080)),
        "12mp.jpg": lambda path: photo(path, (4000, 3000)),
        "minute.wav": minute,
        "photos-2mp": lambda path: photos(path, (1632, 1224)),
        "12mp.png": lambda path: Image.open(f"{folder}/12mp.jpg").save(path),
        "12mp.bayer": lambda path: bayer(f"{folder}/12mp.jpg", path),
        "clips-wav": lambda path: clips(path, "wav", rate=16_000, channels=1),
        "clips-flac": lambda path: clips(path, "flac", rate=48_000, channels=2),
    }
    for name, step in steps.items():
        if not os.path.exists(f"{folder}/{name}"):
            print(f"making {name}", file=sys.stderr)
            step(f"{folder}/{name}")


if __name__ == "__main__":
    make(sys.argv[1])
