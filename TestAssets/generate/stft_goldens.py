"""Goldens of librosa's stft and istft in float64, checked against torch's.

The sound is made here and stored in the golden. Each case's options stand in the metadata as the JSON that
`STFT.Options` reads. Spectra are stored as pairs of real and imaginary parts.
"""

import json

import librosa
import numpy as np
import scipy.signal
import torch

from golden_file import Golden

# The number of samples that are used, and the options; what is absent has librosa's default.
CASES = {
    "defaults": (6000, dict()),
    "reflect": (6000, dict(n_fft=512, hop_length=128, pad_mode="reflect")),
    "edge": (4000, dict(n_fft=1024, hop_length=300, pad_mode="edge", window="blackman")),
    "not-centred": (4000, dict(n_fft=400, hop_length=160, center=False, window="hamming")),
    "short-window": (4000, dict(n_fft=512, win_length=400, hop_length=160, window="povey", fftbins=False)),
    "kaiser": (4000, dict(n_fft=480, hop_length=120, window="kaiser:8.6")),
    "symmetric": (4000, dict(n_fft=600, hop_length=150, fftbins=False, window="hann")),
    "boxcar": (4000, dict(n_fft=640, hop_length=640, window="boxcar")),
    "odd": (4000, dict(n_fft=405, hop_length=101, pad_mode="reflect")),
    "prime": (4000, dict(n_fft=401, hop_length=100, pad_mode="reflect")),
    "even-not-smooth": (4000, dict(n_fft=1102, hop_length=441)),
    "shorter-than-padding": (100, dict(n_fft=512, hop_length=64, pad_mode="reflect")),
}

# The number of samples that are asked for; None for as many as the frames give.
INVERSES = {"defaults": 6000, "reflect": None, "not-centred": None, "short-window": 3000, "kaiser": 5000, "odd": 4000,
            "prime": 4000, "even-not-smooth": None}


def window(options):
    name, length = options.get("window", "hann"), options.get("win_length", options.get("n_fft", 2048))
    periodic = options.get("fftbins", True)
    if name == "povey":
        return scipy.signal.get_window("hann", length, fftbins=periodic) ** 0.85
    kind = ("kaiser", float(name.split(":")[1])) if name.startswith("kaiser") else name
    return scipy.signal.get_window(kind, length, fftbins=periodic)


def lengths(options):
    n_fft = options.get("n_fft", 2048)
    win_length = options.get("win_length", n_fft)
    return dict(n_fft=n_fft, win_length=win_length, hop_length=options.get("hop_length", win_length // 4))


def stft(samples, options):
    return librosa.stft(
        samples, **lengths(options), window=window(options), center=options.get("center", True),
        pad_mode=options.get("pad_mode", "constant"))


def check_against_torch(samples, options, expected):
    pad_mode = {"edge": "replicate"}.get(options.get("pad_mode", "constant"), options.get("pad_mode", "constant"))
    if len(samples) <= options.get("n_fft", 2048) // 2:
        return
    spectrum = torch.stft(
        torch.from_numpy(samples), **lengths(options), window=torch.from_numpy(window(options)), return_complex=True,
        center=options.get("center", True), pad_mode=pad_mode)
    assert np.abs(spectrum.numpy() - expected).max() < 1e-10


def pairs(spectrum):
    return np.stack([spectrum.real, spectrum.imag], axis=-1)


def main():
    time = np.arange(6000) / 16000
    samples = 0.4 * np.sin(2 * np.pi * (200 * time + 8000 * time**2)) + 0.1 * np.sin(2 * np.pi * 997 * time)
    samples = (samples + 0.01 * np.random.default_rng(0).standard_normal(6000)).astype(np.float32)
    golden = Golden("librosa", "torch", "numpy", "scipy")
    golden.whole("samples", samples)
    for name, (count, options) in CASES.items():
        used = samples[:count].astype(np.float64)
        spectrum = stft(used, options)
        check_against_torch(used, options, spectrum)
        golden.sample(name, pairs(spectrum), count=250)
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        golden.metadata[f"{name}.sample_count"] = str(count)
        if name in INVERSES:
            # Gains that make of the spectrum one that is no signal's.
            gains = 1 + 0.5 * np.sin(np.arange(spectrum.size)).reshape(spectrum.shape)
            inverse = librosa.istft(
                spectrum * gains, **lengths(options), window=window(options), center=options.get("center", True),
                length=INVERSES[name])
            golden.sample(f"{name}.inverse", inverse, count=250)
            golden.metadata[f"{name}.length"] = "" if INVERSES[name] is None else str(INVERSES[name])
    golden.write("stft")


if __name__ == "__main__":
    main()
