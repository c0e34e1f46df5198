#!/usr/bin/env bash
# Makes the sounds that the decoding benchmarks read, in FOLDER, those that are not there yet: ten minutes of a machine,
# stereo, 44.1 kHz, in each format; half a minute as FLAC; two hours in each compressed format.
#
# usage: sounds.sh FOLDER MACHINE.WAV    (needs ffmpeg; the WAV holds a minute of it)
set -euo pipefail
folder=$1 minute=$2
mkdir -p "$folder"
make() { # output, then ffmpeg's options
  local output=$folder/$1
  shift
  [ -e "$output" ] || ffmpeg -nostdin -v error "$@" "$output"
}
ten=(-stream_loop 9 -i "$minute")
make ten-minutes.wav "${ten[@]}" -c:a pcm_s16le
make ten-minutes.flac "${ten[@]}"
make ten-minutes.mp3 "${ten[@]}" -b:a 128k
make ten-minutes.m4a "${ten[@]}" -b:a 128k
make ten-minutes.opus "${ten[@]}" -c:a libopus -b:a 96k
make ten-minutes.ogg "${ten[@]}" -c:a libvorbis -b:a 128k
make half-minute.flac -i "$minute" -t 30
make two-hours.flac -stream_loop 119 -i "$minute" -ar 48000 -ac 1
for ending in mp3 m4a opus ogg; do
  make two-hours.$ending -stream_loop 11 -i "$folder/ten-minutes.$ending" -c copy
done
