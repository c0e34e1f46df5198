import Genba
import GenbaTestSupport
import Testing

/// `Examples/stream-log-mel`, at the end of a pipe.
@Suite struct StreamLogMelTests {
  @Test func framesOfAPipeAreThoseOfTheWholeSound() throws {
    let audio = try AudioDecoder(TestAssets.media("speech-16k.wav")).allSamples()
    let folder = try TemporaryFolder()
    let (input, output) = (folder.path + "/in.f32", folder.path + "/out.f32")
    var file = try AtomicFile(path: input)
    try file.write(Array(audio.samples).flatMap { littleEndian($0.bitPattern) })
    try file.commit()
    let program = try Program.find("stream-log-mel")
    // The first bytes come late, and a sample is cut in two.
    let pipe = "{ head -c 4001 \(input); sleep 0.1; tail -c +4002 \(input); } | \(program) > \(output)"
    let run = try Program(["-c", pipe], of: "/bin/sh")
    #expect(run.status == 0 && run.errors.hasPrefix("\(1 + audio.sampleCount / 160) frames"), "\(run.errors)")

    let whole = try LogMelSpectrogram(
      .init(sampleRate: 16_000, nFFT: 400, hopLength: 160, padMode: .reflect, nMels: 128, log: .log10, topDB: nil))(
        audio)
    let (nMels, frames) = (whole.shape[0], whole.shape[1])
    let bands = Array(whole)
    let expected = (0..<frames).flatMap { frame in (0..<nMels).map { bands[$0 * frames + frame] } }
    let written = try FileReading.bytes(of: output)
    #expect(written == expected.flatMap { littleEndian($0.bitPattern) })
  }

  /// The frames of the first second are there while the second one is not: the pipe stays open until they have come.
  @Test func framesComeWhileTheSoundGoesOn() throws {
    let folder = try TemporaryFolder()
    let (input, output) = (folder.path + "/in.f32", folder.path + "/out.f32")
    var file = try AtomicFile(path: input)
    try file.write([UInt8](repeating: 0, count: 4 * 16_000))
    try file.commit()
    // 98 frames lie whole in a second; each has 128 numbers of 4 bytes.
    let pipe = """
      { cat \(input)
        for turn in $(seq 600); do
          [ "$(stat -c %s \(output) 2> /dev/null || echo 0)" -ge \(98 * 512) ] && echo early > \(folder.path)/early && break
          sleep 0.1
        done
        cat \(input); } | \(try Program.find("stream-log-mel")) > \(output)
      """
    let run = try Program(["-c", pipe], of: "/bin/sh")
    #expect(run.status == 0 && run.errors.hasPrefix("201 frames"), "\(run.errors)")
    #expect((try? FileReading.bytes(of: folder.path + "/early")) != nil, "frames came only with the end")
  }

  @Test func nothingGivesAFrameOfSilence() throws {
    let run = try Program([], of: "stream-log-mel")
    #expect(run.status == 0 && run.errors.hasPrefix("1 frames, the loudest value -10.0"), "\(run.errors)")
  }

  private func littleEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
