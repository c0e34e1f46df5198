"""Goldens of librosa's features of frames in float64: MFCC, deltas, decibels, the spectrum's shape, onset strength, RMS
and zero crossings.

The sound is made here and stored in the golden: it begins with silence. Options stand in the metadata as the JSON that
each feature reads.
"""

import json

import librosa
import numpy as np

from golden_file import Golden

MFCC = {
    "mfcc": dict(),
    "mfcc-lifter": dict(sample_rate=16000, n_fft=512, hop_length=160, n_mels=40, n_mfcc=13, lifter=22.0),
}
SHAPE = {
    "shape": dict(),
    "shape-options": dict(n_fft=500, hop_length=125, window="hamming", center=False, roll_percent=0.5, p=3.0, amin=1e-6),
}
FRAMES = {
    "frames": dict(),
    "frames-options": dict(frame_length=401, hop_length=100, center=False),
}
ONSET = {
    "onset": dict(hop_length=512),
    "onset-options": dict(sample_rate=16000, n_fft=1024, hop_length=128, n_mels=40),
}


def mfcc(samples, options):
    options = dict(options)
    rate, count, lifter = options.pop("sample_rate", 22050), options.pop("n_mfcc", 20), options.pop("lifter", 0)
    hop_length = options.pop("hop_length", options.get("n_fft", 2048) // 4)
    mel = librosa.feature.melspectrogram(y=samples, sr=rate, hop_length=hop_length, **options, dtype=np.float64)
    return librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=count, lifter=lifter)


def shapes(samples, options):
    options = dict(options)
    roll_percent, p, amin = options.pop("roll_percent", 0.85), options.pop("p", 2.0), options.pop("amin", 1e-10)
    common = dict(n_fft=2048, hop_length=512)
    common.update(options)
    return {
        "spectral_centroid": librosa.feature.spectral_centroid(y=samples, sr=16000, **common)[0],
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(y=samples, sr=16000, p=p, **common)[0],
        "spectral_rolloff": librosa.feature.spectral_rolloff(y=samples, sr=16000, roll_percent=roll_percent, **common)[0],
        "spectral_flatness": librosa.feature.spectral_flatness(y=samples, amin=amin, **common)[0],
    }


def onset(samples, options):
    options = dict(options)
    rate = options.pop("sample_rate", 22050)
    mel = librosa.feature.melspectrogram(y=samples, sr=rate, **options, dtype=np.float64)
    return librosa.onset.onset_strength(
        S=librosa.power_to_db(mel), sr=rate, n_fft=options.get("n_fft", 2048), hop_length=options["hop_length"])


def main():
    time = np.arange(12000) / 16000
    samples = 0.4 * np.sin(2 * np.pi * (200 * time + 3000 * time**2)) + 0.1 * np.sin(2 * np.pi * 997 * time)
    samples = (samples + 0.01 * np.random.default_rng(0).standard_normal(12000)).astype(np.float32)
    samples[:3000] = 0
    golden = Golden("librosa", "numpy", "scipy")
    golden.whole("samples", samples)
    exact = samples.astype(np.float64)

    def store(name, array):
        golden.sample(name, array, count=300)

    for name, options in MFCC.items():
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        coefficients = mfcc(exact, options)
        store(name, coefficients)
        store(f"{name}.delta", librosa.feature.delta(coefficients))
        store(f"{name}.delta2", librosa.feature.delta(coefficients, order=2, width=11))
        store(f"{name}.delta-nearest", librosa.feature.delta(coefficients, width=5, mode="nearest"))
    for name, options in SHAPE.items():
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        for kind, values in shapes(exact, options).items():
            store(f"{name}.{kind}", values)
    for name, options in FRAMES.items():
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        store(f"{name}.rms", librosa.feature.rms(y=exact, **options, dtype=np.float64)[0])
        store(f"{name}.zero_crossing_rate", librosa.feature.zero_crossing_rate(exact, **options)[0])
    for name, options in ONSET.items():
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        store(name, onset(exact, options))

    power = np.array([[0, 1e-12, 1e-4], [1, 30, 1e3]])
    store("decibels", librosa.power_to_db(power))
    store("decibels-of-maximum", librosa.power_to_db(power, ref=np.max, amin=1e-6, top_db=50))
    store("decibels-unbounded", librosa.power_to_db(power, ref=2.0, top_db=None))
    store("decibels-of-magnitude", librosa.amplitude_to_db(power, ref=2.0, top_db=None))
    golden.write("features")


if __name__ == "__main__":
    main()
