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
#define ADD_SATURATED __builtin_elementwise_add_sat
#define SUB_SATURATED __builtin_elementwise_sub_sat

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

// The same, added to `sum`.
INLINE vi32 FN(add_products)(vi32 sum, vi16 a, vi16 b) {
#if defined(__x86_64__) && VB == 64
  return (vi32)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
#else
  return sum + FN(multiply_add_pairs)(a, b);
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

// ---- Across lanes ----

// How many bits of a, b and c together are set, in each lane.
INLINE vu8 FN(count_bits)(vu8 a, vu8 b, vu8 c) {
#if VB == 64
  return (vu8)_mm512_popcnt_epi8((__m512i)a) + (vu8)_mm512_popcnt_epi8((__m512i)b) +
         (vu8)_mm512_popcnt_epi8((__m512i)c);
#elif VB == 32
  const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                          0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  vu8 sum = {0};
  const vu8 all[3] = {a, b, c};
  UNROLL for (int k = 0; k < 3; k++) {
    sum += (vu8)_mm256_shuffle_epi8(counts, (__m256i)(all[k] & 15));
    sum += (vu8)_mm256_shuffle_epi8(counts, (__m256i)(all[k] >> 4));
  }
  return sum;
#elif defined(__x86_64__)
  // Three bits of equal weight make a sum bit and a carry bit.
  const vu8 sum = a ^ b ^ c, carry = (a & b) | (c & (a | b));
  vu8 ones = sum - (sum >> 1 & 0x55), twos = carry - (carry >> 1 & 0x55);
  ones = (ones & 0x33) + (ones >> 2 & 0x33);
  twos = (twos & 0x33) + (twos >> 2 & 0x33);
  return ((ones + (ones >> 4)) & 15) + 2 * ((twos + (twos >> 4)) & 15);
#else
  return (vu8)vcntq_u8((uint8x16_t)a) + (vu8)vcntq_u8((uint8x16_t)b) + (vu8)vcntq_u8((uint8x16_t)c);
#endif
}

// The smallest byte of a vector, in every lane.
INLINE vu8 FN(smallest_u8)(vu8 vector) {
#if VB == 16 && defined(__aarch64__)
  return (vu8){0} + vminvq_u8((uint8x16_t)vector);
#else
  u8x16 least = *(u8x16 *)&vector;
#if VB == 64
  const __m256i half = _mm256_min_epu8(_mm512_castsi512_si256((__m512i)vector),
                                       _mm512_extracti64x4_epi64((__m512i)vector, 1));
  least = (u8x16)_mm_min_epu8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
#elif VB == 32
  least = (u8x16)_mm_min_epu8(_mm256_castsi256_si128((__m256i)vector), _mm256_extracti128_si256((__m256i)vector, 1));
#endif
#if VB == 64
  const __m128i pairs = _mm_min_epu8((__m128i)least, _mm_srli_epi16((__m128i)least, 8));
  return (vu8)_mm512_broadcastb_epi8(_mm_minpos_epu16(pairs));
#elif VB == 32
  const __m128i pairs = _mm_min_epu8((__m128i)least, _mm_srli_epi16((__m128i)least, 8));
  return (vu8)_mm256_broadcastb_epi8(_mm_minpos_epu16(pairs));
#else
  least = VMIN(least, SHUFFLE(least, least, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  least = VMIN(least, SHUFFLE(least, least, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  least = VMIN(least, SHUFFLE(least, least, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  return VMIN(least, SHUFFLE(least, least, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
#endif
#endif
}

typedef uint16_t vu16 __attribute__((vector_size(VB)));

// The smallest 16-bit lane of a vector.
INLINE uint16_t FN(smallest_u16)(vu16 vector) {
#if VB == 64
  const __m256i half = _mm256_min_epu16(_mm512_castsi512_si256((__m512i)vector),
                                        _mm512_extracti64x4_epi64((__m512i)vector, 1));
  return (uint16_t)_mm_cvtsi128_si32(
      _mm_minpos_epu16(_mm_min_epu16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1))));
#elif VB == 32
  return (uint16_t)_mm_cvtsi128_si32(_mm_minpos_epu16(
      _mm_min_epu16(_mm256_castsi256_si128((__m256i)vector), _mm256_extracti128_si256((__m256i)vector, 1))));
#elif defined(__aarch64__)
  return vminvq_u16((uint16x8_t)vector);
#else
  vector = VMIN(vector, SHUFFLE(vector, vector, 4, 5, 6, 7, 0, 1, 2, 3));
  vector = VMIN(vector, SHUFFLE(vector, vector, 2, 3, 0, 1, 6, 7, 4, 5));
  return VMIN(vector, SHUFFLE(vector, vector, 1, 0, 3, 2, 5, 4, 7, 6))[0];
#endif
}

// The first lane that is 255, where the others are 0 and at least one is not.
INLINE int FN(first_lane)(vu8 mask) {
#if VB == 64
  return (int)__builtin_ctzll(_mm512_movepi8_mask((__m512i)mask));
#elif VB == 32
  return (int)__builtin_ctz((unsigned)_mm256_movemask_epi8((__m256i)mask));
#elif defined(__x86_64__)
  return (int)__builtin_ctz((unsigned)_mm_movemask_epi8((__m128i)mask));
#else
  // Four bits of each lane.
  const uint8x8_t bits = vshrn_n_u16(vreinterpretq_u16_u8((uint8x16_t)mask), 4);
  return (int)__builtin_ctzll(vget_lane_u64(vreinterpret_u64_u8(bits), 0)) / 4;
#endif
}
