#!/usr/bin/env bash
# Makes the benchmarks' clips in FOLDER, those that are not there yet: a fixed camera over a yard with a sensor's noise,
# at the sizes and with the groups of pictures that recordings have. Needs Debian 12's ffmpeg and opencv-doc; takes
# some minutes.
#
# usage: Benchmarks/clips.sh FOLDER
set -euo pipefail
mkdir -p "$1"
cd "$1"
yard=/usr/share/doc/opencv-doc/examples/data/vtest.avi
clip() { # file, frames, size, then the encoder's options
  local file=$1 frames=$2 size=$3
  shift 3
  [ -e "$file" ] && return
  echo "making $file" >&2
  ffmpeg -nostdin -v error -y -stream_loop -1 -i "$yard" -an \
    -vf "setpts=N/30/TB,fps=30,scale=$size,noise=alls=4:allf=t:all_seed=1" -frames:v "$frames" -pix_fmt yuv420p "$@" \
    "part-$file"
  mv "part-$file" "$file"
}
h264=(-c:v libx264 -preset medium -crf 25)
clip robot-h264.mp4 1800 640:480 "${h264[@]}" -g 2 -bf 0
clip robot-av1.mp4 1800 640:480 -c:v libsvtav1 -preset 8 -crf 30 -g 2
clip 1080p-gop-250.mp4 1800 1920:1080 "${h264[@]}" -g 250 -bf 3
clip 1080p-gop-30.mp4 1800 1920:1080 "${h264[@]}" -g 30 -bf 3
clip 720p-hevc.mp4 1800 1280:720 -c:v libx265 -preset medium -crf 27 -x265-params log-level=none -tag:v hvc1
# 200 clips of two seconds, as a data set of manipulation or of events has them.
mkdir -p short-clips
for number in $(seq -w 0 199); do
  [ -e "short-clips/$number.mp4" ] && continue
  ffmpeg -nostdin -v error -y -ss "$(awk "BEGIN { print $number * 0.3 }")" -i "$yard" -an \
    -vf "setpts=N/30/TB,fps=30,scale=640:480" -frames:v 60 -pix_fmt yuv420p "${h264[@]}" -g 30 -bf 2 -threads 1 \
    "short-clips/part-$number.mp4"
  mv "short-clips/part-$number.mp4" "short-clips/$number.mp4"
done
