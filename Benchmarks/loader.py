"""What `genba convert` is compared with: a torch DataLoader with two workers that decode and run HF's fast processor, and
webdataset's ShardWriter.

usage: loader.py images|sounds|videos LIST OUT
"""

import os
import sys

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import soundfile
import soxr
import torch
import transformers
import webdataset
from PIL import Image
from transformers import CLIPImageProcessor, Qwen2VLVideoProcessor, WhisperFeatureExtractor

CONFIGS = f"{os.path.dirname(os.path.abspath(__file__))}/../TestAssets/configs"
transformers.logging.set_verbosity_error()


class Images(torch.utils.data.Dataset):
    def __init__(self, paths):
        self.paths = paths
        self.processor = CLIPImageProcessor.from_pretrained(f"{CONFIGS}/clip-vit-large-patch14")

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = Image.open(self.paths[index]).convert("RGB")
        return {"pixel_values.npy": self.processor(images=image, return_tensors="pt")["pixel_values"]}


class Sounds(Images):
    def __init__(self, paths):
        self.paths = paths
        self.extractor = WhisperFeatureExtractor.from_pretrained(f"{CONFIGS}/whisper-large-v3")

    def __getitem__(self, index):
        samples, rate = soundfile.read(self.paths[index], dtype="float32", always_2d=True)
        samples = soxr.resample(samples.mean(axis=1), rate, 16_000)
        features = self.extractor(samples, sampling_rate=16_000, return_tensors="pt")["input_features"]
        return {"input_features.npy": features}


class Videos(Images):
    def __init__(self, paths):
        self.paths = paths
        self.processor = Qwen2VLVideoProcessor.from_pretrained(f"{CONFIGS}/qwen2.5-vl")

    def __getitem__(self, index):
        from torchcodec.decoders import VideoDecoder

        decoder = VideoDecoder(self.paths[index], num_ffmpeg_threads=1)
        count, rate = len(decoder), decoder.metadata.average_fps
        wanted = max(4, int(count / rate * 2)) // 2 * 2
        indices = torch.arange(0, count, count / wanted).int().tolist()[:wanted]
        frames = decoder.get_frames_at(indices).data
        result = self.processor(videos=[frames], do_sample_frames=False, return_tensors="pt")
        return {
            "pixel_values_videos.npy": result["pixel_values_videos"], "video_grid_thw.npy": result["video_grid_thw"],
        }


def main():
    kind, listed, out = sys.argv[1:]
    with open(listed) as file:
        paths = file.read().split()
    dataset = {"images": Images, "sounds": Sounds, "videos": Videos}[kind](paths)
    os.makedirs(out, exist_ok=True)
    torch.set_num_threads(1)
    loader = torch.utils.data.DataLoader(
        dataset, num_workers=2, batch_size=None, prefetch_factor=4, worker_init_fn=lambda _: torch.set_num_threads(1))
    with webdataset.ShardWriter(f"{out}/%06d.tar", maxcount=1000, verbose=0) as writer:
        for index, sample in enumerate(loader):
            tensors = {name: tensor.numpy() for name, tensor in sample.items()}
            writer.write({"__key__": f"{index:09}", "json": {"path": paths[index]}} | tensors)


if __name__ == "__main__":
    main()
