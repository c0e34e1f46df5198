internal import GenbaCore

/// The feature extractors for sound that Genba has, by the name of their class in transformers.
enum SoundClass: String, CaseIterable {
  case whisper = "WhisperFeatureExtractor"
  case wav2Vec2 = "Wav2Vec2FeatureExtractor"
  case encodec = "EncodecFeatureExtractor"
  case ast = "ASTFeatureExtractor"
  case seamlessM4T = "SeamlessM4TFeatureExtractor"
  case speech2Text = "Speech2TextFeatureExtractor"
  case phi4Multimodal = "Phi4MultimodalFeatureExtractor"
  case parakeet = "ParakeetFeatureExtractor"
  case graniteSpeech = "GraniteSpeechFeatureExtractor"
  case gemma3n = "Gemma3nAudioFeatureExtractor"
  case gemma4 = "Gemma4AudioFeatureExtractor"
  case clap = "ClapFeatureExtractor"
  case beats = "BEATsFeatureExtractor"

  /// The class that transformers' `AutoFeatureExtractor` takes for a `model_type`, for folders whose files name none.
  init?(modelType: String) {
    switch modelType {
    case "whisper", "voxtral", "qwen2_audio", "qwen2_5_omni", "qwen3_omni_moe": self = .whisper
    case "wav2vec2", "hubert", "wavlm", "moonshine", "moonshine_streaming": self = .wav2Vec2
    case "encodec": self = .encodec
    case "audio-spectrogram-transformer": self = .ast
    case "seamless_m4t", "seamless_m4t_v2", "wav2vec2-bert": self = .seamlessM4T
    case "speech_to_text": self = .speech2Text
    case "phi4_multimodal": self = .phi4Multimodal
    case "parakeet_ctc", "parakeet_tdt", "parakeet_encoder": self = .parakeet
    case "granite_speech": self = .graniteSpeech
    case "gemma3n": self = .gemma3n
    case "gemma4": self = .gemma4
    case "clap": self = .clap
    case "beats": self = .beats
    default: return nil
    }
  }
}

extension ModelFolder {
  /// The model's extractor for sound, if it hears.
  func featureExtractor() throws(GenbaError) -> (any AudioFeatureExtractor)? {
    let nested = try processor?.block("feature_extractor")
    guard let block = nested ?? preprocessor, let kind = try soundClass(of: block) else { return nil }
    do throws(GenbaError) {
      return try makeExtractor(kind, block)
    } catch {
      throw error.at(path: block.path)
    }
  }

  private func soundClass(of block: ConfigurationFile) throws(GenbaError) -> SoundClass? {
    if let name = try block.string("feature_extractor_type") {
      if let kind = SoundClass(rawValue: name) { return kind }
      // Old files of some models say feature_extractor_type for pictures; what is neither is an error there.
      _ = try image()
      return nil
    }
    if try block.string("image_processor_type") != nil { return nil }
    return modelType.flatMap { SoundClass(modelType: $0) }
  }

  private func makeExtractor(
    _ kind: SoundClass, _ block: ConfigurationFile
  ) throws(GenbaError) -> any AudioFeatureExtractor {
    switch kind {
    case .whisper:
      let whisper = try WhisperFeatureExtractor(WhisperFeatureExtractor.Configuration(block))
      if let model = family.flatMap({ QwenAudioFeatureExtractor.Model($0) }) {
        return QwenAudioFeatureExtractor(model, whisper: whisper)
      }
      return family == .voxtral ? VoxtralFeatureExtractor(whisper: whisper) : whisper
    case .wav2Vec2:
      var configuration = try Wav2Vec2FeatureExtractor.Configuration(block)
      if family == .moonshineStreaming { configuration.padToMultipleOf = 80 }
      return try Wav2Vec2FeatureExtractor(configuration)
    case .encodec:
      return try EncodecFeatureExtractor(EncodecFeatureExtractor.Configuration(block))
    case .ast:
      return try ASTFeatureExtractor(ASTFeatureExtractor.Configuration(block))
    case .seamlessM4T:
      return try SeamlessM4TFeatureExtractor(SeamlessM4TFeatureExtractor.Configuration(block))
    case .speech2Text:
      return try Speech2TextFeatureExtractor(Speech2TextFeatureExtractor.Configuration(block))
    case .phi4Multimodal:
      return try Phi4MultimodalFeatureExtractor(Phi4MultimodalFeatureExtractor.Configuration(block))
    case .parakeet:
      return try ParakeetFeatureExtractor(ParakeetFeatureExtractor.Configuration(block))
    case .graniteSpeech:
      return try GraniteSpeechFeatureExtractor(GraniteSpeechFeatureExtractor.Configuration(block))
    case .gemma3n:
      return try Gemma3nAudioFeatureExtractor(Gemma3nAudioFeatureExtractor.Configuration(block))
    case .gemma4:
      return try Gemma4AudioFeatureExtractor(
        Gemma4AudioFeatureExtractor.Configuration(block, defaults: Gemma4AudioFeatureExtractor.defaults))
    case .beats:
      return try BEATsFeatureExtractor(BEATsFeatureExtractor.Configuration(block))
    case .clap:
      return try ClapFeatureExtractor(ClapFeatureExtractor.Configuration(block))
    }
  }
}
