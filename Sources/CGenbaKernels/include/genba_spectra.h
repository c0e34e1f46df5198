// Spectra: frames of sound to spectra, log-mel and Kaldi features, and back. A plan says whether they are computed in float
// or in double; its tables (of real numbers: `const void *`) are of that type.
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
  const void *twiddles;
} genba_fft_stage;

// How the spectrum of `n_fft` real samples is computed, in one of three ways:
// - an even length made of 2, 3 and 5: as a complex transform of half as many points, pairs of neighbouring samples;
// - an odd one: as a complex transform of n_fft points;
// - any other, by Bluestein: as a convolution with a chirp, by two transforms of `point_count` >= 2 n_fft - 1 points.
typedef struct {
  // Not 0: double, else float.
  int32_t is_double;
  int32_t n_fft;
  // Points of the transform that the stages are for.
  int32_t point_count;
  // Where many points are a power of two, some places between them stay empty, since places that lie a power of two apart
  // share a set of the cache: point i stands at i + (i >> gap_shift), and all take `point_span` places. Every stage's
  // spacing is a multiple of 1 << gap_shift, or all its butterflies stay within that many points.
  int32_t gap_shift;
  int32_t point_span;
  int32_t stage_count;
  const genba_fft_stage *stages;
  // [n_fft]: where a sample is put, counted in numbers of the interleaved (re, im) points, gaps included.
  const int32_t *slots;
  // Where a bin of the complex transform is found, counted in places of points: [point_count], or [n_fft] with a chirp, and
  // then just 0, 1, 2 ...
  const int32_t *bins;
  // For the halved transform: exp(-2 pi i k / n_fft) as pairs (re, im), for k = 0 ... n_fft / 4. Else null.
  const void *split;
  // For Bluestein, else null: exp(-pi i k^2 / n_fft) as pairs (re, im), for k < n_fft.
  const void *chirp;
  // [point_span] pairs: the spectrum of the conjugate chirp, where the stages leave its bins, over point_count.
  const void *chirp_spectrum;
  // [point_span]: to which place of the second transform each place of the first one's result goes.
  const int32_t *chirp_moves;
  // [n_fft]: where the stages leave the first bins.
  const int32_t *chirp_bins;
} genba_fft_plan;

// Zeros; a mirror that does not repeat the sample at the edge, and one that does; the sample at the edge.
enum { GENBA_PAD_CONSTANT = 0, GENBA_PAD_REFLECT = 1, GENBA_PAD_SYMMETRIC = 2, GENBA_PAD_EDGE = 3 };
enum { GENBA_LOG_NONE = 0, GENBA_LOG = 1 };

// The frames of a signal, windowed, and how their spectra are computed.
typedef struct {
  genba_fft_plan fft;
  // [n_fft], zero where the window is shorter.
  const void *window;
  int32_t hop_length;
  // How many samples the first frame starts before the signal, and what stands there and behind the end.
  int32_t pad;
  int32_t pad_mode;
} genba_frames;

// ln(max(x, floor)) in the unit of the two scales: ln of the mantissa times `mantissa_scale`, plus the binary exponent
// times `exponent_scale`. `floor` is a normal number above 0, and `of_floor` its logarithm in that unit.
typedef struct {
  double floor;
  double of_floor;
  double mantissa_scale;
  double exponent_scale;
} genba_logarithm;

// From samples to bands: frame, window, spectrum, power, filter bank, logarithm.
typedef struct {
  genba_frames frames;
  // 2 for the power spectrum, 1 for magnitudes.
  int32_t power;
  // Band b is the sum of weights[i] * bin[band_starts[b] + i] for i < band_lengths[b]; the weights of all bands stand
  // one behind the other. For the halved transform they are to be divided by 4 (power 2) or 2 (power 1), which spares
  // the kernel that work for every bin.
  int32_t band_count;
  const int32_t *band_starts;
  const int32_t *band_lengths;
  const void *weights;
  // GENBA_LOG or GENBA_LOG_NONE.
  int32_t log_kind;
  genba_logarithm log;
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

// Kaldi's filter banks: each frame is scaled, loses its mean, is pre-emphasized in itself and windowed before the rest.
typedef struct {
  // The window is zero from `frame_length` on.
  genba_log_mel_plan bands;
  // How many samples a frame has; at most n_fft.
  int32_t frame_length;
  double sample_scale;
  // Not 0: subtract the frame's mean.
  int32_t remove_mean;
  double preemphasis;
  // Not 0: a pre-emphasized sample and the product in it are rounded to float; only without an energy.
  int32_t rounds_preemphasis;
  // Not 0: the energy is that before pre-emphasis and window.
  int32_t raw_energy;
  // Columns of a row: bands from `first_band` on, and the logarithm of the energy; -1 for no energy.
  int32_t first_band;
  int32_t energy_column;
  genba_logarithm energy_log;
} genba_kaldi_plan;

// How many bytes of work memory `genba_kaldi_fbank` needs at the level in use.
int64_t genba_kaldi_work_bytes(const genba_kaldi_plan *plan);

// Writes frames 0 ..< `count` of samples[0 ..< sample_count], one row of columns behind the other. Reads and writes
// nothing else. `work` is aligned to 64 bytes.
void genba_kaldi_fbank(const genba_kaldi_plan *plan, const float *samples, int64_t sample_count, int64_t count,
                       float *out, void *work);

enum { GENBA_STFT_COMPLEX = 0, GENBA_STFT_MAGNITUDE = 1, GENBA_STFT_POWER = 2 };

// How many bytes of work memory `genba_stft` and `genba_inverse_stft` need at the level in use.
int64_t genba_stft_work_bytes(const genba_frames *plan);

// Writes the spectra of frames 0 ..< `count` of samples[0 ..< sample_count]: bin k of frame f to out[k * count + f], as
// a pair (re, im), a magnitude or its square, as `kind` says, of the type that the plan computes in. For the halved
// transform, the window is to be divided by 2. Reads and writes nothing else. `work` is aligned to 64 bytes.
void genba_stft(const genba_frames *plan, int32_t kind, const float *samples, int64_t sample_count, int64_t count,
                void *out, void *work);

// Adds frames 0 ..< `count`, windowed, to a signal of `length` samples: sample i of frame f to
// out[f * hop_length - pad + i], where that is in it. Bin k of frame f is the pair spectra[2 * (k * row + f)]. The
// window is to be divided by n_fft, and the plan one in float. `work` is aligned to 64 bytes.
void genba_inverse_stft(const genba_frames *plan, const float *spectra, int64_t row, int64_t count, float *out,
                        int64_t length, void *work);
