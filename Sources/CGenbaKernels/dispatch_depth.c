#include "table.h"

void genba_depth_points_u16(const uint16_t *depth, const float *column_slopes, const float *row_slopes, int64_t width,
                            int64_t height, float metres_per_unit, float *points, uint8_t *mask) {
  genba_kernels()->depth_points_u16(depth, column_slopes, row_slopes, width, height, metres_per_unit, points, mask);
}

void genba_depth_points_f32(const float *depth, const float *column_slopes, const float *row_slopes, int64_t width,
                            int64_t height, float *points, uint8_t *mask) {
  genba_kernels()->depth_points_f32(depth, column_slopes, row_slopes, width, height, points, mask);
}

int64_t genba_normals_work_bytes(const genba_normals_plan *plan) { return genba_normals_layout(plan).total; }

void genba_depth_normals(const genba_normals_plan *plan, const float *depth, float *normals, uint8_t *mask,
                         void *work) {
  genba_kernels()->depth_normals(plan, depth, normals, mask, work);
}

void genba_project_row(const genba_projection *projection, const float *depth, int64_t count, int32_t *places,
                       float *distances) {
  genba_kernels()->project_row(projection, depth, count, places, distances);
}

void genba_splat_row(const genba_projection *projection, const float *depth, int64_t count, float *nearest) {
  genba_kernels()->splat_row(projection, depth, count, nearest);
}

void genba_settle_nearest(float *nearest, int64_t count, uint8_t *mask) {
  genba_kernels()->settle_nearest(nearest, count, mask);
}

void genba_median_5_u16(const uint16_t *const *rows, int64_t count, uint16_t *target) {
  genba_kernels()->median_5_u16(rows, count, target);
}

void genba_median_5_f32(const float *const *rows, int64_t count, float *target) {
  genba_kernels()->median_5_f32(rows, count, target);
}

void genba_bilateral_row(const genba_bilateral_plan *plan, const float *const *rows, int64_t count, float *target) {
  genba_kernels()->bilateral_row(plan, rows, count, target);
}

void genba_box_row(const float *source, int32_t radius, int64_t count, float *target, float *work) {
  genba_kernels()->box_row(source, radius, count, target, work);
}

void genba_slide_row(float *sums, const float *added, float sign, int64_t count) {
  genba_kernels()->slide_row(sums, added, sign, count);
}

void genba_guided_row(const float *n, const float *guide, const float *input, const float *guide_guide,
                      const float *guide_input, float epsilon, int64_t count, float *a, float *b) {
  genba_kernels()->guided_row(n, guide, input, guide_guide, guide_input, epsilon, count, a, b);
}
