// Measures of sound (sound_loudness.inc).
#pragma once
#include <stdint.h>

// The two sections of the K-weighting of ITU-R BS.1770.
typedef struct {
  // y[n] = s0 x[n] + s1 x[n - 1] + s2 x[n - 2] - s3 y[n - 1] - s4 y[n - 2]
  double shelf[5];
  // z[n] = y[n] - 2 y[n - 1] + y[n - 2] - h0 z[n - 1] - h1 z[n - 2]
  double high_pass[2];
} genba_k_weighting;

// How many parts of a sound are filtered at once.
enum { GENBA_LOUDNESS_PARTS = 8 };

typedef struct {
  // Part p, up to `parts`, begins at samples[p * stride].
  const float *samples;
  int64_t stride;
  int32_t parts;
  // How many samples before each part the filter takes first, from rest.
  int64_t warm_up;
  // Not 0: the first part has samples before it too; else silence.
  int32_t goes_on;
} genba_k_weighted_sound;

// Filters the parts of a sound at once: the sum of the squares of samples ends[s - 1] ..< ends[s] of part p, weighted, goes
// to energies[8 * s + p], for s below `count`, where samples 0 ..< ends[0] are the first. `ends` ascend. The same bits on
// every processor. Reads nothing else, and writes all eight of each step.
void genba_k_weighted_energies(const genba_k_weighting *filter, const genba_k_weighted_sound *sound,
                               const int64_t *ends, int32_t count, double *energies);
