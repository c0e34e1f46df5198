"""Goldens of depth: lerobot's code, OpenCV's and Open3D's depth functions, and a depth picture in every format.

The scene is rendered here from formulas (a wall, a floor, spheres), with a sensor's noise of 1.5 mm * z^2, whole
millimetres and holes. lerobot's depth_utils imports much that is not needed here, so its two functions are run from the
installed file with stand-ins for its imports.
"""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import types

import cv2
import numpy as np
import open3d
from PIL import Image

from golden_file import ROOT, Golden

OUT = f"{ROOT}/media/depth"
FOCAL = 140.0


def scene(width=161, height=121):
    """Metres and an RGB picture of it."""
    cx, cy = (width - 1) / 2, (height - 1) / 2
    u, v = np.meshgrid((np.arange(width) - cx) / FOCAL, (np.arange(height) - cy) / FOCAL)
    rays = np.dstack([u, v, np.ones_like(u)])
    z = np.full((height, width), np.inf)
    color = np.zeros((height, width, 3))

    def paint(t, mask, rgb, normals):
        shade = 0.35 + 0.65 * np.abs(normals @ np.array([-0.4, -0.7, -0.6]) / 1.005)
        z[mask] = t[mask]
        color[mask] = (np.array(rgb) * shade[..., None])[mask]

    for normal, distance, rgb in [((0, -0.3, 1), 2.5, (205, 200, 180)), ((0, 1, 0.2), 0.9, (120, 130, 140))]:
        normal = np.array(normal) / np.linalg.norm(normal)
        t = distance / (rays @ normal)
        paint(t, (t > 0) & (t < z), rgb, np.broadcast_to(-normal, rays.shape))
    for center, radius, rgb in [
        ((-0.5, 0.1, 1.6), 0.3, (200, 60, 50)), ((0.4, -0.2, 1.3), 0.2, (60, 120, 200)),
        ((0.1, 0.3, 1.0), 0.12, (230, 180, 40)), ((0.8, 0.2, 2.0), 0.3, (70, 160, 90)),
    ]:
        center = np.array(center)
        a, b = (rays**2).sum(2), rays @ center
        root = b * b - a * (center @ center - radius**2)
        t = np.where(root > 0, (b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
        hit = (t > 0) & (t < z)
        normals = (rays * np.where(hit, t, 1)[..., None] - center) / radius
        paint(t, hit, rgb, normals)
    return z, np.rint(color).clip(0, 255).astype(np.uint8)


def sensor(z):
    """uint16 millimetres with noise, dropouts and a shadow left of every step."""
    rng = np.random.default_rng(6)
    noisy = np.rint((z + rng.normal(size=z.shape) * 1.5e-3 * z * z) * 1000)
    noisy[rng.random(z.shape) < 0.01] = 0
    step = z[:, :-1] - z[:, 1:] > 0.15
    for shift in range(3):
        noisy[:, : -1 - shift][step[:, shift:] if shift else step] = 0
    return noisy.clip(0, 65535).astype(np.uint16)


def lerobot():
    """lerobot's functions on numpy arrays."""
    path = importlib.util.find_spec("lerobot").submodule_search_locations[0]
    video = types.ModuleType("lerobot.configs.video")
    video.DEFAULT_DEPTH_MAX, video.DEFAULT_DEPTH_MIN, video.DEFAULT_DEPTH_SHIFT = 10.0, 0.01, 3.5
    video.DEFAULT_DEPTH_PIX_FMT, video.DEFAULT_DEPTH_USE_LOG, video.DEPTH_QMAX = "gray12le", True, 4095
    video.DEPTH_METER_UNIT, video.DEPTH_MILLIMETER_UNIT = "m", "mm"
    video.infer_depth_unit = lambda dtype: "m" if np.issubdtype(dtype, np.floating) else "mm"
    writer = types.ModuleType("lerobot.datasets.image_writer")
    writer.squeeze_single_channel = lambda array: array
    planes = types.ModuleType("lerobot.datasets.pyav_utils")
    planes.write_u16_plane = None
    av = types.ModuleType("av")
    av.VideoFrame = type("VideoFrame", (), {})
    for name, module in [("av", av), (video.__name__, video), (writer.__name__, writer), (planes.__name__, planes)]:
        sys.modules[name] = module
    for name in ("lerobot.configs", "lerobot.datasets"):
        sys.modules[name] = types.ModuleType(name)
    spec = importlib.util.spec_from_file_location("lerobot.datasets.depth_utils", f"{path}/datasets/depth_utils.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code(golden):
    """Every code and every millimetre value, and metres at random."""
    utils = lerobot()

    def quantize(depth, **options):
        return utils.quantize_depth(depth, video_backend=None, **options)

    def dequantize(codes, unit, **options):
        return utils.dequantize_depth(codes[None], output_unit=unit, output_tensor=False, **options)[0]

    codes, millimetres = np.arange(4096, dtype=np.uint16)[None], np.arange(65536, dtype=np.uint16)[None]
    metres = np.random.default_rng(0).uniform(0, 12, (1, 4096)).astype(np.float32)
    golden.whole("code.metres-in", metres)
    for name, options in [("log", {}), ("linear", {"use_log": False}), ("far", {"depth_max": 40.0, "shift": 1.0})]:
        golden.whole(f"code.{name}.millimetres", dequantize(codes, "mm", **options))
        golden.whole(f"code.{name}.metres", dequantize(codes, "m", **options))
        golden.sample(f"code.{name}.of-millimetres", quantize(millimetres, **options), count=300)
        golden.whole(f"code.{name}.of-metres", quantize(metres, **options))


def files(millimetres, color):
    """The picture in every format that holds it, from writers that are not ours."""
    os.makedirs(OUT, exist_ok=True)
    metres = (millimetres / 1000).astype(np.float32)
    cv2.imwrite(f"{OUT}/scene-mm.png", millimetres)
    cv2.imwrite(f"{OUT}/scene-tum.png", (millimetres.astype(np.uint32) * 5).astype(np.uint16))
    cv2.imwrite(f"{OUT}/scene-kitti.png", np.rint(metres * 256).astype(np.uint16))
    cv2.imwrite(f"{OUT}/scene-sun.png", (millimetres << 3 | millimetres >> 13).astype(np.uint16))
    disparity = np.where(millimetres > 0, np.rint(1092.5 - 351.3 / np.maximum(metres, 0.1)), 0).astype(np.uint16)
    cv2.imwrite(f"{OUT}/scene-nyu.png", disparity.byteswap())
    cv2.imwrite(f"{OUT}/scene-mm.pgm", millimetres)
    Image.fromarray(millimetres).save(f"{OUT}/scene-mm.tiff")
    Image.fromarray(metres).save(f"{OUT}/scene-m.tiff")
    cv2.imwrite(f"{OUT}/scene-m.pfm", metres)
    # By another writer than Genba's, and compressed.
    command = f"ffmpeg -y -loglevel error -f rawvideo -pix_fmt grayf32le -s {metres.shape[1]}x{metres.shape[0]} -i - -c:v exr -compression zip16 -format float"
    subprocess.run([*command.split(), f"{OUT}/scene-m.exr"], input=metres.tobytes(), check=True)
    np.save(f"{OUT}/scene-m.npy", metres)
    cv2.imwrite(f"{OUT}/scene-color.png", color[..., ::-1])
    with open(f"{OUT}/scene-intrinsics.txt", "w") as file:
        file.write(f"{FOCAL},{FOCAL},80,60\n")
    return metres, disparity


def clip(millimetres):
    """Two frames of lerobot's codes, the second mirrored, as lerobot stores them: lossless HEVC, gray of 12 bits."""
    codes = lerobot().quantize_depth(millimetres, video_backend=None)[:120, :160]
    raw = np.stack([codes, codes[:, ::-1]]).astype("<u2").tobytes()
    command = "ffmpeg -y -loglevel error -f rawvideo -pix_fmt gray12le -s 160x120 -r 30 -i -".split()
    command += "-c:v libx265 -x265-params lossless=1:log-level=error -pix_fmt gray12le -tag:v hvc1 -bitexact".split()
    subprocess.run([*command, f"{OUT}/scene-lerobot.mp4"], input=raw, check=True)


def references(golden, millimetres, metres):
    """What OpenCV and Open3D make of it."""
    height, width = metres.shape
    matrix = np.array([[FOCAL, 0, 80], [0, FOCAL, 60], [0, 0, 1]])
    points = cv2.depthTo3d(millimetres, matrix)[..., :3]
    golden.sample("points", np.nan_to_num(points).astype(np.float32), count=1500)

    full = metres + (metres == 0) * np.float32(2)  # without holes, where OpenCV knows none
    golden.sample("median", cv2.medianBlur(full, 5))
    golden.sample("median-mm", cv2.medianBlur(np.rint(full * 1000).astype(np.uint16), 5))
    golden.sample("bilateral", cv2.bilateralFilter(full, 5, 0.03, 2.0))
    golden.sample("guided", cv2.ximgproc.guidedFilter(full, full, 8, 1e-3))
    gray = cv2.cvtColor(scene()[1], cv2.COLOR_RGB2GRAY)
    golden.whole("gray", gray)
    golden.sample("guided-gray", cv2.ximgproc.guidedFilter(gray.astype(np.float32), full, 8, 100.0))

    color = np.array([[150.0, 0, 92.3], [0, 151, 61.8], [0, 0, 1]])
    angle = np.radians(2.0)
    transform = np.eye(4)
    transform[:3, :3] = [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    transform[:3, 3] = [0.025, -0.003, 0.004]
    golden.whole("align.transform", transform)
    with_nan = np.where(metres > 0, metres, np.nan).astype(np.float32)
    for name, dilates in [("center", False), ("dilated", True)]:
        aligned = cv2.registerDepth(matrix, color, None, transform, with_nan, (180, 130), depthDilation=dilates)
        golden.whole(f"align.{name}", np.rint(np.nan_to_num(aligned) * 4096).astype(np.uint16))
    # The lens of a RealSense's colour camera, and then some.
    lens = np.array([0.18, -0.55, 0.0012, -0.0008, 0.45])
    bent = cv2.registerDepth(matrix, color, lens, transform, with_nan, (180, 130))
    golden.whole("align.distortion", lens)
    golden.whole("align.bent", np.rint(np.nan_to_num(bent) * 4096).astype(np.uint16))

    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(np.nan_to_num(points)[millimetres > 0]))
    down = np.asarray(cloud.voxel_down_sample(0.05).points)
    golden.whole("voxels", down[np.lexsort(down.T)].astype(np.float32))
    _, kept = cloud.remove_statistical_outlier(20, 1.0)
    golden.whole("inliers", np.sort(np.asarray(kept)).astype(np.int32))


def main():
    z, color = scene()
    millimetres = sensor(z)
    metres, disparity = files(millimetres, color)
    clip(millimetres)
    golden = Golden("opencv-contrib-python-headless", "open3d", "numpy", "lerobot")
    golden.whole("scene.millimetres", millimetres)
    nyu = np.where(disparity > 0, np.float32(351.3) / (np.float32(1092.5) - disparity.astype(np.float32)), 0)
    golden.sample("scene.nyu", nyu.astype(np.float32))
    code(golden)
    references(golden, millimetres, metres)
    golden.write("depth")


if __name__ == "__main__":
    main()
