"""How much memory a task takes beyond its result."""

import os
import tempfile

# Title and task; the result stands in memory whole.
VIDEO = [
    ("60 s of 1080p at 2 fps to Qwen3-VL, memory beyond the tensors", "video.qwen3-vl"),
    ("60 s of 1080p to 1800 frames of 384x216, memory beyond them", "video.sized"),
]


def peak(worker):
    """The most memory that a process has had so far, in MB."""
    with open(f"/proc/{worker.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def beyond_result(start, task):
    """In MB; `start` makes a process that answers requests."""
    worker = start()
    worker.ask("whisper.2s")  # the program itself, and its libraries' first use
    before = peak(worker)
    worker.ask(task)
    grown = peak(worker) - before
    worker.close()
    # Writing the result takes memory too, so another process does it.
    with tempfile.TemporaryDirectory() as folder:
        worker = start()
        worker.ask(f"{task} {folder}/result.safetensors")
        worker.close()
        return grown - os.path.getsize(f"{folder}/result.safetensors") / (1 << 20)
