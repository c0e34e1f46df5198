#!/bin/sh
# What Genba does, on the sample recordings: looks into them, converts them, shows what came out.
# usage: run.sh GENBA OUT   (the program; a folder for what comes out)
set -eu
mkdir -p "$2"
genba=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
media=TestAssets/media
# Short where it can be: people read these paths.
case $out in "$PWD"/*) out=${out#"$PWD"/} ;; esac

step() { printf '\n\033[1m%s\033[0m\n' "$1"; }
run() {
  printf '$ genba %s\n' "$*"
  "$genba" "$@"
}

step "1. What is in a recording"
run inspect "$media/machine-44k1-stereo.flac" --plot "$out/machine.png"
run inspect "$media/line-h264.mp4" --plot "$out/line.png"

step "2. Sound to the input of Whisper"
run audio "$media/speech-16k.wav" --preset whisper-large-v3
run audio "$media/speech-16k.wav" --preset whisper-large-v3 -o "$out/speech.safetensors"
run audio "$media/speech-16k.wav" --preset whisper-large-v3 -o "$out/speech-features.png"

step "3. A picture and a clip to the input of Qwen2.5-VL"
run process --model qwen2.5-vl --image "$media/photo-aloe.jpg" --video "$media/line-h264.mp4" -o "$out/sample.safetensors"
run inspect "$out/sample.safetensors"

step "4. A pair of cameras to depth in metres, and points"
pair="$media/stereo/scene"
run stereo "$pair-left.png" "$pair-right.png" --calibration "$pair-calib.txt" --num-disparities 64 \
  --points "$out/pair.ply" --plot "$out/depth.png" -o "$out/pair.npz"
run inspect "$out/pair.npz"

step "5. Pictures and sound of the same seconds"
run video "$media/line-h264.mp4" --windows 2s --hop 1s --sample-rate 16000 --log-mel

step "6. A folder of recordings, with a broken file among them"
rm -rf "$out/recordings"
mkdir -p "$out/recordings/shift-1" "$out/recordings/shift-2"
cp "$media/speech-16k.wav" "$media/long-16k.flac" "$out/recordings/shift-1"
cp "$media/machine-44k1-stereo.flac" "$media/tone-48k.mp3" "$out/recordings/shift-2"
cp TestAssets/corrupt/truncated.flac "$out/recordings/shift-2/broken.flac"
run convert "$out/recordings" --model whisper-large-v3 --format safetensors --out "$out/tensors" --jobs 2 || echo "(exit code $?: one file failed)"
cat "$out/tensors/errors.jsonl"
find "$out/tensors" -name '*.safetensors' | sort

step "Pictures to open"
ls "$out"/*.png
