// Log-mel spectra against their definition in double precision.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

enum { MOST_STAGES = 16, MOST_POINTS = 512 };

typedef struct {
  genba_log_mel_plan plan;
  genba_fft_stage stages[MOST_STAGES];
} test_plan;

static float *roots_of_unity(int count, int step, int n) {
  float *roots = guarded(sizeof(float) * 2 * (size_t)count);
  for (int k = 0; k < count; k++) {
    roots[2 * k] = (float)cos(2 * M_PI * k * step / n);
    roots[2 * k + 1] = (float)-sin(2 * M_PI * k * step / n);
  }
  return roots;
}

static float *twiddles(int radix, int length) {
  float *result = guarded(sizeof(float) * 2 * (size_t)(radix - 1) * (size_t)(length - 1)), *next = result;
  for (int k = 1; k < length; k++) {
    for (int j = 1; j < radix; j++, next += 2) {
      next[0] = (float)cos(2 * M_PI * j * k / (radix * length));
      next[1] = (float)-sin(2 * M_PI * j * k / (radix * length));
    }
  }
  return result;
}

// Adds the dimension of one prime to a plan: its stages, and its part of where each point goes and each bin is.
static void add_dimension(genba_fft_plan *fft, genba_fft_stage *stages, int points, int length, int stride,
                          int prime, int *inputs, int32_t *bins) {
  int radices[MOST_STAGES], count = 0;
  for (int rest = length; rest > 1;) {
    int radix = prime == 2 ? (rest % 8 == 0 ? 8 : rest % 4 == 0 ? 4 : 2) : prime;
    radices[count++] = radix;
    rest /= radix;
  }
  for (int i = 0, done = 1; i < count; done *= radices[i++])
    stages[fft->stage_count++] = (genba_fft_stage){radices[i], points / (radices[i] * done * stride), done, stride,
                                                   twiddles(radices[i], done)};
  int inverse = 1;
  while (length > 1 && (int64_t)inverse * (points / length) % length != 1) inverse++;
  for (int point = 0; point < points; point++) {
    int coordinate = (int)((int64_t)point * inverse % length), block = length;
    for (int i = count - 1; i >= 0; coordinate /= radices[i--]) {
      block /= radices[i];
      inputs[point] += coordinate % radices[i] * block * stride;
    }
    bins[point] += point % length * stride;
  }
}

static void make_fft(test_plan *test, int n_fft) {
  genba_fft_plan *fft = &test->plan.frames.fft;
  int points = n_fft % 2 ? n_fft : n_fft / 2, stride = points;
  int *inputs = calloc((size_t)points, sizeof(int));
  int32_t *bins = guarded(sizeof(int32_t) * (size_t)points), *slots = guarded(sizeof(int32_t) * (size_t)n_fft);
  memset(bins, 0, sizeof(int32_t) * (size_t)points);
  for (int prime = 2; prime <= 5; prime += prime == 2 ? 1 : 2) {
    int length = 1;
    while (points % (length * prime) == 0) length *= prime;
    if (length > 1) add_dimension(fft, test->stages, points, length, stride /= length, prime, inputs, bins);
  }
  for (int i = 0; i < n_fft; i++) slots[i] = n_fft % 2 ? 2 * inputs[i] : 2 * inputs[i / 2] + i % 2;
  free(inputs);
  fft->n_fft = n_fft;
  fft->point_count = points;
  fft->stages = test->stages;
  fft->slots = slots;
  fft->bins = bins;
  fft->split = n_fft % 2 ? NULL : roots_of_unity(n_fft / 4 + 1, 1, n_fft);
}

// Bands of three bins each, that overlap.
static void make_bands(genba_log_mel_plan *plan) {
  int bins = plan->frames.fft.n_fft / 2 + 1, count = bins - 2 > 0 ? bins - 2 : 1, length = bins < 3 ? bins : 3;
  int32_t *starts = guarded(sizeof(int32_t) * (size_t)count), *lengths = guarded(sizeof(int32_t) * (size_t)count);
  float *weights = guarded(sizeof(float) * (size_t)(count * length));
  float scale = plan->frames.fft.n_fft % 2 ? 1 : plan->power == 2 ? 0.25f : 0.5f;
  for (int band = 0; band < count; band++) {
    starts[band] = band;
    lengths[band] = length;
    for (int i = 0; i < length; i++) weights[band * length + i] = (float)(i + 1) * scale;
  }
  plan->band_count = count;
  plan->band_starts = starts;
  plan->band_lengths = lengths;
  plan->weights = weights;
}

static double padded_sample(const float *samples, int64_t count, int64_t length, int64_t position, int pad_mode) {
  while (pad_mode == GENBA_PAD_REFLECT && length > 1 && (position < 0 || position >= length))
    position = position < 0 ? -position : 2 * (length - 1) - position;
  return position >= 0 && position < count ? samples[position] : 0;
}

