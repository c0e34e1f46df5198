"""The Python side of the tasks on sound files (sounds.sh): soundfile, torchcodec and transformers, from opening the file
to the last sample, one thread."""

import os

import soundfile
from torchcodec.decoders import AudioDecoder
from transformers import WhisperFeatureExtractor
from transformers.audio_utils import load_audio

CONFIGS = f"{os.path.dirname(os.path.abspath(__file__))}/../TestAssets/configs"


def by_soundfile(path):
    # Transposed without a copy: soundfile has one row a sample.
    return lambda: {"samples": soundfile.read(path, dtype="float32", always_2d=True)[0].T}


def by_torchcodec(path):
    return lambda: {"samples": AudioDecoder(path).get_all_samples().data}


def whisper(path):
    extractor = WhisperFeatureExtractor.from_pretrained(f"{CONFIGS}/whisper-large-v3")

    def run():
        samples = load_audio(path, sampling_rate=16_000, backend="soundfile")
        return {"input_features": extractor(samples, sampling_rate=16_000, return_tensors="np")["input_features"]}

    return run


def tasks(inputs):
    files = {"wav": "wav", "flac": "flac", "mp3": "mp3", "aac": "m4a", "opus": "opus", "vorbis": "ogg"}
    found = {"sound.whisper": lambda: whisper(f"{inputs}/sounds/half-minute.flac")}
    for codec, ending in files.items():
        path = f"{inputs}/sounds/ten-minutes.{ending}"
        found[f"sound.{codec}.soundfile"] = lambda path=path: by_soundfile(path)
        found[f"sound.{codec}.torchcodec"] = lambda path=path: by_torchcodec(path)
    return found
