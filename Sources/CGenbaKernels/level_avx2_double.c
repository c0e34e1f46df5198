// Spectra in double precision; see level_avx2.c.
#include "table.h"
#if defined(__x86_64__)
#include <immintrin.h>
#define VB 32
#define LEVEL _avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels_double.inc"
#pragma clang attribute pop
#endif
