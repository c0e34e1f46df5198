/// A model's config files, compiled in: what its folder would hold.
///
/// Any other model comes from its folder, ``AutoProcessor/init(contentsOf:)``.
public struct Preset: Sendable {
  /// The name, as the checkpoint is called: `whisper-large-v3`, `qwen2.5-vl`.
  public let name: String

  /// The content of each config file, by its name in the model folder.
  let files: [String: [UInt8]]

  /// All presets, by name.
  public static let all: [Preset] = [
    Preset(
      name: "ast-finetuned-audioset-10-10-0.4593",
      files: ["preprocessor_config.json": PackageResources.ast_finetuned_audioset_10_10_0_4593_preprocessor_config_json]
    ),
    Preset(name: "beats", files: ["preprocessor_config.json": PackageResources.beats_preprocessor_config_json]),
    Preset(
      name: "clap-htsat-fused",
      files: ["preprocessor_config.json": PackageResources.clap_htsat_fused_preprocessor_config_json]),
    Preset(
      name: "clap-htsat-unfused",
      files: ["preprocessor_config.json": PackageResources.clap_htsat_unfused_preprocessor_config_json]),
    Preset(
      name: "clip-vit-large-patch14",
      files: ["preprocessor_config.json": PackageResources.clip_vit_large_patch14_preprocessor_config_json]),
    Preset(
      name: "depth-anything-v2",
      files: ["preprocessor_config.json": PackageResources.depth_anything_v2_preprocessor_config_json]),
    Preset(
      name: "dinov2-base",
      files: ["preprocessor_config.json": PackageResources.dinov2_base_preprocessor_config_json]),
    Preset(
      name: "dpt-large",
      files: ["preprocessor_config.json": PackageResources.dpt_large_preprocessor_config_json]),
    Preset(
      name: "distil-large-v3",
      files: ["preprocessor_config.json": PackageResources.distil_large_v3_preprocessor_config_json]),
    Preset(
      name: "encodec-24khz",
      files: ["preprocessor_config.json": PackageResources.encodec_24khz_preprocessor_config_json]),
    Preset(
      name: "encodec-48khz",
      files: ["preprocessor_config.json": PackageResources.encodec_48khz_preprocessor_config_json]),
    Preset(
      name: "gemma-3",
      files: [
        "preprocessor_config.json": PackageResources.gemma_3_preprocessor_config_json,
        "processor_config.json": PackageResources.gemma_3_processor_config_json,
      ]),
    Preset(
      name: "gemma-3n",
      files: ["preprocessor_config.json": PackageResources.gemma_3n_preprocessor_config_json]),
    Preset(
      name: "granite-speech",
      files: ["preprocessor_config.json": PackageResources.granite_speech_preprocessor_config_json]),
    Preset(name: "groot-n1.7", files: ["config.json": PackageResources.groot_n1_7_config_json]),
    Preset(
      name: "hubert-large-ls960-ft",
      files: ["preprocessor_config.json": PackageResources.hubert_large_ls960_ft_preprocessor_config_json]),
    Preset(
      name: "idefics3",
      files: [
        "preprocessor_config.json": PackageResources.idefics3_preprocessor_config_json,
        "processor_config.json": PackageResources.idefics3_processor_config_json,
      ]),
    Preset(
      name: "internvl3",
      files: [
        "preprocessor_config.json": PackageResources.internvl3_preprocessor_config_json,
        "processor_config.json": PackageResources.internvl3_processor_config_json,
        "video_preprocessor_config.json": PackageResources.internvl3_video_preprocessor_config_json,
      ]),
    Preset(
      name: "llava-onevision",
      files: [
        "preprocessor_config.json": PackageResources.llava_onevision_preprocessor_config_json,
        "processor_config.json": PackageResources.llava_onevision_processor_config_json,
      ]),
    Preset(
      name: "mistral-small-3.1",
      files: [
        "preprocessor_config.json": PackageResources.mistral_small_3_1_preprocessor_config_json,
        "processor_config.json": PackageResources.mistral_small_3_1_processor_config_json,
      ]),
    Preset(
      name: "moonshine-base",
      files: ["preprocessor_config.json": PackageResources.moonshine_base_preprocessor_config_json]),
    Preset(
      name: "paligemma2",
      files: ["preprocessor_config.json": PackageResources.paligemma2_preprocessor_config_json]),
    Preset(
      name: "parakeet-ctc-1.1b",
      files: ["preprocessor_config.json": PackageResources.parakeet_ctc_1_1b_preprocessor_config_json]),
    Preset(
      name: "phi-4-multimodal",
      files: ["preprocessor_config.json": PackageResources.phi_4_multimodal_preprocessor_config_json]),
    Preset(name: "pi0", files: ["config.json": PackageResources.pi0_config_json]),
    Preset(name: "pi05", files: ["config.json": PackageResources.pi05_config_json]),
    Preset(
      name: "pixtral-12b",
      files: [
        "preprocessor_config.json": PackageResources.pixtral_12b_preprocessor_config_json,
        "processor_config.json": PackageResources.pixtral_12b_processor_config_json,
      ]),
    Preset(
      name: "qwen2-audio",
      files: ["preprocessor_config.json": PackageResources.qwen2_audio_preprocessor_config_json]),
    Preset(
      name: "qwen2-vl",
      files: ["preprocessor_config.json": PackageResources.qwen2_vl_preprocessor_config_json]),
    Preset(
      name: "qwen2.5-omni",
      files: ["preprocessor_config.json": PackageResources.qwen2_5_omni_preprocessor_config_json]),
    Preset(
      name: "qwen2.5-vl",
      files: ["preprocessor_config.json": PackageResources.qwen2_5_vl_preprocessor_config_json]),
    Preset(
      name: "qwen3-omni",
      files: ["preprocessor_config.json": PackageResources.qwen3_omni_preprocessor_config_json]),
    Preset(
      name: "qwen3-vl",
      files: [
        "preprocessor_config.json": PackageResources.qwen3_vl_preprocessor_config_json,
        "video_preprocessor_config.json": PackageResources.qwen3_vl_video_preprocessor_config_json,
      ]),
    Preset(
      name: "s2t-small-librispeech-asr",
      files: ["preprocessor_config.json": PackageResources.s2t_small_librispeech_asr_preprocessor_config_json]),
    Preset(
      name: "sam-vit-base",
      files: ["preprocessor_config.json": PackageResources.sam_vit_base_preprocessor_config_json]),
    Preset(
      name: "seamless-m4t",
      files: ["preprocessor_config.json": PackageResources.seamless_m4t_preprocessor_config_json]),
    Preset(
      name: "siglip2-base-patch16-224",
      files: ["preprocessor_config.json": PackageResources.siglip2_base_patch16_224_preprocessor_config_json]),
    Preset(
      name: "siglip2-base-patch16-naflex",
      files: ["preprocessor_config.json": PackageResources.siglip2_base_patch16_naflex_preprocessor_config_json]),
    Preset(name: "smolvla", files: ["config.json": PackageResources.smolvla_config_json]),
    Preset(
      name: "smolvlm2",
      files: [
        "preprocessor_config.json": PackageResources.smolvlm2_preprocessor_config_json,
        "processor_config.json": PackageResources.smolvlm2_processor_config_json,
      ]),
    Preset(
      name: "timesformer-base-finetuned-k400",
      files: ["preprocessor_config.json": PackageResources.timesformer_base_finetuned_k400_preprocessor_config_json]),
    Preset(
      name: "videomae-base",
      files: ["preprocessor_config.json": PackageResources.videomae_base_preprocessor_config_json]),
    Preset(
      name: "vivit-b-16x2-kinetics400",
      files: ["preprocessor_config.json": PackageResources.vivit_b_16x2_kinetics400_preprocessor_config_json]),
    Preset(
      name: "vjepa2-vitl-fpc64-256",
      files: ["video_preprocessor_config.json": PackageResources.vjepa2_vitl_fpc64_256_video_preprocessor_config_json]),
    Preset(
      name: "voxtral-mini",
      files: ["preprocessor_config.json": PackageResources.voxtral_mini_preprocessor_config_json]),
    Preset(
      name: "w2v-bert-2.0",
      files: ["preprocessor_config.json": PackageResources.w2v_bert_2_0_preprocessor_config_json]),
    Preset(
      name: "wav2vec2-base-960h",
      files: ["preprocessor_config.json": PackageResources.wav2vec2_base_960h_preprocessor_config_json]),
    Preset(
      name: "whisper-large-v2",
      files: ["preprocessor_config.json": PackageResources.whisper_large_v2_preprocessor_config_json]),
    Preset(
      name: "whisper-large-v3",
      files: ["preprocessor_config.json": PackageResources.whisper_large_v3_preprocessor_config_json]),
  ]

  /// The preset of that name, if there is one.
  public static func named(_ name: String) -> Preset? { all.first { $0.name == name } }
}