static void reference_bands(const genba_log_mel_plan *plan, const float *samples, int64_t count, int64_t length,
                            int64_t frame, double *bands) {
  int n_fft = plan->frames.fft.n_fft, bin_count = n_fft / 2 + 1;
  double frame_samples[MOST_POINTS], cosines[MOST_POINTS], sines[MOST_POINTS], bins[MOST_POINTS];
  for (int i = 0; i < n_fft; i++) {
    int64_t position = frame * plan->frames.hop_length - plan->frames.pad + i;
    frame_samples[i] = padded_sample(samples, count, length, position, plan->frames.pad_mode) * plan->frames.window[i];
    cosines[i] = cos(2 * M_PI * i / n_fft);
    sines[i] = sin(2 * M_PI * i / n_fft);
  }
  for (int bin = 0; bin < bin_count; bin++) {
    double re = 0, im = 0;
    for (int i = 0; i < n_fft; i++) {
      re += frame_samples[i] * cosines[i * bin % n_fft];
      im -= frame_samples[i] * sines[i * bin % n_fft];
    }
    bins[bin] = plan->power == 2 ? re * re + im * im : sqrt(re * re + im * im);
  }
  const float *weights = plan->weights;
  double scale = n_fft % 2 ? 1 : plan->power == 2 ? 4 : 2;
  for (int band = 0; band < plan->band_count; band++) {
    bands[band] = 0;
    const double *band_bins = bins + plan->band_starts[band];
    for (int i = 0; i < plan->band_lengths[band]; i++) bands[band] += *weights++ * scale * band_bins[i];
    if (plan->log_kind == GENBA_LOG) bands[band] = log(fmax(bands[band], plan->log.floor));
  }
}

static void test_plan_on(const genba_log_mel_plan *plan, int64_t sample_count, int64_t length, int64_t frames) {
  float *samples = guarded(sizeof(float) * (size_t)sample_count);
  for (int64_t i = 0; i < sample_count; i++) samples[i] = next_random_float();
  float *out = guarded(sizeof(float) * (size_t)(plan->band_count * frames));
  // Rounded up to the alignment that the kernel asks for.
  void *work = guarded((size_t)(genba_log_mel_work_bytes(plan) + 63) / 64 * 64);
  float largest = genba_log_mel(plan, samples, sample_count, length, 0, frames, out, frames, work);

  double *bands = calloc((size_t)plan->band_count, sizeof(double)), highest = -INFINITY;
  for (int64_t frame = 0; frame < frames; frame++) {
    reference_bands(plan, samples, sample_count, length, frame, bands);
    double loudest = 1e-9;
    for (int band = 0; band < plan->band_count; band++) loudest = fmax(loudest, fabs(bands[band]));
    // A logarithm's error grows where the band is soft beside its neighbours.
    double tolerance = plan->log_kind == GENBA_LOG ? 1e-3 : 3e-6 * loudest;
    for (int band = 0; band < plan->band_count; band++) {
      double value = out[band * frames + frame];
      highest = fmax(highest, value);
      expect(fabs(value - bands[band]) <= tolerance, "n_fft %d, %d frames: band %d of frame %d is %g, not %g",
             plan->frames.fft.n_fft, (int)frames, band, (int)frame, value, bands[band]);
    }
  }
  expect(frames == 0 ? largest == -INFINITY : largest == (float)highest, "the largest is %g, not %g", largest, highest);
  free(bands);
}

void test_spectra(void) {
  static const int lengths[] = {1, 2, 3, 4, 5, 6, 8, 9, 10, 15, 16, 20, 25, 27, 30, 60, 64, 81, 90, 120, 125, 400, 512};
  seed_random(1);
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    test_plan test = {0};
    genba_log_mel_plan *plan = &test.plan;
    make_fft(&test, lengths[i]);
    float *window = guarded(sizeof(float) * (size_t)lengths[i]);
    for (int k = 0; k < lengths[i]; k++) window[k] = 0.75f + 0.25f * next_random_float();
    plan->frames.window = window;
    plan->frames.hop_length = lengths[i] / 3 + 1;
    plan->log.floor = 1e-10f;
    plan->log.of_floor = (float)log(1e-10);
    plan->log.mantissa_scale = 1;
    plan->log.exponent_scale = (float)M_LN2;
    for (plan->power = 1; plan->power <= 2; plan->power++) {
      make_bands(plan);
      for (plan->frames.pad_mode = GENBA_PAD_CONSTANT; plan->frames.pad_mode <= GENBA_PAD_REFLECT; plan->frames.pad_mode++) {
        plan->log_kind = plan->frames.pad_mode == GENBA_PAD_CONSTANT ? GENBA_LOG_NONE : GENBA_LOG;
        plan->frames.pad = lengths[i] / 2;
        int64_t longest = lengths[i] + 18 * plan->frames.hop_length;
        test_plan_on(plan, longest, longest, 19);
        test_plan_on(plan, lengths[i] / 3, lengths[i], 2);
        test_plan_on(plan, 0, 10, 1);
        test_plan_on(plan, 5, 5, 0);
      }
    }
  }
  float values[37], expected[37];
  for (int i = 0; i < 37; i++) {
    values[i] = next_random_float();
    expected[i] = ((values[i] > -0.5f ? values[i] : -0.5f) + 4) * 0.25f;
  }
  genba_clamp_and_scale(values, 37, -0.5f, 4, 0.25f);
  expect(memcmp(values, expected, sizeof values) == 0, "clamp_and_scale");
  checksum("clamp_and_scale", values, sizeof values);
}
