"""The Python side: answers the same requests as GenbaBench (Sources/GenbaBench/Main.swift), one thread.

usage: peer.py INPUTS_FOLDER
"""

import io
import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import cv2
import kaldi_native_fbank
import librosa
import numpy as np
import torch
import torchaudio.compliance.kaldi
import torchvision
import transformers
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms.v2 import functional as tvF
from transformers import AutoFeatureExtractor, AutoImageProcessor, Qwen2VLImageProcessor, WhisperFeatureExtractor
from transformers.image_utils import load_image

import peer_depth
import peer_sound
import peer_video
import stereo

torch.set_num_threads(1)
cv2.setNumThreads(1)
transformers.logging.set_verbosity_error()

CONFIGS = f"{os.path.dirname(os.path.abspath(__file__))}/../TestAssets/configs"
RESIZED = (840, 1148)  # height, width: what a 12-megapixel photo becomes under Qwen2-VL's class default
INPUTS = sys.argv[1]


def whisper(clips, one_call=False):
    extractor = WhisperFeatureExtractor.from_pretrained(f"{CONFIGS}/whisper-large-v3")

    def call(clips):
        return extractor(clips, sampling_rate=16_000, return_tensors="np")["input_features"]

    if one_call:
        return lambda: {"input_features": call(clips)}
    return lambda: {"input_features": [call(clip) for clip in clips]}


def extracted(model, clips, rate=16_000, **options):
    """All clips as one batch, by a model's extractor."""
    extractor = AutoFeatureExtractor.from_pretrained(f"{CONFIGS}/{model}")
    return lambda: dict(extractor(clips, sampling_rate=rate, return_tensors="np", **options))


def omni():
    """Qwen2_5OmniProcessor's call of its extractor, and its name for the mask."""
    run = extracted("qwen2.5-omni", [clips()[0][:32_000]], padding="max_length", return_attention_mask=True)
    return lambda: {name.replace("attention", "feature_attention"): value for name, value in run().items()}


def log_mel(clip):
    bands = librosa.feature.melspectrogram(y=clip, sr=16_000, n_fft=1024, hop_length=512, n_mels=128)
    return librosa.power_to_db(bands, top_db=None)


def clips():
    return list(np.load(f"{INPUTS}/clips.npy"))


def each(feature):
    """A feature of each clip, under its number."""
    inputs = clips()
    return lambda: {str(index): feature(clip) for index, clip in enumerate(inputs)}


def stft_librosa(n_fft):
    return each(lambda clip: np.abs(librosa.stft(clip, n_fft=n_fft)))


def stft_torch(n_fft):
    window = torch.hann_window(n_fft)

    def magnitudes(clip):
        clip = torch.from_numpy(clip)
        return torch.stft(
            clip, n_fft, n_fft // 4, window=window, pad_mode="constant", return_complex=True).abs()

    return each(magnitudes)


def kaldi_native(clip):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 80
    fbank = kaldi_native_fbank.OnlineFbank(options)
    fbank.accept_waveform(16_000, clip * 32_768)
    fbank.input_finished()
    return np.stack([fbank.get_frame(frame) for frame in range(fbank.num_frames_ready)])


def kaldi_torchaudio(clip):
    return torchaudio.compliance.kaldi.fbank(torch.from_numpy(clip * 32_768).unsqueeze(0), num_mel_bins=80)


def checkpoint(model):
    return Qwen2VLImageProcessor.from_pretrained(f"{CONFIGS}/{model}")


def from_file(name, processor):
    return lambda: dict(processor(images=[load_image(f"{INPUTS}/{name}")], return_tensors="pt"))


def from_pixels(name, processor):
    image = load_image(f"{INPUTS}/{name}")
    return lambda: dict(processor(images=[image], return_tensors="pt"))


def on_two_threads(name, processor):
    """Two pictures in one call, by two threads of torch."""
    torch.set_num_threads(2)
    image = load_image(f"{INPUTS}/{name}")

    def run():
        out = processor(images=[image, image], return_tensors="pt")
        grids = out["image_grid_thw"].prod(1).tolist()
        parts = out["pixel_values"].split(grids)
        return {f"pixel_values.{i}": part for i, part in enumerate(parts)} | {
            f"image_grid_thw.{i}": grid.unsqueeze(0) for i, grid in enumerate(out["image_grid_thw"])
        }

    return run


class Photos(torch.utils.data.Dataset):
    """500 JPEG files to what CLIP sees."""

    def __init__(self):
        self.processor = AutoImageProcessor.from_pretrained(f"{CONFIGS}/clip-vit-large-patch14")

    def __len__(self):
        return 500

    def __getitem__(self, index):
        image = load_image(f"{INPUTS}/photos-2mp/{index % 20}.jpg")
        return self.processor(images=[image], return_tensors="pt")["pixel_values"]


def photos_by_workers():
    photos = Photos()

    def run():
        loader = torch.utils.data.DataLoader(photos, batch_size=None, num_workers=2)
        return {f"pixel_values.{index}": pixels for index, pixels in enumerate(loader)}

    return run


def siglip():
    return AutoImageProcessor.from_pretrained(f"{CONFIGS}/siglip2-base-patch16-224")


def content(name):
    with open(f"{INPUTS}/{name}", "rb") as file:
        return file.read()


def decode_pillow(name):
    data = content(name)
    return lambda: {"pixels": np.asarray(Image.open(io.BytesIO(data)))}


def decode_opencv(name):
    """In OpenCV's own order, blue first, as its users have it; swapped for the comparison alone."""
    data = np.frombuffer(content(name), np.uint8)
    return lambda: {"pixels": cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]}


