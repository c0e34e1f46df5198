#!/usr/bin/env bash
# Makes the clips of TestAssets/media that show what codecs, containers and pixel formats there are: px-*. Needs
# Debian 12's ffmpeg and opencv-doc. Encoders of other versions write other bytes; whoever runs this again makes the
# goldens again.
set -euo pipefail
cd "$(dirname "$0")/../media"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
yard=/usr/share/doc/opencv-doc/examples/data/vtest.avi
exact=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -threads 1)
clip() { # frames, size, then the encoder's options and the output
  local frames=$1 size=$2
  shift 2
  ffmpeg -nostdin -v error -y -i "$yard" -an -vf "setpts=N/30/TB,fps=30,scale=$size" -frames:v "$frames" "${exact[@]}" "$@"
}
# Codecs that the other clips do not have.
clip 12 96:72 -c:v libvpx -crf 20 -b:v 200k -auto-alt-ref 0 -pix_fmt yuv420p px-vp8.webm
clip 4 96:72 -c:v prores_ks -profile:v 0 -pix_fmt yuv422p10le px-prores.mov
clip 3 96:72 -c:v prores_ks -profile:v 4 -alpha_bits 16 -pix_fmt yuva444p10le px-prores-alpha.mov
clip 6 98:74 -c:v ffv1 -level 3 -pix_fmt yuv420p px-ffv1.mkv
clip 6 97:73 -c:v ffv1 -level 3 -pix_fmt gray px-gray.mkv
clip 4 96:72 -c:v gif px-gif.gif
clip 3 50:38 -c:v rawvideo -pix_fmt yuv420p px-raw.avi
clip 3 50:38 -c:v rawvideo -pix_fmt bgr24 px-raw-bgr.avi
clip 3 50:38 -c:v rawvideo -pix_fmt nv12 px-raw-nv12.mkv
clip 4 96:72 -c:v mjpeg -q:v 10 -pix_fmt yuvj422p px-mjpeg.mov
clip 12 96:72 -c:v libx264 -crf 32 -pix_fmt yuv420p10le px-h264-10bit.mp4
clip 6 98:72 -c:v libx264 -crf 32 -pix_fmt yuv444p10le px-h264-444-10bit.mkv
hevc=(-c:v libx265 -preset fast -x265-params log-level=none:pools=1:frame-threads=1:info=0:crf=34 -tag:v hvc1)
clip 6 96:72 "${hevc[@]}" -pix_fmt yuv420p12le px-hevc-12bit.mp4
clip 6 96:72 "${hevc[@]}" -pix_fmt yuv422p10le px-hevc-422-10bit.mov
clip 6 96:72 "${hevc[@]}" -pix_fmt gray10le px-hevc-gray10.mp4
clip 6 96:72 -c:v libaom-av1 -crf 50 -b:v 0 -cpu-used 8 -pix_fmt yuv420p10le px-av1-10bit.mp4
clip 6 96:72 -c:v libaom-av1 -crf 50 -b:v 0 -cpu-used 8 -pix_fmt yuv444p px-av1-444.webm
clip 6 96:72 -c:v libvpx-vp9 -crf 45 -b:v 0 -pix_fmt yuv422p px-vp9-422.webm
clip 6 96:72 -c:v libvpx-vp9 -crf 45 -b:v 0 -profile:v 2 -pix_fmt yuv420p10le px-vp9-10bit.webm
clip 6 96:72 -c:v mpeg2video -q:v 16 -g 6 -bf 2 px-mpeg2.ts
# Depth as cameras store it: 12 and 16 bits of gray without loss.
depth() { # frames, size, pixel format, output
  ffmpeg -nostdin -v error -y -f lavfi -i "nullsrc=size=$2:rate=15,format=gray16le,geq=lum='500+X*37+Y*53+N*400'" \
    -frames:v "$1" "${exact[@]}" -c:v ffv1 -level 3 -pix_fmt "$3" "$4"
}
depth 4 62x47 gray16le px-depth16.mkv
depth 4 62x47 gray12le px-depth12.mkv
# Alpha beside the colours.
ffmpeg -nostdin -v error -y -i "$yard" -an -vf "setpts=N/30/TB,fps=30,scale=96:72,format=yuva420p,geq=lum='p(X,Y)':a='X*2'" \
  -frames:v 4 "${exact[@]}" -c:v ffv1 -level 3 -pix_fmt yuva420p px-alpha.mkv
# Every width from 2 to 66 that decides how libswscale's vector code ends a row.
for width in 2 6 16 18 30 34 64 66; do
  clip 2 "$width:34" -c:v rawvideo -pix_fmt yuv420p "px-width-$width.mkv"
