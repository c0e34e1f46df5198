#include "table.h"

void genba_census_u8(const uint8_t *centre, const uint8_t *const *neighbours, int32_t width, uint8_t *const *planes) {
  genba_kernels()->census_u8(centre, neighbours, width, planes);
}

void genba_census_u16(const uint16_t *centre, const uint16_t *const *neighbours, int32_t width,
                      uint8_t *const *planes) {
  genba_kernels()->census_u16(centre, neighbours, width, planes);
}

void genba_stereo_cost_row(const genba_stereo_shape *shape, genba_stereo_row left, genba_stereo_row right,
                           uint8_t *cost) {
  genba_kernels()->stereo_cost_row(shape, left, right, cost);
}

void genba_stereo_vertical(const genba_stereo_shape *shape, const uint8_t *cost, const genba_stereo_path *paths,
                           int32_t count, int32_t add, uint8_t *first, uint8_t *second, void *work) {
  genba_kernels()->stereo_vertical(shape, cost, paths, count, add, first, second, work);
}

void genba_stereo_rightward(const genba_stereo_shape *shape, const uint8_t *cost, const uint8_t *p2, int32_t add,
                            uint8_t *sum, void *work) {
  genba_kernels()->stereo_rightward(shape, cost, p2, add, sum, work);
}

void genba_stereo_leftward(const genba_stereo_shape *shape, const uint8_t *cost, const uint8_t *p2,
                           const uint8_t *const *sums, int32_t count, const genba_stereo_choice *choice, void *work) {
  genba_kernels()->stereo_leftward(shape, cost, p2, sums, count, choice, work);
}

void genba_stereo_block_columns(const genba_stereo_shape *shape, const uint8_t *gained, const uint8_t *lost,
                                uint16_t *columns) {
  genba_kernels()->stereo_block_columns(shape, gained, lost, columns);
}

void genba_stereo_block_row(const genba_stereo_shape *shape, const uint16_t *columns, int32_t radius, int32_t shift,
                            const genba_stereo_choice *choice, void *work) {
  genba_kernels()->stereo_block_row(shape, columns, radius, shift, choice, work);
}

void genba_stereo_settle_row(const genba_stereo_settling *settling, const genba_stereo_choice *choice, int16_t *codes,
                             float *confidence, void *work) {
  genba_kernels()->stereo_settle_row(settling, choice, codes, confidence, work);
}

void genba_median_row(const int16_t *above, const int16_t *row, const int16_t *below, int32_t width, int16_t *target) {
  genba_kernels()->median_row(above, row, below, width, target);
}

void genba_smooth_codes_row(const int16_t *const *rows, int32_t width, int16_t *target) {
  genba_kernels()->smooth_codes_row(rows, width, target);
}

void genba_stereo_finish_row(const int16_t *const *rows, const float *confidence, int32_t width, int32_t min_disparity,
                             float *disparity, uint8_t *mask, float *trust) {
  genba_kernels()->stereo_finish_row(rows, confidence, width, min_disparity, disparity, mask, trust);
}
