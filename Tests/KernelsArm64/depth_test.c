// Kernels of depth: medians and points bit for bit, normals and filters within what rounding leaves.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

enum { WIDTH = 77, HEIGHT = 23, MARGIN = 2, STRIDE = WIDTH + 2 * MARGIN + 64 };

static int ascending(const void *a, const void *b) {
  const uint16_t left = *(const uint16_t *)a, right = *(const uint16_t *)b;
  return (left > right) - (left < right);
}

// Medians by sorting, of noise with holes; and the same numbers as floats.
static void test_medians(void) {
  uint16_t *units = calloc((HEIGHT + 2 * MARGIN) * STRIDE, sizeof(uint16_t));
  float *metres = calloc((HEIGHT + 2 * MARGIN) * STRIDE, sizeof(float));
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      const int place = (y + MARGIN) * STRIDE + x + MARGIN;
      units[place] = next_random() % 11 == 0 ? 0 : (uint16_t)next_random();
      metres[place] = units[place];
    }
  uint16_t medians[HEIGHT][WIDTH], row[WIDTH + 64];
  float float_row[WIDTH + 64];
  for (int y = 0; y < HEIGHT; y++) {
    const uint16_t *rows[5];
    const float *float_rows[5];
    for (int k = 0; k < 5; k++) {
      rows[k] = units + (y + k) * STRIDE + MARGIN;
      float_rows[k] = metres + (y + k) * STRIDE + MARGIN;
    }
    genba_median_5_u16(rows, WIDTH, row);
    genba_median_5_f32(float_rows, WIDTH, float_row);
    for (int x = 0; x < WIDTH; x++) {
      uint16_t window[25];
      for (int k = 0; k < 25; k++) {
        const uint16_t value = rows[k / 5][x + k % 5 - 2];
        window[k] = value ? value : rows[2][x];
      }
      qsort(window, 25, sizeof(uint16_t), ascending);
      expect(row[x] == window[12] && float_row[x] == window[12], "the median of (%d, %d)", x, y);
      medians[y][x] = row[x];
    }
  }
  checksum("median 5", medians, sizeof medians);
  free(units);
  free(metres);
}

static void test_points(void) {
  uint16_t *depth = guarded(WIDTH * HEIGHT * sizeof(uint16_t));
  float *columns = guarded(WIDTH * sizeof(float)), *rows = guarded(HEIGHT * sizeof(float));
  float *points = guarded(3 * WIDTH * HEIGHT * sizeof(float));
  uint8_t *mask = guarded(WIDTH * HEIGHT);
  for (int i = 0; i < WIDTH * HEIGHT; i++) depth[i] = next_random() % 5 == 0 ? 0 : (uint16_t)next_random();
  for (int x = 0; x < WIDTH; x++) columns[x] = next_random_float();
  for (int y = 0; y < HEIGHT; y++) rows[y] = next_random_float();
  genba_depth_points_u16(depth, columns, rows, WIDTH, HEIGHT, 0.001f, points, mask);
  for (int i = 0; i < WIDTH * HEIGHT; i++) {
    const float z = (float)depth[i] * 0.001f;
    expect(points[3 * i] == columns[i % WIDTH] * z && points[3 * i + 2] == z && mask[i] == (depth[i] != 0), "point %d", i);
  }
  checksum("points", points, 3 * WIDTH * HEIGHT * sizeof(float));
  checksum("mask of points", mask, WIDTH * HEIGHT);
}

// A plane with holes: every pixel that is known has its normal.
static void test_normals(void) {
  float *depth = guarded(WIDTH * HEIGHT * sizeof(float)), *normals = guarded(3 * WIDTH * HEIGHT * sizeof(float));
  uint8_t *mask = guarded(WIDTH * HEIGHT);
  const genba_normals_plan plan = {WIDTH, HEIGHT, 4, 5, 0.5f, 60, 61, 38, 11};
  const float length = sqrtf(0.3f * 0.3f + 0.2f * 0.2f + 1);
  for (int i = 0; i < WIDTH * HEIGHT; i++) {
    const float u = ((float)(i % WIDTH) - 38) / 60, v = ((float)(i / WIDTH) - 11) / 61;
    depth[i] = next_random() % 9 == 0 ? 0 : 1.5f / (0.3f * u - 0.2f * v + 1);
  }
  void *work = guarded((size_t)(genba_normals_work_bytes(&plan) + 63) / 64 * 64);
  genba_depth_normals(&plan, depth, normals, mask, work);
  for (int i = 0; i < WIDTH * HEIGHT; i++) {
    expect(mask[i] == (depth[i] > 0), "whether pixel %d has a normal", i);
    const float cosine = (-0.3f * normals[3 * i] + 0.2f * normals[3 * i + 1] - normals[3 * i + 2]) / length;
    expect(!mask[i] || cosine > 0.99999f, "the normal of pixel %d: %f", i, (double)cosine);
  }
}

// Sums of windows, and a row seen by the same camera.
static void test_rows(void) {
  float source[WIDTH + 100], sums[WIDTH + 64], work[WIDTH + 200], distances[WIDTH];
  int32_t places[WIDTH];
  for (int i = 0; i < WIDTH + 100; i++) source[i] = (float)(next_random() % 1000);
  for (int radius = 1; radius <= 16; radius++) {
    genba_box_row(source + 16, radius, WIDTH, sums, work);
    for (int x = 0; x < WIDTH; x++) {
      float sum = 0;
      for (int k = -radius; k <= radius; k++) sum += source[16 + x + k];
      expect(sums[x] == sum, "the sum of radius %d at %d", radius, x);
    }
  }
  const genba_projection projection = {{0, 5, 1}, {1, 0, 0}, {0, 0, 0}, WIDTH, HEIGHT};
  for (int x = 0; x < WIDTH; x++) source[x] = x % 3 ? 2 : 0;
  genba_project_row(&projection, source, WIDTH, places, distances);
  for (int x = 0; x < WIDTH; x++) expect(places[x] == (x % 3 ? 5 * WIDTH + x : -1), "the place of %d: %d", x, places[x]);
}

void test_depth(void) {
  seed_random(31);
  test_medians();
  test_points();
  test_normals();
  test_rows();
}
