// One entry per kernel; one table per level. A kernel family adds its entries here, defines them in its .inc file
// under FN(name), and forwards to them in its dispatch_*.c.
#pragma once
#include "CGenbaKernels.h"

// Spectra that are computed in one type (spectra_logmel.inc, spectra_kaldi.inc, spectra_stft.inc).
typedef struct {
  int64_t (*log_mel_work_bytes)(const genba_log_mel_plan *);
  float (*log_mel)(const genba_log_mel_plan *, const float *, int64_t, int64_t, int64_t, int64_t, float *, int64_t,
                   void *);
  int64_t (*kaldi_work_bytes)(const genba_kaldi_plan *);
  void (*kaldi_fbank)(const genba_kaldi_plan *, const float *, int64_t, int64_t, float *, void *);
  int64_t (*stft_work_bytes)(const genba_frames *);
  void (*stft)(const genba_frames *, int32_t, const float *, int64_t, int64_t, void *, void *);
} genba_spectra_table;

typedef struct {
  // Bytes in a vector register of this level.
  int vector_bytes;

  genba_spectra_table float_spectra;
  const genba_spectra_table *double_spectra;
  // More spectra (spectra_normalize.inc, spectra_istft.inc)
  void (*clamp_and_scale)(float *, int64_t, float, float, float);
  void (*inverse_stft)(const genba_frames *, const float *, int64_t, int64_t, float *, int64_t, void *);

  // Sound (sound_loudness.inc)
  void (*k_weighted_energies)(const genba_k_weighting *, const genba_k_weighted_sound *, const int64_t *, int32_t, double *);

  // Vision (vision_resize.inc, vision_resize_float.inc, vision_resize_rounded.inc, vision_patchify.inc, vision_yuv.inc)
  void (*resize_rows)(const genba_resize_axis *, const uint8_t *const *, uint8_t *const *, int, void *);
  void (*blend_rows)(const uint8_t *const *, const int16_t *, const int16_t *, int, int, ptrdiff_t, uint8_t *);
  void (*resize_float_row)(const float *, const int32_t *, const float *, int32_t, int32_t, float *);
  void (*blend_float_rows)(const float *const *, const float *, int32_t, int64_t, float *);
  void (*resize_rounded_row)(const genba_rounded_axis *, const uint8_t *, int32_t, float *, float *);
  void (*blend_rounded_rows)(const float *const *, const float *, int32_t, int64_t, uint8_t *);
  void (*normalize_planes)(const uint8_t *, ptrdiff_t, int32_t, int32_t, int32_t, const void *, int32_t, void *,
                           ptrdiff_t, ptrdiff_t);
  void (*normalize_pixels)(const uint8_t *, ptrdiff_t, int32_t, int32_t, int32_t, const void *, int32_t, void *);
  void (*patchify)(const genba_patch_layout *, const uint8_t *, ptrdiff_t, const void *, int32_t, void *, int32_t,
                   int32_t);
  void (*yuv_row)(const genba_yuv_matrix *, const uint8_t *, const uint8_t *, const uint8_t *, int32_t, uint8_t *,
                  ptrdiff_t);

  // Depth (depth_points.inc, depth_normals.inc, depth_align.inc, depth_filter.inc, depth_median.inc)
  void (*depth_points_u16)(const uint16_t *, const float *, const float *, int64_t, int64_t, float, float *, uint8_t *);
  void (*depth_points_f32)(const float *, const float *, const float *, int64_t, int64_t, float *, uint8_t *);
  void (*depth_normals)(const genba_normals_plan *, const float *, float *, uint8_t *, void *);
  void (*project_row)(const genba_projection *, const float *, int64_t, int32_t *, float *);
  void (*splat_row)(const genba_projection *, const float *, int64_t, float *);
  void (*settle_nearest)(float *, int64_t, uint8_t *);
  void (*median_5_u16)(const uint16_t *const *, int64_t, uint16_t *);
  void (*median_5_f32)(const float *const *, int64_t, float *);
  void (*bilateral_row)(const genba_bilateral_plan *, const float *const *, int64_t, float *);
  void (*box_row)(const float *, int32_t, int64_t, float *, float *);
  void (*slide_row)(float *, const float *, float, int64_t);
  void (*guided_row)(const float *, const float *, const float *, const float *, const float *, float, int64_t,
                     float *, float *);

  // Vision (vision_demosaic.inc)
  void (*demosaic_row_u8)(const uint8_t *, const uint8_t *, const uint8_t *, int32_t, int32_t, int32_t, int32_t,
                          uint8_t *);
  void (*demosaic_row_u16)(const uint16_t *, const uint16_t *, const uint16_t *, int32_t, int32_t, int32_t, int32_t,
                           uint16_t *);
  // Stereo (stereo_cost.inc, stereo_path.inc, stereo_choose.inc, stereo_block.inc, stereo_settle.inc, stereo_filter.inc)
  void (*census_u8)(const uint8_t *, const uint8_t *const *, int32_t, uint8_t *const *);
  void (*census_u16)(const uint16_t *, const uint16_t *const *, int32_t, uint8_t *const *);
  void (*stereo_cost_row)(const genba_stereo_shape *, genba_stereo_row, genba_stereo_row, uint8_t *);
  void (*stereo_vertical)(const genba_stereo_shape *, const uint8_t *, const genba_stereo_path *, int32_t, int32_t,
                          uint8_t *, uint8_t *, void *);
  void (*stereo_rightward)(const genba_stereo_shape *, const uint8_t *, const uint8_t *, int32_t, uint8_t *, void *);
  void (*stereo_leftward)(const genba_stereo_shape *, const uint8_t *, const uint8_t *, const uint8_t *const *, int32_t,
                          const genba_stereo_choice *, void *);
  void (*stereo_block_columns)(const genba_stereo_shape *, const uint8_t *, const uint8_t *, uint16_t *);
  void (*stereo_block_row)(const genba_stereo_shape *, const uint16_t *, int32_t, int32_t, const genba_stereo_choice *,
                           void *);
  void (*stereo_settle_row)(const genba_stereo_settling *, const genba_stereo_choice *, int16_t *, float *, void *);
  void (*median_row)(const int16_t *, const int16_t *, const int16_t *, int32_t, int16_t *);
  void (*smooth_codes_row)(const int16_t *const *, int32_t, int16_t *);
  void (*stereo_finish_row)(const int16_t *const *, const float *, int32_t, int32_t, float *, uint8_t *, float *);
} genba_table;

