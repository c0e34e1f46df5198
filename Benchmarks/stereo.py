"""The stereo rows: their pairs with ground truth, OpenCV's side, and what is printed about accuracy.

Pairs: OpenCV's aloe at full and at half size, scikit-image's motorcycle (Middlebury 2014, quarter size), the scenes of
TestAssets/generate/stereo_scenes.py together, and its held-out ones, on which nothing was tuned. Only visible pixels
count: those whose ground truth, warped forward to the right picture with a z-buffer, is within a pixel of the nearest one
there. bad-N is the share of them that is off by more than N pixels, with holes counted as wrong, and with holes filled by
the farther of the two neighbours in the row. The aloe's ground truth is whole numbers: at full size, bad-2 is what counts.

OpenCV gets pictures with `numDisparities` columns repeated at the left, since it leaves out as many.
"""

import os
import sys

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = "/usr/share/doc/opencv-doc/examples/data"
sys.path.append(f"{HERE}/../TestAssets/generate")

# pairs of a task, with their numbers of disparities
PAIRS = {"tiny": ["tiny"], "aloe": ["aloe"], "aloe-half": ["aloe-half"], "motorcycle": ["motorcycle"], "scenes": [], "held-out": []}
DISPARITIES = {"tiny": 16, "aloe": 224, "aloe-half": 112, "motorcycle": 80}

try:
    import stereo_scenes

    PAIRS["scenes"] = [f"scene-{name}" for name in stereo_scenes.scenes()]
    PAIRS["held-out"] = [f"held-out-{name}" for name in stereo_scenes.held_out()]
    DISPARITIES |= {name: 96 for name in PAIRS["scenes"] + PAIRS["held-out"]}
finally:
    sys.path.pop()


def visible(truth):
    """Which pixels the right camera sees too, by the ground truth itself; 0 is unknown."""
    height, width = truth.shape
    nearest = np.zeros((height, width), np.float32)
    rows, columns = np.nonzero(truth > 0)
    disparity = truth[rows, columns]
    there = np.rint(columns - disparity).astype(int)
    inside = there >= 0
    rows, columns, disparity, there = (part[inside] for part in (rows, columns, disparity, there))
    np.maximum.at(nearest, (rows, there), disparity)
    seen = np.zeros((height, width), bool)
    seen[rows, columns] = disparity >= nearest[rows, there] - 1
    return seen


def pair(name):
    """left, right uint8; truth float32, 0 where it is not known; visible."""
    if name.startswith("scene-"):
        return stereo_scenes.make(name.removeprefix("scene-"))
    if name.startswith("held-out-"):
        return stereo_scenes.make(name.removeprefix("held-out-"), of=stereo_scenes.held_out)
    if name == "tiny":
        return *np.zeros((2, 16, 64), np.uint8), np.ones((16, 64), np.float32), np.ones((16, 64), bool)
    if name == "motorcycle":
        import skimage.data

        left, right, truth = skimage.data.stereo_motorcycle()
        left, right = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (left, right))
        truth = np.where(np.isfinite(truth), truth, 0).astype(np.float32)
        return left, right, truth, visible(truth)
    left, right, truth = (cv2.imread(f"{SAMPLES}/{file}", cv2.IMREAD_GRAYSCALE) for file in ("aloeL.jpg", "aloeR.jpg", "aloeGT.png"))
    truth = truth.astype(np.float32)
    if name == "aloe-half":
        left, right = (cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for picture in (left, right))
        truth = truth[::2, ::2][: left.shape[0], : left.shape[1]] / 2
    return left, right, truth, visible(truth)


def make(folder):
    """Pairs as NAME.npy, uint8 [2, H, W], and NAME-truth.npy, float32 [2, H, W]: truth and visible."""
    os.makedirs(folder, exist_ok=True)
    for name in DISPARITIES:
        if os.path.exists(f"{folder}/{name}-truth.npy"):
            continue
        try:
            left, right, truth, seen = pair(name)
        except Exception as error:  # the samples are a package of their own; their rows are left out
            print(f"no pair {name}: {error}", file=sys.stderr)
            continue
        np.save(f"{folder}/{name}.npy", np.stack([left, right]))
        np.save(f"{folder}/{name}-truth.npy", np.stack([truth, seen.astype(np.float32)]))


def names(folder, task):
    """The pairs of `stereo.TASK.MODE` that there are."""
    return [name for name in PAIRS[task.split(".")[1]] if os.path.exists(f"{folder}/{name}-truth.npy")]


def opencv(mode, count):
    """OpenCV's matcher: `3way`, `hh`, or `bm` with blocks of 13, its best on these pairs of 9, 13, 17 and 21."""
    if mode == "bm":
        matcher = cv2.StereoBM_create(count, 13)
        matcher.setSpeckleWindowSize(100)
        matcher.setSpeckleRange(32)  # in sixteenths here, unlike in StereoSGBM
        matcher.setDisp12MaxDiff(1)
        return matcher
    mode = {"3way": cv2.STEREO_SGBM_MODE_SGBM_3WAY, "hh": cv2.STEREO_SGBM_MODE_HH}[mode]
    return cv2.StereoSGBM_create(0, count, 3, 72, 288, 1, 0, 10, 100, 2, mode)


