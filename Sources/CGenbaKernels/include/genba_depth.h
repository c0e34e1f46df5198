// Depth pictures: points, normals, alignment, filters. All pictures are row-major without gaps. Distances are float32
// along the optical axis, above 0; 0 is a pixel without one, and no distance is NaN or infinite.
#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- Points (depth_points.inc) ----

// The point that each pixel shows: (column_slopes[x] * z, row_slopes[y] * z, z), [height][width][3], and mask[i] = 1
// where z is not 0. z is depth[i] * metres_per_unit.
void genba_depth_points_u16(const uint16_t *depth, const float *column_slopes, const float *row_slopes, int64_t width,
                            int64_t height, float metres_per_unit, float *points, uint8_t *mask);

// The same from distances.
void genba_depth_points_f32(const float *depth, const float *column_slopes, const float *row_slopes, int64_t width,
                            int64_t height, float *points, uint8_t *mask);

// ---- Normals (depth_normals.inc) ----

typedef struct {
  int64_t width, height;
  // Windows are 2 * radius + 1 pixels wide and high; 1 … 15.
  int32_t radius;
  // A window of fewer known pixels gives no normal; at least 3.
  int32_t min_count;
  // A window beside the pixel is preferred where its plane leaves less than this share of the centred one's residual.
  float preference;
  float fx, fy, cx, cy;
} genba_normals_plan;

// Bytes of memory that genba_depth_normals works in.
int64_t genba_normals_work_bytes(const genba_normals_plan *plan);

// The unit normal of each pixel, [height][width][3], 0 where there is none, and mask[i] = 1 where there is one.
// `work` is aligned to 64 bytes.
void genba_depth_normals(const genba_normals_plan *plan, const float *depth, float *normals, uint8_t *mask,
                         void *work);

// ---- Alignment (depth_align.inc) ----

// Where the pixels of one row fall in another camera: for pixel x of distance z, (a, b, c) = z * (base + x * step) +
// offset; its place is (a / c, b / c), rounded to even, and its distance there c. places[x] = row * width + column, or
// -1 outside of width x height or where c is not above 0 or z is 0; distances[x] = c.
typedef struct {
  float base[3], step[3], offset[3];
  int32_t width, height;
} genba_projection;

void genba_project_row(const genba_projection *projection, const float *depth, int64_t count, int32_t *places,
                       float *distances);

// The same, into a z-buffer: nearest[place] = min(nearest[place], distance).
void genba_splat_row(const genba_projection *projection, const float *depth, int64_t count, float *nearest);

// What became of a z-buffer that began infinite: where it still is, 0; mask[i] = 1 elsewhere.
void genba_settle_nearest(float *nearest, int64_t count, uint8_t *mask);

// ---- Filters (depth_filter.inc, depth_median.inc) ----

// A picture for the filters stands in rows of `stride` values, with `radius` rows above and below it and at least
// `radius` values left of it and `radius` plus a vector's 64 bytes right of it. `source` and the outputs point at its
// top left pixel.

// The median of 5 x 5, for one row: of the known ones around a pixel that is known, where a neighbour that is unknown
// or outside (0) counts as the pixel itself. `rows` are the five rows, each with two values to the left and two plus 64
// bytes to the right that may be read. Writes `count` values, rounded up to a vector.
void genba_median_5_u16(const uint16_t *const *rows, int64_t count, uint16_t *target);
void genba_median_5_f32(const float *const *rows, int64_t count, float *target);

// The bilateral filter for one row: neighbours (dx[k], dy[k]) with the weights exp2(spatial[k] - (scale * difference)^2),
// scale = range_scale / z^`power`, power 0 or 2. rows[dy + radius] are rows with `radius` values beside them; in all of
// them pixels that are unknown or outside are GENBA_DEPTH_UNKNOWN. Writes 0 for them.
#define GENBA_DEPTH_UNKNOWN 1e18f
typedef struct {
  int32_t radius, count, power;
  const int32_t *dx, *dy;
  const float *spatial;
  float range_scale;
} genba_bilateral_plan;

void genba_bilateral_row(const genba_bilateral_plan *plan, const float *const *rows, int64_t count, float *target);

// Sums of 2 * radius + 1 neighbours along a row: target[x] = sum of source[x - radius … x + radius], for `count` sums.
// Reads 64 bytes more than that; `work` holds count + 2 * radius + 32 floats.
void genba_box_row(const float *source, int32_t radius, int64_t count, float *target, float *work);

// sums[x] += added[x] * sign.
void genba_slide_row(float *sums, const float *added, float sign, int64_t count);

// The guided filter's planes of one row: from the window's sums n, sum of guide, of input, of guide squared and of
// guide times input, a = cov / (var + epsilon), b = mean input - a mean guide; both 0 where n is 0.
void genba_guided_row(const float *n, const float *guide, const float *input, const float *guide_guide,
                      const float *guide_input, float epsilon, int64_t count, float *a, float *b);
