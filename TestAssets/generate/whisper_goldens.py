"""Goldens of transformers' WhisperFeatureExtractor for three clips: shorter and longer than 30 s, and 44.1 kHz stereo; and
for all three as a batch, of the distilled model too.

`samples` is the sound that the extractor got, from `load_audio(backend="soundfile")`: the mean of the channels, then
soxr at quality HQ. `input_features` is transformers' torch path in float32; `exact` is the same definition computed in
float64 from the same samples, sampled at the same places.
"""

import numpy as np
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import load_audio

from golden_file import Golden, config, media

CLIPS = ["speech-16k.wav", "long-16k.flac", "machine-44k1-stereo.flac"]


def exact_features(samples, extractor):
    """Whisper's log-mel in float64: [mels, 3000]."""
    n_fft, hop = extractor.n_fft, extractor.hop_length
    padded = np.zeros(extractor.n_samples)
    padded[: len(samples)] = samples[: extractor.n_samples]
    padded = np.pad(padded, n_fft // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop][:-1]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    power = np.abs(np.fft.rfft(frames * window)) ** 2
    mel = extractor.mel_filters.astype(np.float64).T @ power.T
    log_mel = np.log10(np.maximum(mel, 1e-10))
    return (np.maximum(log_mel, log_mel.max() - 8) + 4) / 4


def main():
    for model in ["whisper-large-v2", "whisper-large-v3"]:
        extractor = WhisperFeatureExtractor.from_pretrained(config(model))
        for clip in CLIPS:
            samples = load_audio(media(clip), sampling_rate=16_000, backend="soundfile")
            features = extractor(samples, sampling_rate=16_000, return_tensors="np")["input_features"]
            exact = exact_features(samples, extractor)
            golden = Golden("transformers", "torch", "numpy", "soundfile", "soxr")
            golden.sample("samples", samples, count=500)
            indices = golden.sample("input_features", features, count=2000)
            golden.sample("exact", exact[None], indices=indices)
            golden.metadata["maximum_difference_of_torch_from_exact"] = f"{np.abs(features[0] - exact).max():.3e}"
            golden.write(f"{model}/{clip}")
    for model in ["whisper-large-v2", "whisper-large-v3", "distil-large-v3"]:
        extractor = WhisperFeatureExtractor.from_pretrained(config(model))
        batch = [load_audio(media(clip), sampling_rate=16_000, backend="soundfile") for clip in CLIPS]
        golden = Golden("transformers", "torch", "numpy", "soundfile", "soxr")
        output = extractor(batch, sampling_rate=16_000, return_attention_mask=True, return_tensors="np")
        indices = golden.sample("input_features", output["input_features"], count=2000)
        golden.sample("exact", np.stack([exact_features(clip, extractor) for clip in batch]), indices=indices)
        golden.sample("attention_mask", output["attention_mask"])
        golden.write(f"{model}/batch")


if __name__ == "__main__":
    main()
