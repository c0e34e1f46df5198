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


def write(path, output, choices=None, exact=None):
    """`exact` is what the features would be without rounding, at the same places."""
    golden = Golden("transformers", "torch", "torchaudio", "numpy", "soxr")
    for key, value in output.items():
        indices = golden.sample(key, np.asarray(value))
        if key == "input_features" and exact is not None:
            golden.sample("float64", exact, indices=indices)
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


def gemma_in_float64(extractor, clips):
    """Gemma 3n's definition on the same samples, with nothing rounded on the way."""
    length = -(-max(map(len, clips)) // 128) * 128
    batch = np.stack([np.pad(np.asarray(clip, np.float64), (0, length - len(clip))) for clip in clips])
    size = extractor.frame_length
    seen = np.lib.stride_tricks.sliding_window_view(batch, size + 1, axis=-1)[:, :: extractor.hop_length]
    first = seen[..., :1] * (1 - extractor.preemphasis)
    frames = np.concatenate([first, seen[..., 1:-1] - extractor.preemphasis * seen[..., :-2]], axis=-1)
    window = 0.5 * (1 - np.cos(2 * np.pi * np.arange(size) / size))
    magnitudes = np.abs(np.fft.rfft(frames * window, n=extractor.fft_length))
    return np.log(np.maximum(magnitudes @ np.asarray(extractor.mel_filters, np.float64), 1e-5))


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
            exact = gemma_in_float64(extractor, batch) if model == "gemma-3n" else None
            write(f"{model}/{name}", output, exact=exact)
    # No checkpoint's file stands in configs: the class with its defaults.
    for name, batch in [("one", clips[:1]), ("batch", clips)]:
        write(f"gemma-4-class-defaults/{name}", Gemma4AudioFeatureExtractor()(batch, return_tensors="np"))
    voxtral()
    clap()


if __name__ == "__main__":
    main()
