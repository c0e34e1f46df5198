"""Converts many recordings, one in twenty of them broken, in child processes, and watches the program meanwhile: its memory
must stay flat, no child may become a zombie, and every failure must be named once.

usage: soak.py GENBA [INPUTS]     (280,000 inputs, the default, take about ten minutes on two cores)
"""

import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ASSETS = os.path.abspath(f"{os.path.dirname(os.path.abspath(__file__))}/../../TestAssets")
WHOLE = ["speech-16k.wav", "machine-44k1-stereo.flac", "notify.oga", "photo-board.jpg", "png-palette.png", "line-odd.mp4",
         "gop-4-b.mp4", "tone-48k.mp3", "lossy.webp"]
BROKEN = ["truncated.flac", "half.jpg", "bad-crc.png", "text.wav", "empty.mp4", "truncated.mp4", "huge-header.png",
          "damaged.flac"]
RECIPE = {"audio": {"feature": "log_mel"}, "image": {"size": [64, 64]}, "video": {"num_frames": 2, "size": [64, 64]}}


def processes(parent):
    """State and resident kilobytes of a process and its children."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/status") as file:
                facts = dict(line.split(":", 1) for line in file)
        except OSError:
            continue
        if int(name) == parent or int(facts["PPid"]) == parent:
            found[int(name)] = (facts["State"].split()[0], int(facts.get("VmRSS", "0").split()[0]))
    return found


def main():
    genba, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 280_000
    broken = {index: BROKEN[index // 20 % len(BROKEN)] for index in range(7, count, 20)}
    paths = [
        f"{ASSETS}/corrupt/{broken[index]}" if index in broken else f"{ASSETS}/media/{WHOLE[index % len(WHOLE)]}"
        for index in range(count)
    ]
    out = tempfile.mkdtemp()
    with open(f"{out}/list", "w") as file:
        file.write("\n".join(paths))
    command = [genba, "convert", f"@{out}/list", "--recipe", json.dumps(RECIPE), "--out", f"{out}/shards", "--isolate",
               "--jobs", "2", "--progress", "none"]
    start = time.time()
    with open(f"{out}/stderr", "w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    zombies, memory = 0, []
    while process.poll() is None:
        seen = processes(process.pid)
        # A child may be caught between its end and its parent's call; two seconds later it must be gone.
        dead = {number for number, (state, _) in seen.items() if state == "Z" and number != process.pid}
        time.sleep(2)
        again = processes(process.pid)
        zombies += sum(1 for number in dead if again.get(number, ("", 0))[0] == "Z")
        memory.append(sum(kilobytes for _, kilobytes in seen.values()))
    named = collections.Counter()
    with open(f"{out}/shards/errors.jsonl") as file:
        for line in file:
            named[json.loads(line)["ordinal"]] += 1
    with open(f"{out}/stderr") as file:
        said = sum(1 for line in file if line.rstrip().endswith("]"))
    shutil.rmtree(out)
    # The first tenth is warming up.
    steady = memory[len(memory) // 10:] or memory
    half = len(steady) // 2
    early, late = max(steady[:half] or steady), max(steady[half:])
    print(f"{count} inputs in {time.time() - start:.0f} s, {len(broken)} broken; exit code {process.returncode}")
    print(f"memory of all processes: at most {early // 1024} MB in the first half, {late // 1024} MB in the second")
    print(f"zombies: {zombies}; failures named: {sum(named.values())} in errors.jsonl, {said} on stderr")
    wrong = [index for index in broken if named[index] != 1] + [index for index in named if index not in broken]
    if zombies or wrong or said != len(broken) or late > 1.2 * early or process.returncode != 1:
        sys.exit(f"FAILED: {len(wrong)} inputs are not named once, such as {wrong[:5]}" if wrong else "FAILED")


if __name__ == "__main__":
    main()
