// The two passes of a resize, row by row, so that what lies between them stays in the cache.
#include <string.h>

#include "table.h"

// The most rows that a level's horizontal pass takes at a time.
enum { MOST_ROWS = 4 };

// What the horizontal kernel may read beyond a row's last group of taps, and write beyond its last pixel.
enum { SLACK = 64 };

static size_t aligned(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static int32_t at_most(int32_t value, int32_t limit) { return value < limit ? value : limit; }

// The scratch memory, cut up.
typedef struct {
  // MOST_ROWS rows as wide as the horizontal pass reads, for rows that it must not read beyond in place.
  uint8_t *padded;
  size_t padded_stride;
  // Rows between the passes: a ring of `capacity` where the horizontal pass comes first.
  uint8_t *between;
  size_t between_stride;
  int32_t capacity;
  // MOST_ROWS rows of the output, for a horizontal pass that comes last.
  uint8_t *finished;
  size_t finished_stride;
  // The rows that the vertical pass adds up.
  const uint8_t **taps;
  size_t total;
} genba_scratch;

static genba_scratch cut_up(const genba_resize_plan *plan, uint8_t *memory) {
  const genba_resize_axis *horizontal = plan->horizontal, *vertical = plan->vertical;
  const int32_t taps = vertical ? vertical->taps : 0;
  const size_t channels = (size_t)plan->channels;
  int32_t padded_width = plan->in_width;
  if (horizontal && horizontal->taps > padded_width) padded_width = horizontal->taps;
  genba_scratch scratch = {0};
  scratch.padded_stride = aligned((size_t)padded_width * channels + SLACK);
  scratch.finished_stride = aligned((size_t)plan->out_width * channels + SLACK);
  scratch.between_stride = plan->vertical_first ? scratch.padded_stride : scratch.finished_stride;
  scratch.capacity = (plan->vertical_first ? 0 : taps) + MOST_ROWS;
  scratch.padded = memory;
  scratch.between = scratch.padded + MOST_ROWS * scratch.padded_stride;
  scratch.finished = scratch.between + (size_t)scratch.capacity * scratch.between_stride;
  scratch.taps = (const uint8_t **)(void *)(scratch.finished + MOST_ROWS * scratch.finished_stride);
  scratch.total = (size_t)((uint8_t *)(scratch.taps + taps) - memory);
  return scratch;
}

size_t genba_resize_scratch_bytes(const genba_resize_plan *plan) { return cut_up(plan, 0).total; }

// The vertical pass for one row of the output, from `taps`.
static void blend(const genba_resize_axis *axis, const uint8_t **taps, int32_t y, ptrdiff_t bytes, uint8_t *target) {
  ptrdiff_t offset = (ptrdiff_t)y * axis->taps;
  genba_kernels()->blend_rows(taps, axis->weights + offset, axis->low_weights ? axis->low_weights + offset : 0,
                              axis->taps, axis->shift, bytes, target);
}

static void vertical_only(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride,
                          uint8_t *target, ptrdiff_t target_stride, const genba_scratch *scratch, int32_t first,
                          int32_t count) {
  const genba_resize_axis *axis = plan->vertical;
  for (int32_t y = first; y < first + count; y++) {
    for (int32_t tap = 0; tap < axis->taps; tap++)
      scratch->taps[tap] = source + at_most(axis->starts[y] + tap, plan->in_height - 1) * source_stride;
    blend(axis, scratch->taps, y, (ptrdiff_t)plan->in_width * plan->channels, target + (y - first) * target_stride);
  }
}

// The horizontal pass for `count` rows, at most a level's number. `limit` is the end of what may be read.
static void horizontal_rows(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride,
                            const uint8_t *limit, uint8_t *const *targets, int32_t count,
                            const genba_scratch *scratch) {
  const uint8_t *rows[MOST_ROWS];
  uint8_t *outputs[MOST_ROWS];
  const ptrdiff_t bytes = (ptrdiff_t)plan->in_width * plan->channels;
  for (int32_t k = 0; k < MOST_ROWS; k++) {
    int32_t row = at_most(k, count - 1);
    rows[k] = source + row * source_stride;
    outputs[k] = targets[row];
    if (limit - rows[k] < (ptrdiff_t)scratch->padded_stride) {
      uint8_t *padded = scratch->padded + (size_t)row * scratch->padded_stride;
      if (k == row) {
        memcpy(padded, rows[k], (size_t)bytes);
        memset(padded + bytes, 0, scratch->padded_stride - (size_t)bytes);
      }
      rows[k] = padded;
    }
  }
  genba_kernels()->resize_rows(plan->horizontal, rows, outputs, plan->channels);
}

static void horizontal_first(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride,
                             uint8_t *target, ptrdiff_t target_stride, const genba_scratch *scratch) {
  const genba_resize_axis *axis = plan->vertical;
  const ptrdiff_t row_bytes = (ptrdiff_t)plan->out_width * plan->channels;
  const uint8_t *limit =
      source + (plan->in_height - 1) * source_stride + (ptrdiff_t)plan->in_width * plan->channels;
  const int32_t rows_at_once = genba_kernels()->vector_bytes / 16;
  int32_t done = 0;
  for (int32_t y = 0; y < plan->out_height; y++) {
    const int32_t start = axis ? axis->starts[y] : y;
    const int32_t end = at_most(axis ? start + axis->taps : y + 1, plan->in_height);
    while (done < end) {
      uint8_t *targets[MOST_ROWS];
      int32_t count = at_most(rows_at_once, plan->in_height - done);
      for (int32_t k = 0; k < count; k++)
        targets[k] = scratch->between + (size_t)((done + k) % scratch->capacity) * scratch->between_stride;
      horizontal_rows(plan, source + done * source_stride, source_stride, limit, targets, count, scratch);
      done += count;
    }
    uint8_t *row = target + y * target_stride;
    if (!axis) {
      memcpy(row, scratch->between + (size_t)(y % scratch->capacity) * scratch->between_stride, (size_t)row_bytes);
      continue;
    }
    for (int32_t tap = 0; tap < axis->taps; tap++)
      scratch->taps[tap] = scratch->between + (size_t)(at_most(start + tap, plan->in_height - 1) % scratch->capacity) *
                                                  scratch->between_stride;
    blend(axis, scratch->taps, y, row_bytes, row);
  }
}

static void vertical_first(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride,
                           uint8_t *target, ptrdiff_t target_stride, const genba_scratch *scratch) {
  const ptrdiff_t stride = (ptrdiff_t)scratch->between_stride;
  const uint8_t *limit = scratch->between + scratch->capacity * stride;
  const int32_t rows_at_once = genba_kernels()->vector_bytes / 16;
  uint8_t *targets[MOST_ROWS];
  for (int32_t k = 0; k < MOST_ROWS; k++) targets[k] = scratch->finished + (size_t)k * scratch->finished_stride;
  for (int32_t y = 0; y < plan->out_height; y += rows_at_once) {
    const int32_t count = at_most(rows_at_once, plan->out_height - y);
    vertical_only(plan, source, source_stride, scratch->between, stride, scratch, y, count);
    horizontal_rows(plan, scratch->between, stride, limit, targets, count, scratch);
    for (int32_t k = 0; k < count; k++)
      memcpy(target + (y + k) * target_stride, targets[k], (size_t)plan->out_width * (size_t)plan->channels);
  }
}

void genba_resize(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride, uint8_t *target,
                  ptrdiff_t target_stride, void *memory) {
  const genba_scratch scratch = cut_up(plan, memory);
  if (plan->horizontal && plan->vertical && plan->vertical_first) {
    vertical_first(plan, source, source_stride, target, target_stride, &scratch);
  } else if (plan->horizontal) {
    horizontal_first(plan, source, source_stride, target, target_stride, &scratch);
  } else if (plan->vertical) {
    vertical_only(plan, source, source_stride, target, target_stride, &scratch, 0, plan->out_height);
  } else {
    for (int32_t y = 0; y < plan->out_height; y++)
      memcpy(target + y * target_stride, source + y * source_stride, (size_t)plan->in_width * (size_t)plan->channels);
  }
}

void genba_normalize_planes(const uint8_t *source, ptrdiff_t source_stride, int32_t width, int32_t height,
                            int32_t channels, const float *table, float *target) {
  genba_kernels()->normalize_planes(source, source_stride, width, height, channels, table, target);
}

void genba_patchify(const genba_patch_layout *layout, const uint8_t *source, ptrdiff_t source_stride,
                    const float *table, float *target, int32_t first, int32_t copies) {
  genba_kernels()->patchify(layout, source, source_stride, table, target, first, copies);
}
