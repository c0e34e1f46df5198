"""Goldens of mixing and resampling: transformers' load_audio, soxr and torchcodec.

resampled-audio: float32 [channels, samples], a sample of each with the CRC of the whole.
`NAME/soxr/RATE`: soxr_hq as librosa calls it, padded or trimmed to ceil(n * RATE / old rate), each channel.
`NAME/load_audio/RATE`: transformers' load_audio(backend="soundfile"), one channel.
`NAME/torchcodec/RATE` and `NAME/torchcodec-mono/RATE`: torchcodec's decoder asked for a rate, and for one channel.
`NAME/mean`: numpy's mean of the channels; `noise/mean/CHANNELS` that of noise, whose sum depends on its order.
"""

import math

import numpy as np
import soundfile
import soxr
from torchcodec.decoders import AudioDecoder
from transformers.audio_utils import load_audio

from golden_file import Golden, media

SOUNDS = ["machine-44k1-stereo.flac", "speech-16k.wav", "8ch.wav", "one-sample.wav", "s24.wav", "tiny.aiff"]
RATES = [8_000, 16_000, 22_050, 44_100, 48_000]


class SmallGolden(Golden):
    def sample(self, name, array, count=60, indices=None):
        return super().sample(name, array, count, indices)


def resample(channel, old, new):
    count = math.ceil(len(channel) * new / old)
    resampled = soxr.resample(channel, old, new, quality="soxr_hq")
    return np.pad(resampled, (0, max(0, count - len(resampled))))[:count]


def noise(channels, count):
    """float32 [count, channels] of 24 random bits each, from a generator that tests have too."""
    state, values = 1, np.empty(count * channels, np.float32)
    for index in range(len(values)):
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        values[index] = (state >> 8) / 2**23 - 1
    return values.reshape(count, channels)


def main():
    golden = SmallGolden("soxr", "soundfile", "torchcodec", "transformers", "numpy")
    for name in SOUNDS:
        samples, old = soundfile.read(media(name), dtype="float32", always_2d=True)
        mixes = {"torchcodec": None, "torchcodec-mono": 1}
        for new in RATES:
            if new != old:
                channels = [resample(np.ascontiguousarray(channel), old, new) for channel in samples.T]
                golden.sample(f"{name}/soxr/{new}", np.stack(channels))
            for key, count in mixes.items():
                decoded = AudioDecoder(media(name), sample_rate=new, num_channels=count).get_all_samples()
                data = decoded.data.numpy()
                # A single sample can become none, of which there is no sample to take.
                (golden.sample if data.size else golden.whole)(f"{name}/{key}/{new}", data)
        loaded = load_audio(media(name), sampling_rate=16_000, backend="soundfile")
        golden.sample(f"{name}/load_audio/16000", loaded[None])
        golden.sample(f"{name}/mean", samples.T.mean(axis=0)[None])
    for channels in [2, 3, 6, 7, 8, 9, 16, 19]:
        golden.sample(f"noise/mean/{channels}", noise(channels, 500).T.mean(axis=0)[None])
    golden.write("resampled-audio")


if __name__ == "__main__":
    main()
