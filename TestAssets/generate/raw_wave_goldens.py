"""Goldens of the models that hear the samples themselves: Wav2Vec2, HuBERT, Moonshine and EnCodec, each one clip alone and
two of unequal length as a batch. `exact` is Wav2Vec2's normalization in float64.
"""

import numpy as np
from transformers import AutoFeatureExtractor
from transformers.audio_utils import load_audio

from golden_file import Golden, config, media

CLIPS = ["speech-16k.wav", "machine-44k1-stereo.flac"]


def write(model, extractor, clips, name):
    options = {} if model.startswith("encodec") else {"padding": True}
    output = extractor(clips, sampling_rate=extractor.sampling_rate, return_tensors="np", **options)
    golden = Golden("transformers", "numpy", "soxr")
    for key in output:
        golden.sample(key, output[key])
    if model == "hubert-large-ls960-ft":
        exact = np.zeros(output["input_values"].shape)
        for row, clip in zip(exact, clips):
            clip = clip.astype(np.float64)
            row[: len(clip)] = (clip - clip.mean()) / np.sqrt(clip.var() + 1e-7)
        golden.sample("exact", exact)
    golden.write(f"{model}/{name}")


def stereo(path, rate):
    """Both channels, resampled: [channels, samples]."""
    import soundfile
    import soxr

    samples, original = soundfile.read(path, dtype="float32", always_2d=True)
    return np.stack([soxr.resample(channel, original, rate, quality="HQ") for channel in samples.T])


def main():
    for model in ["wav2vec2-base-960h", "hubert-large-ls960-ft", "moonshine-base", "encodec-24khz", "encodec-48khz"]:
        extractor = AutoFeatureExtractor.from_pretrained(config(model))
        if extractor.feature_size == 2:
            clips = [stereo(media(clip), extractor.sampling_rate) for clip in ["machine-44k1-stereo.flac", "notify.oga"]]
        else:
            clips = [load_audio(media(clip), sampling_rate=extractor.sampling_rate, backend="soundfile") for clip in CLIPS]
        write(model, extractor, clips[:1], "one")
        write(model, extractor, clips, "batch")


if __name__ == "__main__":
    main()
