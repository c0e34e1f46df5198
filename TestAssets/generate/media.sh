#!/usr/bin/env bash
# Makes the sounds and the clips of TestAssets/media; pictures.py makes the pictures.
# Needs Debian 12's espeak-ng, sox, ffmpeg, opencv-doc and sound-theme-freedesktop, and PYTHON with numpy (default: python3).
# Encoders of other versions write other bytes: whoever runs this again makes the goldens again.
set -euo pipefail
cd "$(dirname "$0")/../media"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exact=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -threads 1)
ff() { ffmpeg -nostdin -v error -y "$@"; }

# Sounds. Speech is synthetic; machines come from a model of a shaft and a bearing.
"${PYTHON:-python3}" ../generate/machine_sounds.py "$work"
espeak-ng -v en-us -s 150 -w "$work/speech.wav" \
  "Line four. The second press shows a rising vibration at its outer bearing. Stop it before the night shift."
espeak-ng -v en-us -s 140 -w "$work/report.wav" \
  "Maintenance report. Spindle temperature sixty one degrees. Coolant pressure is low, and tool seven is worn."
sox -D "$work/speech.wav" -b 16 "$work/speech-16k.wav" rate 16000
sox -D "$work/report.wav" -b 16 "$work/report-16k.wav" rate 16000 pad 14 4
ff -i "$work/speech-16k.wav" "${exact[@]}" -c:a pcm_s16le speech-16k.wav
sox -D -m -v 0.5 "$work/machine-16k.wav" -v 0.8 "$work/report-16k.wav" -b 16 "$work/long.wav" trim 0 36
flac=(-c:a flac -compression_level 8)
ff -i "$work/long.wav" "${exact[@]}" "${flac[@]}" long-16k.flac
ff -i "$work/machine-44k1-stereo.wav" "${exact[@]}" "${flac[@]}" machine-44k1-stereo.flac
ff -f lavfi -i "sine=frequency=1000:sample_rate=48000:duration=2" -ac 2 "${exact[@]}" -c:a libmp3lame -b:a 96k tone-48k.mp3
ff -i "$work/speech.wav" "${exact[@]}" -c:a libopus -b:a 32k voice.opus
ff -i "$work/machine-44k1-stereo.wav" -t 3 "${exact[@]}" -c:a aac -b:a 96k clip-audio.m4a
ff -i "$work/machine-48k.wav" "${exact[@]}" -c:a pcm_s24le -af "aformat=s32,volume=0.7371" s24.wav
ff -i "$work/machine-48k.wav" -t 0.5 "${exact[@]}" -c:a pcm_f32le -af "aformat=flt,volume=2.5:precision=float" f32.wav
ff -i "$work/speech.wav" -t 2 -ar 8000 "${exact[@]}" -c:a pcm_mulaw -f au mulaw.au
ff -i "$work/array-48k.wav" "${exact[@]}" -c:a pcm_s16le 8ch.wav
# Codecs that carry something from one frame to the next, one that does not, and a clock that does not begin at 0.
ff -i "$work/machine-44k1-stereo.wav" -t 1 "${exact[@]}" -c:a ac3 -b:a 96k clip-ac3.ac3
ff -i "$work/machine-44k1-stereo.wav" -t 0.5 "${exact[@]}" -c:a alac clip-alac.m4a
ff -i "$work/machine-44k1-stereo.wav" -t 0.25 "${exact[@]}" -c:a alac clip-alac.caf
ff -i "$work/machine-44k1-stereo.wav" -t 1 "${exact[@]}" -c:a wmav2 -b:a 64k clip-wma.wma
ff -i "$work/speech.wav" -t 2 "${exact[@]}" -c:a libopus -b:a 24k -output_ts_offset 5 voice-late.mka
ff -i "$work/machine-48k.wav" -af "atrim=end_sample=100" "${exact[@]}" -c:a pcm_s16be tiny.aiff
ff -i "$work/machine-48k.wav" -af "atrim=end_sample=1" "${exact[@]}" -c:a pcm_s16le one-sample.wav
ff -i "$work/machine-48k.wav" -t 0.3 -ar 11025 "${exact[@]}" -c:a pcm_u8 u8.wav
cp /usr/share/sounds/freedesktop/stereo/bell.oga notify.oga

