// Genba's vectorized kernels: plain pointers and sizes, no allocation, no threads, no global state but the level.
//
// Each kernel exists once per instruction set, compiled from one source (see simd.h); the functions here call the
// best one that the processor has. Layout, padding and overlap rules stand with each function.
#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- Instruction-set levels (dispatch.c) ----

// `base` is SSE2 on x86-64 and NEON on arm64: what every such processor has.
enum { GENBA_LEVEL_BASE = 0, GENBA_LEVEL_AVX2 = 1, GENBA_LEVEL_AVX512 = 2 };

// The level in use on this thread.
int genba_level(void);
// The highest level that this processor and operating system can run.
int genba_best_level(void);
// Uses `level`, at most the best one, from now on for calls on this thread; below 0 goes back to the best. For tests
// and benchmarks.
void genba_force_level(int level);

#include "genba_depth.h"
#include "genba_sound.h"
#include "genba_spectra.h"
#include "genba_stereo.h"
#include "genba_vision.h"
