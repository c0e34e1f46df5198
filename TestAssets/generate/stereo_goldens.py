"""Makes a rendered pair with its calibration, OpenCV's calibration files of a real pair of cameras, and what OpenCV's
rectification makes of them.

The cameras are those of opencv-doc's left01.jpg … right14.jpg, calibrated here from the chessboards in them.
"""

import os
import shutil

import cv2
import numpy as np
from PIL import Image

import stereo_scenes
from golden_file import ROOT, Golden, media

SAMPLES = "/usr/share/doc/opencv-doc/examples/data"
FOLDER = media("stereo")
SIZE = (640, 480)
BOARD, SQUARE = (9, 6), 0.025


def scene():
    """The spheres, 320 x 240, and Middlebury's calib.txt for them."""
    left, right, disparity, visible = stereo_scenes.make("curved", 320, 240)
    Image.fromarray(left).save(f"{FOLDER}/scene-left.png")
    Image.fromarray(right).save(f"{FOLDER}/scene-right.png")
    focal, cx, cy = 300.0, 159.5, 119.5
    with open(f"{FOLDER}/scene-calib.txt", "w") as file:
        camera = f"[{focal} 0 {cx}; 0 {focal} {cy}; 0 0 1]"
        file.write(f"cam0={camera}\ncam1={camera}\ndoffs=0\nbaseline=100\nwidth=320\nheight=240\nndisp=48\n")
    golden = Golden("numpy")
    golden.whole("disparity", np.round(disparity * 64) / 64, np.float32)
    golden.whole("visible", visible)
    golden.write("stereo-scene")


def calibrate():
    """K1, D1, K2, D2, R, T from all chessboards."""
    corners = {"left": [], "right": []}
    for index in [*range(1, 10), 11, 12, 13, 14]:
        found = {}
        for side in corners:
            picture = cv2.imread(f"{SAMPLES}/{side}{index:02}.jpg", cv2.IMREAD_GRAYSCALE)
            ok, points = cv2.findChessboardCorners(picture, BOARD)
            if ok:
                criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-4)
                found[side] = cv2.cornerSubPix(picture, points, (5, 5), (-1, -1), criteria)
        if len(found) == 2:
            for side, points in found.items():
                corners[side].append(points)
    board = np.zeros((BOARD[0] * BOARD[1], 3), np.float32)
    board[:, :2] = SQUARE * np.mgrid[: BOARD[0], : BOARD[1]].T.reshape(-1, 2)
    boards = [board] * len(corners["left"])
    cameras = [cv2.calibrateCamera(boards, corners[side], SIZE, None, None)[1:3] for side in corners]
    (k1, d1), (k2, d2) = cameras
    return cv2.stereoCalibrate(
        boards, corners["left"], corners["right"], k1, d1, k2, d2, SIZE, flags=cv2.CALIB_FIX_INTRINSIC)[1:7]


def write(path, entries):
    storage = cv2.FileStorage(path, cv2.FILE_STORAGE_WRITE)
    for name, value in entries.items():
        storage.write(name, value)
    storage.release()


def maps_and_pictures(golden, prefix, maps, pictures):
    for side, (x, y), picture in zip(("left", "right"), maps, pictures):
        golden.sample(f"{prefix}.{side}_map", np.stack([x, y], -1))
        fixed = cv2.convertMaps(x, y, cv2.CV_16SC2)
        golden.sample(f"{prefix}.{side}", cv2.remap(picture, *fixed, cv2.INTER_LINEAR)[..., None])


def rectification():
    k1, d1, k2, d2, rotation, translation = calibrate()
    write(f"{FOLDER}/intrinsics.yml", {"M1": k1, "D1": d1, "M2": k2, "D2": d2})
    write(f"{FOLDER}/extrinsics.yml", {"R": rotation, "T": translation})
    write(f"{FOLDER}/calibration.xml", {
        "imageSize": np.array([SIZE], np.int32), "cameraMatrix1": k1, "distCoeffs1": d1, "cameraMatrix2": k2, "distCoeffs2": d2,
        "R": rotation, "T": translation})
    pictures = []
    for side in ("left", "right"):
        shutil.copyfile(f"{SAMPLES}/{side}01.jpg", f"{FOLDER}/{side}01.jpg")
        # Decoded as the tests do, by libjpeg-turbo.
        pictures.append(np.asarray(Image.open(f"{FOLDER}/{side}01.jpg").convert("L")))
    golden = Golden("opencv-contrib-python-headless")
    r1, r2, p1, p2, q = cv2.stereoRectify(k1, d1, k2, d2, SIZE, rotation, translation, alpha=-1)[:5]
    for name, value in (("R1", r1), ("R2", r2), ("P1", p1), ("P2", p2), ("Q", q)):
        golden.whole(f"pinhole.{name}", value, np.float64)
    maps = [
        cv2.initUndistortRectifyMap(k, d, r, p, SIZE, cv2.CV_32FC1) for k, d, r, p in ((k1, d1, r1, p1), (k2, d2, r2, p2))
    ]
    maps_and_pictures(golden, "pinhole", maps, pictures)

    # The same cameras as if they were fisheyes, for the formulas' sake.
    lens = np.array([[0.02], [-0.01], [0.003], [0.0005]])
    write(f"{FOLDER}/fisheye.yml", {"K1": k1, "D1": lens, "K2": k2, "D2": lens, "R": rotation, "T": translation})
    r1, r2, p1, p2, q = cv2.fisheye.stereoRectify(
        k1, lens, k2, lens, SIZE, rotation, translation, flags=cv2.CALIB_ZERO_DISPARITY)[:5]
    for name, value in (("R1", r1), ("R2", r2), ("P1", p1), ("P2", p2), ("Q", q)):
        golden.whole(f"fisheye.{name}", value, np.float64)
    maps = [
        cv2.fisheye.initUndistortRectifyMap(k, lens, r, p, SIZE, cv2.CV_32FC1) for k, r, p in ((k1, r1, p1), (k2, r2, p2))
    ]
    maps_and_pictures(golden, "fisheye", maps, pictures)

    # All twelve coefficients, on directions.
    coefficients = np.array([-0.3, 0.12, 0.001, -0.002, 0.05, 0.2, 0.01, 0.003, 0.001, -0.0005, 0.002, 0.0007])
    directions = np.random.default_rng(0).uniform(-0.8, 0.8, (200, 2))
    points = np.concatenate([directions, np.ones((200, 1))], 1)
    golden.whole("rational.directions", directions)
    golden.whole(
        "rational.seen", cv2.projectPoints(points, np.zeros(3), np.zeros(3), np.eye(3), coefficients)[0].reshape(-1, 2))
    golden.write("rectification")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    scene()
    rectification()
