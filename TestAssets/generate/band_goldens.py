"""Goldens of librosa's features of bands in float64: mel spectrogram, PCEN, chroma, constant-Q transform; the float64
STFT; and the spectral flux by its definition.

The sound is made here and stored in the golden. Options stand in the metadata as the JSON that each feature reads.
"""

import json

import librosa
import numpy as np

from golden_file import Golden

RATE = 22050
MEL = {
    "mel": dict(hop_length=512),
    "mel-htk": dict(n_fft=1000, hop_length=250, power=1, n_mels=40, f_min=100.0, f_max=8000.0, mel_scale="htk", mel_norm="none"),
    "mel-slaney-unscaled": dict(n_fft=512, hop_length=160, n_mels=23, mel_norm="none", center=False),
    "mel-htk-scaled": dict(n_fft=512, hop_length=200, n_mels=30, mel_scale="htk", mel_norm="slaney", pad_mode="reflect"),
}
PCEN = {
    "pcen": dict(hop_length=512),
    "pcen-options": dict(n_fft=512, hop_length=256, n_mels=40, gain=0.8, bias=10.0, exponent=0.25, time_constant=0.06, max_size=4),
    "pcen-logarithm": dict(n_fft=512, hop_length=256, n_mels=20, exponent=0.0, b=0.1, eps=1e-3, scale=1000.0),
    "pcen-unbiased": dict(n_fft=512, hop_length=256, n_mels=20, bias=0.0, max_size=3, power=2),
}
CHROMA = {
    "chroma": dict(hop_length=512),
    "chroma-tuned": dict(n_fft=4096, hop_length=1024, tuning=0.0),
    "chroma-options": dict(
        n_fft=1024, hop_length=300, window="hamming", n_chroma=24, tuning=0.27, norm="2", ctroct=4.0, octwidth=None, base_c=False),
    "chroma-sum": dict(n_fft=1024, hop_length=300, n_chroma=24, norm="1"),
    "chroma-raw": dict(n_fft=2048, hop_length=512, tuning=-0.1, norm="none", center=False),
}
CQT = {
    "cqt": dict(),
    "cqt-options": dict(
        hop_length=256, fmin=55.0, n_bins=60, bins_per_octave=24, tuning=0.3, filter_scale=0.7, norm="2", sparsity=0.0,
        window="hamming", scale=False, pad_mode="reflect"),
    "cqt-odd-hop": dict(hop_length=150, fmin=110.0, n_bins=50),
    "cqt-early": dict(hop_length=1024, fmin=40.0, n_bins=30, bins_per_octave=12),
    "cqt-early-unscaled": dict(hop_length=1024, fmin=40.0, n_bins=29, bins_per_octave=12, scale=False),
    "cqt-one-bin": dict(hop_length=512, fmin=440.0, n_bins=1),
}
FLUX = {
    "flux": dict(hop_length=512),
    "flux-options": dict(n_fft=500, hop_length=125, norm=1.0, half_rectify=True, center=False),
    "flux-cubes": dict(n_fft=512, hop_length=128, norm=3.0),
}
STFT = {
    "stft64": dict(n_fft=512, hop_length=128),
    "stft64-bluestein": dict(n_fft=509, win_length=400, hop_length=200, window="blackman", pad_mode="reflect"),
    "stft64-mixed": dict(n_fft=900, hop_length=225, pad_mode="edge", window="kaiser:8"),
}


def sound():
    """A chord and a slide, out of tune, in noise, with a silence between: 2 s."""
    time = np.arange(2 * RATE) / RATE
    tones = [0.3 * np.sin(2 * np.pi * f * 2 ** (0.21 / 12) * time) for f in (110.0, 277.18, 440.0, 1318.5)]
    slide = 0.2 * np.sin(2 * np.pi * (300 * time + 250 * time**2))
    samples = sum(tones) + slide + 0.003 * np.random.default_rng(0).standard_normal(time.size)
    samples[RATE // 2:RATE] = 0
    return samples.astype(np.float32)


def mel(samples, options):
    options = dict(options)
    norm = {"none": None, "slaney": "slaney"}[options.pop("mel_norm", "slaney")]
    return librosa.feature.melspectrogram(
        y=samples, sr=RATE, htk=options.pop("mel_scale", "slaney") == "htk", norm=norm, dtype=np.float64,
        fmin=options.pop("f_min", 0.0), fmax=options.pop("f_max", None), **options)


def pcen(samples, options):
    names = ["gain", "bias", "time_constant", "eps", "b", "max_size"]
    own = {name: options[name] for name in names if name in options}
    if "exponent" in options:
        own["power"] = options["exponent"]
    rest = {name: value for name, value in options.items() if name not in names + ["exponent", "scale"]}
    bands = mel(samples, {"power": 1} | rest)
    return librosa.pcen(bands * options.get("scale", 2.0**31), sr=RATE, hop_length=options["hop_length"], **own)


def chroma(samples, options):
    norms = {"inf": np.inf, "1": 1, "2": 2, "none": None}
    options = dict(options)
    return librosa.feature.chroma_stft(y=samples, sr=RATE, norm=norms[options.pop("norm", "inf")], **options)


def cqt(samples, options):
    norms = {"inf": np.inf, "1": 1, "2": 2, "none": None}
    options = dict(options)
    return librosa.cqt(samples, sr=RATE, norm=norms[options.pop("norm", "1")], **options)


def flux(samples, options):
    options = dict(options)
    norm, rectify = options.pop("norm", 2.0), options.pop("half_rectify", False)
    magnitude = np.abs(librosa.stft(samples, **({"n_fft": 2048} | options)))
    change = np.diff(magnitude, axis=1, prepend=magnitude[:, :1])
    change = np.maximum(change, 0) if rectify else np.abs(change)
    return (change**norm).sum(axis=0) ** (1 / norm)


def stft(samples, options):
    options = dict(options)
    window = options.pop("window", "hann")
    window = ("kaiser", float(window[7:])) if window.startswith("kaiser:") else window
    spectra = librosa.stft(samples, window=window, **options)
    return np.stack([spectra.real, spectra.imag], axis=-1)


def main():
    samples = sound()
    golden = Golden("librosa", "numpy", "scipy", "soxr")
    golden.whole("samples", samples)
    exact = samples.astype(np.float64)

    def store(kinds, feature, also=None):
        for name, options in kinds.items():
            golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
            array = feature(exact, options)
            golden.sample(name, np.abs(array) if np.iscomplexobj(array) else array, count=300)
            if np.iscomplexobj(array):
                golden.sample(f"{name}.complex", np.stack([array.real, array.imag], axis=-1), count=200)

    store(MEL, mel)
    store(PCEN, pcen)
    store(CHROMA, chroma)
    store(CQT, cqt)
    store(FLUX, flux)
    store(STFT, stft)
    for name in ("chroma", "chroma-sum"):
        options = dict(CHROMA[name])
        count = options.pop("n_chroma", 12)
        options.pop("norm", None)
        power = np.abs(librosa.stft(exact, **({"n_fft": 2048} | options))) ** 2
        golden.metadata[f"{name}.tuning"] = repr(float(librosa.estimate_tuning(S=power, sr=RATE, bins_per_octave=count)))
    golden.write("bands")


if __name__ == "__main__":
    main()
