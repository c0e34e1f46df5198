"""Goldens of transformers' Qwen video processors, frames decoded by torchcodec, `do_sample_frames=True, fps=2.0`.

`frame_crc32` holds the CRC of each sampled frame, RGB uint8 [height, width, 3]: a decoder that differs shows there
first. `timestamps` are Qwen3-VL's, one a temporal patch; `second_per_grid_ts` is Qwen2.5-VL's.
"""

import numpy as np
from transformers import Qwen2VLVideoProcessor, Qwen3VLVideoProcessor
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor

from golden_file import Golden, config, crc32, media

CLIPS = ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"]
MODELS = {
    "qwen2-vl": Qwen2VLVideoProcessor,
    "qwen2.5-vl": Qwen2VLVideoProcessor,
    "qwen3-vl": Qwen3VLVideoProcessor,
}


def write(processor, model, clip):
    seen = []
    preprocess = processor._preprocess

    def spy(videos, **options):
        seen.extend(videos)
        return preprocess(videos, **options)

    processor._preprocess = spy
    output = processor(
        videos=[media(clip)], do_sample_frames=True, fps=2.0, return_metadata=True, return_tensors="np"
    )
    processor._preprocess = preprocess
    metadata = output["video_metadata"][0]
    indices = np.asarray(metadata.frames_indices)
    frames = np.asarray(seen[0]).transpose(0, 2, 3, 1)

    golden = Golden("transformers", "torch", "torchvision", "torchcodec", "numpy")
    golden.metadata["frame_shape"] = str(list(frames.shape))
    golden.whole("frame_indices", indices, np.int64)
    golden.whole("frame_crc32", [crc32(frame) for frame in frames], np.int64)
    golden.whole("total_num_frames", [metadata.total_num_frames], np.int64)
    golden.whole("fps", [metadata.fps], np.float64)
    golden.whole("sampled_fps", [metadata.sampled_fps], np.float64)
    golden.whole("video_grid_thw", output["video_grid_thw"], np.int64)
    golden.sample("pixel_values_videos", output["pixel_values_videos"])
    if model == "qwen2.5-vl":
        golden.whole("second_per_grid_ts", [processor.temporal_patch_size / metadata.sampled_fps], np.float32)
    if model == "qwen3-vl":
        # The method uses nothing of the processor that it belongs to, so none has to be made (it wants a tokenizer).
        times = Qwen3VLProcessor._calculate_timestamps(None, indices.tolist(), metadata.fps)
        golden.whole("timestamps", times, np.float64)
    golden.write(f"{model}/{clip}")


def main():
    for model, processor_class in MODELS.items():
        processor = processor_class.from_pretrained(config(model))
        for clip in CLIPS:
            write(processor, model, clip)


if __name__ == "__main__":
    main()
