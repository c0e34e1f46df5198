#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#if defined(__x86_64__)

extern const genba_table genba_table_base, genba_table_avx2, genba_table_avx512;
static const genba_table *const tables[] = {&genba_table_base, &genba_table_avx2, &genba_table_avx512};

int genba_best_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
      __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vnni"))
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

// The environment's GENBA_KERNEL_LEVEL (base, avx2, avx512) caps the level of the whole process: for comparisons, and
// for the same bits of float results on unlike machines.
static int starting_level(void) {
  static const char *const names[] = {"base", "avx2", "avx512"};
  int best = genba_best_level();
  const char *asked = getenv("GENBA_KERNEL_LEVEL");
  for (int level = 0; asked && level < best; ++level)
    if (strcmp(asked, names[level]) == 0) return level;
  return best;
}

int genba_level(void) {
  if (__builtin_expect(forced_level >= 0, 0)) return forced_level;
  int level = atomic_load_explicit(&found_level, memory_order_relaxed);
  if (__builtin_expect(level < 0, 0)) {
    level = starting_level();
    atomic_store_explicit(&found_level, level, memory_order_relaxed);
  }
  return level;
}

void genba_force_level(int level) {
  int best = genba_best_level();
  forced_level = level > best ? best : level;
}

const genba_table *genba_kernels(void) { return tables[genba_level()]; }
