"""Goldens of the decoders that Genba's are compared with: Pillow, soundfile and torchcodec.

decoded-images: for each picture `NAME/shape` and `NAME/crc32` of Pillow's pixels as decoded, turned as EXIF says;
16-bit pictures of more than one channel are missing, since Pillow reads them with 8 bits.
decoded-audio: for each sound `NAME/samples` float32 [channels, samples] as soundfile gives it (a sample of it with the
CRC of the whole), and `NAME/torchcodec` (of a stream by its index, `NAME/INDEX/torchcodec`) for what soundfile cannot
read.
decoded-video: for each clip every frame's CRC (RGB uint8 [height, width, 3]), `pts_seconds`, `duration_seconds` and
`average_fps` as torchcodec gives them, exact seek mode.
"""

import os

import numpy as np
import PIL.Image
import PIL.ImageOps
import soundfile
from torchcodec.decoders import AudioDecoder, VideoDecoder

from golden_file import ROOT, Golden, crc32, media

DEEP = {"png-rgb16.png", "png-rgba16.png", "png-la16.png", "rgb16.tiff"}
# torchcodec throws at the last frame; begins behind the missing key frame.
NOT_TORCHCODEC = {"line-mpeg4-b.avi", "px-no-key.mkv"}
# Read by torchcodec, since soundfile cannot: the stream that it finds best, or each of these.
NOT_SOUNDFILE = {
    "clip-audio.m4a": [None], "line-h264.mp4": [None], "clip-eac3.eac3": [None], "raw.aac": [None], "voice.amr": [None],
    "ogg-flac.oga": [None],
    "two-sounds.mkv": [None, 1, 2],
}


def names(*endings):
    return sorted(name for name in os.listdir(f"{ROOT}/media") if name.endswith(endings))


def below(*endings):
    """The same in the folders of media."""
    folders = sorted(entry.name for entry in os.scandir(f"{ROOT}/media") if entry.is_dir())
    return [f"{folder}/{name}" for folder in folders for name in sorted(os.listdir(f"{ROOT}/media/{folder}")) if name.endswith(endings)]


def write_images():
    golden = Golden("pillow")
    for name in names("jpg", "png", "bmp", "tiff", "webp", "jp2") + below("jpg", "png"):
        if name in DEEP:
            continue
        image = PIL.ImageOps.exif_transpose(PIL.Image.open(media(name)))
        if image.mode in ("1", "P"):
            image = image.convert("RGBA" if "transparency" in image.info else "L" if image.mode == "1" else "RGB")
        elif "transparency" in image.info:
            image = image.convert("LA" if image.mode == "L" else "RGBA")
        pixels = np.asarray(image)
        pixels = pixels[..., None] if pixels.ndim == 2 else pixels
        golden.whole(f"{name}/shape", pixels.shape, np.int64)
        golden.whole(f"{name}/crc32", [crc32(pixels)], np.int64)
    golden.write("decoded-images")


def write_audio():
    golden = Golden("soundfile", "torchcodec")
    golden.metadata["version.libsndfile"] = soundfile.__libsndfile_version__
    for name in names("wav", "flac", "mp3", "oga", "opus", "au", "aiff", "aifc", "caf", "w64"):
        if name in NOT_SOUNDFILE:
            continue
        samples, rate = soundfile.read(media(name), dtype="float32", always_2d=True)
        golden.whole(f"{name}/sample_rate", [rate], np.int64)
        golden.sample(f"{name}/samples", samples.T, count=200)
    for name, streams in sorted(NOT_SOUNDFILE.items()):
        for stream in streams:
            decoded = AudioDecoder(media(name), stream_index=stream).get_all_samples()
            key = name if stream is None else f"{name}/{stream}"
            golden.whole(f"{key}/sample_rate", [decoded.sample_rate], np.int64)
            golden.sample(f"{key}/torchcodec", decoded.data.numpy(), count=200)
    golden.write("decoded-audio")


def write_video():
    golden = Golden("torchcodec", "torch")
    for name in sorted(set(names("mp4", "avi", "webm", "mkv", "mov", "gif")) - NOT_TORCHCODEC):
        decoder = VideoDecoder(media(name), seek_mode="exact", num_ffmpeg_threads=1, dimension_order="NHWC")
        frames = decoder.get_frames_in_range(0, len(decoder))
        golden.whole(f"{name}/frame_shape", frames.data.shape[1:], np.int64)
        golden.whole(f"{name}/crc32", [crc32(frame.numpy()) for frame in frames.data], np.int64)
        golden.whole(f"{name}/pts_seconds", frames.pts_seconds.numpy(), np.float64)
        golden.whole(f"{name}/duration_seconds", frames.duration_seconds.numpy(), np.float64)
        golden.whole(f"{name}/average_fps", [decoder.metadata.average_fps], np.float64)
    golden.write("decoded-video")


if __name__ == "__main__":
    write_images()
    write_audio()
    write_video()
