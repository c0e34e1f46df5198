"""The Python side of the tasks on clips (clips.sh): torchcodec, decord and ffmpeg, from opening the file to the last
frame, one thread unless the task says otherwise."""

import os
import subprocess

import numpy as np
from torchcodec.decoders import VideoDecoder


def every(step, path, threads=1):
    def run():
        decoder = VideoDecoder(path, num_ffmpeg_threads=threads)
        batch = decoder.get_frames_at(list(range(0, len(decoder), step)))
        return {"frames": batch.data, "pts_seconds": batch.pts_seconds}

    return run


def samples(count, path):
    def run():
        decoder = VideoDecoder(path, num_ffmpeg_threads=1)
        total = len(decoder)
        batch = decoder.get_frames_at([min(i * total // count + 7 * i % 29, total - 1) for i in range(count)])
        return {"frames": batch.data, "pts_seconds": batch.pts_seconds}

    return run


def sequential(path):
    """The command-line program, writing nothing; its time counts as this process's."""

    def run():
        command = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24"]
        subprocess.run([*command, "-an", "-progress", "pipe:1", "-y", "/dev/null"], check=True, stdout=subprocess.DEVNULL)
        return {"count": np.array([1800])}

    return run


def every_by_ffmpeg(step, path):
    """The command-line program with libavcodec's frame threads, writing nothing; its time counts as this process's."""

    def run():
        command = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "2", "-i", path, "-vf", f"select=not(mod(n\\,{step}))"]
        command += ["-vsync", "0", "-f", "rawvideo", "-pix_fmt", "rgb24", "-an", "-y", "/dev/null"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return {"count": np.array([1800 // step])}

    return run


def every_tenth(open_and_read):
    """Reads 200 clips and keeps the frames of every tenth; the others go as a loader hands them on."""
    kept = {}
    for clip in range(200):
        name = f"{clip:03}"
        frames = open_and_read(name)
        if clip % 10 == 0:
            kept[name] = frames
    return kept


def short_torchcodec(folder):
    def open_and_read(name):
        decoder = VideoDecoder(f"{folder}/{name}.mp4", seek_mode="approximate", num_ffmpeg_threads=1)
        return decoder.get_frames_at([7, 22, 37, 52]).data

    return lambda: every_tenth(open_and_read)


def short_decord(folder):
    import decord

    def open_and_read(name):
        frames = decord.VideoReader(f"{folder}/{name}.mp4", num_threads=1).get_batch([7, 22, 37, 52]).asnumpy()
        return frames.transpose(0, 3, 1, 2)

    return lambda: every_tenth(open_and_read)


def qwen3_vl(path, with_utils):
    import torch
    from qwen_vl_utils.vision_process import fetch_video
    from transformers import Qwen3VLVideoProcessor

    torch.set_num_threads(1)
    # Their decoders take a thread for each core, whatever is asked for: one core is all there is.
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    configs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../TestAssets/configs")
    processor = Qwen3VLVideoProcessor.from_pretrained(f"{configs}/qwen3-vl")

    def through_utils():
        video, _ = fetch_video(
            {"video": path}, image_patch_size=16, return_video_sample_fps=True, return_video_metadata=True
        )
        return processor(videos=[video[0]], do_resize=False, do_sample_frames=False, return_tensors="np")

    def alone():
        return processor(videos=[path], do_sample_frames=True, fps=2.0, return_tensors="np")

    return lambda: dict((through_utils if with_utils else alone)())


def tasks(inputs):
    clips = f"{inputs}/clips"
    return {
        "video.2fps.1080p-gop-250": lambda: every(15, f"{clips}/1080p-gop-250.mp4"),
        "video.2fps.720p-hevc": lambda: every(15, f"{clips}/720p-hevc.mp4"),
        "video.1fps.1080p-gop-30": lambda: every(30, f"{clips}/1080p-gop-30.mp4"),
        "video.robot-h264": lambda: samples(60, f"{clips}/robot-h264.mp4"),
        "video.robot-av1": lambda: samples(60, f"{clips}/robot-av1.mp4"),
        "video.sequential": lambda: sequential(f"{clips}/1080p-gop-250.mp4"),
        "video.2fps.threads": lambda: every(15, f"{clips}/1080p-gop-30.mp4", threads=2),
        "video.2fps.ffmpeg.threads": lambda: every_by_ffmpeg(15, f"{clips}/1080p-gop-30.mp4"),
        "video.qwen3-vl": lambda: qwen3_vl(f"{clips}/1080p-gop-30.mp4", False),
        "video.qwen3-vl.utils": lambda: qwen3_vl(f"{clips}/1080p-gop-30.mp4", True),
        "video.short-clips.torchcodec": lambda: short_torchcodec(f"{clips}/short-clips"),
        "video.short-clips.decord": lambda: short_decord(f"{clips}/short-clips"),
    }
