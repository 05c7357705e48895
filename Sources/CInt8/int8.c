#include "CInt8.h"

#include <CProcessor.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// Groups of four numbers of the depth whose products are written out one after the other.
#define AT_ONCE 4
// Columns, a multiple of all panels, that all rows are multiplied with before the next ones.
#define COLUMNS 256

// What an input's largest magnitude becomes. With 127 two products of 8-bit numbers without and with a sign would be
// too much for the 16 bits in which AVX2 adds them.
#define LARGEST_INPUT 63

// A product and a sum are rounded each for itself, on all processors alike.
#pragma STDC FP_CONTRACT OFF

size_t s2s_int8_depth(int depth) { return ((size_t)depth + 3) / 4 * 4; }

// A packed panel: the scales of its columns, for each the sum of its numbers, and the numbers themselves: of the
// first four of the depth those of each column, then of the next four.
struct head {
  float scales[1];
};

static size_t panel_bytes(int width, size_t depth) { return (size_t)width * (8 + depth); }

static const struct head *head_of(const void *packed, int width, size_t depth, int panel) {
  return (const struct head *)((const char *)packed + panel * panel_bytes(width, depth));
}

static const int32_t *totals_of(const struct head *head, int width) {
  return (const int32_t *)(head->scales + width);
}

static const int8_t *numbers_of(const struct head *head, int width) {
  return (const int8_t *)(head->scales + 2 * width);
}

// Sums of whole numbers to numbers of the result; `totals` take back what the offset brought in.
static inline __attribute__((always_inline)) void finish(
    const int32_t *restrict sums, const int32_t *restrict totals, const float *restrict columnScales,
    float scale, int offset, int width, int accumulate, float *restrict c) {
  for (int j = 0; j < width; j++) {
    const int32_t sum = offset ? sums[j] - offset * totals[j] : sums[j];
    const float scaled = (float)sum * scale;
    const float value = scaled * columnScales[j];
    c[j] = accumulate ? c[j] + value : value;
  }
}

#if defined(__x86_64__)

#define SET(name) name##_vnni512
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE TARGET __attribute__((always_inline)) static inline
#define LANES 16
#define VECTORS 2
#define ROWS 12
#define OFFSET 128
typedef __m512i sums_vnni512, bytes_vnni512, input_vnni512;
INLINE __m512i zero_vnni512(void) { return _mm512_setzero_si512(); }
INLINE __m512i load_vnni512(const int8_t *p) { return _mm512_loadu_si512(p); }
INLINE __m512i spread_vnni512(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  return _mm512_set1_epi32(four);
}
INLINE __m512i dot_vnni512(__m512i s, __m512i x, __m512i b) { return _mm512_dpbusd_epi32(s, x, b); }
INLINE void store_vnni512(int32_t *p, __m512i s) { _mm512_storeu_si512(p, s); }
#include "kernel.h"
#undef SET
#undef TARGET
#undef INLINE
#undef LANES
#undef VECTORS
#undef ROWS
#undef OFFSET