// The memory that resize_rows works in, for as many pixels of 16 rows as fit the caches: columns of 16 bytes, then
// pairs of them, then columns of the output.
typedef struct {
  int32_t pixels;
  size_t pairs_offset, outputs_offset, total;
} genba_resize_work;

// The most output pixels that resize_rows makes from one filling of its memory; a multiple of 16.
enum { GENBA_RESIZE_TILE = 64 };

static inline genba_resize_work genba_resize_work_layout(const genba_resize_axis *axis, int channels) {
  genba_resize_work work;
  // Where weights are many, twice as many pixels, so that not every output pixel fills the memory again.
  work.pixels = axis->taps > 256 ? 2 * axis->taps : 512;
  work.pairs_offset = ((size_t)work.pixels * (size_t)channels + 16) * 16;
  work.outputs_offset = work.pairs_offset + (size_t)work.pixels / 2 * (size_t)channels * 64;
  work.total = work.outputs_offset + (GENBA_RESIZE_TILE * (size_t)channels + 16) * 16;
  return work;
}

enum { GENBA_NORMALS_MAX_RADIUS = 15 };

// The memory that depth_normals works in. Rows of planes and of 1 / z are `stride` floats, of which `margin` stand before
// the first pixel; rows in blocks have `padded` floats a part.
typedef struct {
  int64_t stride, margin, padded;
  // Byte offsets: the windows' sums along 2 radius + 2 rows and of one row of zeros, 3 parts each; their counts, 3 parts of
  // those and of a row without holes; the sliding sums, 5 parts; 1 / z and the known pixels of one row; and 2 radius + 2
  // rows of planes, 5 parts.
  int64_t rows, counts, sums, inverse, planes, total;
  // Sum of x squared over a full window.
  float moment;
} genba_normals_work;

static inline genba_normals_work genba_normals_layout(const genba_normals_plan *plan) {
  genba_normals_work work;
  const int64_t side = 2 * plan->radius + 1;
  work.margin = 16;
  work.padded = (plan->width + 15) / 16 * 16;
  work.stride = work.padded + 2 * work.margin + 16;
  const int64_t row = work.stride * (int64_t)sizeof(float), part = work.padded * (int64_t)sizeof(float);
  work.rows = 0;
  work.counts = work.rows + (side + 2) * 3 * part;
  work.sums = work.counts + (side + 3) * 3 * part;
  work.inverse = work.sums + 5 * part;
  work.planes = work.inverse + 2 * row;
  work.total = work.planes + (side + 1) * 5 * row;
  work.moment = (float)(side * plan->radius * (plan->radius + 1) * side) / 3;
  return work;
}

// The table of the level in use.
const genba_table *genba_kernels(void);
