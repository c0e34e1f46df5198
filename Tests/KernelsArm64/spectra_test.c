// Log-mel spectra, STFTs and their inverse, and Kaldi's filter banks against their definitions in double precision.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_test.h"

enum { MOST_STAGES = 16, MOST_POINTS = 512 };

// Whether the plans that are being tested are computed in double.
static int in_double;

// A table of a plan.
static void *new_reals(size_t count) { return guarded((in_double ? sizeof(double) : sizeof(float)) * count); }

static void put(void *reals, size_t index, double value) {
  if (in_double) ((double *)reals)[index] = value;
  else ((float *)reals)[index] = (float)value;
}

static double at(const void *reals, size_t index) {
  return in_double ? ((const double *)reals)[index] : (double)((const float *)reals)[index];
}

typedef struct {
  genba_log_mel_plan plan;
  genba_fft_stage stages[MOST_STAGES];
} test_plan;

static void *roots_of_unity(size_t count, int n) {
  void *roots = new_reals(2 * count);
  for (size_t k = 0; k < count; k++) {
    put(roots, 2 * k, cos(2 * M_PI * (double)k / n));
    put(roots, 2 * k + 1, -sin(2 * M_PI * (double)k / n));
  }
  return roots;
}

static void *twiddles(int radix, int length) {
  void *result = new_reals(2 * (size_t)(radix - 1) * (size_t)(length - 1));
  size_t next = 0;
  for (int k = 1; k < length; k++) {
    for (int j = 1; j < radix; j++, next += 2) {
      put(result, next, cos(2 * M_PI * j * k / (radix * length)));
      put(result, next + 1, -sin(2 * M_PI * j * k / (radix * length)));
    }
  }
  return result;
}

// Factors of a window, and zeros behind the first `length`.
static void *new_window(int n_fft, int length) {
  void *window = new_reals((size_t)n_fft);
  for (int k = 0; k < n_fft; k++) put(window, (size_t)k, k < length ? 0.75 + 0.25 * (double)next_random_float() : 0);
  return window;
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
  // Points that are a power of two have gaps behind each transform of the first stage of 32 or more.
  fft->gap_shift = 31;
  for (int i = 0; i < fft->stage_count && (points & (points - 1)) == 0 && fft->gap_shift == 31; i++)
    if (test->stages[i].length >= 32) fft->gap_shift = __builtin_ctz((unsigned)test->stages[i].length);
  fft->point_span = points + (points >> fft->gap_shift);
  for (int i = 0; i < points; i++) {
    inputs[i] += inputs[i] >> fft->gap_shift;
    bins[i] += bins[i] >> fft->gap_shift;
  }
  for (int i = 0; i < n_fft; i++) slots[i] = n_fft % 2 ? 2 * inputs[i] : 2 * inputs[i / 2] + i % 2;
  free(inputs);
  fft->is_double = in_double;
  fft->n_fft = n_fft;
  fft->point_count = points;
  fft->stages = test->stages;
  fft->slots = slots;
  fft->bins = bins;
  fft->split = n_fft % 2 ? NULL : roots_of_unity((size_t)n_fft / 4 + 1, n_fft);
}

