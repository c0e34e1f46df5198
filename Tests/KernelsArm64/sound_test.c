// Kernels of sound measures: loudness, by its definition and bit for bit.
#include <string.h>

#include "kernel_test.h"

enum { PARTS = GENBA_LOUDNESS_PARTS, STEPS = 3 };

// One part, sample by sample, after so many of silence or of the sound.
static void weigh(const genba_k_weighting *filter, const float *samples, int64_t warm_up, int is_silent,
                  const int64_t *ends, double *energies) {
#pragma clang fp contract(off)
  const double *s = filter->shelf, *h = filter->high_pass;
  double x1 = 0, x2 = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0;
  int step = 0;
  for (int64_t i = -warm_up; i < ends[STEPS - 1]; i++) {
    while (step < STEPS && i == ends[step]) step++;
    const double x = is_silent && i < 0 ? 0 : samples[i], y = (s[0] * x + s[1] * x1 + s[2] * x2 - s[4] * y2) - s[3] * y1;
    const double z = ((y - y1) - (y1 - y2) - h[1] * z2) - h[0] * z1;
    x2 = x1, x1 = x, y2 = y1, y1 = y, z2 = z1, z1 = z;
    if (i >= 0) energies[step] += z * z;
  }
}

void test_sound(void) {
  seed_random(5);
  // 48 kHz, as in the standard.
  const genba_k_weighting filter = {
      {1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585},
      {-1.99004745483398, 0.99007225036621}};
  const int64_t all_ends[][STEPS] = {{8, 16, 24}, {13, 14, 33}, {11, 27, 27}, {1, 2, 3}};
  for (int k = 0; k < 8; k++) {
    const int64_t *ends = all_ends[k / 2], warm_up = 7 + k, stride = 16 + k;
    const int parts = PARTS - k % 3, goes_on = k % 2;
    const size_t before = (size_t)(goes_on ? warm_up : 0);
    const size_t count = before + (size_t)((parts - 1) * stride + ends[STEPS - 1]);
    float *samples = guarded(count * sizeof(float));
    for (size_t i = 0; i < count; i++) samples[i] = next_random_float();
    double *energies = guarded(PARTS * STEPS * sizeof(double)), expected[STEPS];
    const genba_k_weighted_sound sound = {samples + before, stride, parts, warm_up, goes_on};
    genba_k_weighted_energies(&filter, &sound, ends, STEPS, energies);
    for (int part = 0; part < PARTS; part++) {
      memset(expected, 0, sizeof expected);
      if (part < parts)
        weigh(&filter, sound.samples + part * stride, warm_up, part == 0 && !goes_on, ends, expected);
      for (int step = 0; step < STEPS; step++)
        expect(energies[PARTS * step + part] == expected[step], "energy %d of part %d", step, part);
    }
    checksum("k_weighted_energies", energies, PARTS * STEPS * sizeof(double));
  }
}
