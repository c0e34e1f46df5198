// Spectra: frames of sound to log-mel features.
#pragma once
#include <stdint.h>

// One pass of an in-place mixed-radix transform: every butterfly joins `radix` sub-transforms of `length` points into
// one of radix * length points. Point k of sub-transform j of a butterfly lies at
//   ((group * radix + j) * length + k) * stride + column
// for each of `groups` groups and `stride` columns.
typedef struct {
  // 2, 3, 4, 5 or 8.
  int32_t radix;
  int32_t groups;
  int32_t length;
  int32_t stride;
  // exp(-2 pi i j k / (radix * length)) as pairs (re, im), for k = 1 ..< length and in each j = 1 ..< radix.
  const float *twiddles;
} genba_fft_stage;

// How the spectrum of `n_fft` real samples is computed: for an even length as a complex transform of half as many
// points, which are pairs of neighbouring samples; for an odd one as a complex transform of n_fft points.
typedef struct {
  int32_t n_fft;
  int32_t stage_count;
  const genba_fft_stage *stages;
  // [n_fft]: where a sample is put, counted in floats of the interleaved (re, im) points.
  const int32_t *slots;
  // [points]: where a bin of the complex transform is found, counted in points.
  const int32_t *bins;
  // For an even length: exp(-2 pi i k / n_fft) as pairs (re, im), for k = 0 ... n_fft / 4. Else null.
  const float *split;
} genba_fft_plan;

enum { GENBA_PAD_CONSTANT = 0, GENBA_PAD_REFLECT = 1 };
enum { GENBA_LOG_NONE = 0, GENBA_LOG = 1 };

// From samples to bands: frame, window, spectrum, power, filter bank, logarithm.
typedef struct {
  genba_fft_plan fft;
  // [n_fft], zero where the window is shorter.
  const float *window;
  int32_t hop_length;
  // How many samples the first frame starts before the signal, and what stands there and behind the end.
  int32_t pad;
  int32_t pad_mode;
  // 2 for the power spectrum, 1 for magnitudes.
  int32_t power;
  // Band b is the sum of weights[i] * bin[band_starts[b] + i] for i < band_lengths[b]; the weights of all bands stand
  // one behind the other. For an even n_fft they are to be divided by 4 (power 2) or 2 (power 1), which spares the
  // kernel that work for every bin.
  int32_t band_count;
  const int32_t *band_starts;
  const int32_t *band_lengths;
  const float *weights;
  // GENBA_LOG writes ln(max(band, log_floor)) in the unit of the two scales: ln of the mantissa times
  // `log_mantissa_scale`, plus the binary exponent times `log_exponent_scale`. log_floor is a normal number above 0,
  // and log_of_floor its logarithm in that unit.
  int32_t log_kind;
  float log_floor;
  float log_of_floor;
  float log_mantissa_scale;
  float log_exponent_scale;
} genba_log_mel_plan;

// How many bytes of work memory `genba_log_mel` needs at the level in use.
int64_t genba_log_mel_work_bytes(const genba_log_mel_plan *plan);

// Writes the bands of frames `first` ..< `first` + `count` of a signal: band b of frame f to
// out[b * out_stride + f - first]. The signal is samples[0 ..< sample_count], then zeros up to `length`
// (>= sample_count), then the padding. Reads and writes nothing else. `work` is aligned to 64 bytes.
// Returns the largest value written, a NaN if one was written, and -infinity if `count` is 0.
float genba_log_mel(const genba_log_mel_plan *plan, const float *samples, int64_t sample_count, int64_t length,
                    int64_t first, int64_t count, float *out, int64_t out_stride, void *work);

// x[i] = (max(x[i], floor) + offset) * scale, for count values in place; all become NaN if the floor is.
void genba_clamp_and_scale(float *x, int64_t count, float floor, float offset, float scale);
