// What the kernels are written in: clang's generic vectors, VB bytes wide, and every intrinsic that they cannot do
// without. Included once per level with VB (vector bytes: 16, 32 or 64) and LEVEL (a name suffix) defined.
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define GENBA_CONCAT2(a, b) a##b
#define GENBA_CONCAT(a, b) GENBA_CONCAT2(a, b)
// The level's own name of a kernel: FN(logmel) is logmel_avx2 in level_avx2.c.
#define FN(name) GENBA_CONCAT(name, LEVEL)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Floats in a vector: 4, 8 or 16.
#define LANES (VB / 4)

typedef float vf32 __attribute__((vector_size(VB)));
typedef int32_t vi32 __attribute__((vector_size(VB)));
typedef int16_t vi16 __attribute__((vector_size(VB)));
typedef uint8_t vu8 __attribute__((vector_size(VB)));
// The same, at any address.
typedef float vf32u __attribute__((vector_size(VB), aligned(4)));
typedef int32_t vi32u __attribute__((vector_size(VB), aligned(4)));
typedef int16_t vi16u __attribute__((vector_size(VB), aligned(2)));
typedef uint8_t vu8u __attribute__((vector_size(VB), aligned(1)));

#define SHUFFLE __builtin_shufflevector
#define VMIN __builtin_elementwise_min
#define VMAX __builtin_elementwise_max
