"""Goldens of transformers' image processors for models with tiles, patch multiples and padding: their default backend, which is
Pillow for SmolVLM and Idefics3 as long as torchvision is older than 0.27.

One file for each model folder and each variation below, in golden/vision. For each PICTURE there is `PICTURE.rgb`, uint8
[height, width, 3], what the processor is given, and all its outputs, `PICTURE.pixel_values` among them; `batch.…` is what
comes of the pictures of BATCH in one call. Made by AutoImageProcessor from a folder, with the settings that the model's
own processor adds. A variation's whole file, the folder's with some settings changed, is in the metadata under `config`.
"""

import json
import os
import shutil
import tempfile
import types

import numpy as np
import PIL.Image
import PIL.ImageOps
from transformers import AutoImageProcessor, Gemma3Processor, InternVLProcessor, LlavaOnevisionProcessor, PixtralProcessor
from transformers.image_transforms import convert_to_rgb
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

from encoder_goldens import PICTURES
from golden_file import Golden, config, media

BATCH = ["photo-street.jpg", "photo-board.jpg", "photo-wide.jpg"]

# Models whose default is the Pillow backend, with the other one.
TORCHVISION = ["smolvlm2", "idefics3"]

# What InternVLProcessor, Gemma3Processor, SmolVLMProcessor, Idefics3Processor and PixtralProcessor pass on.
GEMMA = {
    "do_convert_rgb": True,
    "do_pan_and_scan": False,
    "pan_and_scan_min_crop_size": 256,
    "pan_and_scan_max_num_crops": 4,
    "pan_and_scan_min_ratio_to_activate": 1.2,
}
FOLDERS = {
    "internvl3": {"crop_to_patches": True},
    "llava-onevision": {},
    "gemma-3": GEMMA,
    "smolvlm2": {"return_row_col_info": True},
    "idefics3": {"return_row_col_info": True},
    "paligemma2": {"do_convert_rgb": True},
    "pixtral-12b": {"patch_size": 16},
    "mistral-small-3.1": {"patch_size": 28},
    "phi-4-multimodal": {},
    "dpt-large": {},
    "depth-anything-v2": {},
    "sam-vit-base": {},
}
VARIATIONS = {
    "internvl3-few": ("internvl3", {"crop_to_patches": True}, {"min_patches": 2, "max_patches": 5, "resample": 2}),
    "internvl3-oblong": ("internvl3", {"crop_to_patches": True}, {"size": {"height": 96, "width": 160}}),
    "llava-onevision-clip": (
        "llava-onevision",
        {},
        {"size": {"shortest_edge": 336}, "image_grid_pinpoints": [[336, 672], [672, 336], [672, 672], [1008, 336]]},
    ),
    "gemma-3-pan-and-scan": ("gemma-3", {**GEMMA, "do_pan_and_scan": True}, {"size": 224}),
    "gemma-3-narrow-crops": (
        "gemma-3",
        {
            **GEMMA,
            "do_pan_and_scan": True,
            "pan_and_scan_min_crop_size": 40,
            "pan_and_scan_max_num_crops": 7,
            "pan_and_scan_min_ratio_to_activate": 1.0,
        },
        {"size": {"height": 112, "width": 98}},
    ),
    "smolvlm2-whole": ("smolvlm2", {"return_row_col_info": True}, {"do_image_splitting": False}),
    "smolvlm2-unresized": (
        "smolvlm2",
        {"return_row_col_info": True},
        {"do_resize": False, "max_image_size": {"longest_edge": 200}, "resample": 2},
    ),
    "idefics3-4k": ("idefics3", {"return_row_col_info": True}, {"size": {"longest_edge": 5000}, "max_image_size": {"longest_edge": 980}}),
    "pixtral-small": ("pixtral-12b", {"patch_size": 14}, {"size": {"longest_edge": 300}, "processor_class": None}),
    "phi-4-few": ("phi-4-multimodal", {}, {"size": {"height": 112, "width": 112}, "dynamic_hd": 6}),
    "dpt-kept": ("dpt-large", {}, {"keep_aspect_ratio": True, "ensure_multiple_of": 32}),
    "dpt-padded": ("dpt-large", {}, {"size": {"height": 201, "width": 333}, "do_pad": True, "size_divisor": 16}),
    "sam-small": ("sam-vit-base", {}, {"size": {"longest_edge": 333}, "pad_size": {"height": 340, "width": 350}}),
}


