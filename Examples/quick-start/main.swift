// From recordings to tensors in ten lines.
// usage: quick-start SOUND PICTURE CLIP OUT.safetensors
import Genba
import Glibc

let arguments = CommandLine.arguments
guard arguments.count == 5 else {
  print("usage: quick-start SOUND PICTURE CLIP OUT.safetensors")
  exit(2)
}

// Sound: decoded, mixed to one channel, resampled, and turned into what Whisper hears.
let audio = try AudioDecoder(arguments[1]).allSamples(sampleRate: 16_000, channels: .mono)
let mel = try WhisperFeatureExtractor(featureSize: 128)(audio)
print("\(audio.durationSeconds) s of sound:", mel["input_features"]!)

// A picture: decoded upright, and cut into the patches that Qwen2.5-VL sees. A model's own folder works as well:
// AutoProcessor(contentsOf: "Qwen2.5-VL-7B-Instruct/").
let image = try ImageDecoder.decode(arguments[2])
let qwen = AutoProcessor(Preset.named("qwen2.5-vl")!)
var tensors = try qwen(images: [image])
print("\(image.width) x \(image.height) pixels:", tensors["pixel_values"]!)

// A clip: some frames by hand, and the whole contract through the pipeline, frame by frame.
var video = try VideoDecoder(arguments[3])
let batch = try video.allFrames(fps: 2)
print("\(batch.count) frames at", batch.ptsSeconds)
tensors.merge(try Pipeline(model: "qwen2.5-vl")(videos: [arguments[3]]))

try tensors.write(to: arguments[4])
