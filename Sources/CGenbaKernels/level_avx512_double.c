// Spectra in double precision; see level_avx512.c.
#include "table.h"
#if defined(__x86_64__)
#include <immintrin.h>
#define VB 64
#define LEVEL _avx512
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bitalg,avx512vnni"))), \
                             apply_to = function)
#include "kernels_double.inc"
#pragma clang attribute pop
#endif
