"""The rows of whole conversions: `genba convert` against a DataLoader with ShardWriter, and against itself with one
job.

Wall time, the start of both programs included.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GENBA = f"{HERE}/../.build/release/genba"
BENCH = f"{HERE}/.build/release/GenbaBench"
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# title, kind of loader.py, folder of inputs, model
PIPELINES = [
    ("JPEGs of 2 MP to CLIP, webdataset, 2 jobs", "images", "photos-2000", "clip-vit-large-patch14"),
    ("FLAC clips of 10 s to Whisper, webdataset, 2 jobs", "sounds", "clips-500", "whisper-large-v3"),
    ("clips of 10 s, 720p, at 2 fps to Qwen2.5-VL, webdataset, 2 jobs", "videos", "videos-100", "qwen2.5-vl"),
]


def make(folder):
    """Inputs that are copies by link: every file is decoded anew all the same."""
    photos = f"{folder}/photos-2000"
    if not os.path.exists(photos):
        from inputs import photo

        os.makedirs(photos)
        photo(f"{photos}/photo-0000.jpg", (1680, 1190))
        for index in range(1, 2000):
            os.link(f"{photos}/photo-0000.jpg", f"{photos}/photo-{index:04}.jpg")
    sounds = f"{folder}/clips-500"
    if not os.path.exists(sounds):
        os.makedirs(sounds)
        for index in range(500):
            os.link(f"{folder}/clips-flac/clip-{index % 200:03}.flac", f"{sounds}/clip-{index:03}.flac")
    videos = f"{folder}/videos-100"
    if not os.path.exists(videos):
        os.makedirs(videos)
        media = f"{HERE}/../TestAssets/media/photo-large.jpg"
        motion = "zoompan=z='1+0.001*on':x='4*on':d=300:s=1280x720:fps=30,noise=alls=8:allf=t,format=yuv420p"
        command = ["ffmpeg", "-v", "error", "-i", media, "-vf", motion, "-frames:v", "300", "-c:v", "libx264", "-g", "60"]
        subprocess.run([*command, f"{videos}/clip-000.mp4"], check=True)
        for index in range(1, 100):
            os.link(f"{videos}/clip-000.mp4", f"{videos}/clip-{index:03}.mp4")
    tiny = f"{folder}/tiny"
    if not os.path.exists(tiny):
        # 64 bytes: a header of 44 and ten samples.
        os.makedirs(tiny)
        with open(f"{tiny}/tiny.wav", "wb") as file:
            file.write(b"RIFF" + (56).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little"))
            file.write(b"\x01\0\x01\0" + (8000).to_bytes(4, "little") + (16000).to_bytes(4, "little") + b"\x02\0\x10\0")
            file.write(b"data" + (20).to_bytes(4, "little") + bytes(range(20)))


def timed(command, **more):
    """Seconds, and the CPU seconds and kilobytes that a command takes."""
    os.sync()  # or the disk would still be busy with what the run before wrote
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, **more)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"conversions.py: {command} ended with {status}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


class Inputs:
    """The first files of a folder, listed in a file, and both sides' ways through them; what they write goes at once."""

    def __init__(self, folder, name, count):
        self.folder, self.name = folder, name
        self.paths = sorted(f"{folder}/{name}/{file}" for file in os.listdir(f"{folder}/{name}"))[:count]
        self.list = tempfile.NamedTemporaryFile("w", suffix=".txt")
        self.list.write("\n".join(self.paths))
        self.list.flush()

    def genba(self, model, jobs):
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            command = [GENBA, "convert", f"@{self.list.name}", "--out", f"{out}/shards", "--model", model]
            return timed([*command, "--jobs", str(jobs)])

    def loader(self, kind):
        with tempfile.TemporaryDirectory(dir=self.folder) as out:
            return timed([sys.executable, f"{HERE}/loader.py", kind, self.list.name, out])

    def features(self, model, threads):
        """Wall and CPU seconds of the same tensors on so many threads, of which nothing is kept."""
        process = subprocess.Popen([BENCH, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        answer = json.loads(process.communicate(f"features/{self.name}/{model}/{len(self.paths)}/{threads}\n")[0])
        return answer["wall"], answer["cpu"]


def rows(folder, options, make_row):
    """The table's rows, those whose title holds `options.only`. All by the wall clock: jobs save time, not work."""
    make(folder)
    pairs = max(1, options.pairs // 3)
    for title, kind, name, model in PIPELINES:
        inputs = Inputs(folder, name, options.inputs)
        title = f"{len(inputs.paths)} {title}"
        overhead = f"{title}: shards, hashes, records"
        sides = [
            (title, 2, "DataLoader, 2 workers, HF, ShardWriter", lambda: inputs.loader(kind)),
            (title, 2, "itself, --jobs 1", lambda: inputs.genba(model, 1)),
            (overhead, 2, "decoding and features alone", lambda: inputs.features(model, 2)),
            (overhead.replace("2 jobs", "1 job"), 1, "the same, one thread", lambda: inputs.features(model, 1)),
        ]
        for row_title, jobs, against, peer in sides:
            row = make_row(row_title, against, "")
            if not any(options.only in text for text in ("conversions", row_title, against)):
                continue
            print(f"{row_title}, against {against} ...", file=sys.stderr)
            cpu = []
            for _ in range(pairs):
                ours, theirs = inputs.genba(model, jobs), peer()
                row.pairs.append((ours[0], theirs[0]))
                cpu.append(theirs[1] / ours[1])
            row.agreement = f"CPU time {statistics.median(cpu):.2f}x"
            yield row
    if options.only in "conversions" or options.only in "tiny inputs":
        yield tiny_inputs(folder, min(1_000_000, options.inputs or 1_000_000), make_row)


def tiny_inputs(folder, count, make_row):
    """Inputs of 64 bytes, listed on stdin; the peer's column is what 5,000 a second take."""
    print(f"{count} tiny inputs ...", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder) as out, tempfile.TemporaryFile() as paths:
        command = [GENBA, "convert", "-", "--recipe", '{"audio": {"feature": "samples"}}', "--out", f"{out}/shards"]
        paths.write(f"{folder}/tiny/tiny.wav\n".encode() * count)
        paths.seek(0)
        _, cpu, kilobytes = timed([*command, "--jobs", "2", "--samples-per-shard", "10000"], stdin=paths)
    row = make_row(f"{count} WAV files of 64 bytes, CPU time", "5,000 a second a core", f"{kilobytes // 1024} MB at most")
    row.pairs.append((cpu, count / 5000))
    return row
