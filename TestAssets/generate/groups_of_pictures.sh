#!/usr/bin/env bash
# Makes the clips of TestAssets/media whose frames depend on each other in different ways: gop-*. Needs Debian 12's
# ffmpeg and opencv-doc. Encoders of other versions write other bytes; the tests only need the structure.
set -euo pipefail
cd "$(dirname "$0")/../media"
yard=/usr/share/doc/opencv-doc/examples/data/vtest.avi
exact=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -threads 1)
clip() { # frames, size, then the encoder's options and the output
  local frames=$1 size=$2
  shift 2
  ffmpeg -nostdin -v error -y -i "$yard" -an -vf "setpts=N/30/TB,fps=30,scale=$size" -frames:v "$frames" \
    -pix_fmt yuv420p "${exact[@]}" "$@"
}
h264=(-c:v libx264 -preset medium -crf 32 -sc_threshold 0)
clip 61 160:128 "${h264[@]}" -g 2 -bf 0 gop-2.mp4
clip 61 160:128 "${h264[@]}" -g 4 -bf 2 gop-4-b.mp4
clip 100 160:128 "${h264[@]}" -g 30 -bf 0 gop-30.mp4
clip 100 160:128 "${h264[@]}" -g 30 -bf 3 gop-30-b.mp4
clip 280 160:128 "${h264[@]}" -g 250 -bf 0 gop-250.mp4
clip 280 160:128 "${h264[@]}" -g 250 -bf 3 gop-250-b.mp4
clip 100 160:128 "${h264[@]}" -g 30 -bf 3 -x264-params b-pyramid=none gop-30-b.ts
clip 100 160:128 "${h264[@]}" -g 20 -bf 3 -x264-params open-gop=1 gop-open.mp4
clip 100 160:128 "${h264[@]}" -g 20 -bf 3 -x264-params open-gop=1 gop-open.ts
clip 60 160:128 "${h264[@]}" -g 20 -x264-params intra-refresh=1 gop-refresh.mkv
clip 60 160:128 "${h264[@]}" -g 20 -bf 2 -flags:v +bitexact+ildct+ilme gop-interlaced.mp4
# x264 codes fields inside frames only. Each field becomes a packet, as in broadcasts: 7 packets for 4 frames.
"${PYTHON:-python3}" ../generate/field_pictures.py gop-paff.h264
times="floor(N/7)*4096+mod(N\\,7)*512"
ffmpeg -nostdin -v error -y -r 25 -i gop-paff.h264 -c copy -bsf:v "setts=pts=$times:dts=$times:duration=512" \
  -video_track_timescale 25600 -map_metadata -1 -fflags +bitexact gop-paff.mp4
rm gop-paff.h264
hevc=(-c:v libx265 -preset medium -tag:v hvc1)
x265=log-level=none:pools=1:frame-threads=1:info=0:crf=34:keyint=20:min-keyint=20:scenecut=0
clip 60 160:128 "${hevc[@]}" -x265-params "$x265:bframes=4:open-gop=1" gop-hevc-open.mp4
clip 60 160:128 "${hevc[@]}" -x265-params "$x265:bframes=4:open-gop=0" gop-hevc.mp4
clip 60 160:128 "${hevc[@]}" -x265-params "$x265:bframes=3:open-gop=0:temporal-layers=1" gop-hevc-layers.mkv
clip 60 160:128 "${hevc[@]}" -x265-params "$x265:bframes=3:b-adapt=0:ref=1:open-gop=0:temporal-layers=1" gop-hevc-sublayers.mp4
"${PYTHON:-python3}" ../generate/sublayer_pictures.py gop-hevc-sublayers.mp4
clip 60 160:128 -c:v libvpx-vp9 -crf 42 -b:v 0 -g 20 -auto-alt-ref 1 -lag-in-frames 16 gop-vp9.webm
clip 60 160:128 -c:v libaom-av1 -crf 50 -b:v 0 -g 20 -cpu-used 6 -lag-in-frames 16 gop-av1.mp4
clip 60 160:128 -c:v mpeg4 -q:v 12 -g 20 -bf 2 gop-mpeg4.mp4
clip 60 160:128 -c:v mpeg2video -q:v 14 -g 20 -bf 2 gop-mpeg2.ts