def peer(inputs, task):
    """OpenCV's side of `stereo.TASK.MODE`: a closure that gives disparities, -1 where there is none."""
    cv2.setNumThreads(2 if task.endswith("threads") else 1)
    work = []
    for name in names(f"{inputs}/stereo", task):
        count = DISPARITIES[name]
        matcher = opencv(task.split(".")[2], count)
        pictures = np.load(f"{inputs}/stereo/{name}.npy")
        padded = [cv2.copyMakeBorder(picture, 0, 0, count, 0, cv2.BORDER_REPLICATE) for picture in pictures]
        work.append((name, count, matcher, padded))

    def run():
        return {f"disparity.{name}": matcher.compute(*padded)[:, count:] for name, count, matcher, padded in work}

    return run


def pixels(disparity):
    """OpenCV's sixteenths as pixels; what is below 0 is none."""
    if disparity.dtype == np.int16:
        disparity = disparity.astype(np.float32) / 16
    return np.where(disparity < 0, -1, disparity)


def filled(disparity):
    """Holes take the farther of their neighbours in the row."""
    height, width = disparity.shape
    hole, column, row = disparity < 0, np.arange(width)[None], np.arange(height)[:, None]
    left = np.maximum.accumulate(np.where(hole, -1, column), 1)
    right = np.minimum.accumulate(np.where(hole, width, column)[:, ::-1], 1)[:, ::-1]
    at_left = np.where(left >= 0, disparity[row, np.maximum(left, 0)], np.inf)
    at_right = np.where(right < width, disparity[row, np.minimum(right, width - 1)], np.inf)
    far = np.minimum(at_left, at_right)
    return np.where(hole, np.where(np.isfinite(far), far, 0), disparity)


def score(disparity, truth, seen):
    """bad-2 with holes wrong, with holes filled, and the density, in percent."""
    counted = seen & (truth > 0)
    wrong = (np.abs(disparity - truth) > 2) | (disparity < 0)
    return np.array([wrong[counted].mean(), (np.abs(filled(disparity) - truth) > 2)[counted].mean(), (disparity >= 0)[counted].mean()]) * 100


def agreement(ours, theirs, inputs):
    """The accuracy of both sides, means over the pairs; bad-1 and bad-2 of as many pixels as the peer has, most trusted
    first."""
    scores, trusted = [], []
    for key in (key for key in theirs if key.startswith("disparity.")):
        name = key.removeprefix("disparity.")
        truth, seen = np.load(f"{inputs}/stereo/{name}-truth.npy")
        seen = seen > 0
        # Genba's holes are 0, and its mask tells them.
        mine = np.where(ours[f"valid_mask.{name}"], ours[key], -1)
        other = pixels(theirs[key])
        scores.append([score(mine, truth, seen), score(other, truth, seen)])
        counted = seen & (truth > 0)
        kept = int((other >= 0)[counted].sum())
        order = np.argsort(-np.where(mine >= 0, ours[f"confidence.{name}"], -1)[counted], kind="stable")[:kept]
        off = [np.abs(mine - truth)[counted][order], np.abs(other - truth)[counted & (other >= 0)]]
        trusted.append([100 * (side > limit).mean() for limit in (1, 2) for side in off])
    mine, other = np.mean(scores, 0)
    sure = np.mean(trusted, 0)
    return (
        f"bad-2 {mine[0]:.2f} against {other[0]:.2f}, filled {mine[1]:.2f} against {other[1]:.2f}, "
        f"density {mine[2]:.1f} against {other[2]:.1f}, most trusted bad-1 {sure[0]:.2f} against {sure[1]:.2f}, "
        f"bad-2 {sure[2]:.2f} against {sure[3]:.2f}")


def memory(worker, task, inputs):
    """Megabytes that a run takes at most, beyond what the process had before, the pair and the result."""

    def figure(name):
        with open(f"/proc/{worker.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name)) / 1000

    worker.ask("stereo.tiny." + task.split(".")[2])
    before = figure("VmRSS")
    worker.ask(task)
    pictures = np.load(f"{inputs}/stereo/{task.split('.')[1]}.npy")
    # float32 disparity and confidence and a mask, or OpenCV's int16 of the padded picture.
    of_pixel = 9 if task.endswith(("hh4", "hh")) and "GenbaBench" in worker.process.args[0] else 2.4
    return figure("VmHWM") - before - (pictures.nbytes + of_pixel * pictures[0].size) / 1e6


TASKS = [f"stereo.{pairs}.{mode}" for pairs in PAIRS for mode in ("3way", "hh", "bm")] + ["stereo.aloe.hh.threads"]


def tasks(inputs):
    """The peer's tasks by name."""
    return {name: lambda name=name: peer(inputs, name) for name in TASKS}
