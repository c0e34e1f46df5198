"""How many positions encoders make of so many samples or frames, as transformers' models count them. No weights are needed:
the methods only look at the configuration."""

from types import SimpleNamespace

import torch
from transformers import HubertConfig, ParakeetEncoderConfig, SeamlessM4TConfig, Speech2TextConfig, Wav2Vec2Config
from transformers.models.hubert.modeling_hubert import HubertPreTrainedModel
from transformers.models.moonshine.modeling_moonshine import MoonshinePreTrainedModel
from transformers.models.parakeet.modeling_parakeet import ParakeetPreTrainedModel
from transformers.models.seamless_m4t.modeling_seamless_m4t import SeamlessM4TConformerAdapterLayer
from transformers.models.speech_to_text.modeling_speech_to_text import Speech2TextPreTrainedModel
from transformers.models.wav2vec2.modeling_wav2vec2 import Wav2Vec2PreTrainedModel
from transformers.models.whisper.modeling_whisper import WhisperPreTrainedModel

from golden_file import Golden

SAMPLES = [400, 401, 719, 720, 1500, 4000, 15_999, 16_000, 16_001, 48_123, 480_000]
FRAMES = [1, 2, 3, 7, 8, 9, 15, 16, 17, 100, 101, 2999, 3000]


def of_model(model, config):
    return lambda count: model._get_feat_extract_output_lengths(SimpleNamespace(config=config), torch.tensor(count))


def parakeet(count):
    model = SimpleNamespace(config=ParakeetEncoderConfig())
    return ParakeetPreTrainedModel._get_subsampling_output_length(model, torch.tensor(count))


def seamless(count):
    config = SeamlessM4TConfig()
    layer = SimpleNamespace(kernel_size=config.adaptor_kernel_size, stride=config.adaptor_stride)
    mask = torch.ones(1, count, dtype=torch.int64)
    return SeamlessM4TConformerAdapterLayer._compute_sub_sample_lengths_from_attention_mask(layer, mask)[0]


def main():
    golden = Golden("transformers", "torch")
    wav2vec2, hubert = Wav2Vec2Config(), HubertConfig()
    counts = {
        "wav2Vec2": (SAMPLES, of_model(Wav2Vec2PreTrainedModel, wav2vec2)),
        "hubert": (SAMPLES, of_model(HubertPreTrainedModel, hubert)),
        # Its kernels need more samples.
        "moonshine": ([count for count in SAMPLES if count > 900], of_model(MoonshinePreTrainedModel, None)),
        "whisper": (FRAMES, of_model(WhisperPreTrainedModel, None)),
        "speech2Text": (FRAMES, of_model(Speech2TextPreTrainedModel, Speech2TextConfig())),
        "parakeet": (FRAMES, parakeet),
        "seamlessM4T": (FRAMES, seamless),
    }
    for name, (inputs, count) in counts.items():
        golden.whole(name, [[number, int(count(number))] for number in inputs], "int64")
    golden.write("encoder-lengths")


if __name__ == "__main__":
    main()
