// Kernels of video frames: YUV to RGB, and the resize that is rounded once, by their definitions.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

static uint8_t *random_bytes(int count) {
  uint8_t *bytes = guarded((size_t)count);
  for (int i = 0; i < count; i++) bytes[i] = (uint8_t)(next_random() >> 13);
  return bytes;
}

static int high_product(int a, int b) { return (int16_t)((a * b) >> 16); }

static uint8_t clamped(int value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

// One pixel in libswscale's fixed point.
static void pixel(const genba_yuv_matrix *matrix, int y, int u, int v, uint8_t rgb[3]) {
  const int luma = high_product(8 * y - matrix->luma_offset, matrix->luma_scale);
  u = 8 * u - 1024;
  v = 8 * v - 1024;
  rgb[0] = clamped(luma + high_product(v, matrix->red_of_v));
  rgb[1] = clamped(luma + high_product(u, matrix->green_of_u) + high_product(v, matrix->green_of_v));
  rgb[2] = clamped(luma + high_product(u, matrix->blue_of_u));
}

static void test_yuv(int width, int height, int has_half_rows) {
  // BT.601 with limited range, as YUVToRGB has it.
  const genba_yuv_matrix matrix = {128, 9539, 13075, -3209, -6660, 16525};
  const int chroma_width = (width + 1) / 2, chroma_height = has_half_rows ? (height + 1) / 2 : height;
  const uint8_t *planes[3] = {random_bytes(width * height), random_bytes(chroma_width * chroma_height),
                              random_bytes(chroma_width * chroma_height)};
  const ptrdiff_t strides[3] = {width, chroma_width, chroma_width};
  uint8_t *pixels = guarded((size_t)(3 * width * height)), *apart = guarded((size_t)(3 * width * height));
  genba_yuv_to_rgb(&matrix, planes, strides, width, height, has_half_rows, 0, pixels);
  genba_yuv_to_rgb(&matrix, planes, strides, width, height, has_half_rows, 1, apart);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const int chroma = (has_half_rows ? y / 2 : y) * chroma_width + x / 2;
      uint8_t rgb[3];
      pixel(&matrix, planes[0][y * width + x], planes[1][chroma], planes[2][chroma], rgb);
      for (int c = 0; c < 3; c++) {
        expect(pixels[3 * (y * width + x) + c] == rgb[c], "RGB of %d, %d of %d columns", x, y, width);
        expect(apart[(c * height + y) * width + x] == rgb[c], "planes of %d, %d of %d columns", x, y, width);
      }
    }
  checksum("yuv_to_rgb", pixels, (size_t)(3 * width * height));
}

enum { MOST_TAPS = 11 };

// A sum in the order and with the roundings that are promised.
static float rounded_sum(const float *values, const float *weights, int taps) {
#pragma clang fp contract(off)
  float sum = values[0] * weights[0];
  int tap = 1;
  for (; taps - tap >= 4; tap += 4)
    for (int k = 0; k < 4; k++) sum += values[tap + k] * weights[tap + k];
  for (; tap < taps; tap++) sum = (float)((double)sum + (double)values[tap] * (double)weights[tap]);
  return sum;
}

static void test_rounded_resize(int width, int channels) {
  int32_t starts[40], offsets[41] = {0};
  float weights[40 * MOST_TAPS];
  const int count = 40;
  for (int i = 0; i < count; i++) {
    const int taps = 1 + (int)(next_random() % MOST_TAPS);
    starts[i] = (int)(next_random() % (uint32_t)(width - taps + 1));
    offsets[i + 1] = offsets[i] + taps;
    for (int tap = 0; tap < taps; tap++) weights[offsets[i] + tap] = next_random_float() / (float)taps;
  }
  const genba_rounded_axis axis = {width, count, starts, offsets, weights};
  const uint8_t *source = random_bytes(width * channels);
  float *work = guarded(sizeof(float) * 4 * (size_t)width);
  float *row = guarded(sizeof(float) * (size_t)(count * channels + 3));
  genba_resize_rounded_row(&axis, source, channels, work, row);
  float values[MOST_TAPS];
  for (int i = 0; i < count * channels; i++) {
    const int at = i / channels, taps = offsets[at + 1] - offsets[at];
    for (int tap = 0; tap < taps; tap++) values[tap] = source[(starts[at] + tap) * channels + i % channels];
    const float sum = rounded_sum(values, weights + offsets[at], taps);
    expect(row[i] == sum, "value %d of a row: %.9g for %.9g", i, (double)row[i], (double)sum);
  }
  checksum("resize_rounded_row", row, sizeof(float) * (size_t)(count * channels));
}

static void test_rounded_blend(int taps, int count) {
  const float *rows[MOST_TAPS];
  float weights[MOST_TAPS], values[MOST_TAPS];
  for (int tap = 0; tap < taps; tap++) {
    float *row = guarded(sizeof(float) * (size_t)(count + 15));
    for (int i = 0; i < count; i++) row[i] = 400 * next_random_float() + 100;
    rows[tap] = row;
    weights[tap] = (0.2f + next_random_float()) / (float)taps;
  }
  uint8_t *target = guarded((size_t)count);
  genba_blend_rounded_rows(rows, weights, taps, count, target);
  for (int i = 0; i < count; i++) {
    for (int tap = 0; tap < taps; tap++) values[tap] = rows[tap][i];
    const float level = nearbyintf(fminf(fmaxf(rounded_sum(values, weights, taps), 0), 255));
    expect(target[i] == (uint8_t)level, "level %d of %d: %d for %f", i, count, target[i], (double)level);
  }
  checksum("blend_rounded_rows", target, (size_t)count);
}

void test_frames(void) {
  seed_random(5);
  const int widths[] = {1, 2, 15, 16, 17, 33, 64, 66, 130, 258};
  for (int i = 0; i < 10; i++)
    for (int has_half_rows = 0; has_half_rows <= 1; has_half_rows++) {
      test_yuv(widths[i], 4, has_half_rows);
      test_yuv(widths[i], 3, has_half_rows);
    }
  for (int channels = 1; channels <= 4; channels++) {
    test_rounded_resize(MOST_TAPS, channels);
    test_rounded_resize(67, channels);
  }
  for (int taps = 1; taps <= MOST_TAPS; taps++) test_rounded_blend(taps, 1 + 13 * taps);
}
