"""Goldens of the audio input of Qwen2-Audio, Qwen2.5-Omni and Qwen3-Omni, by their processors, and of the Omni models'
pictures and video.

The processors want a tokenizer; one of a dozen words with the models' special tokens is enough, since no text is kept.
`token_counts` are how many audio tokens the processor puts into the text for each clip.
"""

import numpy as np
from PIL import Image
from tokenizers import Tokenizer, models
from torchcodec.decoders import VideoDecoder
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2_5OmniProcessor,
    Qwen2AudioProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
    Qwen3OmniMoeProcessor,
    WhisperFeatureExtractor,
)
from transformers.audio_utils import load_audio

from golden_file import Golden, config, media

CLIPS = ["speech-16k.wav", "machine-44k1-stereo.flac"]
TOKENS = {
    "audio_token": "<|AUDIO|>", "audio_bos_token": "<|audio_bos|>", "audio_eos_token": "<|audio_eos|>",
    "image_token": "<|IMAGE|>", "video_token": "<|VIDEO|>", "vision_bos_token": "<|vision_bos|>",
    "vision_eos_token": "<|vision_eos|>",
}  # fmt: skip


def tokenizer():
    words = {word: index for index, word in enumerate(["<unk>", *TOKENS.values()])}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<unk>")), unk_token="<unk>", pad_token="<unk>",
        extra_special_tokens=TOKENS,
    )  # fmt: skip


def processors():
    extractors = {
        name: WhisperFeatureExtractor.from_pretrained(config(name))
        for name in ["qwen2-audio", "qwen2.5-omni", "qwen3-omni"]
    }
    yield "qwen2-audio", Qwen2AudioProcessor(extractors["qwen2-audio"], tokenizer())
    for name, kind in [("qwen2.5-omni", Qwen2_5OmniProcessor), ("qwen3-omni", Qwen3OmniMoeProcessor)]:
        yield name, kind(
            Qwen2VLImageProcessor.from_pretrained(config(name)), Qwen2VLVideoProcessor.from_pretrained(config(name)),
            extractors[name], tokenizer(),
        )  # fmt: skip


def hear(name, processor, clips, path):
    text = "".join([TOKENS["audio_token"]] * len(clips))
    output = processor(text=text, audio=clips, return_tensors="np")
    golden = Golden("transformers", "torch")
    golden.sample("input_features", output["input_features"])
    golden.sample("feature_attention_mask", output["feature_attention_mask"])
    token = processor.tokenizer.convert_tokens_to_ids(TOKENS["audio_token"])
    golden.whole("token_count", [int((output["input_ids"] == token).sum())], np.int64)
    golden.metadata["feature_attention_mask.sums"] = str(output["feature_attention_mask"].sum(-1).tolist())
    golden.metadata["keys"] = str(sorted(output.keys()))
    golden.write(f"{name}/{path}")


def main():
    for name, processor in processors():
        clips = [load_audio(media(clip), sampling_rate=16_000, backend="soundfile") for clip in CLIPS]
        hear(name, processor, clips[:1], CLIPS[0])
        hear(name, processor, clips, "batch")
        if name == "qwen2-audio":
            continue
        output = processor(
            text=TOKENS["image_token"], images=Image.open(media("photo-street.jpg")), return_tensors="np"
        )
        golden = Golden("transformers", "torchvision", "pillow")
        golden.sample("pixel_values", output["pixel_values"])
        golden.whole("image_grid_thw", output["image_grid_thw"], np.int64)
        golden.write(f"{name}/photo-street.jpg")
        clip = media("line-h264.mp4")
        output = processor(
            text=TOKENS["video_token"], videos=[clip], return_tensors="np", do_sample_frames=True, fps=2.0
        )
        golden = Golden("transformers", "torchvision", "torchcodec")
        golden.sample("pixel_values_videos", output["pixel_values_videos"])
        golden.whole("video_grid_thw", output["video_grid_thw"], np.int64)
        golden.whole("video_second_per_grid", output["video_second_per_grid"])
        golden.metadata["keys"] = str(sorted(output.keys()))
        golden.write(f"{name}/line-h264.mp4")


if __name__ == "__main__":
    main()
