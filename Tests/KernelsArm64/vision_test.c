// Kernels of pictures against their definition, and their checksums.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

// Weights over `taps` pixels around each output pixel, which sum to 2^shift; split in two if `is_wide`.
static genba_resize_axis make_axis(int in_size, int out_size, int taps, int shift, int is_wide) {
  int16_t *weights = guarded(sizeof(int16_t) * (size_t)(out_size * taps));
  int16_t *low_weights = is_wide ? guarded(sizeof(int16_t) * (size_t)(out_size * taps)) : NULL;
  int32_t *starts = guarded(sizeof(int32_t) * (size_t)out_size);
  for (int i = 0; i < out_size; i++) {
    int start = (int)((int64_t)i * in_size / out_size) - taps / 2;
    starts[i] = start < 0 ? 0 : start / 2 * 2;
    int present = taps < in_size - starts[i] ? taps : in_size - starts[i];
    int32_t rest = 1 << shift;
    for (int tap = 0; tap < taps; tap++) {
      // The first one is negative, as the outermost of a cubic filter are.
      int32_t weight = tap >= present ? 0 : tap == present - 1 ? rest : tap == 0 ? -(1 << shift) / 16 : rest / 3;
      rest -= weight;
      weights[i * taps + tap] = (int16_t)(is_wide ? weight >> 15 : weight);
      if (is_wide) low_weights[i * taps + tap] = (int16_t)(weight & 0x7fff);
    }
  }
  return (genba_resize_axis){in_size, out_size, taps, shift, starts, weights, low_weights};
}

// One pass by its definition: `step` bytes from one pixel along the axis to the next.
static void reference_pass(const genba_resize_axis *axis, const uint8_t *source, uint8_t *target, ptrdiff_t step,
                           int lines, ptrdiff_t source_line, ptrdiff_t target_line, int channels) {
  for (int line = 0; line < lines; line++)
    for (int i = 0; i < axis->out_size; i++)
      for (int c = 0; c < channels; c++) {
        int64_t sum = (int64_t)1 << (axis->shift - 1);
        for (int tap = 0; tap < axis->taps && axis->starts[i] + tap < axis->in_size; tap++) {
          int64_t weight = axis->weights[i * axis->taps + tap];
          if (axis->low_weights) weight = weight * 32768 + axis->low_weights[i * axis->taps + tap];
          sum += weight * source[line * source_line + (axis->starts[i] + tap) * step + c];
        }
        sum >>= axis->shift;
        target[line * target_line + i * step + c] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
      }
}

// Both passes; `step` is the pixel for the horizontal one, and for the vertical one a row, whose pixels are the lines.
static void reference_resize(const genba_resize_plan *plan, const uint8_t *source, uint8_t *target) {
  int channels = plan->channels, in_row = plan->in_width * channels, out_row = plan->out_width * channels;
  uint8_t *middle = calloc((size_t)(plan->in_width + plan->out_width) * (size_t)channels,
                           (size_t)(plan->in_height + plan->out_height));
  const genba_resize_axis *h = plan->horizontal, *v = plan->vertical;
  if (plan->vertical_first) {
    reference_pass(v, source, middle, in_row, plan->in_width, channels, channels, channels);
    reference_pass(h, middle, target, channels, plan->out_height, in_row, out_row, channels);
  } else {
    reference_pass(h, source, middle, channels, plan->in_height, in_row, out_row, channels);
    reference_pass(v, middle, target, out_row, plan->out_width, channels, channels, channels);
  }
  free(middle);
}

static uint8_t *random_pixels(size_t count) {
  uint8_t *pixels = guarded(count);
  // Many at the ends, so that sums go beyond 0 and 255.
  for (size_t i = 0; i < count; i++) {
    uint32_t random = next_random();
    pixels[i] = random % 4 == 0 ? 0 : random % 4 == 1 ? 255 : (uint8_t)(random >> 8);
  }
  return pixels;
}