# Each container and encoding once, a few hundredths of a second long: tests damage them two hundred times each.
short() { # seconds, then the encoder's options and the output
  local seconds=$1
  shift
  ff -i "$work/machine-44k1-stereo.wav" -t "$seconds" "${exact[@]}" "$@"
}
short 0.03 -c:a pcm_s32le s32.wav
short 0.02 -c:a pcm_f64le f64.wav
short 0.03 -c:a pcm_s16le -rf64 always rf64.wav
short 0.03 -c:a pcm_s16le machine.w64
short 0.1 -c:a adpcm_ima_wav adpcm.wav
short 0.03 -c:a pcm_s24be s24.aiff
short 0.03 -c:a pcm_f32be -f aiff f32.aifc
short 0.03 -c:a pcm_s16be pcm.caf
short 0.1 -ar 96000 -c:a flac -sample_fmt s32 -bits_per_raw_sample 24 s24.flac
short 0.1 -c:a flac -f ogg ogg-flac.oga
short 0.5 -ac 1 -ar 16000 -c:a mp2 -b:a 32k -f mp2 layer-2.mp3
short 0.5 -c:a eac3 -b:a 96k clip-eac3.eac3
short 0.3 -c:a aac -b:a 48k -f adts raw.aac
ff -i "$work/array-48k.wav" -t 0.01 "${exact[@]}" -c:a pcm_s24le -channel_layout 7.1 extensible.wav
sox -D "$work/speech-16k.wav" "$work/voice.amr-nb" rate 8000 trim 0.2 0.6
cp "$work/voice.amr-nb" voice.amr
ff -f lavfi -i testsrc=duration=0.4:size=32x32:rate=10 -i "$work/machine-44k1-stereo.wav" -i "$work/speech-16k.wav" \
  -map 0:v -map 1:a -map 2:a -t 0.4 "${exact[@]}" -c:v libx264 -c:a:0 aac -b:a:0 48k -c:a:1 libopus -b:a:1 24k two-sounds.mkv

# Clips: a fixed camera over a yard, played at three times its speed.
yard=/usr/share/doc/opencv-doc/examples/data/vtest.avi
clip() { # frames, filter after the speed-up, then the encoder's options and the output
  local frames=$1 filter=$2
  shift 2
  ff -i "$yard" -an -vf "setpts=N/30/TB,fps=30,$filter" -frames:v "$frames" "${exact[@]}" "$@"
}
x264=(-c:v libx264 -preset medium -crf 27 -bf 2 -g 30 -pix_fmt yuv420p)
clip 90 "scale=320:240" "${x264[@]}" "$work/silent.mp4"
ff -i "$work/silent.mp4" -i "$work/machine-44k1-stereo.wav" -t 3 "${exact[@]}" -c:v copy -c:a aac -b:a 64k line-h264.mp4
ff -i "$yard" -an -vf "setpts=N/30/TB,fps=30,scale=320:240,select='not(mod(n\,7))+not(mod(n\,3))+lt(n\,12)'" -vsync vfr \
  -frames:v 45 "${exact[@]}" "${x264[@]}" -video_track_timescale 90000 line-vfr.mp4
clip 30 "scale=320:240" "${x264[@]}" "$work/upright.mp4"
ff -i "$work/upright.mp4" "${exact[@]}" -c copy -metadata:s:v rotate=90 line-rotated.mp4
clip 30 "scale=320:240" -c:v libx265 -preset medium -x265-params "log-level=none:pools=1:frame-threads=1:info=0:crf=28" \
  -pix_fmt yuv420p10le -tag:v hvc1 line-hevc10.mp4
