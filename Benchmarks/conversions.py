"""The rows of whole conversions: `genba convert` against a DataLoader with ShardWriter, and against itself with one
job.

Wall time, the start of both programs included.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GENBA = f"{HERE}/../.build/release/genba"
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# title, kind of loader.py, folder of inputs, model
PIPELINES = [
    ("2000 JPEGs of 2 MP to CLIP, webdataset, 2 jobs", "images", "photos-2mp", "clip-vit-large-patch14"),
    ("500 FLAC clips of 10 s to Whisper, webdataset, 2 jobs", "sounds", "clips-500", "whisper-large-v3"),
    ("100 clips of 10 s, 720p, at 2 fps to Qwen2.5-VL, webdataset, 2 jobs", "videos", "videos-100", "qwen2.5-vl"),
]


def make(folder):
    """Inputs that are copies by link: every file is decoded anew all the same."""
    photos = f"{folder}/photos-2mp"
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


def genba(inputs, model, jobs, form="webdataset"):
    out = tempfile.mkdtemp(dir=os.path.dirname(os.path.dirname(inputs)))
    command = [GENBA, "convert", inputs, "--out", out, "--model", model, "--jobs", str(jobs), "--format", form]
    result = timed(command)
    shutil.rmtree(out)
    return result


def loader(kind, inputs):
    out = tempfile.mkdtemp(dir=os.path.dirname(os.path.dirname(inputs)))
    result = timed([sys.executable, f"{HERE}/loader.py", kind, inputs, out])
    shutil.rmtree(out)
    return result


def rows(folder, options, make_row):
    """The table's rows. `options.clock` chooses wall or CPU time; one run of each unmeasured first."""
    make(folder)
    clock = 1 if options.clock == "cpu" else 0
    pairs = max(1, options.pairs // 3)
    for title, kind, name, model in PIPELINES:
        inputs = f"{folder}/{name}/"
        print(f"{title} ...", file=sys.stderr)
        against = make_row(title, "DataLoader, 2 workers, HF, ShardWriter", "")
        alone = make_row(title, "itself, --jobs 1", "")
        for _ in range(pairs):
            two = genba(inputs, model, 2)
            against.pairs.append((two[clock], loader(kind, inputs)[clock]))
            # Two jobs save time, not work: always by the wall clock.
            alone.pairs.append((two[0], genba(inputs, model, 1)[0]))
        yield against
        yield alone
    yield tiny_inputs(folder, make_row)


def tiny_inputs(folder, make_row):
    """A million inputs of 64 bytes, listed on stdin; the peer's column is what 5,000 a second take."""
    count = 1_000_000
    out = tempfile.mkdtemp(dir=folder)
    command = [GENBA, "convert", "-", "--recipe", '{"audio": {"feature": "samples"}}', "--out", out, "--jobs", "2"]
    command += ["--samples-per-shard", "10000"]
    print(f"{count} tiny inputs ...", file=sys.stderr)
    with tempfile.TemporaryFile() as paths:
        paths.write(f"{folder}/tiny/tiny.wav\n".encode() * count)
        paths.seek(0)
        _, cpu, kilobytes = timed(command, stdin=paths)
    shutil.rmtree(out)
    row = make_row(f"{count} WAV files of 64 bytes, CPU time", "5,000 a second a core", f"{kilobytes // 1024} MB at most")
    row.pairs.append((cpu, count / 5000))
    return row
