"""Sounds of a machine from a physical model, as 16-bit WAV files that media.sh encodes further.

A shaft with its orders and a gear mesh, a bearing with a spalled outer race that rings once a ball passes, and
broadband noise. Seeded, so the same samples come out every time.

usage: machine_sounds.py FOLDER
"""

import sys
import wave

import numpy as np


def machine(rate, seconds, shaft_hertz, seed):
    """One microphone at a machine: float64 [samples], peak below 1."""
    random = np.random.default_rng(seed)
    time = np.arange(int(rate * seconds)) / rate
    # The speed wanders by one percent, as that of a loaded motor does.
    speed = shaft_hertz * (1 + 0.01 * np.sin(2 * np.pi * 0.7 * time))
    angle = 2 * np.pi * np.cumsum(speed) / rate
    orders = sum(a * np.sin(k * angle + k) for k, a in [(1, 0.20), (2, 0.10), (3, 0.05), (23, 0.04), (46, 0.02)])

    # An impact each time a ball passes the spall, 3.57 times a turn, ringing at a resonance of the housing.
    ring_time = np.arange(int(0.02 * rate)) / rate
    ring = np.exp(-ring_time * 400) * np.sin(2 * np.pi * 3200 * ring_time)
    passes = np.floor(3.57 * angle / (2 * np.pi))
    impacts = np.zeros_like(time)
    struck = np.flatnonzero(np.diff(passes) > 0)
    impacts[struck] = 0.25 * (1 + 0.3 * random.standard_normal(len(struck)))
    bearing = np.convolve(impacts, ring)[: len(time)]

    noise = 0.004 * np.cumsum(random.standard_normal(len(time)))
    noise -= np.convolve(noise, np.ones(64) / 64, mode="same")
    return orders + bearing + noise


def write(path, rate, channels):
    """A 16-bit WAV file from float64 [channels][samples]."""
    samples = np.rint(np.clip(np.stack(channels, axis=1), -1, 1) * 32767).astype("<i2")
    with wave.open(path, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def main(folder):
    left = machine(44_100, 5.013, 24.5, seed=1)
    right = 0.7 * np.roll(left, 37) + 0.3 * machine(44_100, 5.013, 31.0, seed=2)
    write(f"{folder}/machine-44k1-stereo.wav", 44_100, [left, right])
    write(f"{folder}/machine-16k.wav", 16_000, [0.5 * machine(16_000, 36, 24.5, seed=3)])
    write(f"{folder}/machine-48k.wav", 48_000, [machine(48_000, 1, 49.0, seed=4)])
    write(f"{folder}/array-48k.wav", 48_000, [np.roll(machine(48_000, 0.25, 49.0, seed=5), 9 * c) / (1 + c) for c in range(8)])


if __name__ == "__main__":
    main(sys.argv[1])
