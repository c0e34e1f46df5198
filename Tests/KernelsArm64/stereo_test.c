// The stereo kernels, row by row as a match calls them, on random pictures: everything is integers, or floats that are
// divided and multiplied only, and so must be equal at every level.
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

static uint8_t *random_bytes(size_t size) {
  uint8_t *bytes = guarded(size);
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)next_random();
  return bytes;
}

static void *aligned_zeros(size_t size) {
  void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);
  memset(memory, 0, (size + 63) & ~(size_t)63);
  return memory;
}

static void test_rows(int32_t width, int32_t disparities, int32_t count) {
  const genba_stereo_shape shape = {width, disparities, 17, 8};
  const size_t pitch = (size_t)genba_stereo_pitch(disparities), state = (size_t)genba_stereo_state_pitch(disparities);
  const size_t row = (size_t)width * pitch, room = row + GENBA_STEREO_SLACK;
  seed_random((uint32_t)(width + disparities + count));
  // The census of random pixels, and the planes of both pictures.
  uint8_t *pixels = random_bytes((size_t)width + 8 * GENBA_STEREO_SLACK);
  const uint8_t *neighbours[24];
  for (int k = 0; k < 24; k++) neighbours[k] = pixels + 2 * k;
  genba_stereo_row left, right;
  uint8_t *planes[3];
  for (int k = 0; k < 3; k++) planes[k] = guarded((size_t)width + GENBA_STEREO_SLACK);
  genba_census_u8(pixels + 30, neighbours, width, planes);
  for (int k = 0; k < 3; k++) {
    checksum("census", planes[k], (size_t)width);
    left.planes[k] = planes[k];
  }
  left.planes[3] = pixels;
  for (int k = 0; k < 4; k++) right.planes[k] = random_bytes((size_t)width + pitch + GENBA_STEREO_SLACK);
  uint8_t *cost = guarded(room), *first = guarded(room), *second = guarded(room), *third = guarded(room);
  void *work = aligned_zeros((size_t)genba_stereo_work_bytes(disparities));
  genba_stereo_cost_row(&shape, left, right, cost);
  checksum("cost", cost, row);

  uint8_t *p2 = random_bytes((size_t)width + 1);
  for (int32_t x = 0; x <= width; x++) p2[x] = 36 + p2[x] % 36;
  genba_stereo_path paths[3];
  for (int k = 0; k < 3; k++) {
    paths[k].costs = aligned_zeros((size_t)(width + 1) * state);
    paths[k].smallest = aligned_zeros((size_t)width + 1);
    paths[k].p2 = p2;
  }
  for (int step = 0; step < 3; step++)
    genba_stereo_vertical(&shape, cost, paths, count, 0, first, count == 3 ? second : NULL, work);
  checksum("vertical", first, row);
  if (count == 3) checksum("slanted", second, row);
  if (count == 1) genba_stereo_vertical(&shape, cost, paths, 1, 1, first, NULL, work);
  if (count == 1) memcpy(second, first, row);
  genba_stereo_rightward(&shape, cost, p2, count == 3, second, work);
  checksum("rightward", second, row);
  memcpy(third, first, row);

  uint16_t *numbers = guarded((size_t)width * 10);
  const genba_stereo_choice choice = {(int16_t *)numbers, numbers + width, numbers + 2 * width, numbers + 3 * width,
                                      numbers + 4 * width};
  const uint8_t *sums[4] = {first, second, third, second};
  genba_stereo_leftward(&shape, cost, p2 + 1, sums, count == 3 ? 4 : 2, &choice, work);
  checksum("choice", numbers, (size_t)width * 10);

  // The same choice by blocks: two rows of costs gained and one lost again.
  uint16_t *columns = aligned_zeros((size_t)width * state * 2), *blocks = guarded((size_t)width * 10);
  const genba_stereo_choice by_blocks = {(int16_t *)blocks, blocks + width, blocks + 2 * width, blocks + 3 * width,
                                         blocks + 4 * width};
  uint8_t *nothing = aligned_zeros(room);
  genba_stereo_block_columns(&shape, cost, nothing, columns);
  genba_stereo_block_columns(&shape, first, nothing, columns);
  genba_stereo_block_columns(&shape, cost, first, columns);
  genba_stereo_block_row(&shape, columns, 2, 2, &by_blocks, work);
  checksum("blocks", blocks, (size_t)width * 10);
  free(columns);
  free(nothing);

  const genba_stereo_settling settling = {width, -3, 2, 1};
  int16_t *codes = calloc((size_t)width + 128, 2), *filtered = calloc((size_t)width + 128, 2);
  float *confidence = guarded((size_t)width * 4), *disparity = guarded((size_t)width * 4), *trust = guarded((size_t)width * 4);
  uint8_t *mask = guarded((size_t)width);
  genba_stereo_settle_row(&settling, &choice, codes + 64, confidence, work);
  checksum("codes", codes, ((size_t)width + 128) * 2);
  checksum("confidence", confidence, (size_t)width * 4);
  genba_median_row(codes + 60, codes + 64, codes + 66, width, filtered + 64);
  checksum("median", filtered, ((size_t)width + 128) * 2);
  const int16_t *rows[5] = {codes + 58, codes + 62, filtered + 64, codes + 64, filtered + 66};
  int16_t *smooth = calloc((size_t)width + 128, 2);
  genba_smooth_codes_row(rows, width, smooth + 64);
  checksum("smooth", smooth, ((size_t)width + 128) * 2);
  free(smooth);
  genba_stereo_finish_row(rows, confidence, width, -3, disparity, mask, trust);
  checksum("disparity", disparity, (size_t)width * 4);
  checksum("trust", trust, (size_t)width * 4);
  free(codes);
  free(filtered);
  free(work);
  for (int k = 0; k < 3; k++) {
    free(paths[k].costs);
    free(paths[k].smallest);
  }
}

void test_stereo(void) {
  const int32_t disparities[] = {16, 32, 48, 96, 112, 224, 272, 512};
  for (int k = 0; k < 8; k++)
    for (int32_t count = 1; count <= 3; count += 2) {
      test_rows(70, disparities[k], count);
      test_rows(1, disparities[k], count);
    }
}
