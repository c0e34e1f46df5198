#include <stdatomic.h>

#include "table.h"

#if defined(__x86_64__)

extern const genba_table genba_table_base, genba_table_avx2, genba_table_avx512;
static const genba_table *const tables[] = {&genba_table_base, &genba_table_avx2, &genba_table_avx512};

int genba_best_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi"))
    return GENBA_LEVEL_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return GENBA_LEVEL_AVX2;
  return GENBA_LEVEL_BASE;
}

#else

extern const genba_table genba_table_base;
static const genba_table *const tables[] = {&genba_table_base};

int genba_best_level(void) { return GENBA_LEVEL_BASE; }

#endif

// The level that tests have asked for on this thread; below 0 for none.
static _Thread_local int forced_level = -1;

// Found out once. Two threads may do so at once; both write the same.
static _Atomic int found_level = -1;

int genba_level(void) {
  if (__builtin_expect(forced_level >= 0, 0)) return forced_level;
  int level = atomic_load_explicit(&found_level, memory_order_relaxed);
  if (__builtin_expect(level < 0, 0)) {
    level = genba_best_level();
    atomic_store_explicit(&found_level, level, memory_order_relaxed);
  }
  return level;
}

void genba_force_level(int level) {
  int best = genba_best_level();
  forced_level = level > best ? best : level;
}

const genba_table *genba_kernels(void) { return tables[genba_level()]; }
