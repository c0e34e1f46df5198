"""Goldens of the audio input of Qwen2-Audio, Qwen2.5-Omni and Qwen3-Omni, by their processors, and of the Omni models'
pictures and video.

The processors want a tokenizer; one of a dozen words with the models' special tokens is enough, since no text is kept.
`token_counts` are how many audio tokens the processor puts into the text for each clip. `placeholders` has how tokens of
video and sound take turns where a clip's own sound is heard with it, and `seconds` the seconds per temporal patch that come
of frames that are chosen before, without a rate and with one.
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


# Frames of a clip, frames per second that the processor is told, samples of the sound.
ORDERS = [
    (6, 2.0, 48_000), (6, 2.0, 8_000), (6, 2.0, 200_000), (60, 2.0, 480_000), (61, 2.0, 479_000), (2, 2.0, 160_000),
    (20, 1.0, 160_000), (40, 5.0, 128_000), (8, 0.25, 512_000), (4, 2.0, 1_600), (30, None, 240_000), (12, 0.3, 90_000),
]  # fmt: skip


def order(name, processor):
    """How placeholders take turns: [k, 2], 0 for video and 1 for sound, and how many."""
    golden = Golden("transformers", "torch")
    ids = processor.tokenizer.convert_tokens_to_ids([TOKENS["video_token"], TOKENS["audio_token"]])
    for frames, fps, samples in ORDERS:
        clip = np.zeros((frames, 64, 96, 3), np.uint8)
        options = {} if fps is None else {"fps": fps}
        output = processor(
            text=TOKENS["video_token"], videos=[clip], audio=[np.zeros(samples, np.float32)], return_tensors="np",
            audio_from_video_indices=[0], load_audio_from_video=True, do_sample_frames=False, **options,
        )  # fmt: skip
        kinds = [ids.index(token) for token in output["input_ids"][0] if token in ids]
        cuts = [0, *(np.flatnonzero(np.diff(kinds)) + 1), len(kinds)]
        runs = [[kinds[begin], end - begin] for begin, end in zip(cuts, cuts[1:])]
        case = f"{frames}.{fps}.{samples}"
        golden.whole(f"{case}.placeholders", runs, np.int64)
        golden.whole(f"{case}.seconds", output["video_second_per_grid"], np.float64)
        golden.whole(f"{case}.frames", [output["feature_attention_mask"].sum()], np.int64)
    golden.write(f"{name}/placeholders")


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
        order(name, processor)
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
