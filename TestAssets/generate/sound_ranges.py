"""Goldens of ranges of time in sounds: torchcodec's get_samples_played_in_range.

sound-ranges: `ranges` float64 [ranges, 2], start and stop in seconds from the sound's beginning; for each sound with an
exact clock and each range `NAME/INDEX` float32 [channels, samples] (a sample of it with the CRC of the whole), and
`NAME/pts_seconds`. For sounds that no other golden has, `NAME/decoded`, the whole. `NAME/begin_seconds` for all.
"""

import numpy as np
from torchcodec.decoders import AudioDecoder

from golden_file import Golden, media

SOUNDS = [
    "speech-16k.wav", "machine-44k1-stereo.flac", "clip-audio.m4a", "clip-alac.m4a", "voice.opus", "line-h264.mp4",
]
WHOLE = ["clip-ac3.ac3", "clip-alac.m4a", "voice-late.mka"]
RANGES = [(0.0, 0.25), (0.1, 0.1001), (0.2003, 0.4), (0.33, 100.0)]


def main():
    golden = Golden("torchcodec")
    golden.whole("ranges", RANGES, np.float64)
    for name in sorted({*SOUNDS, *WHOLE}):
        whole = AudioDecoder(media(name)).get_all_samples()
        begin = whole.pts_seconds
        golden.whole(f"{name}/begin_seconds", [begin], np.float64)
        if name in WHOLE:
            golden.sample(f"{name}/decoded", whole.data.numpy(), count=100)
        if name not in SOUNDS:
            continue
        times = []
        for index, (start, stop) in enumerate(RANGES):
            part = AudioDecoder(media(name)).get_samples_played_in_range(begin + start, begin + stop)
            golden.sample(f"{name}/{index}", part.data.numpy(), count=60)
            times.append(part.pts_seconds)
        golden.whole(f"{name}/pts_seconds", times, np.float64)
    golden.write("sound-ranges")


if __name__ == "__main__":
    main()
