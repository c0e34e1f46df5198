#!/usr/bin/env bash
# Makes TestAssets/media, TestAssets/corrupt and TestAssets/golden again. Needs Debian 12's espeak-ng, sox, ffmpeg,
# opencv-doc and sound-theme-freedesktop, and the references of Benchmarks/peers.sh (GENBA_PEERS, if they are elsewhere).
set -euo pipefail
cd "$(dirname "$0")"
python="${GENBA_PEERS:-../../Benchmarks/.peers}/bin/python"
[ -x "$python" ] || { echo "all.sh: no $python; run Benchmarks/peers.sh first" >&2; exit 1; }
export HF_HUB_OFFLINE=1 TRANSFORMERS_VERBOSITY=error PYTHONDONTWRITEBYTECODE=1

mkdir -p ../media ../corrupt ../golden
PYTHON="$(realpath -s "$python")" ./media.sh
./groups_of_pictures.sh
./pixel_formats.sh
"$python" pictures.py ../media
"$python" corrupt.py ../media ../corrupt
for script in decoding_goldens deep_pictures picture_goldens transform_goldens move_goldens robot_goldens resampling_goldens sound_ranges loudness_goldens sampling_tables log_mel_goldens kaldi_goldens whisper_goldens \
  qwen_image_goldens qwen_video_goldens qwen_vl_utils_goldens video_frames clip_samplers plane_goldens storage resize_goldens encoder_goldens vision_model_goldens \
  qwen_audio_goldens stft_goldens \
  raw_wave_goldens kaldi_model_goldens feature_goldens band_goldens \
  video_encoder_goldens camera_window_goldens \
  log_mel_model_goldens encoder_lengths point_clouds depth_goldens \
  stereo_goldens; do
  "$python" "$script.py"
done