def rgb_of(picture):
    return convert_to_rgb(PIL.ImageOps.exif_transpose(PIL.Image.open(media(picture))), return_numpy=True)


def record(golden, name, outputs):
    for key, value in outputs.items():
        value = np.asarray(value)
        # Phi-4's mask and any tensor that is large.
        if value.size > 600:
            golden.sample(f"{name}.{key}", value, count=12)
        else:
            golden.whole(f"{name}.{key}", value)


def prompt(processor_class, image_token="x", **attributes):
    """A stand-in for a model's processor, whose tokenizer is not needed to count tokens."""
    self = types.SimpleNamespace(image_token=image_token, vision_aspect_ratio="anyres_max_9", **attributes)
    for name in ("_get_number_of_features", "_get_unpadded_features"):
        if hasattr(processor_class, name):
            setattr(self, name, types.MethodType(getattr(processor_class, name), self))
    return lambda outputs: processor_class.replace_image_token(self, outputs, 0).count("x")


def token_counter(folder, processor, arguments):
    """How many tokens a picture's outputs become, by the code of the model's own processor."""
    if folder == "internvl3":
        return prompt(InternVLProcessor, start_image_token="", end_image_token="", image_seq_length=256)
    if folder == "llava-onevision":
        return prompt(
            LlavaOnevisionProcessor,
            image_processor=processor,
            num_image_tokens=729,
            vision_feature_select_strategy="full",
        )
    if folder == "gemma-3":
        return prompt(Gemma3Processor, full_image_sequence="X" + "x" * 256)
    if folder in ("smolvlm2", "idefics3"):
        length = {"smolvlm2": 81, "idefics3": 169}[folder]
        return lambda outputs: get_image_prompt_string(outputs["rows"][0][0], outputs["cols"][0][0], length, "", "x", "").count("x")
    if folder in ("pixtral-12b", "mistral-small-3.1"):
        merge = {"pixtral-12b": 1, "mistral-small-3.1": 2}[folder]
        return prompt(
            PixtralProcessor, patch_size=arguments["patch_size"] // merge, spatial_merge_size=merge, image_break_token="", image_end_token=""
        )
    if folder == "phi-4-multimodal":
        return lambda outputs: outputs["num_img_tokens"][0]
    return None


def write(folder, name, arguments, settings=None, backend=None):
    processor = AutoImageProcessor.from_pretrained(folder, backend=backend)
    golden = Golden("transformers", "torch", "torchvision", "pillow", "numpy")
    golden.metadata["class"] = type(processor).__name__
    if settings is not None:
        golden.metadata["config"] = json.dumps(settings)
    count = token_counter(name if settings is None else settings["folder"], processor, arguments) if backend is None else None
    for picture in PICTURES:
        rgb = rgb_of(picture)
        try:
            outputs = processor(images=[PIL.Image.fromarray(rgb)], return_tensors="np", **arguments)
        except (ValueError, RuntimeError) as error:
            golden.metadata[f"{picture}.refused"] = type(error).__name__
            print(f"{name}: {picture} refused: {error}")
            continue
        golden.sample(f"{picture}.rgb", rgb, count=4)
        record(golden, picture, outputs)
        if count:
            golden.whole(f"{picture}.token_count", count(outputs), np.int64)
    batch = [PIL.Image.fromarray(rgb_of(picture)) for picture in BATCH]
    if not any(f"{picture}.refused" in golden.metadata for picture in BATCH):
        try:
            record(golden, "batch", processor(images=batch, return_tensors="np", **arguments))
        except ValueError:
            # Pictures of different sizes stay a list.
            outputs = processor(images=batch, **arguments)
            record(golden, "batch", {f"pixel_values.{i}": value for i, value in enumerate(outputs["pixel_values"])})
    golden.write(f"vision/{name}")


def main():
    for name, arguments in FOLDERS.items():
        write(config(name), name, arguments)
    for name in TORCHVISION:
        write(config(name), f"{name}-torchvision", FOLDERS[name], backend="torchvision")
    for name, (folder, arguments, settings) in VARIATIONS.items():
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(config(folder), copy, dirs_exist_ok=True)
            path = os.path.join(copy, "preprocessor_config.json")
            with open(path) as file:
                # What the model's own processor passes counts before the file; for Genba it stands in the file.
                merged = json.load(file) | settings | {k: v for k, v in arguments.items() if k != "return_row_col_info"}
            with open(path, "w") as file:
                json.dump(merged, file)
            write(copy, name, arguments, merged | {"folder": folder})


if __name__ == "__main__":
    main()