#define SET(name) name##_vnni
#define TARGET __attribute__((target("avx2,avxvnni")))
#define INLINE TARGET __attribute__((always_inline)) static inline
#define LANES 8
#define VECTORS 2
#define ROWS 6
#define OFFSET 128
typedef __m256i sums_vnni, bytes_vnni, input_vnni;
INLINE __m256i zero_vnni(void) { return _mm256_setzero_si256(); }
INLINE __m256i load_vnni(const int8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i spread_vnni(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  return _mm256_set1_epi32(four);
}
INLINE __m256i dot_vnni(__m256i s, __m256i x, __m256i b) { return _mm256_dpbusd_avx_epi32(s, x, b); }
INLINE void store_vnni(int32_t *p, __m256i s) { _mm256_storeu_si256((__m256i *)p, s); }
#include "kernel.h"
#undef SET
#undef TARGET
#undef INLINE
#undef LANES
#undef VECTORS
#undef ROWS
#undef OFFSET

// Without instructions for it: products of four numbers in pairs of 16 bits, which cannot overflow as inputs have
// seven bits (2 · 127 · 127), and those in pairs of 32.
#define SET(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET __attribute__((always_inline)) static inline
#define LANES 8
#define VECTORS 2
#define ROWS 5
#define OFFSET 64
typedef __m256i sums_avx2, bytes_avx2, input_avx2;
INLINE __m256i zero_avx2(void) { return _mm256_setzero_si256(); }
INLINE __m256i load_avx2(const int8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i spread_avx2(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  return _mm256_set1_epi32(four);
}
INLINE __m256i dot_avx2(__m256i s, __m256i x, __m256i b) {
  return _mm256_add_epi32(s, _mm256_madd_epi16(_mm256_maddubs_epi16(x, b), _mm256_set1_epi16(1)));
}
INLINE void store_avx2(int32_t *p, __m256i s) { _mm256_storeu_si256((__m256i *)p, s); }
#include "kernel.h"
#undef SET
#undef TARGET
#undef INLINE
#undef LANES
#undef VECTORS
#undef ROWS
#undef OFFSET

#elif defined(__aarch64__)

#define SET(name) name##_dotprod
#define TARGET __attribute__((target("dotprod")))
#define INLINE TARGET __attribute__((always_inline)) static inline
#define LANES 4
#define VECTORS 4
#define ROWS 6
#define OFFSET 0
typedef int32x4_t sums_dotprod;
typedef int8x16_t bytes_dotprod, input_dotprod;
INLINE int32x4_t zero_dotprod(void) { return vdupq_n_s32(0); }
INLINE int8x16_t load_dotprod(const int8_t *p) { return vld1q_s8(p); }
INLINE int8x16_t spread_dotprod(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  return vreinterpretq_s8_s32(vdupq_n_s32(four));
}
INLINE int32x4_t dot_dotprod(int32x4_t s, int8x16_t x, int8x16_t b) { return vdotq_s32(s, b, x); }
INLINE void store_dotprod(int32_t *p, int32x4_t s) { vst1q_s32(p, s); }
#include "kernel.h"
#undef SET
#undef TARGET
#undef INLINE
#undef LANES
#undef VECTORS
#undef ROWS
#undef OFFSET

#define SET(name) name##_neon
#define TARGET
#define INLINE __attribute__((always_inline)) static inline
#define LANES 4
#define VECTORS 2
#define ROWS 4
#define OFFSET 0
typedef int32x4_t sums_neon;
typedef int8x16_t bytes_neon, input_neon;
INLINE int32x4_t zero_neon(void) { return vdupq_n_s32(0); }
INLINE int8x16_t load_neon(const int8_t *p) { return vld1q_s8(p); }
INLINE int8x16_t spread_neon(const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  return vreinterpretq_s8_s32(vdupq_n_s32(four));
}
INLINE int32x4_t dot_neon(int32x4_t s, int8x16_t x, int8x16_t b) {
  const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(x), vget_low_s8(b)));
  const int32x4_t high = vpaddlq_s16(vmull_high_s8(x, b));
  return vaddq_s32(s, vpaddq_s32(low, high));
}
INLINE void store_neon(int32_t *p, int32x4_t s) { vst1q_s32(p, s); }
#include "kernel.h"
#undef SET
#undef TARGET
#undef INLINE
#undef LANES
#undef VECTORS
#undef ROWS
#undef OFFSET

#endif

#define SET(name) name##_portable
#define TARGET
#define INLINE __attribute__((always_inline)) static inline
#define LANES 4
#define VECTORS 2
#define ROWS 4
#define OFFSET 0
typedef int32_t sums_portable __attribute__((vector_size(16), aligned(4)));
typedef struct {
  int8_t of[16];
} bytes_portable;
typedef struct {
  int8_t of[4];
} input_portable;
INLINE sums_portable zero_portable(void) { return (sums_portable){0}; }
INLINE bytes_portable load_portable(const int8_t *p) {
  bytes_portable b;
  memcpy(&b, p, sizeof b);
  return b;
}
INLINE input_portable spread_portable(const int8_t *p) {
  input_portable x;
  memcpy(&x, p, sizeof x);
  return x;
}
INLINE sums_portable dot_portable(sums_portable s, input_portable x, bytes_portable b) {
  for (int lane = 0; lane < 4; lane++)
    for (int k = 0; k < 4; k++) s[lane] += x.of[k] * b.of[4 * lane + k];
  return s;
}
INLINE void store_portable(int32_t *p, sums_portable s) { memcpy(p, &s, sizeof s); }
#include "kernel.h"

