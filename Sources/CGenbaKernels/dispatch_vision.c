// The two passes of a resize, row by row, so that what lies between them stays in the cache.
#include <string.h>

#include "table.h"

// Rows that the horizontal pass takes at a time.
enum { ROWS = 16 };

// What the horizontal kernel may write beyond a row's last pixel.
enum { SLACK = 64 };

static size_t aligned(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static int32_t at_most(int32_t value, int32_t limit) { return value < limit ? value : limit; }

// The scratch memory, cut up: offsets from its beginning.
typedef struct {
  // Rows between the passes: a ring of `capacity` where the horizontal pass comes first, ROWS otherwise.
  size_t between, between_stride;
  int32_t capacity;
  // ROWS rows of the output, for a horizontal pass that comes last.
  size_t finished, finished_stride;
  // What the horizontal kernel works in.
  size_t work;
  // Pointers to the rows that the vertical pass adds up.
  size_t taps;
  size_t total;
} genba_scratch;

static genba_scratch cut_up(const genba_resize_plan *plan) {
  const genba_resize_axis *horizontal = plan->horizontal, *vertical = plan->vertical;
  const size_t channels = (size_t)plan->channels;
  const int32_t taps = vertical ? vertical->taps : 0;
  genba_scratch scratch = {0};
  scratch.finished_stride = aligned((size_t)plan->out_width * channels + SLACK);
  scratch.between_stride =
      plan->vertical_first ? aligned((size_t)plan->in_width * channels) : scratch.finished_stride;
  scratch.capacity = (plan->vertical_first ? 0 : taps) + ROWS;
  scratch.finished = scratch.between + (size_t)scratch.capacity * scratch.between_stride;
  scratch.work = scratch.finished + ROWS * scratch.finished_stride;
  scratch.taps = scratch.work + (horizontal ? genba_resize_work_layout(horizontal, plan->channels).total : 0);
  scratch.total = scratch.taps + (size_t)taps * sizeof(uint8_t *);
  return scratch;
}

size_t genba_resize_scratch_bytes(const genba_resize_plan *plan) { return cut_up(plan).total; }

// What the steps of one resize share.
typedef struct {
  const genba_resize_plan *plan;
  const uint8_t *source;
  ptrdiff_t source_stride;
  uint8_t *target;
  ptrdiff_t target_stride;
  uint8_t *memory;
  genba_scratch scratch;
} genba_resize_run;

static uint8_t *between_row(const genba_resize_run *run, int32_t row) {
  return run->memory + run->scratch.between + (size_t)(row % run->scratch.capacity) * run->scratch.between_stride;
}

static uint8_t *finished_row(const genba_resize_run *run, int32_t row) {
  return run->memory + run->scratch.finished + (size_t)row * run->scratch.finished_stride;
}

static size_t out_row_bytes(const genba_resize_plan *plan) { return (size_t)plan->out_width * (size_t)plan->channels; }

// The vertical pass for row y of the output, from rows of `bytes` bytes, of which `capacity` stand in the memory in turn.
static void blend(const genba_resize_run *run, int32_t y, const uint8_t *rows, ptrdiff_t stride, int32_t capacity,
                  size_t bytes, uint8_t *target) {
  const genba_resize_axis *axis = run->plan->vertical;
  const uint8_t **taps = (const uint8_t **)(void *)(run->memory + run->scratch.taps);
  const ptrdiff_t offset = (ptrdiff_t)y * axis->taps;
  for (int32_t tap = 0; tap < axis->taps; tap++)
    taps[tap] = rows + at_most(axis->starts[y] + tap, axis->in_size - 1) % capacity * stride;
  genba_kernels()->blend_rows(taps, axis->weights + offset, axis->low_weights ? axis->low_weights + offset : 0,
                              axis->taps, axis->shift, (ptrdiff_t)bytes, target);
}

static void blend_source(const genba_resize_run *run, int32_t y, uint8_t *target) {
  const genba_resize_plan *plan = run->plan;
  blend(run, y, run->source, run->source_stride, plan->in_height, (size_t)plan->in_width * (size_t)plan->channels,
        target);
}

static void blend_between(const genba_resize_run *run, int32_t y, uint8_t *target) {
  blend(run, y, between_row(run, 0), (ptrdiff_t)run->scratch.between_stride, run->scratch.capacity,
        out_row_bytes(run->plan), target);
}

// The horizontal pass for up to ROWS rows; where there are fewer, the last one stands in for the others.
static void resize_rows(const genba_resize_run *run, const uint8_t **rows, uint8_t **targets, int32_t count) {
  for (int32_t k = count; k < ROWS; k++) {
    rows[k] = rows[count - 1];
    targets[k] = targets[count - 1];
  }
  genba_kernels()->resize_rows(run->plan->horizontal, rows, targets, run->plan->channels,
                               run->memory + run->scratch.work);
}

static void horizontal_first(const genba_resize_run *run) {
  const genba_resize_plan *plan = run->plan;
  const genba_resize_axis *axis = plan->vertical;
  const uint8_t *rows[ROWS];
  uint8_t *targets[ROWS];
  int32_t done = 0;
  for (int32_t y = 0; y < plan->out_height; y++) {
    const int32_t end = at_most(axis ? axis->starts[y] + axis->taps : y + 1, plan->in_height);
    while (done < end) {
      const int32_t count = at_most(ROWS, plan->in_height - done);
      for (int32_t k = 0; k < count; k++, done++) {
        rows[k] = run->source + done * run->source_stride;
        targets[k] = between_row(run, done);
      }
      resize_rows(run, rows, targets, count);
    }
    uint8_t *target = run->target + y * run->target_stride;
    if (axis)
      blend_between(run, y, target);
    else
      memcpy(target, between_row(run, y), out_row_bytes(plan));
  }
}

static void vertical_first(const genba_resize_run *run) {
  const genba_resize_plan *plan = run->plan;
  const uint8_t *rows[ROWS];
  uint8_t *targets[ROWS];
  for (int32_t y = 0; y < plan->out_height; y += ROWS) {
    const int32_t count = at_most(ROWS, plan->out_height - y);
    for (int32_t k = 0; k < count; k++) {
      rows[k] = between_row(run, k);
      targets[k] = finished_row(run, k);
      blend_source(run, y + k, between_row(run, k));
    }
    resize_rows(run, rows, targets, count);
    for (int32_t k = 0; k < count; k++)
      memcpy(run->target + (y + k) * run->target_stride, finished_row(run, k), out_row_bytes(plan));
  }
}

void genba_resize(const genba_resize_plan *plan, const uint8_t *source, ptrdiff_t source_stride, uint8_t *target,
                  ptrdiff_t target_stride, void *memory) {
  const genba_resize_run run = {plan, source, source_stride, target, target_stride, memory, cut_up(plan)};
  if (plan->horizontal && plan->vertical && plan->vertical_first) {
    vertical_first(&run);
  } else if (plan->horizontal) {
    horizontal_first(&run);
  } else if (plan->vertical) {
    for (int32_t y = 0; y < plan->out_height; y++) blend_source(&run, y, target + y * target_stride);
  } else {
    for (int32_t y = 0; y < plan->out_height; y++)
      memcpy(target + y * target_stride, source + y * source_stride, out_row_bytes(plan));
  }
}

void genba_resize_float_row(const float *source, const int32_t *starts, const float *weights, int32_t taps,
                            int32_t count, float *target) {
  genba_kernels()->resize_float_row(source, starts, weights, taps, count, target);
}

void genba_blend_float_rows(const float *const *rows, const float *weights, int32_t taps, int64_t count,
                            float *target) {
  genba_kernels()->blend_float_rows(rows, weights, taps, count, target);
}

void genba_resize_rounded_row(const genba_rounded_axis *axis, const uint8_t *source, int32_t channels, float *pixels,
                              float *target) {
  genba_kernels()->resize_rounded_row(axis, source, channels, pixels, target);
}

void genba_blend_rounded_rows(const float *const *rows, const float *weights, int32_t taps, int64_t count,
                              uint8_t *target) {
  genba_kernels()->blend_rounded_rows(rows, weights, taps, count, target);
}

void genba_normalize_planes(const uint8_t *source, ptrdiff_t source_stride, int32_t width, int32_t height,
                            int32_t channels, const void *table, int32_t element_bytes, void *target,
                            ptrdiff_t target_stride, ptrdiff_t plane_stride) {
  genba_kernels()->normalize_planes(source, source_stride, width, height, channels, table, element_bytes, target,
                                    target_stride, plane_stride);
}

void genba_normalize_pixels(const uint8_t *source, ptrdiff_t source_stride, int32_t width, int32_t height,
                            int32_t channels, const void *table, int32_t element_bytes, void *target) {
  genba_kernels()->normalize_pixels(source, source_stride, width, height, channels, table, element_bytes, target);
}

void genba_patchify(const genba_patch_layout *layout, const uint8_t *source, ptrdiff_t source_stride,
                    const void *table, int32_t element_bytes, void *target, int32_t first, int32_t copies) {
  genba_kernels()->patchify(layout, source, source_stride, table, element_bytes, target, first, copies);
}

void genba_yuv_to_rgb(const genba_yuv_matrix *matrix, const uint8_t *const planes[3], const ptrdiff_t strides[3],
                      int32_t width, int32_t height, int32_t chroma_shift, int32_t as_planes, uint8_t *target) {
  const genba_table *kernels = genba_kernels();
  for (int32_t y = 0; y < height; y++) {
    const int32_t chroma = y >> chroma_shift;
    kernels->yuv_row(matrix, planes[0] + y * strides[0], planes[1] + chroma * strides[1],
                     planes[2] + chroma * strides[2], width, target + (ptrdiff_t)y * width * (as_planes ? 1 : 3),
                     as_planes ? (ptrdiff_t)width * height : 0);
  }
}

void genba_demosaic_row_u8(const uint8_t *above, const uint8_t *here, const uint8_t *below, int32_t width,
                           int32_t first_green, int32_t has_red, int32_t edge_aware, uint8_t *target) {
  genba_kernels()->demosaic_row_u8(above, here, below, width, first_green, has_red, edge_aware, target);
}

void genba_demosaic_row_u16(const uint16_t *above, const uint16_t *here, const uint16_t *below, int32_t width,
                            int32_t first_green, int32_t has_red, int32_t edge_aware, uint16_t *target) {
  genba_kernels()->demosaic_row_u16(above, here, below, width, first_green, has_red, edge_aware, target);
}