static void test_resize(int in_width, int in_height, int out_width, int out_height, int taps, int channels,
                        int is_wide, int vertical_first) {
  int shift = is_wide ? 22 : 13;
  genba_resize_axis horizontal = make_axis(in_width, out_width, taps, shift, is_wide);
  genba_resize_axis vertical = make_axis(in_height, out_height, taps, shift, is_wide);
  genba_resize_plan plan = {&horizontal, &vertical, channels,   in_width,
                            in_height,   out_width, out_height, vertical_first};
  size_t in_row = (size_t)(in_width * channels), out_row = (size_t)(out_width * channels);
  size_t size = out_row * (size_t)out_height;
  uint8_t *source = random_pixels(in_row * (size_t)in_height), *target = guarded(size), *expected = guarded(size);
  void *scratch = guarded((genba_resize_scratch_bytes(&plan) + 63) / 64 * 64);
  genba_resize(&plan, source, (ptrdiff_t)in_row, target, (ptrdiff_t)out_row, scratch);
  reference_resize(&plan, source, expected);
  char name[80];
  snprintf(name, sizeof name, "resize.%dx%d-%dx%d.taps%d.channels%d%s%s", in_width, in_height, out_width, out_height,
           taps, channels, is_wide ? ".wide" : "", vertical_first ? ".vertical-first" : "");
  expect(memcmp(target, expected, size) == 0, "%s differs from its definition", name);
  checksum(name, target, size);
}

static float *random_table(int channels) {
  float *table = guarded(sizeof(float) * 256 * (size_t)channels);
  for (int i = 0; i < 256 * channels; i++) table[i] = next_random_float();
  return table;
}

static void test_planes(int width, int height, int channels) {
  size_t row = (size_t)(width * channels), count = row * (size_t)height;
  uint8_t *source = random_pixels(count);
  float *table = random_table(channels), *target = guarded(sizeof(float) * count);
  genba_normalize_planes(source, (ptrdiff_t)row, width, height, channels, table, 4, target, width, width * height);
  for (int c = 0; c < channels; c++)
    for (int i = 0; i < width * height; i++)
      expect(target[c * width * height + i] == table[256 * c + source[i * channels + c]], "plane %d, pixel %d", c, i);
  checksum("normalize_planes", target, sizeof(float) * count);
}

static void test_float_resize(int taps, int count) {
  int width = count + taps;
  float *source = guarded(sizeof(float) * (size_t)width), *weights = random_table(taps * count / 256 + 1);
  for (int i = 0; i < width; i++) source[i] = (float)(i * 37 % 101) / 101;
  int32_t *starts = guarded(sizeof(int32_t) * (size_t)count);
  for (int i = 0; i < count; i++) starts[i] = i;
  float *row = guarded(sizeof(float) * (size_t)count), *blend = guarded(sizeof(float) * (size_t)count);
  genba_resize_float_row(source, starts, weights, taps, count, row);
  const float *rows[64];
  for (int tap = 0; tap < taps; tap++) rows[tap] = source + tap;
  genba_blend_float_rows(rows, weights, taps, count, blend);
  for (int i = 0; i < count; i++) {
    double across = 0, down = 0, size = 1;
    for (int tap = 0; tap < taps; tap++) {
      across += (double)source[i + tap] * weights[i * taps + tap];
      down += (double)source[i + tap] * weights[tap];
      size += (weights[i * taps + tap] < 0 ? -weights[i * taps + tap] : weights[i * taps + tap]) +
              (weights[tap] < 0 ? -weights[tap] : weights[tap]);
    }
    double error = row[i] > across ? row[i] - across : across - row[i];
    expect(error <= 1e-6 * size, "value %d of a row of %d: %g off", i, count, error);
    error = blend[i] > down ? blend[i] - down : down - blend[i];
    expect(error <= 1e-6 * size, "value %d of a blend of %d: %g off", i, count, error);
  }
}

