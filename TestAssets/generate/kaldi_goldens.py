"""Goldens of Kaldi's filter banks: torchaudio in float64, and in one case kaldi-native-fbank in float32.

The sound is made here and stored in the golden. Each case's options stand in the metadata as the JSON that
`KaldiFbank.Options` reads.
"""

import json

import kaldi_native_fbank
import numpy as np
import torch
import torchaudio.compliance.kaldi

from golden_file import Golden

# The number of samples that are used, and the options; what is absent has torchaudio's default.
CASES = {
    "defaults": (5000, dict()),
    "seamless": (5000, dict(num_mel_bins=80, sample_scale=32768.0)),
    "ast": (5000, dict(num_mel_bins=128, window_type="hanning")),
    "mirrored": (4777, dict(num_mel_bins=40, window_type="hamming", snip_edges=False, subtract_mean=True)),
    "mirrored-long-shift": (4777, dict(num_mel_bins=40, frame_shift=30.0, snip_edges=False)),
    "energy": (5000, dict(use_energy=True, window_type="blackman", blackman_coeff=0.4, energy_floor=0.0)),
    "windowed-energy-last": (
        5000,
        dict(use_energy=True, raw_energy=False, htk_compat=True, energy_floor=5.0, sample_scale=32768.0, low_freq=100.0,
             high_freq=-500.0),
    ),
    "linear-magnitude": (
        5000,
        dict(sample_frequency=44100, num_mel_bins=30, use_log_fbank=False, use_power=False, window_type="rectangular",
             remove_dc_offset=False, preemphasis_coefficient=0.0),
    ),
    "stretched": (5000, dict(num_mel_bins=40, vtln_warp=1.15)),
    "shrunk": (5000, dict(num_mel_bins=40, vtln_warp=0.87, vtln_low=60.0, vtln_high=7000.0, sample_scale=32768.0)),
    # 1102 samples are 2 · 19 · 29.
    "not-rounded": (5000, dict(sample_frequency=44100, num_mel_bins=64, round_to_power_of_two=False)),
}


def torchaudio_fbank(samples, options):
    options = dict(options)
    scale = options.pop("sample_scale", 1.0)
    options.setdefault("dither", 0.0)
    waveform = torch.from_numpy(samples.astype(np.float64) * scale).unsqueeze(0)
    return torchaudio.compliance.kaldi.fbank(waveform, **options).numpy()


# What torchaudio lacks: options in Genba's names, in kaldi-native-fbank's, and the samples' scale.
NATIVE = {
    "native": (dict(num_mel_bins=80), dict(), dict(), 32768.0),
    "native-htk": (dict(num_mel_bins=40, htk_mode=True), dict(htk_mode=True), dict(), 300.0),
    "native-htk-linear": (
        dict(num_mel_bins=23, htk_mode=True, use_log_fbank=False), dict(htk_mode=True), dict(use_log_fbank=False), 1.0),
    "native-sine": (dict(num_mel_bins=40, window_type="sine"), dict(), dict(), 32768.0),
    "native-mirrored": (dict(num_mel_bins=40, snip_edges=False), dict(), dict(), 32768.0),
    "native-floored-energy": (
        dict(num_mel_bins=40, use_energy=True, energy_floor=1e7), dict(), dict(use_energy=True, energy_floor=1e7), 32768.0),
}


def native_fbank(samples, named, of_mel, of_all, scale):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.window_type = named.get("window_type", "povey")
    options.frame_opts.snip_edges = named.get("snip_edges", True)
    options.mel_opts.num_bins = named["num_mel_bins"]
    for name, value in of_mel.items():
        setattr(options.mel_opts, name, value)
    for name, value in of_all.items():
        setattr(options, name, value)
    fbank = kaldi_native_fbank.OnlineFbank(options)
    fbank.accept_waveform(16000, (samples * np.float32(scale)).tolist())
    fbank.input_finished()
    return np.stack([fbank.get_frame(i) for i in range(fbank.num_frames_ready)])


def main():
    # The filter banks are made in the default type.
    torch.set_default_dtype(torch.float64)
    time = np.arange(5000) / 16000
    samples = 0.05 + 0.4 * np.sin(2 * np.pi * (200 * time + 8000 * time**2)) + 0.1 * np.sin(2 * np.pi * 997 * time)
    samples = (samples + 0.01 * np.random.default_rng(0).standard_normal(5000)).astype(np.float32)
    golden = Golden("torchaudio", "kaldi_native_fbank", "numpy")
    golden.whole("samples", samples)
    for name, (count, options) in CASES.items():
        golden.sample(name, torchaudio_fbank(samples[:count], options), count=600)
        golden.metadata[f"{name}.options"] = json.dumps(options, sort_keys=True)
        golden.metadata[f"{name}.sample_count"] = str(count)
    for name, (named, of_mel, of_all, scale) in NATIVE.items():
        golden.sample(name, native_fbank(samples, named, of_mel, of_all, scale), count=600)
        golden.metadata[f"{name}.options"] = json.dumps(named | {"sample_scale": scale}, sort_keys=True)
    golden.write("kaldi-fbank")


if __name__ == "__main__":
    main()
