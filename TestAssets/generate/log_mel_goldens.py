"""Goldens of librosa's mel filter banks and log-mel spectrograms, for options of many kinds.

The sound is made here and stored in the golden. Each case's options stand in the metadata as the JSON that
`LogMelSpectrogram.Options` reads, and its result is computed in float64 from the same samples.
"""

import json

import librosa
import numpy as np
from transformers.audio_utils import mel_filter_bank

from golden_file import Golden

BANKS = {
    "whisper-128": dict(sample_rate=16000, n_fft=400, n_mels=128, f_min=0, f_max=8000, mel_scale="slaney", mel_norm="slaney"),
    "librosa": dict(sample_rate=22050, n_fft=2048, n_mels=128, f_min=0, f_max=11025, mel_scale="slaney", mel_norm="slaney"),
    "htk": dict(sample_rate=48000, n_fft=1024, n_mels=64, f_min=50, f_max=14000, mel_scale="htk", mel_norm="none"),
    "odd": dict(sample_rate=11025, n_fft=405, n_mels=40, f_min=0, f_max=5512.5, mel_scale="htk", mel_norm="slaney"),
    "empty-bands": dict(sample_rate=16000, n_fft=256, n_mels=128, f_min=0, f_max=8000, mel_scale="slaney", mel_norm="slaney"),
}

# The number of samples that are used, and the options; what is absent has librosa's default.
CASES = {
    "defaults": (6000, dict()),
    "whisper": (6000, dict(sample_rate=16000, n_fft=400, hop_length=160, pad_mode="reflect", log="log10", top_db=None)),
    "short-window": (
        5000,
        dict(sample_rate=16000, n_fft=512, win_length=400, hop_length=160, window="hamming", f_min=20, f_max=7600,
             n_mels=80, mel_scale="htk", mel_norm="none", log="ln"),
    ),
    "magnitude": (6000, dict(sample_rate=48000, n_fft=1024, hop_length=320, center=False, power=1, n_mels=64, floor=1e-5)),
    "odd": (3000, dict(sample_rate=11025, n_fft=405, hop_length=101, n_mels=40, pad_mode="reflect", log="none")),
    "shorter-than-padding": (150, dict(sample_rate=16000, n_fft=512, hop_length=128, n_mels=40, pad_mode="reflect")),
    "shorter-than-a-frame": (700, dict(sample_rate=16000, n_fft=2000, hop_length=500, n_mels=40, top_db=30)),
    "default-hop": (4000, dict(sample_rate=16000, n_fft=480, n_mels=32, log="log10")),
}


def bank(options):
    return librosa.filters.mel(
        sr=options["sample_rate"], n_fft=options["n_fft"], n_mels=options["n_mels"], fmin=options["f_min"],
        fmax=options["f_max"], htk=options["mel_scale"] == "htk",
        norm=None if options["mel_norm"] == "none" else options["mel_norm"], dtype=np.float64)


def log_mel(samples, options):
    n_fft = options.get("n_fft", 2048)
    win_length = options.get("win_length", n_fft)
    hop_length = options.get("hop_length", win_length // 4)
    mel = librosa.feature.melspectrogram(
        y=samples, sr=options.get("sample_rate", 22050), n_fft=n_fft, win_length=win_length, hop_length=hop_length,
        window=options.get("window", "hann"), center=options.get("center", True),
        pad_mode=options.get("pad_mode", "constant"), power=options.get("power", 2),
        n_mels=options.get("n_mels", 128), fmin=options.get("f_min", 0), fmax=options.get("f_max"),
        htk=options.get("mel_scale") == "htk", norm=None if options.get("mel_norm") == "none" else "slaney",
        dtype=np.float64)
    floor = options.get("floor", 1e-10)
    log = options.get("log", "db")
    if log == "db":
        to_db = librosa.power_to_db if options.get("power", 2) == 2 else librosa.amplitude_to_db
        return to_db(mel, ref=1.0, amin=floor, top_db=options.get("top_db", 80))
    return {"none": mel, "ln": np.log(np.maximum(mel, floor)), "log10": np.log10(np.maximum(mel, floor))}[log]


def main():
    banks = Golden("librosa", "transformers", "numpy")
    for name, options in BANKS.items():
        weights = bank(options)
        reference = mel_filter_bank(
            options["n_fft"] // 2 + 1, options["n_mels"], options["f_min"], options["f_max"], options["sample_rate"],
            None if options["mel_norm"] == "none" else "slaney", options["mel_scale"])
        if options["sample_rate"] % 2 == 0:
            assert np.abs(weights - reference.T).max() < 1e-13
        banks.sample(name, weights, indices=np.flatnonzero(weights)[:: max(1, np.count_nonzero(weights) // 300)])
        banks.whole(f"{name}.sums", weights.sum(axis=1))
        banks.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
    banks.write("mel-filter-banks")

    time = np.arange(6000) / 16000
    samples = 0.4 * np.sin(2 * np.pi * (200 * time + 8000 * time**2)) + 0.1 * np.sin(2 * np.pi * 997 * time)
    samples = (samples + 0.01 * np.random.default_rng(0).standard_normal(6000)).astype(np.float32)
    spectra = Golden("librosa", "numpy")
    spectra.whole("samples", samples)
    for name, (count, options) in CASES.items():
        spectra.sample(name, log_mel(samples[:count].astype(np.float64), options), count=1000)
        spectra.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        spectra.metadata[f"{name}.sample_count"] = str(count)
    spectra.write("log-mel")


if __name__ == "__main__":
    main()