clip 30 "scale=317:241" -c:v libvpx-vp9 -crf 36 -b:v 0 -pix_fmt yuv420p line-odd.mp4
clip 30 "scale=320:240" -c:v libvpx-vp9 -crf 36 -b:v 0 -pix_fmt yuv420p line-vp9.webm
clip 45 "scale=352:288" -c:v mpeg4 -q:v 8 -pix_fmt yuv420p line-mpeg4.avi
clip 30 "scale=320:240" -c:v mpeg4 -q:v 8 -bf 1 -pix_fmt yuv420p line-mpeg4-b.avi
clip 10 "scale=320:240:out_range=full" -c:v mjpeg -q:v 8 -pix_fmt yuvj420p -color_range pc line-mjpeg.avi
clip 10 "scale=317:241" -c:v libx264 -crf 27 -pix_fmt yuv444p line-444-odd.mp4
clip 20 "scale=320:240:out_color_matrix=bt709" "${x264[@]}" -colorspace bt709 -color_primaries bt709 -color_trc bt709 line-bt709.mp4
clip 1 "scale=320:240" "${x264[@]}" one-frame.mp4

# What makes decoders differ: full range at a width that is a multiple of 32 and at one that is not, an edit list that
# begins between key frames, a clock that does not begin at 0, transport streams, every rotation at such a width.
clip 10 "scale=320:240:out_range=full" -c:v libvpx-vp9 -crf 40 -b:v 0 -pix_fmt yuv420p -color_range pc line-full.webm
clip 10 "scale=330:240:out_range=full" -c:v libvpx-vp9 -crf 40 -b:v 0 -pix_fmt yuv420p -color_range pc line-full-330.webm
clip 40 "scale=166:126" "${x264[@]}" -g 12 "$work/small.mp4"
ff -ss 0.7 -i "$work/small.mp4" "${exact[@]}" -c copy line-cut.mp4
ff -i "$work/small.mp4" "${exact[@]}" -c copy -output_ts_offset 5 line-late.mkv
ff -i "$work/small.mp4" "${exact[@]}" -c copy line.ts
ff -i "$work/small.mp4" "${exact[@]}" -t 0.4 -c copy -metadata:s:v rotate=180 line-rotated-180.mp4
ff -i "$work/small.mp4" "${exact[@]}" -t 0.4 -c copy -metadata:s:v rotate=270 line-rotated-270.mp4
clip 10 "scale=166:126" -c:v libx264 -crf 30 -pix_fmt yuv422p line-422.mp4

# Common encryption, whose keys nobody needs.
ff -f lavfi -i testsrc=s=64x48:r=10:d=0.5 -f lavfi -i sine=d=0.5 "${exact[@]}" -c:v libx264 -c:a aac \
  -encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff \
  -encryption_kid 0123456789abcdef0123456789abcdef encrypted.mp4

# Sound and pictures on one clock: a flash of a frame and a beep together at every full second but 0. The sound begins
# 0.3 s late; half a second of it is lost; its time stamps run 1 % slower than its samples.
flash="color=black:s=64x48:r=20:d=4.2,drawbox=t=fill:color=white:enable='lt(mod(t\,1)\,0.04)*gt(t\,0.5)'"
beep() { # container seconds of the first sample, of a sample's second
  echo "aevalsrc='if(lt(mod($1+t*$2\,1)\,0.05)*gt($1+t*$2\,0.5)\,0.8*sin(2*PI*1000*t)\,0)':s=48000:d=4"
}
tiny=(-c:v libx264 -crf 35 -bf 2 -g 20 -pix_fmt yuv420p)
ff -f lavfi -i "$flash" -itsoffset 0.3 -f lavfi -i "$(beep 0.3 1)" "${exact[@]}" "${tiny[@]}" -c:a aac -b:a 48k clock-late.mp4
ff -f lavfi -i "$flash" -f lavfi -i "$(beep 0 1)" "${exact[@]}" "${tiny[@]}" -c:a flac -ar 48000 -frame_size 1152 "$work/clock.mkv"
ff -i "$work/clock.mkv" "${exact[@]}" -c copy -bsf:a "noise=drop='gt(pts*tb\,1.2)*lt(pts*tb\,1.7)'" clock-gap.mkv
ff -f lavfi -i "$flash" -f lavfi -i "$(beep 0 1.01)" "${exact[@]}" "${tiny[@]}" -c:a flac -ar 48000 -frame_size 1152 "$work/clock.mkv"
ff -i "$work/clock.mkv" "${exact[@]}" -c copy -bsf:a "setts=ts='PTS*1.01'" clock-drift.mkv
