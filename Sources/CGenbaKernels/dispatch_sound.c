#include "table.h"

// The kernels for the type that a plan's spectra are computed in.
static const genba_spectra_table *spectra(const genba_fft_plan *fft) {
  const genba_table *kernels = genba_kernels();
  return fft->is_double ? kernels->double_spectra : &kernels->float_spectra;
}

int64_t genba_log_mel_work_bytes(const genba_log_mel_plan *plan) {
  return spectra(&plan->frames.fft)->log_mel_work_bytes(plan);
}

float genba_log_mel(const genba_log_mel_plan *plan, const float *samples, int64_t sample_count, int64_t length,
                    int64_t first, int64_t count, float *out, int64_t out_stride, void *work) {
  return spectra(&plan->frames.fft)->log_mel(plan, samples, sample_count, length, first, count, out, out_stride, work);
}

void genba_clamp_and_scale(float *x, int64_t count, float floor, float offset, float scale) {
  genba_kernels()->clamp_and_scale(x, count, floor, offset, scale);
}

int64_t genba_kaldi_work_bytes(const genba_kaldi_plan *plan) {
  return spectra(&plan->bands.frames.fft)->kaldi_work_bytes(plan);
}

void genba_kaldi_fbank(const genba_kaldi_plan *plan, const float *samples, int64_t sample_count, int64_t count,
                       float *out, void *work) {
  spectra(&plan->bands.frames.fft)->kaldi_fbank(plan, samples, sample_count, count, out, work);
}

int64_t genba_stft_work_bytes(const genba_frames *plan) { return spectra(&plan->fft)->stft_work_bytes(plan); }

void genba_stft(const genba_frames *plan, int32_t kind, const float *samples, int64_t sample_count, int64_t count,
                void *out, void *work) {
  spectra(&plan->fft)->stft(plan, kind, samples, sample_count, count, out, work);
}

void genba_inverse_stft(const genba_frames *plan, const float *spectra, int64_t row, int64_t count, float *out,
                        int64_t length, void *work) {
  genba_kernels()->inverse_stft(plan, spectra, row, count, out, length, work);
}

void genba_k_weighted_energies(const genba_k_weighting *filter, const genba_k_weighted_sound *sound,
                               const int64_t *ends, int32_t count, double *energies) {
  genba_kernels()->k_weighted_energies(filter, sound, ends, count, energies);
}