def decode_torchvision(name, decode):
    data = torch.frombuffer(bytearray(content(name)), dtype=torch.uint8)
    return lambda: {"pixels": decode(data).unsqueeze(0)}


def bayer_opencv():
    samples = np.frombuffer(content("12mp.bayer"), np.uint8).reshape(3000, 4000)
    return lambda: {"pixels": cv2.cvtColor(samples, cv2.COLOR_BayerRGGB2RGB)}


def resize_torchvision(channels_last):
    pixels = torch.from_numpy(np.array(load_image(f"{INPUTS}/12mp.jpg"))).permute(2, 0, 1).unsqueeze(0)
    if not channels_last:
        pixels = pixels.contiguous()

    def run():
        return {"resized": tvF.resize(pixels, RESIZED, interpolation=tvF.InterpolationMode.BICUBIC, antialias=True)}

    return run


def resize_pillow():
    image = load_image(f"{INPUTS}/12mp.jpg")
    return lambda: {"resized": image.resize(RESIZED[::-1], Image.Resampling.BICUBIC)}


TASKS = {
    "whisper.20x30s": lambda: whisper(clips()),
    "whisper.20x30s.one-call": lambda: whisper(clips(), one_call=True),
    "whisper.2s": lambda: whisper([clips()[0][:32_000]]),
    "stft.512.librosa": lambda: stft_librosa(512),
    "stft.512.torch": lambda: stft_torch(512),
    "stft.1024.librosa": lambda: stft_librosa(1024),
    "stft.1024.torch": lambda: stft_torch(1024),
    "stft.2048.librosa": lambda: stft_librosa(2048),
    "stft.2048.torch": lambda: stft_torch(2048),
    "kaldi-fbank.80.native": lambda: each(kaldi_native),
    "kaldi-fbank.80.torchaudio": lambda: each(kaldi_torchaudio),
    "qwen2.5-omni.2s": omni,
    "log-mel.1024.512.128": lambda: each(log_mel),
    "ast.20x10s": lambda: extracted("ast-finetuned-audioset-10-10-0.4593", [clip[:160_000] for clip in clips()]),
    "parakeet.20x30s": lambda: extracted("parakeet-ctc-1.1b", clips()),
    "seamless.20x30s": lambda: extracted("seamless-m4t", clips()),
    "clap-fused.20x10s": lambda: extracted("clap-htsat-fused", clips(), rate=48_000),
    "clap-unfused.20x10s": lambda: extracted("clap-htsat-unfused", clips(), rate=48_000),
    "qwen2-vl.1080p.file": lambda: from_file("1080p.jpg", checkpoint("qwen2-vl")),
    "qwen2-vl.1080p.pixels": lambda: from_pixels("1080p.jpg", checkpoint("qwen2-vl")),
    "qwen2-vl.12mp.file": lambda: from_file("12mp.jpg", checkpoint("qwen2-vl")),
    "qwen2-vl.12mp.pixels": lambda: from_pixels("12mp.jpg", checkpoint("qwen2-vl")),
    "qwen2-vl-class-defaults.12mp.file": lambda: from_file("12mp.jpg", Qwen2VLImageProcessor()),
    "qwen2-vl-class-defaults.12mp.pixels": lambda: from_pixels("12mp.jpg", Qwen2VLImageProcessor()),
    "qwen3-vl.1080p.pixels": lambda: from_pixels("1080p.jpg", checkpoint("qwen3-vl")),
    "qwen3-vl.1080p.pixels.threads": lambda: on_two_threads("1080p.jpg", checkpoint("qwen3-vl")),
    "siglip.12mp.file": lambda: from_file("12mp.jpg", siglip()),
    "clip.500-files.threads": photos_by_workers,
    "decode.jpeg.pillow": lambda: decode_pillow("12mp.jpg"),
    "decode.jpeg.opencv": lambda: decode_opencv("12mp.jpg"),
    "decode.jpeg.torchvision": lambda: decode_torchvision("12mp.jpg", torchvision.io.decode_jpeg),
    "decode.png.pillow": lambda: decode_pillow("12mp.png"),
    "decode.png.opencv": lambda: decode_opencv("12mp.png"),
    "decode.png.torchvision": lambda: decode_torchvision("12mp.png", torchvision.io.decode_png),
    "decode.bayer.opencv": bayer_opencv,
    "resize.torchvision-channels-last": lambda: resize_torchvision(True),
    "resize.torchvision-channels-first": lambda: resize_torchvision(False),
    "resize.pillow": resize_pillow,
} | peer_video.tasks(INPUTS) | peer_sound.tasks(INPUTS) | stereo.tasks(INPUTS)
if any("depth" in word for word in sys.argv[2:]):
    TASKS |= peer_depth.tasks(INPUTS)


def arrays(result):
    """What came out as numpy arrays: clips as one batch, pictures as [height, width, 3]."""
    out = {}
    for name, value in result.items():
        array = np.concatenate(value) if isinstance(value, list) else np.asarray(value)
        is_picture = name == "resized" and array.ndim == 4
        out[name] = np.ascontiguousarray(array[0].transpose(1, 2, 0) if is_picture else array)
    return out


def cpu_seconds():
    """Of this process and the programs that it has run."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main():
    loaded = {}
    for line in sys.stdin:
        name, *file = line.split()
        if name not in loaded:
            loaded[name] = TASKS[name]()
        if file:
            save_file(arrays(loaded[name]()), file[0])
            print("{}", flush=True)
            continue
        wall, cpu = time.perf_counter(), cpu_seconds()
        result = loaded[name]()
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        # Freed after the clocks have been read, as on the other side.
        del result
        print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)


if __name__ == "__main__":
    main()