done
# Two fields in a frame, of different moments: the upper one first, in macroblocks that choose (MBAFF); the lower first.
ffmpeg -nostdin -v error -y -i "$yard" -an -vf "setpts=N/60/TB,fps=60,scale=96:64,tinterlace=interleave_top" \
  -frames:v 24 -pix_fmt yuv420p "${exact[@]}" -c:v libx264 -crf 32 -bf 2 -g 12 -flags:v +bitexact+ildct+ilme px-fields.mp4
clip 8 96:64 -c:v mpeg2video -q:v 16 -g 6 -bf 2 -flags:v +bitexact+ildct+ilme -top 0 px-fields-bottom.ts
# Streams without times, with times that jump back, and one that begins between key frames.
clip 40 96:72 -c:v libx264 -crf 32 -g 10 -bf 2 "$work/whole.mp4"
clip 40 96:72 -c:v libx264 -crf 32 -g 10 -bf 2 px-no-times.h264
ffmpeg -nostdin -v error -y -i "$work/whole.mp4" "${exact[@]}" -c copy "$work/first.ts"
ffmpeg -nostdin -v error -y -i "$work/whole.mp4" "${exact[@]}" -c copy -output_ts_offset 20 "$work/second.ts"
cat "$work/second.ts" "$work/first.ts" > px-jump.ts
# Streams that change on the way: their size, their pixel format, their codec, their sound.
part() { # name, start, size, sample rate, channels, then the encoder's options
  local name=$1 start=$2 size=$3 rate=$4 channels=$5
  shift 5
  ffmpeg -nostdin -v error -y -i "$yard" -f lavfi -i "sine=440:duration=0.4:sample_rate=$rate" -map 0:v -map 1:a \
    -vf "setpts=N/30/TB,fps=30,scale=$size" -frames:v 12 "${exact[@]}" "$@" -c:a aac -b:a 32k -ac "$channels" \
    -output_ts_offset "$start" "$work/$name.ts"
}
h264=(-c:v libx264 -crf 34 -g 6 -bf 0)
part before 0 96:64 44100 1 "${h264[@]}" -pix_fmt yuv420p
part sizes 0.4 64:32 44100 1 "${h264[@]}" -pix_fmt yuv420p
part formats 0.4 96:64 44100 1 "${h264[@]}" -pix_fmt yuv422p
part codecs 0.4 96:64 44100 1 -c:v mpeg2video -q:v 16 -g 6 -pix_fmt yuv420p
part sounds 0.4 96:64 48000 2 "${h264[@]}" -pix_fmt yuv420p
for change in sizes formats codecs sounds; do cat "$work/before.ts" "$work/$change.ts" > px-$change.ts; done
for name in before sizes; do
  ffmpeg -nostdin -v error -y -i "$work/$name.ts" -an "${exact[@]}" -c copy -f h264 "$work/$name.h264"
done
cat "$work/before.h264" "$work/sizes.h264" > "$work/both.h264"
ffmpeg -nostdin -v error -y -r 30 -i "$work/both.h264" "${exact[@]}" -c copy px-sizes.mkv
ffmpeg -nostdin -v error -y -r 30 -i "$work/both.h264" "${exact[@]}" -c copy -movflags frag_keyframe+empty_moov \
  px-sizes.mp4
# A sound with a cover picture.
ffmpeg -nostdin -v error -y -i "$yard" -an -vf scale=64:48 -frames:v 1 "${exact[@]}" -c:v mjpeg -q:v 10 "$work/cover.jpg"
ffmpeg -nostdin -v error -y -f lavfi -i sine=duration=0.5 "${exact[@]}" -c:a aac -b:a 32k "$work/sound.m4a"
ffmpeg -nostdin -v error -y -i "$work/sound.m4a" -i "$work/cover.jpg" -map 0 -map 1 "${exact[@]}" -c copy \
  -disposition:v attached_pic cover.m4a
# Program streams, in which some packets have a time of decoding alone.
for b_frames in 0 2; do
  ffmpeg -nostdin -v error -y -i "$yard" -an -vf "setpts=N/25/TB,fps=25,scale=96:72" -frames:v 40 "${exact[@]}" \
    -c:v mpeg2video -q:v 16 -g 12 -bf $b_frames "$work/$b_frames.mpg"
done
mv "$work/0.mpg" px-program.mpg
mv "$work/2.mpg" px-program-b.mpg
# Without its first group's key frame: the packets of the key frame are cut out.
ffmpeg -nostdin -v error -y -i "$work/whole.mp4" "${exact[@]}" -c copy -bsf:v "noise=drop='not(n)'" px-no-key.mkv
