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
    # 1102 samples are 2 · 19 · 29.
    "not-rounded": (5000, dict(sample_frequency=44100, num_mel_bins=64, round_to_power_of_two=False)),
}


def torchaudio_fbank(samples, options):
    options = dict(options)
    scale = options.pop("sample_scale", 1.0)
    options.setdefault("dither", 0.0)
    waveform = torch.from_numpy(samples.astype(np.float64) * scale).unsqueeze(0)
    return torchaudio.compliance.kaldi.fbank(waveform, **options).numpy()


def native_fbank(samples, bins):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = bins
    fbank = kaldi_native_fbank.OnlineFbank(options)
    fbank.accept_waveform(16000, (samples * 32768).tolist())
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
    golden.sample("native", native_fbank(samples, 80), count=600)
    golden.write("kaldi-fbank")


if __name__ == "__main__":
    main()
