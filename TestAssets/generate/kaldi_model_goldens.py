"""Goldens of the models that hear Kaldi's filter banks: AST, SeamlessM4T, Wav2Vec2-BERT, Speech2Text and Phi-4-multimodal,
each one clip alone and two of unequal length as a batch.
"""

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


if __name__ == "__main__":
    main()
