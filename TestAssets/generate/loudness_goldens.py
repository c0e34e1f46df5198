"""Goldens of loudness and silence: FFmpeg's filters ebur128 and silencedetect, of Debian 12's 5.1.

loudness: for each sound `NAME/momentary` and `NAME/short_term` float64 in LUFS, each tenth of a second from 0.4 s and
from 3 s on, and `NAME/integrated`, which FFmpeg rounds to 0.01. `NAME/silence` float64 [silences, 2]: start and end in
seconds at -40 dB and 0.05 s.
"""

import re
import subprocess

import numpy as np

from golden_file import Golden, media

SOUNDS = ["machine-44k1-stereo.flac", "speech-16k.wav", "long-16k.flac", "s24.wav"]


def run(name, filters):
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-i", media(name), "-af", filters, "-f", "null", "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def main():
    golden = Golden("numpy")
    version = subprocess.run(["ffmpeg", "-version"], check=True, capture_output=True, text=True).stdout
    golden.metadata["version.ffmpeg"] = version.split()[2]
    for name in SOUNDS:
        text = run(name, "ebur128=metadata=1,ametadata=print:file=-")
        values = {key: [float(x) for x in re.findall(rf"lavfi\.r128\.{key}=(\S+)", text)] for key in "MSI"}
        # Values before the first whole window stand for silence.
        golden.whole(f"{name}/momentary", values["M"][3:], np.float64)
        golden.whole(f"{name}/short_term", values["S"][29:], np.float64)
        golden.whole(f"{name}/integrated", values["I"][-1:], np.float64)
        text = run(name, "silencedetect=n=-40dB:d=0.05")
        starts = [float(x) for x in re.findall(r"silence_start: (\S+)", text)]
        ends = [float(x) for x in re.findall(r"silence_end: (\S+)", text)]
        golden.whole(f"{name}/silence", np.array(list(zip(starts, ends))).reshape(-1, 2), np.float64)
    golden.write("loudness")


if __name__ == "__main__":
    main()
