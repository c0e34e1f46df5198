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

#if !defined(__x86_64__) || VB > 16
// Within each 16 bytes: the byte that the mask's byte names, or 0 where that is 255.
INLINE vu8 FN(shuffle_bytes)(vu8 bytes, vu8 mask) {
#if defined(__x86_64__) && VB == 64
  return (vu8)_mm512_shuffle_epi8((__m512i)bytes, (__m512i)mask);
#elif defined(__x86_64__)
  return (vu8)_mm256_shuffle_epi8((__m256i)bytes, (__m256i)mask);
#else
  return (vu8)vqtbl1q_u8((uint8x16_t)bytes, (uint8x16_t)mask);
#endif
}
#endif

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

// Each 16 bytes' four lanes, clamped to 0 … 255, as four bytes.
INLINE void FN(narrow_pixels)(vi32 lanes, uint32_t pixels[VB / 16]) {
#if VB == 64
  __m128i bytes = _mm512_cvtusepi32_epi8((__m512i)VMAX(lanes, (vi32){0}));
  _mm_storeu_si128((__m128i *)pixels, bytes);
#elif VB == 32
  __m256i words = _mm256_packs_epi32((__m256i)lanes, (__m256i)lanes);
  __m256i bytes = _mm256_packus_epi16(words, words);
  pixels[0] = (uint32_t)_mm_cvtsi128_si32(_mm256_castsi256_si128(bytes));
  pixels[1] = (uint32_t)_mm_cvtsi128_si32(_mm256_extracti128_si256(bytes, 1));
#elif defined(__x86_64__)
  __m128i words = _mm_packs_epi32((__m128i)lanes, (__m128i)lanes);
  pixels[0] = (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(words, words));
#else
  int16x4_t words = vqmovn_s32((int32x4_t)lanes);
  pixels[0] = vget_lane_u32(vreinterpret_u32_u8(vqmovun_s16(vcombine_s16(words, words))), 0);
#endif
}
