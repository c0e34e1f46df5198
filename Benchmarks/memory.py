"""How much memory a task takes beyond its result."""

import os
import tempfile

# Title and task; the result stands in memory whole.
VIDEO = [
    ("60 s of 1080p at 2 fps to Qwen3-VL, a process beyond the tensors", "video.qwen3-vl"),
    ("60 s of 1080p to 1800 frames of 384x216, a process beyond them", "video.sized"),
]


def peak(worker):
    """The most memory that a process has had so far, in MB."""
    with open(f"/proc/{worker.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def beyond_result(start, task):
    """The peak of a whole process less its result, in MB; `start` makes a process that answers requests."""
    worker = start()
    worker.ask(task)
    most = peak(worker)
    worker.close()
    # Writing the result takes memory too, so another process does it.
    with tempfile.TemporaryDirectory() as folder:
        worker = start()
        worker.ask(f"{task} {folder}/result.safetensors")
        worker.close()
        return most - os.path.getsize(f"{folder}/result.safetensors") / (1 << 20)
