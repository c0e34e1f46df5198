"""Goldens of the models that hear Kaldi's filter banks: AST, SeamlessM4T, Wav2Vec2-BERT, Speech2Text and Phi-4-multimodal,
each one clip alone and two of unequal length as a batch; and BEATs, which transformers lacks, by its definition.
"""

import numpy as np
import torch
import torchaudio.compliance.kaldi
from transformers import AutoFeatureExtractor
from transformers.audio_utils import load_audio

from golden_file import Golden, config, media

CLIPS = ["speech-16k.wav", "machine-44k1-stereo.flac"]
MODELS = [
    "ast-finetuned-audioset-10-10-0.4593",
    "seamless-m4t",
    "w2v-bert-2.0",
    "s2t-small-librispeech-asr",
    "phi-4-multimodal",
]


def beats(clips, mean=15.41663, std=6.55582):
    """What BEATs' preprocess and forward_padding_mask make of a batch filled with zeros."""
    longest = max(map(len, clips))
    waves = [np.pad(clip, (0, longest - len(clip))) for clip in clips]
    fbank = np.stack([
        torchaudio.compliance.kaldi.fbank(
            torch.from_numpy(wave).unsqueeze(0) * 2**15, num_mel_bins=128, sample_frequency=16_000, frame_length=25,
            frame_shift=10).numpy()
        for wave in waves
    ])
    mask = np.stack([np.arange(longest) >= len(clip) for clip in clips])
    extra = longest % fbank.shape[1]
    mask = mask[:, : longest - extra].reshape(len(clips), fbank.shape[1], -1).all(-1)
    return {"fbank": (fbank - mean) / (2 * std), "padding_mask": mask}


def main():
    clips = [load_audio(media(clip), sampling_rate=16_000, backend="soundfile") for clip in CLIPS]
    for model in MODELS:
        extractor = AutoFeatureExtractor.from_pretrained(config(model))
        options = {"padding": True} if model.startswith("s2t") else {}
        for name, batch in [("one", clips[:1]), ("batch", clips)]:
            output = extractor(batch, sampling_rate=16_000, return_tensors="np", **options)
            golden = Golden("transformers", "torch", "torchaudio", "numpy", "soxr")
            for key in output:
                golden.sample(key, output[key])
            golden.write(f"{model}/{name}")
    for name, batch in [("one", clips[:1]), ("batch", clips)]:
        golden = Golden("torch", "torchaudio", "numpy", "soxr")
        for key, value in beats(batch).items():
            golden.sample(key, value)
        golden.write(f"beats/{name}")


if __name__ == "__main__":
    main()
