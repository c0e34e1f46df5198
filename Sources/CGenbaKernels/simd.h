// What the kernels are written in: clang's generic vectors, VB bytes wide, and every intrinsic that they cannot do
// without. Included once per level with VB (vector bytes: 16, 32 or 64) and LEVEL (a name suffix) defined.
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
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
typedef uint8_t u8x16 __attribute__((vector_size(16)));
// The same, at any address.
typedef float vf32u __attribute__((vector_size(VB), aligned(4)));
typedef int32_t vi32u __attribute__((vector_size(VB), aligned(4)));
typedef int16_t vi16u __attribute__((vector_size(VB), aligned(2)));
typedef uint8_t vu8u __attribute__((vector_size(VB), aligned(1)));

#define SHUFFLE __builtin_shufflevector
#define VMIN __builtin_elementwise_min
#define VMAX __builtin_elementwise_max

// ---- Bytes and 16-bit pairs ----

// vi16 lanes 2i and 2i + 1 of `a` times those of `b`, added: lane i of the result.
INLINE vi32 FN(multiply_add_pairs)(vi16 a, vi16 b) {
#if defined(__x86_64__) && VB == 64
  return (vi32)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VB == 32
  return (vi32)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (vi32)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
  return (vi32)vpaddq_s32(low, vmull_high_s16((int16x8_t)a, (int16x8_t)b));
#endif
}

// a and b lane by lane in turn: the lower half of each 16 bytes, and the upper half.
INLINE vi16 FN(interleave_low)(vi16 a, vi16 b) {
#if VB == 64
  return (vi16)_mm512_unpacklo_epi16((__m512i)a, (__m512i)b);
#elif VB == 32
  return (vi16)_mm256_unpacklo_epi16((__m256i)a, (__m256i)b);
#else
  return SHUFFLE(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#endif
}

INLINE vi16 FN(interleave_high)(vi16 a, vi16 b) {
#if VB == 64
  return (vi16)_mm512_unpackhi_epi16((__m512i)a, (__m512i)b);
#elif VB == 32
  return (vi16)_mm256_unpackhi_epi16((__m256i)a, (__m256i)b);
#else
  return SHUFFLE(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#endif
}

// The 16-bit lanes whose pairs were interleaved to `low` and `high`. The values fit 16 bits.
INLINE vi16 FN(narrow_interleaved)(vi32 low, vi32 high) {
#if VB == 64
  return (vi16)_mm512_packs_epi32((__m512i)low, (__m512i)high);
#elif VB == 32
  return (vi16)_mm256_packs_epi32((__m256i)low, (__m256i)high);
#else
#if defined(__x86_64__)
  return (vi16)_mm_packs_epi32((__m128i)low, (__m128i)high);
#else
  return (vi16)vcombine_s16(vqmovn_s32((int32x4_t)low), vqmovn_s32((int32x4_t)high));
#endif
#endif
}

// 16 lanes, which stand in 64 / VB vectors, clamped to 0 … 255, as bytes.
INLINE u8x16 FN(clamp_16)(const vi32 *lanes) {
#if VB == 64
  return (u8x16)_mm512_cvtusepi32_epi8((__m512i)VMAX(lanes[0], (vi32){0}));
#elif VB == 32
  __m256i words = _mm256_packs_epi32((__m256i)lanes[0], (__m256i)lanes[1]);
  words = _mm256_permute4x64_epi64(words, 0xD8);
  return (u8x16)_mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
#elif defined(__x86_64__)
  return (u8x16)_mm_packus_epi16(_mm_packs_epi32((__m128i)lanes[0], (__m128i)lanes[1]),
                                       _mm_packs_epi32((__m128i)lanes[2], (__m128i)lanes[3]));
#else
  int16x8_t low = vcombine_s16(vqmovn_s32((int32x4_t)lanes[0]), vqmovn_s32((int32x4_t)lanes[1]));
  int16x8_t high = vcombine_s16(vqmovn_s32((int32x4_t)lanes[2]), vqmovn_s32((int32x4_t)lanes[3]));
  return (u8x16)vcombine_u8(vqmovun_s16(low), vqmovun_s16(high));
#endif
}

// ---- 16-bit lanes ----

// The upper half of each product of 16-bit lanes.
INLINE vi16 FN(high_product)(vi16 a, vi16 b) {
#if defined(__x86_64__) && VB == 64
  return (vi16)_mm512_mulhi_epi16((__m512i)a, (__m512i)b);
#elif defined(__x86_64__) && VB == 32
  return (vi16)_mm256_mulhi_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
  return (vi16)_mm_mulhi_epi16((__m128i)a, (__m128i)b);
#else
  int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
  int32x4_t high = vmull_high_s16((int16x8_t)a, (int16x8_t)b);
  return (vi16)vuzp2q_s16(vreinterpretq_s16_s32(low), vreinterpretq_s16_s32(high));
#endif
}