static void test_patches(int patch, int merge, int temporal, int grid_height, int grid_width) {
  genba_patch_layout layout = {patch, merge, temporal, grid_height, grid_width};
  int height = patch * grid_height, width = patch * grid_width, area = patch * patch;
  size_t count = (size_t)(3 * height * width);
  uint8_t *source = random_pixels(count);
  float *table = random_table(3), *target = guarded(sizeof(float) * count * (size_t)temporal);
  for (int t = 0; t < temporal; t++) genba_patchify(&layout, source, 3 * width, table, 4, target, t, 1);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        for (int t = 0; t < temporal; t++) {
          int row = y / patch, column = x / patch;
          int group = row / merge * (grid_width / merge) + column / merge;
          int index = (group * merge + row % merge) * merge + column % merge;
          int place = ((index * 3 + c) * temporal + t) * area + y % patch * patch + x % patch;
          expect(target[place] == table[256 * c + source[(y * width + x) * 3 + c]], "pixel %d, %d of patches", y, x);
        }
  float *twice = guarded(sizeof(float) * count * (size_t)temporal);
  genba_patchify(&layout, source, 3 * width, table, 4, twice, 0, temporal);
  expect(memcmp(target, twice, sizeof(float) * count * (size_t)temporal) == 0, "copies differ from single places");
  checksum("patchify", target, sizeof(float) * count * (size_t)temporal);
}

// One row of a sensor by its definition, both depths, all places of green and red.
static void test_demosaic(int width) {
  uint8_t *rows = random_pixels((size_t)(3 * width)), *target = guarded((size_t)(3 * width));
  uint16_t *wide = guarded(sizeof(uint16_t) * (size_t)(3 * width));
  uint16_t *wide_target = guarded(sizeof(uint16_t) * (size_t)(3 * width));
  for (int i = 0; i < 3 * width; i++) wide[i] = (uint16_t)(rows[i] * 257);
  for (int kind = 0; kind < 8; kind++) {
    int first_green = kind & 1, has_red = kind >> 1 & 1, edge_aware = kind >> 2;
    genba_demosaic_row_u8(rows, rows + width, rows + 2 * width, width, first_green, has_red, edge_aware, target);
    genba_demosaic_row_u16(wide, wide + width, wide + 2 * width, width, first_green, has_red, edge_aware, wide_target);
    for (int x = 1; x < width - 1; x++) {
      const uint8_t *p = rows + width + x;
      int left = p[-1], right = p[1], up = p[-width], down = p[width];
      int corners = (p[-width - 1] + p[-width + 1] + p[width - 1] + p[width + 1] + 2) >> 2;
      int across = (left + right + 1) >> 1, along = (up + down + 1) >> 1, cross = (left + right + up + down + 2) >> 2;
      if (edge_aware) cross = abs(left - right) <= abs(up - down) ? across : along;
      int is_green = (x & 1) == first_green;
      int own = is_green ? across : *p, green = is_green ? *p : cross, other = is_green ? along : corners;
      int expected[3] = {has_red ? own : other, green, has_red ? other : own};
      for (int c = 0; c < 3; c++)
        expect(target[3 * x + c] == expected[c], "pixel %d of %d, channel %d, kind %d", x, width, c, kind);
    }
    expect(memcmp(target, target + 3, 3) == 0, "the first of %d pixels", width);
    expect(memcmp(target + 3 * width - 3, target + 3 * width - 6, 3) == 0, "the last of %d pixels", width);
    checksum("demosaic_u8", target, (size_t)(3 * width));
    checksum("demosaic_u16", wide_target, sizeof(uint16_t) * (size_t)(3 * width));
  }
}

void test_vision(void) {
  seed_random(2);
  for (int channels = 1; channels <= 4; channels++)
    for (int is_wide = 0; is_wide <= 1; is_wide++) {
      test_resize(67, 45, 31, 22, 12, channels, is_wide, 0);
      test_resize(67, 45, 31, 22, 8, channels, is_wide, 1);
      test_resize(5, 7, 129, 65, 4, channels, is_wide, 0);
      test_resize(3, 1, 40, 3, 4, channels, is_wide, 1);
      test_resize(300, 3, 17, 1, 64, channels, is_wide, 0);
    }
  for (int channels = 1; channels <= 4; channels++) test_planes(37, 5, channels);
  test_float_resize(16, 37);
  test_float_resize(48, 5);
  test_patches(14, 2, 2, 4, 6);
  test_patches(16, 2, 2, 2, 4);
  test_patches(3, 1, 1, 5, 7);
  test_demosaic(3);
  test_demosaic(37);
  test_demosaic(600);
}