// Bands of three bins each, that overlap.
static void make_bands(genba_log_mel_plan *plan) {
  int bins = plan->frames.fft.n_fft / 2 + 1, count = bins - 2 > 0 ? bins - 2 : 1, length = bins < 3 ? bins : 3;
  int32_t *starts = guarded(sizeof(int32_t) * (size_t)count), *lengths = guarded(sizeof(int32_t) * (size_t)count);
  void *weights = new_reals((size_t)(count * length));
  double scale = plan->frames.fft.n_fft % 2 ? 1 : plan->power == 2 ? 0.25 : 0.5;
  for (int band = 0; band < count; band++) {
    starts[band] = band;
    lengths[band] = length;
    for (int i = 0; i < length; i++) put(weights, (size_t)(band * length + i), (i + 1) * scale);
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
    frame_samples[i] =
        padded_sample(samples, count, length, position, plan->frames.pad_mode) * at(plan->frames.window, (size_t)i);
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
  size_t next = 0;
  double scale = n_fft % 2 ? 1 : plan->power == 2 ? 4 : 2;
  for (int band = 0; band < plan->band_count; band++) {
    bands[band] = 0;
    const double *band_bins = bins + plan->band_starts[band];
    for (int i = 0; i < plan->band_lengths[band]; i++) bands[band] += at(plan->weights, next++) * scale * band_bins[i];
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
    // A logarithm's error grows where the band is soft beside its neighbours. What is computed in double is rounded once.
    double tolerance = plan->log_kind == GENBA_LOG ? (in_double ? 2e-6 : 1e-3) : (in_double ? 7e-8 : 3e-6) * loudest;
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

// One bin of a frame of `length` samples by its definition.
static void reference_bin(const double *frame, int length, int n_fft, int bin, double *re, double *im) {
  *re = *im = 0;
  for (int i = 0; i < length; i++) {
    double angle = 2 * M_PI * ((int64_t)i * bin % n_fft) / n_fft;
    *re += frame[i] * cos(angle);
    *im -= frame[i] * sin(angle);
  }
}

// Spectra in all three forms, and the way back: frames added up, each windowed again.
static void test_stft_on(const genba_frames *plan, int64_t sample_count, int64_t frames) {
  int n_fft = plan->fft.n_fft, bins = n_fft / 2 + 1;
  float *samples = guarded(sizeof(float) * (size_t)sample_count);
  for (int64_t i = 0; i < sample_count; i++) samples[i] = next_random_float();
  size_t count = (size_t)(bins * frames);
  void *pairs = new_reals(2 * count), *magnitude = new_reals(count), *power = new_reals(count);
  void *work = guarded((size_t)(genba_stft_work_bytes(plan) + 63) / 64 * 64);
  genba_stft(plan, GENBA_STFT_COMPLEX, samples, sample_count, frames, pairs, work);
  genba_stft(plan, GENBA_STFT_MAGNITUDE, samples, sample_count, frames, magnitude, work);
  genba_stft(plan, GENBA_STFT_POWER, samples, sample_count, frames, power, work);

  double *frame_samples = calloc((size_t)n_fft, sizeof(double)), *sums = calloc((size_t)sample_count + 1, sizeof(double));
  double scale = n_fft % 2 ? 1 : 2, tolerance = (in_double ? 1e-14 : 2e-6) * n_fft;
  for (int64_t frame = 0; frame < frames; frame++) {
    int64_t start = frame * plan->hop_length - plan->pad;
    for (int i = 0; i < n_fft; i++)
      frame_samples[i] =
          padded_sample(samples, sample_count, sample_count, start + i, plan->pad_mode) * at(plan->window, (size_t)i) * scale;
    for (int bin = 0; bin < bins; bin++) {
      double re, im;
      size_t place = (size_t)(bin * frames + frame);
      double found_re, found_im;
      reference_bin(frame_samples, n_fft, n_fft, bin, &re, &im);
      found_re = at(pairs, 2 * place);
      found_im = at(pairs, 2 * place + 1);
      expect(fabs(found_re - re) <= tolerance && fabs(found_im - im) <= tolerance,
             "n_fft %d: bin %d of frame %d is %g, %g, not %g, %g", n_fft, bin, (int)frame, found_re, found_im, re, im);
      expect(fabs(at(magnitude, place) - hypot(re, im)) <= tolerance, "n_fft %d: magnitude %d", n_fft, bin);
      expect(fabs(at(power, place) - (re * re + im * im)) <= tolerance * (1 + 2 * hypot(re, im)), "n_fft %d: power %d",
             n_fft, bin);
    }
    // A transform and its inverse, not divided by the length, multiply by it.
    for (int i = 0; i < n_fft; i++)
      if (start + i >= 0 && start + i < sample_count) sums[start + i] += frame_samples[i] * at(plan->window, (size_t)i) * n_fft;
  }
  if (!in_double) {
    float *back = guarded(sizeof(float) * (size_t)sample_count);
    memset(back, 0, sizeof(float) * (size_t)sample_count);
    genba_inverse_stft(plan, pairs, frames, frames, back, sample_count, work);
    for (int64_t i = 0; i < sample_count; i++)
      expect(fabs(back[i] - sums[i]) <= tolerance * 4 * n_fft, "n_fft %d: sample %d comes back as %g, not %g", n_fft,
             (int)i, back[i], sums[i]);
  }
  free(frame_samples);
  free(sums);
}

static void test_stft(void) {
  static const int lengths[] = {2, 3, 6, 9, 16, 25, 30, 60, 120, 256, 400};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    test_plan test = {0};
    genba_frames *plan = &test.plan.frames;
    make_fft(&test, lengths[i]);
    plan->window = new_window(lengths[i], lengths[i]);
    plan->hop_length = lengths[i] / 3 + 1;
    plan->pad = lengths[i] / 2;
    for (plan->pad_mode = GENBA_PAD_CONSTANT; plan->pad_mode <= GENBA_PAD_REFLECT; plan->pad_mode++) {
      test_stft_on(plan, lengths[i] + 18 * plan->hop_length, 19);
      test_stft_on(plan, lengths[i] + 1, 2);
    }
  }
}

// Rows of an energy and bands: each frame scaled, without its mean, pre-emphasized in itself, windowed.
static void test_kaldi_on(const genba_kaldi_plan *plan, int64_t sample_count, int64_t frames) {
  const genba_log_mel_plan *bands = &plan->bands;
  int n_fft = bands->frames.fft.n_fft, bins = n_fft / 2 + 1, length = plan->frame_length;
  int columns = bands->band_count + (plan->energy_column >= 0);
  float *samples = guarded(sizeof(float) * (size_t)sample_count);
  for (int64_t i = 0; i < sample_count; i++) samples[i] = next_random_float();
  float *out = guarded(sizeof(float) * (size_t)(columns * frames));
  void *work = guarded((size_t)(genba_kaldi_work_bytes(plan) + 63) / 64 * 64);
  genba_kaldi_fbank(plan, samples, sample_count, frames, out, work);

  double *frame_samples = calloc((size_t)n_fft, sizeof(double)), *spectrum = calloc((size_t)bins, sizeof(double));
  for (int64_t frame = 0; frame < frames; frame++) {
    double mean = 0, raw = 0, windowed = 0;
    for (int i = 0; i < length; i++) {
      frame_samples[i] = samples[frame * bands->frames.hop_length + i] * plan->sample_scale;
      mean += frame_samples[i] / length;
    }
    double previous = frame_samples[0] - (plan->remove_mean ? mean : 0);
    for (int i = 0; i < length; i++) {
      double sample = frame_samples[i] - (plan->remove_mean ? mean : 0);
      double emphasized = sample - plan->preemphasis * previous;
      if (plan->rounds_preemphasis) {
        const float product = (float)plan->preemphasis * (float)previous;
        emphasized = (float)((double)(float)sample - (double)product);
      }
      frame_samples[i] = emphasized * at(bands->frames.window, (size_t)i);
      previous = sample;
      raw += sample * sample;
      windowed += frame_samples[i] * frame_samples[i];
    }
    for (int bin = 0; bin < bins; bin++) {
      double re, im;
      reference_bin(frame_samples, length, n_fft, bin, &re, &im);
      spectrum[bin] = (re * re + im * im) * 4;  // The weights are divided by that.
    }
    const float *row = out + frame * columns;
    size_t next = 0;
    if (plan->energy_column >= 0) {
      double energy = log(fmax(plan->raw_energy ? raw : windowed, plan->energy_log.floor));
      expect(fabs(row[plan->energy_column] - energy) <= (in_double ? 1e-6 : 1e-4), "the energy is %g, not %g", row[plan->energy_column], energy);
    }
    for (int band = 0; band < bands->band_count; band++) {
      double sum = 0;
      for (int i = 0; i < bands->band_lengths[band]; i++) sum += at(bands->weights, next++) * spectrum[bands->band_starts[band] + i];
      double value = log(fmax(sum, bands->log.floor)), found = row[plan->first_band + band];
      expect(fabs(found - value) <= (in_double ? 2e-6 : 2e-3), "band %d of Kaldi's frame %d is %g, not %g", band, (int)frame, found, value);
    }
  }
  free(frame_samples);
  free(spectrum);
}

static void test_kaldi(void) {
  test_plan test = {0};
  make_fft(&test, 128);
  genba_kaldi_plan plan = {.bands = test.plan, .frame_length = 101, .sample_scale = 100, .preemphasis = 0.97};
  plan.bands.frames.window = new_window(128, plan.frame_length);
  plan.bands.frames.hop_length = 37;
  plan.bands.power = 2;
  plan.bands.log_kind = GENBA_LOG;
  plan.bands.log = (genba_logarithm){1e-7, log(1e-7), 1, M_LN2};
  plan.energy_log = plan.bands.log;
  make_bands(&plan.bands);
  for (int i = 0; i < 8; i++) {
    plan.remove_mean = i & 1;
    plan.raw_energy = i & 2;
    plan.energy_column = i & 4 ? 0 : -1;
    plan.first_band = i & 4 ? 1 : 0;
    test_kaldi_on(&plan, 101 + 18 * 37, 19);
    test_kaldi_on(&plan, 101, 1);
  }
  plan.energy_column = -1;
  plan.first_band = 0;
  plan.rounds_preemphasis = 1;
  test_kaldi_on(&plan, 101 + 18 * 37, 19);
}

static void test_bands(void) {
  static const int lengths[] = {1, 2, 3, 4, 5, 6, 8, 9, 10, 15, 16, 20, 25, 27, 30, 60, 64, 81, 90, 120, 125, 400, 512};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    test_plan test = {0};
    genba_log_mel_plan *plan = &test.plan;
    make_fft(&test, lengths[i]);
    plan->frames.window = new_window(lengths[i], lengths[i]);
    plan->frames.hop_length = lengths[i] / 3 + 1;
    plan->log = (genba_logarithm){1e-10, log(1e-10), 1, M_LN2};
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
}

void test_spectra(void) {
  seed_random(1);
  for (in_double = 0; in_double <= 1; in_double++) {
    test_bands();
    test_stft();
    test_kaldi();
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
