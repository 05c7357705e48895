#include "CPackedProducts.h"

#include <CProcessor.h>
#include <string.h>

// Numbers of the depth that are multiplied at a stretch.
#define DEPTH 512
// Of these, numbers whose products are written out one after the other.
#define AT_ONCE 4
// Numbers of a row that are packed at a stretch.
#define STRETCH 64

#define PORTABLE_FMA(x, y, z) ((x) * (y) + (z))
#define FUSED_FMA(x, y, z) __builtin_elementwise_fma(x, y, z)

#if defined(__x86_64__)
#define SET(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define BYTES 64
#define VECTORS 2
#define ROWS 8
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef VECTORS
#undef ROWS
#undef FMA

#define SET(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define VECTORS 2
#define ROWS 6
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef VECTORS
#undef ROWS
#undef FMA
#endif

#if defined(__aarch64__)
#define SET(name) name##_neon
#define TARGET
#define BYTES 16
#define VECTORS 4
#define ROWS 6
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef VECTORS
#undef ROWS
#undef FMA
#endif

#define SET(name) name##_portable
#define TARGET
#define BYTES 16
#define VECTORS 2
#define ROWS 6
#define FMA PORTABLE_FMA
#include "kernel.h"

static const s2s_kernels all[] = {
#if defined(__x86_64__)
    {"avx512", 1, 32, multiply_avx512, multiply_transposed_avx512},
    {"avx2", 1, 16, multiply_avx2, multiply_transposed_avx2},
#elif defined(__aarch64__)
    {"neon", 1, 16, multiply_neon, multiply_transposed_neon},
#endif
    {"portable", 0, 8, multiply_portable, multiply_transposed_portable},
};

static int can_run(const s2s_kernels *kernels) {
#if defined(__x86_64__)
  if (kernels->multiply == multiply_avx512) return s2s_has_avx512();
  if (kernels->multiply == multiply_avx2) return s2s_has_avx2();
#elif defined(__aarch64__)
  if (kernels->multiply == multiply_neon) return s2s_has_neon();
#else
  (void)kernels;
#endif
  return 1;
}

const s2s_kernels *s2s_kernels_at(int number) {
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (can_run(&all[i]) && number-- == 0) return &all[i];
  return NULL;
}

static int panels(const s2s_kernels *kernels, int columns) {
  return (columns + kernels->panel - 1) / kernels->panel;
}

size_t s2s_packed_count(const s2s_kernels *kernels, int columns, int depth) {
  return (size_t)panels(kernels, columns) * kernels->panel * depth;
}

// The columns of a panel that the matrix has; the others are zero.
static int present(const s2s_kernels *kernels, int columns, int panel) {
  const int left = columns - panel * kernels->panel;
  return left < kernels->panel ? left : kernels->panel;
}

void s2s_pack(const s2s_kernels *kernels, const float *b, int depth, int columns, int first, int last,
              float *packed) {
  const int width = kernels->panel;
  // A few rows at a time: they are read once from memory, and again from the cache for each panel.
  for (int start = 0; start < depth; start += STRETCH) {
    const int end = start + STRETCH < depth ? start + STRETCH : depth;
    for (int panel = first; panel < last; panel++) {
      const int count = present(kernels, columns, panel);
      const float *from = b + (size_t)start * columns + panel * width;
      float *to = packed + (size_t)panel * width * depth + (size_t)start * width;
      for (int k = start; k < end; k++, from += columns, to += width) {
        memcpy(to, from, count * sizeof(float));
        for (int j = count; j < width; j++) to[j] = 0;
      }
    }
  }
}

typedef float four __attribute__((vector_size(16), aligned(4)));

// Four rows of four numbers become columns.
static inline void transpose(const float *from, size_t fromWidth, float *to, size_t toWidth) {
  const four a = *(const four *)from, b = *(const four *)(from + fromWidth);
  const four c = *(const four *)(from + 2 * fromWidth), d = *(const four *)(from + 3 * fromWidth);
  const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const four AB = __builtin_shufflevector(a, b, 2, 6, 3, 7), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(four *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(four *)(to + toWidth) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(four *)(to + 2 * toWidth) = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
  *(four *)(to + 3 * toWidth) = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
}

void s2s_pack_transposed(const s2s_kernels *kernels, const float *b, int columns, int depth, int first,
                         int last, float *packed) {
  const int width = kernels->panel;
  for (int panel = first; panel < last; panel++) {
    const int count = present(kernels, columns, panel);
    float *to = packed + (size_t)panel * width * depth;
    const float *from = b + (size_t)panel * width * depth;
    // A stretch of a few lines of each row at a time, so that what is written stays in the first cache.
    for (int start = 0; start < depth; start += STRETCH) {
      const int end = start + STRETCH < depth ? start + STRETCH : depth;
      int j = 0;
      for (; j + 4 <= count; j += 4) {
        int k = start;
        for (; k + 4 <= end; k += 4)
          transpose(from + (size_t)j * depth + k, depth, to + (size_t)k * width + j, width);
        for (; k < end; k++)
          for (int row = j; row < j + 4; row++)
            to[(size_t)k * width + row] = from[(size_t)row * depth + k];
      }
      for (int k = start; k < end; k++)
        for (int row = j; row < width; row++)
          to[(size_t)k * width + row] = row < count ? from[(size_t)row * depth + k] : 0;
    }
  }
}
