/// Placeholders of one kind that stand one after another in the text of an Omni model.
public enum OmniPlaceholders: Sendable, Hashable {
  /// So many of `video_token`.
  case video(Int)
  /// So many of `audio_token`.
  case audio(Int)
}

extension OmniPlaceholders {
  /// What a clip and its sound have to be put in order by; positions in time are counted in tokens of sound.
  struct Layout {
    var gridCount: Int
    var tokensPerGrid: Int
    var secondsPerGrid: Double
    var audioTokenCount: Int

    /// transformers 5.23.0's `Qwen2_5OmniProcessor.replace_video_with_audio_token`.
    func inTurns(of seconds: Double) -> [OmniPlaceholders] {
      let perSecond = 25.0
      // A turn is no shorter than one position, so that each ends.
      let length = max((perSecond * seconds).rounded(.towardZero), 1)
      let videoTurns = turns(gridCount * tokensPerGrid, length) { position in
        Double(position / tokensPerGrid) * secondsPerGrid * perSecond
      }
      let audioTurns = turns(audioTokenCount, length) { Double($0) }
      var runs = Runs()
      for turn in 0..<max(videoTurns.count, audioTurns.count) {
        if turn < videoTurns.count { runs.append(video: videoTurns[turn]) }
        if turn < audioTurns.count { runs.append(audio: audioTurns[turn]) }
      }
      return runs.all
    }

    /// How many tokens each turn has: one turn ends where a token is at its end or behind it. A token that is several turns
    /// away ends one only, and the next token the next, as in the reference.
    private func turns(_ count: Int, _ length: Double, _ time: (Int) -> Double) -> [Int] {
      var (turns, start) = ([Int](), 0)
      for token in 0..<count where time(token) >= Double(turns.count + 1) * length {
        turns.append(token - start)
        start = token
      }
      return turns + [count - start]
    }

    /// transformers 5.23.0's `Qwen3OmniMoeProcessor.replace_video_with_audio_token`.
    func inOrderOfTime() -> [OmniPlaceholders] {
      let perSecond = 13.0
      var (runs, heard) = (Runs(), 0)
      for grid in 0..<gridCount {
        // The sound that begins before this temporal patch.
        let before = (Double(grid) * secondsPerGrid * perSecond).rounded(.up)
        let audio = min(Int(exactly: before) ?? .max, audioTokenCount)
        runs.append(audio: max(audio - heard, 0))
        heard = max(audio, heard)
        runs.append(video: tokensPerGrid)
      }
      runs.append(audio: audioTokenCount - heard)
      return runs.all
    }
  }

  /// Runs on their way, of which neighbours of one kind are one.
  private struct Runs {
    var all: [OmniPlaceholders] = []

    mutating func append(video count: Int) {
      if case .video(let last) = all.last {
        all[all.count - 1] = .video(last + count)
      } else if count > 0 {
        all.append(.video(count))
      }
    }

    mutating func append(audio count: Int) {
      if case .audio(let last) = all.last {
        all[all.count - 1] = .audio(last + count)
      } else if count > 0 {
        all.append(.audio(count))
      }
    }
  }
}
