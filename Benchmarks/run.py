"""Lets Genba and its Python peers take turns at the same tasks, one thread each, and prints how many times faster Genba is.

Each task gets a new process on both sides, which holds the inputs in memory. It runs unmeasured first, and what came
out is compared. Then they alternate, the order changing with each pair. A pair gives one ratio, peer / Genba; the
table has the medians, and the smallest and largest ratio. Every run makes its result in memory of its own and frees it
after the clocks have been read, on both sides. "Pixels" are a decoded picture in memory: PIL's for transformers and
Pillow, a tensor for torchvision, an Image for Genba.

Much of a fast run is the first touch of new memory. glibc gives large freed blocks back to the system, but not those
that a process's history has put inside its heap, and then the same code can take half the time: hence the new
processes. `--keep-memory` has glibc keep all memory, on both sides: the best case for the peers.

On a machine that others use too, `--clock cpu` is the steadier clock. GENBA_KERNEL_LEVEL=avx2 (or base) caps the
instruction set of Genba's kernels.

usage: run.py [--pairs N] [--only TEXT] [--clock wall|cpu] [--keep-memory] [--inputs N] [--write FILE.md]
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from safetensors.numpy import load_file

import conversions
import inputs
import memory
import stereo

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = f"{HERE}/.inputs"
GENBA = f"{HERE}/../.build/release/genba"
BENCH = f"{HERE}/.build/release/GenbaBench"

# glibc: take 1.5 GB at once, serve blocks from it, give nothing back.
KEEP_MEMORY = {
    "MALLOC_TOP_PAD_": "1500000000",
    "MALLOC_TRIM_THRESHOLD_": "2000000000",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}

# what is done, Genba's task, the peer's task, the peer's name
TASKS = [
    ("20 clips of 30 s to Whisper-128", "whisper.20x30s", "whisper.20x30s", "HF, a call a clip"),
    ("20 clips of 30 s to Whisper-128", "whisper.20x30s", "whisper.20x30s.one-call", "HF, one call"),
    ("a clip of 2 s to Whisper's 30 s", "whisper.2s", "whisper.2s", "HF"),
    ("STFT magnitude 512, 20 x 30 s", "stft.512", "stft.512.librosa", "librosa"),
    ("STFT magnitude 512, 20 x 30 s", "stft.512", "stft.512.torch", "torch.stft"),
    ("STFT magnitude 1024, 20 x 30 s", "stft.1024", "stft.1024.librosa", "librosa"),
    ("STFT magnitude 1024, 20 x 30 s", "stft.1024", "stft.1024.torch", "torch.stft"),
    ("STFT magnitude 2048, 20 x 30 s", "stft.2048", "stft.2048.librosa", "librosa"),
    ("STFT magnitude 2048, 20 x 30 s", "stft.2048", "stft.2048.torch", "torch.stft"),
    ("Kaldi fbank 80, 20 x 30 s", "kaldi-fbank.80", "kaldi-fbank.80.native", "kaldi-native-fbank"),
    ("Kaldi fbank 80, 20 x 30 s", "kaldi-fbank.80", "kaldi-fbank.80.torchaudio", "torchaudio"),
    ("10 min stereo, WAV of 16 bits", "sound.wav", "sound.wav.soundfile", "soundfile"),
    ("10 min stereo, FLAC", "sound.flac", "sound.flac.soundfile", "soundfile"),
    ("10 min stereo, MP3", "sound.mp3", "sound.mp3.soundfile", "soundfile"),
    ("10 min stereo, AAC", "sound.aac", "sound.aac.torchcodec", "torchcodec"),
    ("10 min stereo, Opus", "sound.opus", "sound.opus.torchcodec", "torchcodec"),
    ("10 min stereo, Vorbis", "sound.vorbis", "sound.vorbis.soundfile", "soundfile"),
    ("30 s stereo FLAC file to Whisper-128",) + ("sound.whisper",) * 2 + ("HF load_audio, extractor",),
    ("a clip of 2 s to Qwen2.5-Omni's 300 s", "qwen2.5-omni.2s", "qwen2.5-omni.2s", "HF"),
    ("log-mel 1024/512/128, 20 x 30 s", "log-mel.1024.512.128", "log-mel.1024.512.128", "librosa"),
    ("20 clips of 10 s to AST", "ast.20x10s", "ast.20x10s", "HF"),
    ("20 clips of 30 s to Parakeet", "parakeet.20x30s", "parakeet.20x30s", "HF"),
    ("20 clips of 30 s to SeamlessM4T", "seamless.20x30s", "seamless.20x30s", "HF"),
    ("20 clips of 10 s to CLAP, fused", "clap-fused.20x10s", "clap-fused.20x10s", "HF"),
    ("20 clips of 10 s to CLAP, unfused", "clap-unfused.20x10s", "clap-unfused.20x10s", "HF"),
    ("1080p JPEG file to Qwen2-VL", "qwen2-vl.1080p.file", "qwen2-vl.1080p.file", "HF"),
    ("1080p pixels to Qwen2-VL", "qwen2-vl.1080p.pixels", "qwen2-vl.1080p.pixels", "HF"),
    ("12 MP JPEG file to Qwen2-VL", "qwen2-vl.12mp.file", "qwen2-vl.12mp.file", "HF"),
    ("12 MP pixels to Qwen2-VL", "qwen2-vl.12mp.pixels", "qwen2-vl.12mp.pixels", "HF"),
    ("12 MP JPEG file to Qwen2-VL, budget 1 MP",) + ("qwen2-vl-class-defaults.12mp.file",) * 2 + ("HF",),
    ("12 MP pixels to Qwen2-VL, budget 1 MP",) + ("qwen2-vl-class-defaults.12mp.pixels",) * 2 + ("HF",),
    ("1080p pixels to Qwen3-VL", "qwen3-vl.1080p.pixels", "qwen3-vl.1080p.pixels", "HF"),
    ("two 1080p pixels to Qwen3-VL, 2 threads",) + ("qwen3-vl.1080p.pixels.threads",) * 2 + ("HF, 2 threads",),
    ("12 MP JPEG file to SigLIP", "siglip.12mp.file", "siglip.12mp.file", "HF"),
    ("500 JPEG files of 2 MP to CLIP, 2 jobs",) + ("clip.500-files.threads",) * 2 + ("torch DataLoader, 2 workers, HF",),
    ("12 MP JPEG decoded", "decode.jpeg", "decode.jpeg.pillow", "Pillow"),
    ("12 MP JPEG decoded", "decode.jpeg", "decode.jpeg.opencv", "OpenCV"),
    ("12 MP JPEG decoded", "decode.jpeg", "decode.jpeg.torchvision", "torchvision"),
    ("12 MP PNG decoded", "decode.png", "decode.png.pillow", "Pillow"),
    ("12 MP PNG decoded", "decode.png", "decode.png.opencv", "OpenCV"),
    ("12 MP PNG decoded", "decode.png", "decode.png.torchvision", "torchvision"),
    ("12 MP Bayer samples to RGB, bilinear", "decode.bayer", "decode.bayer.opencv", "OpenCV"),
    ("bicubic 12 MP to 1148x840", "resize.torchvision", "resize.torchvision-channels-last", "torchvision, channels last"),
    ("bicubic 12 MP to 1148x840", "resize.torchvision", "resize.torchvision-channels-first", "torchvision"),
    ("bicubic 12 MP to 1148x840", "resize.pillow", "resize.pillow", "Pillow"),
    ("60 s, 2 fps, 1080p H.264, GOP 250, B frames",) + ("video.2fps.1080p-gop-250",) * 2 + ("torchcodec",),
    ("60 s, 2 fps, 720p H.265",) + ("video.2fps.720p-hevc",) * 2 + ("torchcodec",),
    ("60 s, 1 fps, 1080p H.264, GOP 30",) + ("video.1fps.1080p-gop-30",) * 2 + ("torchcodec",),
    ("60 samples of a robot's 60 s, 480x640, GOP 2, H.264",) + ("video.robot-h264",) * 2 + ("torchcodec",),
    ("60 samples of a robot's 60 s, 480x640, GOP 2, AV1",) + ("video.robot-av1",) * 2 + ("torchcodec",),
    ("60 s, all frames, 1080p H.264",) + ("video.sequential",) * 2 + ("ffmpeg -threads 1, rgb24",),
    ("60 s, 2 fps, 1080p H.264, GOP 30, 2 threads",) + ("video.2fps.threads",) * 2 + ("torchcodec, 2 frame threads",),
    ("60 s, 2 fps, 1080p H.264, GOP 30, 2 threads", "video.2fps.count.threads", "video.2fps.ffmpeg.threads", "ffmpeg -threads 2, rgb24"),
    ("60 s of 1080p at 2 fps to Qwen3-VL",) + ("video.qwen3-vl.utils",) * 2 + ("qwen_vl_utils, HF",),
    ("60 s of 1080p at 2 fps to Qwen3-VL",) + ("video.qwen3-vl",) * 2 + ("HF",),
    ("4 frames of each of 200 short clips", "video.short-clips", "video.short-clips.torchcodec", "torchcodec, approximate"),
    ("4 frames of each of 200 short clips", "video.short-clips", "video.short-clips.decord", "decord"),
    ("640x480 uint16 depth to points and mask", "depth.points", "depth.points", "OpenCV depthTo3d"),
    ("640x480 normals", "depth.normals", "depth.normals.fals", "OpenCV FALS, window 7"),
    ("640x480 bilateral 5, normals", "depth.normals-smoothed", "depth.normals-smoothed.linemod", "OpenCV, LINEMOD"),
    ("640x480 depth to colour camera", "depth.align", "depth.align", "OpenCV registerDepth"),
    ("640x480 bilateral 5", "depth.bilateral5", "depth.bilateral5", "OpenCV"),
    ("640x480 guided, radius 8", "depth.guided8", "depth.guided8", "OpenCV ximgproc"),
    ("640x480 median 5, uint16", "depth.median5", "depth.median5", "OpenCV"),
    ("307,200 points to voxels of 1 cm", "depth.voxels", "depth.voxels", "Open3D"),
    ("307,200 points to binary PLY", "depth.ply", "depth.ply", "Open3D"),
    ("stereo, aloe 641x555, 112 disparities", "stereo.aloe-half.hh4", "stereo.aloe-half.3way", "OpenCV 3WAY, block 3"),
    ("stereo, aloe 1282x1110, 224 disparities", "stereo.aloe.hh4", "stereo.aloe.3way", "OpenCV 3WAY, block 3"),
    ("stereo, motorcycle 741x500, 80 disparities", "stereo.motorcycle.hh4", "stereo.motorcycle.3way", "OpenCV 3WAY, block 3"),
    ("stereo, 7 scenes 640x480, 96 disparities", "stereo.scenes.hh4", "stereo.scenes.3way", "OpenCV 3WAY, block 3"),
    ("stereo, 7 held-out scenes 640x480", "stereo.held-out.hh4", "stereo.held-out.3way", "OpenCV 3WAY, block 3"),
    ("stereo blocks, aloe 641x555", "stereo.aloe-half.bm", "stereo.aloe-half.bm", "OpenCV StereoBM, block 13"),
    ("stereo blocks, aloe 1282x1110", "stereo.aloe.bm", "stereo.aloe.bm", "OpenCV StereoBM, block 13"),
    ("stereo blocks, motorcycle", "stereo.motorcycle.bm", "stereo.motorcycle.bm", "OpenCV StereoBM, block 13"),
    ("stereo blocks, 7 scenes", "stereo.scenes.bm", "stereo.scenes.bm", "OpenCV StereoBM, block 13"),
    ("stereo 8 paths, aloe 641x555", "stereo.aloe-half.hh", "stereo.aloe-half.hh", "OpenCV HH, block 3"),
    ("stereo 8 paths, aloe 1282x1110", "stereo.aloe.hh", "stereo.aloe.hh", "OpenCV HH, block 3"),
    ("stereo 8 paths, motorcycle", "stereo.motorcycle.hh", "stereo.motorcycle.hh", "OpenCV HH, block 3"),
    ("stereo 8 paths, 7 scenes", "stereo.scenes.hh", "stereo.scenes.hh", "OpenCV HH, block 3"),
    ("stereo 8 paths, 7 held-out scenes", "stereo.held-out.hh", "stereo.held-out.hh", "OpenCV HH, block 3"),
    ("stereo 8 paths, aloe 1282x1110, 2 threads", "stereo.aloe.hh.threads", "stereo.aloe.hh.threads", "OpenCV HH, 2 threads"),
]


class Worker:
    """A process that answers a line with a line of JSON."""

    def __init__(self, command, keep_memory):
        environment = os.environ | (KEEP_MEMORY if keep_memory else {})
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"run.py: {self.process.args[0]} ended at {request!r}")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Row:
    """The pairs of one line of the table, in seconds."""

    def __init__(self, title, against, agreement):
        self.title, self.against, self.agreement = title, against, agreement
        self.pairs = []

    def cells(self):
        ratios = [theirs / ours for ours, theirs in self.pairs]
        ours, theirs = (statistics.median(side) for side in zip(*self.pairs))
        spread = f"{min(ratios):.2f} … {max(ratios):.2f}"
        times = [f"{1000 * ours:.1f} ms", f"{1000 * theirs:.1f} ms"]
        return [self.title, self.against, *times, f"{statistics.median(ratios):.2f}x", spread, self.agreement]


def angle_off(normals):
    """Mean degrees between normals and those of the rendered scene, whichever way they look."""
    truth = np.load(f"{INPUTS}/depth-normals.npy")
    cosine = np.abs((np.nan_to_num(normals[..., :3]) * truth).sum(-1))
    return np.degrees(np.arccos(np.clip(cosine, 0, 1)))[cosine > 0].mean()


def depth_agreement(left, right):
    """Of the tasks on depth, in words; None for others."""
    if "normals" in left:
        return f"off by {angle_off(left['normals']):.1f}° against {angle_off(right['normals']):.1f}°"
    if "points" in left:
        return f"within {np.abs(left['points'] - right['points'][..., :3]).max():.1e}"
    if "aligned" in left:
        same = np.abs(left["aligned"] - right["aligned"] / 1000) < 6e-4
        return f"{100 * same.mean():.2f} % of pixels equal"
    if "smoothed" in left:
        inside = [side["smoothed"][16:-16, 16:-16].astype(np.float64) for side in (left, right)]
        return f"within {np.abs(inside[0] - inside[1]).max():.1e} inside"
    return None


def agreement(ours, theirs):
    """How far apart two files of tensors are, or how right each is."""
    left, right = load_file(ours), load_file(theirs)
    if words := depth_agreement(left, right):
        return words
    if any(name.startswith("disparity.") for name in left):
        return stereo.agreement(left, right, INPUTS)
    if left.keys() != right.keys() or any(left[name].shape != right[name].shape for name in left):
        return "other tensors"
    if all(np.array_equal(left[name], right[name]) for name in left):
        return "bit-equal"
    return f"within {max(np.abs(left[name].astype(np.float64) - right[name]).max() for name in left):.1e}"


def compare(row, options):
    title, ours, theirs, against = row
    genba = Worker([BENCH, INPUTS], options.keep_memory)
    peer = Worker([sys.executable, f"{HERE}/peer.py", INPUTS, theirs], options.keep_memory)
    with tempfile.TemporaryDirectory() as folder:
        genba.ask(f"{ours} {folder}/ours.safetensors")
        peer.ask(f"{theirs} {folder}/theirs.safetensors")
        result = Row(title, against, agreement(f"{folder}/ours.safetensors", f"{folder}/theirs.safetensors"))
    sides = [(genba, ours), (peer, theirs)]
    for worker, task in sides:
        worker.ask(task)
    for index in range(options.pairs):
        times = {}
        for worker, task in sides if index % 2 == 0 else reversed(sides):
            answer = worker.ask(task)
            if not task.endswith(".threads") and answer["cpu"] > 1.2 * answer["wall"] + 0.001:
                sys.exit(f"run.py: {task} used more than one thread: {answer}")
            times[worker] = answer[options.clock]
        result.pairs.append((times[genba], times[peer]))
    genba.close()
    peer.close()
    return result


def convert(clips, jobs):
    """Seconds that `genba convert` takes over 200 clips, start and syncing to the disk included."""
    out = tempfile.mkdtemp()
    command = [GENBA, "convert", f"{INPUTS}/{clips}", "--out", out, "--model", "whisper-large-v3", "--format", "safetensors", "--jobs", str(jobs)]
    os.sync()  # or the disk would still be busy with what the run before wrote
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    shutil.rmtree(out)
    return seconds


def compare_jobs(clips, title, pairs):
    row = Row(f"genba convert, 200 clips of 10 s, {title}, --jobs 2", "itself, --jobs 1", "")
    convert(clips, 1)
    for index in range(pairs):
        order = [2, 1] if index % 2 == 0 else [1, 2]
        times = {jobs: convert(clips, jobs) for jobs in order}
        row.pairs.append((times[2], times[1]))
    return row


def streaming_memory():
    """How far a process's memory grows from its start while two hours of sound go through it, in MB, for each codec: what
    its libraries touch first is in it."""

    def peak(process):
        with open(f"/proc/{process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

    rows = []
    for codec in ["flac", "mp3", "aac", "opus", "vorbis"]:
        genba = Worker([BENCH, INPUTS], keep_memory=False)
        time.sleep(0.5)  # until it waits for a request
        before = peak(genba.process)
        genba.ask(f"sound.stream.{codec}")
        title = f"2 h of {codec.upper() if codec in ('flac', 'mp3', 'aac') else codec.title()} to log-mel in blocks, peak memory"
        rows.append([title, "at most 32 MB", f"{peak(genba.process) - before:.1f} MB", "", "", "", ""])
        genba.close()
    return rows


def stereo_memory(options):
    """What a match of the full aloe takes, each in a process of its own."""
    figures = []
    for title, command, task in [
        ("Genba, 4 paths", [BENCH, INPUTS], "stereo.aloe.hh4"), ("Genba, 8 paths", [BENCH, INPUTS], "stereo.aloe.hh"),
        ("OpenCV 3WAY", [sys.executable, f"{HERE}/peer.py", INPUTS], "stereo.aloe.3way"),
        ("OpenCV HH", [sys.executable, f"{HERE}/peer.py", INPUTS], "stereo.aloe.hh"),
    ]:
        worker = Worker(command, options.keep_memory)
        figures.append(f"{title} {stereo.memory(worker, task, INPUTS):.0f} MB")
        worker.close()
    return "Stereo, 1282x1110, 224 disparities, memory beyond the pair and the result: " + ", ".join(figures) + "."


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.machine()


def facts(options):
    packages = ["torch", "torchvision", "torchaudio", "transformers", "librosa", "pillow", "numpy"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    kept = ", freed memory kept" if options.keep_memory else ""
    level = os.environ.get("GENBA_KERNEL_LEVEL", "the best of this machine")
    return f"{processor()}; {platform.platform()}; kernels: {level}; {versions}; one thread against one; {options.clock} time{kept}."


def table(rows):
    head = ["task", "against", "Genba", "peer", "ratio", "of pairs", "results"]
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head)] + rows]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=9, help="measured pairs of a task (9)")
    parser.add_argument("--only", default="", help="only tasks whose title or name holds this text")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="which clock counts (wall)")
    parser.add_argument("--keep-memory", action="store_true", help="have glibc keep freed memory")
    parser.add_argument("--inputs", type=int, metavar="N", help="no more inputs of a conversion than this")
    parser.add_argument("--write", metavar="FILE.md", help="also write the table to a file")
    options = parser.parse_args()

    inputs.make(INPUTS)
    stereo.make(f"{INPUTS}/stereo")
    if any(options.only in part for row in TASKS if row[1].startswith("video.") for part in row):
        subprocess.run([f"{HERE}/clips.sh", f"{INPUTS}/clips"], check=True)
    streams = options.only in "sound.stream, peak memory"
    if streams or any(options.only in part for row in TASKS if row[1].startswith("sound.") for part in row):
        subprocess.run([f"{HERE}/sounds.sh", f"{INPUTS}/sounds", f"{INPUTS}/minute.wav"], check=True)
    rows = []
    for row in TASKS:
        if any(options.only in part for part in row):
            print(f"{row[0]}, against {row[3]} ...", file=sys.stderr)
            rows.append(compare(row, options))
    rows_of_memory = streaming_memory() if streams else []
    if options.only in "genba convert":
        print("genba convert ...", file=sys.stderr)
        for clips, title in [("clips-flac", "48 kHz stereo FLAC"), ("clips-wav", "16 kHz mono WAV")]:
            rows.append(compare_jobs(clips, title, max(3, options.pairs // 2)))
    rows += conversions.rows(INPUTS, options, Row)

    for title, task in memory.VIDEO:
        if options.only in title or options.only in task:
            figure = memory.beyond_result(lambda: Worker([BENCH, INPUTS], options.keep_memory), task)
            rows_of_memory.append([title, "at most 150 MB", f"{figure:.0f} MB", "", "", "", ""])
    notes = [stereo_memory(options)] if options.only in "stereo memory" else []
    facts_line = facts(options)
    table_lines = table([row.cells() for row in rows] + rows_of_memory)
    print(facts_line, table_lines, *notes, sep="\n\n")
    if options.write:
        with open(options.write, "w") as file:
            file.write("# Benchmarks\n\n`make bench` measures and prints this; `Benchmarks/run.py` says how. ")
            file.write("Medians of alternating pairs.\n\n" + "\n\n".join([facts_line, table_lines, *notes]) + "\n")


if __name__ == "__main__":
    main()
