// Stereo: matching costs, semi-global paths, choosing disparities, and the filters behind them.
//
// A volume holds, for each pixel of some rows, one byte for each disparity: `pitch` bytes a pixel, pixels from left to
// right. Rows of volumes have GENBA_STEREO_SLACK bytes behind their last pixel, which kernels read and overwrite.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { GENBA_STEREO_SLACK = 64, GENBA_STEREO_MAX_DISPARITIES = 512, GENBA_STEREO_BATCH = 16 };

// What the kernels of one match share.
typedef struct {
  int32_t width;
  // A multiple of 16, at most GENBA_STEREO_MAX_DISPARITIES.
  int32_t disparities;
  // The penalty for a change of the disparity by one along a path, and what absolute differences are cut off at.
  // Costs, at most 2 * 24 + max_difference, plus the largest P2 stay under 128, so that two paths fit a byte.
  int32_t p1, max_difference;
} genba_stereo_shape;

// Bytes from one pixel to the next in a volume.
static inline int32_t genba_stereo_pitch(int32_t disparities) { return (disparities + 31) & ~31; }
// Bytes from one pixel to the next in a path's state, which is 64-byte aligned.
static inline int32_t genba_stereo_state_pitch(int32_t disparities) { return (disparities + 63) & ~63; }

// Bytes of the `work` that a choice takes, 64-byte aligned: two states, and the totals and keys of a batch of pixels.
static inline int32_t genba_stereo_work_bytes(int32_t disparities) {
  return (2 + 2 * GENBA_STEREO_BATCH) * genba_stereo_state_pitch(disparities) + 128 * GENBA_STEREO_BATCH;
}

// ---- Costs (stereo_cost.inc) ----

// Bit k % 8 of planes[k / 8][x] says whether centre[x] is below neighbours[k][x], for 24 neighbours. Reads and writes
// up to GENBA_STEREO_SLACK elements beyond `width`.
void genba_census_u8(const uint8_t *centre, const uint8_t *const *neighbours, int32_t width, uint8_t *const *planes);
void genba_census_u16(const uint16_t *centre, const uint16_t *const *neighbours, int32_t width,
                      uint8_t *const *planes);

// A row of a picture as the cost kernel takes it: its census and its brightness, four planes of bytes.
typedef struct {
  const uint8_t *planes[4];
} genba_stereo_row;

// cost[x][d] = 2 * (bits in which the left census at x and the right one differ) + min(|brightness|, max_difference).
// The right row is mirrored: its element width - 1 - x + d is what x is compared with at disparity d. Disparities
// beyond the last cost 255.
void genba_stereo_cost_row(const genba_stereo_shape *shape, genba_stereo_row left, genba_stereo_row right,
                           uint8_t *cost);

// ---- Paths (stereo_path.inc) ----

// A path's costs in the row before: [width] pixels of the state pitch, and each pixel's smallest. All 0 before the
// first row.
typedef struct {
  uint8_t *costs;
  uint8_t *smallest;
  // The penalty P2 at each pixel.
  const uint8_t *p2;
} genba_stereo_path;

// One step of `count` paths, 1 or 3, from the row before to this one: straight, and for 3 from the pixel at the left
// and from that at the right. Straight plus from the left goes to `first`, from the right to `second`; where there is
// a single path, it alone goes to `first`. Either may be NULL. With `add`, what stands in `first` is added.
// `work` has room for twice the state pitch, 64-byte aligned.
void genba_stereo_vertical(const genba_stereo_shape *shape, const uint8_t *cost, const genba_stereo_path *paths,
                           int32_t count, int32_t add, uint8_t *first, uint8_t *second, void *work);

// The path from left to right along a row: written to `sum`, or added to what stands there with `add`. `work` as above.
void genba_stereo_rightward(const genba_stereo_shape *shape, const uint8_t *cost, const uint8_t *p2, int32_t add,
                            uint8_t *sum, void *work);

// What a row's pixels chose. Arrays of `width`.
typedef struct {
  // The disparity with the smallest sum; the lowest of several.
  int16_t *best;
  // That sum; the smallest sum at disparities other than the best and its neighbours; those of the neighbours below
  // and above, 65535 where there is none.
  uint16_t *smallest, *second, *below, *above;
} genba_stereo_choice;

// The path from right to left along a row, added to the `count` sums, 2 or 4 rows of volumes, the last of which holds
// one path only; and the disparity that each pixel chooses. `work` has genba_stereo_work_bytes.
void genba_stereo_leftward(const genba_stereo_shape *shape, const uint8_t *cost, const uint8_t *p2,
                           const uint8_t *const *sums, int32_t count, const genba_stereo_choice *choice, void *work);

// ---- Blocks (stereo_block.inc) ----

// Sums of costs over the rows of a window, 16 bits for each disparity, the state pitch of them a pixel, in an order of the
// level's own: `gained` comes in, `lost` goes out. 64-byte aligned.
void genba_stereo_block_columns(const genba_stereo_shape *shape, const uint8_t *gained, const uint8_t *lost,
                                uint16_t *columns);

// The disparity that each pixel of a row chooses by the sum over 2 * radius + 1 such columns, those at the edges counting
// repeatedly, shifted right by `shift` to stay under 1024. `work` has
// genba_stereo_work_bytes.
void genba_stereo_block_row(const genba_stereo_shape *shape, const uint16_t *columns, int32_t radius, int32_t shift,
                            const genba_stereo_choice *choice, void *work);

// ---- From choices to disparities (stereo_settle.inc) ----

typedef struct {
  int32_t width, min_disparity, uniqueness_ratio, max_difference;
} genba_stereo_settling;

// codes[x] = 64 times the disparity at x above the smallest one, or -1 where it is not unique, where it points out of
// the right picture, or where what the right picture's pixel prefers is off by more than max_difference (below 0: not
// asked). confidence[x] in 0 ... 1, also where the code is -1. `work` has room for width + 2 numbers of 4 bytes.
void genba_stereo_settle_row(const genba_stereo_settling *settling, const genba_stereo_choice *choice, int16_t *codes,
                             float *confidence, void *work);

// ---- Filters (stereo_filter.inc) ----

// target[x] = the median of the 3 x 3 values around `row[x]`, for `width` values; reads one before and up to
// GENBA_STEREO_SLACK bytes beyond each row.
void genba_median_row(const int16_t *above, const int16_t *row, const int16_t *below, int32_t width, int16_t *target);

// Codes that differ by no more are near each other: two disparities.
enum { GENBA_STEREO_NEAR = 128 };

// target[x] = the mean of the codes near row[x] among the 5 x 5 around it, -1 where there is none. `rows` are the five from
// two above to two below, -1 outside the picture for two columns; read up to GENBA_STEREO_SLACK bytes behind those.
void genba_smooth_codes_row(const int16_t *const *rows, int32_t width, int16_t *target);

// Codes to pixels: the disparity, whether there is one (0 or 1), and its trust, the root of the confidence times the share
// of the pixel itself and the eight two pixels away that are near it, times the same share four pixels away; 0 without a
// code. `rows` are those four and two above, the row, and those two and four below; -1 outside the picture for four
// columns.
void genba_stereo_finish_row(const int16_t *const *rows, const float *confidence, int32_t width, int32_t min_disparity,
                             float *disparity, uint8_t *mask, float *trust);
