// Pictures: resizing, normalising, patch layouts. All pixels are uint8 with their channels together (RGBRGB…).
#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- Antialiased resize (vision_resize.inc, dispatch_vision.c) ----

// The weights of one axis: pixel i of the output is the sum of the input's pixels starts[i] … starts[i] + taps - 1,
// each times its weight, plus half of 2^shift, shifted right by `shift` and clamped to 0 … 255.
//
// starts are even and ascend. starts[i] + taps may be beyond the end; the weights of pixels that are not there are 0.
typedef struct {
  int32_t in_size, out_size;
  // Even.
  int32_t taps;
  int32_t shift;
  const int32_t *starts;
  // [out_size][taps]: the weight, or if `low_weights` is there, the weight without its lowest 15 bits.
  const int16_t *weights;
  // NULL, or [out_size][taps]: the lowest 15 bits of each weight.
  const int16_t *low_weights;
} genba_resize_axis;

// A resize: a pass along each axis, with uint8 between them.
typedef struct {
  // NULL for a pass that is left out since the size stays.
  const genba_resize_axis *horizontal, *vertical;
  int32_t channels;  // 1 … 4
  int32_t in_width, in_height, out_width, out_height;
  // Whether the vertical pass comes first; the horizontal one does otherwise.
  int32_t vertical_first;
} genba_resize_plan;

// Bytes of scratch memory that genba_resize needs.
size_t genba_resize_scratch_bytes(const genba_resize_plan *plan);

// Resizes `source` to `target`. Strides are in bytes, at least a row each. Reads nothing outside the source's rows, and
// writes nothing outside the target's. The three memories do not overlap. `scratch` is
// 64-byte aligned.
void genba_resize(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride, uint8_t *target,
                  ptrdiff_t target_stride, void *scratch);

// ---- Resize in float32 (vision_resize_float.inc) ----

// One row of a horizontal pass: target[i] = sum over t of source[starts[i] + t] * weights[i][t], for `count` pixels.
// `taps` is a multiple of 16; the source is read up to the last start plus `taps`.
void genba_resize_float_row(const float *source, const int32_t *starts, const float *weights, int32_t taps,
                            int32_t count, float *target);

// One row of a vertical pass: target[x] = sum over t of rows[t][x] * weights[t], for `count` values and at least 1 tap.
void genba_blend_float_rows(const float *const *rows, const float *weights, int32_t taps, int64_t count,
                            float *target);

// ---- Resize of bytes in float32, rounded at the end (vision_resize_rounded.inc) ----

// Output i is the sum of inputs starts[i] … times weights[offsets[i]] … weights[offsets[i + 1] - 1], at least one.
typedef struct {
  int32_t in_size, out_size;
  const int32_t *starts, *offsets;
  const float *weights;
} genba_rounded_axis;

// One row of a horizontal pass, [in_size, channels] to [out_size, channels], for 1 to 4 channels. `pixels` is memory
// to work in, 16-byte aligned, 4 floats for each input. Up to 3 floats are written beyond the row's end.
void genba_resize_rounded_row(const genba_rounded_axis *axis, const uint8_t *source, int32_t channels, float *pixels,
                              float *target);

// One row of a vertical pass: the sum over t of rows[t][x] * weights[t] to the nearest of 0 … 255, halves to even, for
// `count` values and at least 1 tap. Rows are read up to 15 values beyond their end.
void genba_blend_rounded_rows(const float *const *rows, const float *weights, int32_t taps, int64_t count,
                              uint8_t *target);

// ---- Normalising (vision_patchify.inc, vision_layout.inc) ----
//
// What becomes of each value of each channel stands in a table, [channels][256]. Its elements and the target's have
// `element_bytes` bytes: 4 (float) or 2 (16-bit floats, which are only moved).

// Writes planes: target[c * plane_stride + y * target_stride + x] = table[c][source[y][x][c]], for up to 4 channels.
// Strides of the target are in elements.
void genba_normalize_planes(const uint8_t *source, ptrdiff_t source_stride, int32_t width, int32_t height,
                            int32_t channels, const void *table, int32_t element_bytes, void *target,
                            ptrdiff_t target_stride, ptrdiff_t plane_stride);

// Writes pixels: target[y][x][c] = table[c][source[y][x][c]], without gaps, for up to 4 channels.
void genba_normalize_pixels(const uint8_t *source, ptrdiff_t source_stride, int32_t width, int32_t height,
                            int32_t channels, const void *table, int32_t element_bytes, void *target);

// How Qwen's vision models take pixels: [grid_height / merge, grid_width / merge, merge, merge, 3, temporal, patch,
// patch], each patch contiguous.
typedef struct {
  int32_t patch_size, merge_size, temporal_patch_size;
  // In patches; multiples of merge_size.
  int32_t grid_height, grid_width;
} genba_patch_layout;

// Writes one RGB frame of grid_height * patch_size by grid_width * patch_size pixels into the places `first` …
// `first + copies - 1` of the temporal axis, through the table [3][256]. `target` is one temporal patch.
void genba_patchify(const genba_patch_layout *layout, const uint8_t *source, ptrdiff_t source_stride,
                    const void *table, int32_t element_bytes, void *target, int32_t first, int32_t copies);

// ---- YUV to RGB (vision_yuv.inc) ----

// A matrix in the fixed point of libswscale's vector code: luma and chroma times 8, less their offsets, times these,
// shifted right by 16.
typedef struct {
  int16_t luma_offset, luma_scale, red_of_v, green_of_u, green_of_v, blue_of_u;
} genba_yuv_matrix;

// Writes `height` rows of RGB without gaps: pixels, or three planes. Chroma has half the columns, rounded up, and a
// row for `1 << chroma_shift` rows of luma. Reads and writes nothing outside the rows.
void genba_yuv_to_rgb(const genba_yuv_matrix *matrix, const uint8_t *const planes[3], const ptrdiff_t strides[3],
                      int32_t width, int32_t height, int32_t chroma_shift, int32_t as_planes, uint8_t *target);

// ---- Bayer sensors (vision_demosaic.inc) ----

// One row of RGB from a row of a Bayer sensor's samples and its neighbours, `width` of each, at least 3. `first_green`
// is 0 if the row's first sample is green and 1 otherwise; `has_red` whether its other samples are red, not blue. The
// first and the last pixel repeat their neighbours.
void genba_demosaic_row_u8(const uint8_t *above, const uint8_t *here, const uint8_t *below, int32_t width,
                           int32_t first_green, int32_t has_red, int32_t edge_aware, uint8_t *target);
void genba_demosaic_row_u16(const uint16_t *above, const uint16_t *here, const uint16_t *below, int32_t width,
                            int32_t first_green, int32_t has_red, int32_t edge_aware, uint16_t *target);
