"""Measures Examples/stream-log-mel: how fast it is behind ffmpeg, and how late its frames come when the sound comes in real
time, in blocks of 10 ms.

usage: pipe.py SOUND    (needs ffmpeg, and `swift build -c release --product stream-log-mel`)
"""

import os
import resource
import subprocess
import sys
import threading
import time

PROGRAM = f"{os.path.dirname(os.path.abspath(__file__))}/../.build/release/stream-log-mel"
RATE, HOP, WINDOW, FRAME_BYTES = 16_000, 160, 400, 128 * 4


def decode(sound):
    return ["ffmpeg", "-nostdin", "-v", "error", "-i", sound, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]


def speed(sound):
    """Seconds of wall and processor time for both programs, and of sound."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ffmpeg = subprocess.Popen(decode(sound), stdout=subprocess.PIPE)
    frames = subprocess.run([PROGRAM], stdin=ffmpeg.stdout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    ffmpeg.wait()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, len(frames) / FRAME_BYTES * HOP / RATE


def latencies(samples):
    """From the moment at which a frame's last sample is written to that at which the frame has been read, in seconds."""
    program = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    arrivals, written = [], []

    def read():
        received = 0
        while data := os.read(program.stdout.fileno(), 1 << 16):
            received += len(data)
            arrivals.append((received // FRAME_BYTES, time.perf_counter()))

    reader = threading.Thread(target=read)
    reader.start()
    start = time.perf_counter()
    for block in range(len(samples) // (4 * HOP)):
        time.sleep(max(0, start + block * HOP / RATE - time.perf_counter()))
        written.append(time.perf_counter())
        os.write(program.stdin.fileno(), samples[4 * HOP * block : 4 * HOP * (block + 1)])
    program.stdin.close()
    reader.join()
    found, first = [], 0
    for count, when in arrivals:
        for frame in range(first, count):
            block = (frame * HOP + WINDOW // 2 - 1) // HOP
            if block < len(written):
                found.append(when - written[block])
        first = count
    return sorted(found)


def main():
    sound = sys.argv[1]
    wall, cpu, seconds = speed(sound)
    print(f"{seconds:.0f} s of sound: {wall:.2f} s, real-time factor {wall / seconds:.4f}; processor time {cpu:.2f} s")
    samples = subprocess.run(decode(sound), stdout=subprocess.PIPE, check=True).stdout[: 10 * RATE * 4]
    late = latencies(samples)
    parts = [late[len(late) // 2], late[int(len(late) * 0.95)], late[-1]]
    print("frames come after their last sample: median {:.2f}, 95 % {:.2f}, latest {:.2f} ms".format(*(1000 * part for part in parts)))


if __name__ == "__main__":
    main()
