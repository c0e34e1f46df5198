"""Goldens of models with a log-mel of their own, or with Whisper's in another shape: Parakeet, Granite Speech, Gemma 3n,
Gemma 4, Voxtral and CLAP.

CLAP's extractor draws numbers at random; `choices` are those that it drew, in their order.
"""

from types import SimpleNamespace

import numpy as np
from transformers import AutoFeatureExtractor, ClapFeatureExtractor, VoxtralProcessor, WhisperFeatureExtractor
from transformers.models.gemma4.feature_extraction_gemma4 import Gemma4AudioFeatureExtractor
from transformers.audio_utils import load_audio

from golden_file import Golden, config, media

CLIPS = ["speech-16k.wav", "machine-44k1-stereo.flac"]


def load(clip, rate=16_000):
    return load_audio(media(clip), sampling_rate=rate, backend="soundfile")


def write(path, output, choices=None):
    golden = Golden("transformers", "torch", "torchaudio", "numpy", "soxr")
    for key, value in output.items():
        golden.sample(key, np.asarray(value))
    if choices is not None:
        golden.whole("choices", choices, np.int64)
    golden.write(path)


def voxtral():
    extractor = WhisperFeatureExtractor.from_pretrained(config("voxtral-mini"))
    options = {**VoxtralProcessor.audio_kwargs}
    positions = options.pop("max_source_positions")
    processor = SimpleNamespace(feature_extractor=extractor)
    for name, clips in [("one", ["speech-16k.wav"]), ("batch", ["long-16k.flac", "speech-16k.wav"])]:
        features = VoxtralProcessor._retrieve_input_features(processor, map(load, clips), positions, **options)
        write(f"voxtral-mini/{name}", {"input_features": features.numpy()})


def clap():
    drawn = []

    def recording(draw):
        def recorded(*arguments):
            drawn.append(int(draw(*arguments)))
            return drawn[-1]

        return recorded

    np.random.seed(1)
    np.random.choice, np.random.randint = recording(np.random.choice), recording(np.random.randint)
    for model in ["clap-htsat-fused", "clap-htsat-unfused"]:
        extractor = ClapFeatureExtractor.from_pretrained(config(model))
        for name, clips in [("one", CLIPS[:1]), ("batch", ["long-16k.flac", "machine-44k1-stereo.flac"])]:
            drawn.clear()
            batch = [load(clip, 48_000) for clip in clips]
            write(f"{model}/{name}", extractor(batch, sampling_rate=48_000, return_tensors="np"), drawn)


def main():
    clips = [load(clip) for clip in CLIPS]
    for model in ["parakeet-ctc-1.1b", "granite-speech", "gemma-3n"]:
        extractor = AutoFeatureExtractor.from_pretrained(config(model))
        for name, batch in [("one", clips[:1]), ("batch", clips)]:
            if model == "granite-speech":
                output = dict(extractor(batch))
                # The processor keeps this one back.
                output["audio_embed_sizes"] = np.asarray(output["audio_embed_sizes"])
            else:
                output = extractor(batch, sampling_rate=16_000, return_tensors="np")
            write(f"{model}/{name}", output)
    # No checkpoint's file stands in configs: the class with its defaults.
    for name, batch in [("one", clips[:1]), ("batch", clips)]:
        write(f"gemma-4-class-defaults/{name}", Gemma4AudioFeatureExtractor()(batch, return_tensors="np"))
    voxtral()
    clap()


if __name__ == "__main__":
    main()