static const s2s_int8_kernels all[] = {
#if defined(__x86_64__)
    {"vnni512", 32, 128, multiply_vnni512, quantize_vnni512},
    {"vnni", 16, 128, multiply_vnni, quantize_vnni},
    {"avx2", 16, 64, multiply_avx2, quantize_avx2},
#elif defined(__aarch64__)
    {"dotprod", 16, 0, multiply_dotprod, quantize_dotprod},
    {"neon", 8, 0, multiply_neon, quantize_neon},
#endif
    {"portable", 8, 0, multiply_portable, quantize_portable},
};

static int can_run(const s2s_int8_kernels *kernels) {
#if defined(__x86_64__)
  if (kernels->multiply == multiply_vnni512) return s2s_has_avx512_vnni();
  if (kernels->multiply == multiply_vnni) return s2s_has_avx_vnni();
  if (kernels->multiply == multiply_avx2) return s2s_has_avx2();
#elif defined(__aarch64__)
  if (kernels->multiply == multiply_dotprod) return s2s_has_dot_product();
  if (kernels->multiply == multiply_neon) return s2s_has_neon();
#else
  (void)kernels;
#endif
  return 1;
}

const s2s_int8_kernels *s2s_int8_kernels_at(int number) {
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (can_run(&all[i]) && number-- == 0) return &all[i];
  return NULL;
}

void s2s_int8_quantize_plain(int rows, int depth, const float *x, size_t ldx, int8_t *quantized,
                             float *scales) {
  quantize_to_portable(127, rows, depth, x, ldx, quantized, scales);
}

static int panels(const s2s_int8_kernels *kernels, int columns) {
  return (columns + kernels->panel - 1) / kernels->panel;
}

size_t s2s_int8_packed_bytes(const s2s_int8_kernels *kernels, int columns, int depth) {
  return panels(kernels, columns) * panel_bytes(kernels->panel, s2s_int8_depth(depth));
}

void s2s_int8_pack(const s2s_int8_kernels *kernels, const int8_t *b, const float *scales, int rows, int depth,
                   int panel, void *packed) {
  const int width = kernels->panel;
  const size_t padded = s2s_int8_depth(depth);
  struct head *head = (struct head *)head_of(packed, width, padded, panel);
  float *columnScales = head->scales;
  int32_t *totals = (int32_t *)totals_of(head, width);
  int8_t *numbers = (int8_t *)numbers_of(head, width);
  for (int j = 0; j < width; j++) {
    const int8_t *from = b + j * padded;
    int32_t total = 0;
    for (size_t k = 0; k < padded; k += 4) {
      int8_t *to = numbers + k * width + 4 * j;
      for (int i = 0; i < 4; i++) {
        to[i] = j < rows ? from[k + i] : 0;
        total += to[i];
      }
    }
    totals[j] = total;
    columnScales[j] = j < rows ? scales[j] : 0;
  }
}

void s2s_int8_select(const s2s_int8_kernels *kernels, const void *packed, int depth, const int *numbers, int count,
                     void *selected) {
  const int width = kernels->panel;
  const size_t padded = s2s_int8_depth(depth);
  memset(selected, 0, s2s_int8_packed_bytes(kernels, count, depth));
  for (int place = 0; place < count; place++) {
    const int from = numbers[place] % width, to = place % width;
    const struct head *source = head_of(packed, width, padded, numbers[place] / width);
    struct head *target = (struct head *)head_of(selected, width, padded, place / width);
    target->scales[to] = source->scales[from];
    ((int32_t *)totals_of(target, width))[to] = totals_of(source, width)[from];
    const int8_t *column = numbers_of(source, width) + 4 * from;
    int8_t *copy = (int8_t *)numbers_of(target, width) + 4 * to;
    for (size_t k = 0; k < padded; k += 4) memcpy(copy + k * width, column + k * width, 4);
  }
}

void s2s_int8_unpack_row(const s2s_int8_kernels *kernels, const void *packed, int depth, int row, float *x) {
  const int width = kernels->panel, j = row % width;
  const struct head *head = head_of(packed, width, s2s_int8_depth(depth), row / width);
  const float *scales = head->scales;
  const int8_t *numbers = numbers_of(head, width);
  for (int k = 0; k < depth; k++)
    x[k] = (float)numbers[(size_t)(k / 4) * 4 * width + 4 * j + k % 4] * scales[j];
}
