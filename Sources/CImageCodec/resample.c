#include <CProcessor.h>
#include <string.h>

#include "CImageCodec.h"

// Weights are whole numbers of 2⁻²²: with a byte and a sum that overshoots they fill 32 bits.
#define BITS 22
#define HALF (1 << (BITS - 1))

// A load of two pixels takes 8 bytes, the last pixel of a row may be the first of them.
#define READ_BEYOND 5

typedef uint8_t four_bytes __attribute__((vector_size(4)));
typedef uint8_t eight_bytes __attribute__((vector_size(8)));
typedef int32_t four_ints __attribute__((vector_size(16)));
typedef int32_t eight_ints __attribute__((vector_size(32)));
typedef uint8_t many_bytes __attribute__((vector_size(32)));
typedef int32_t many_ints __attribute__((vector_size(128)));

static inline uint8_t to_byte(int32_t total) {
  total >>= BITS;
  return total < 0 ? 0 : total > 255 ? 255 : (uint8_t)total;
}

#if defined(__x86_64__)
#define SET(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#include "resample_kernel.h"
#undef SET
#undef TARGET
#endif

#define SET(name) name##_portable
#define TARGET
#include "resample_kernel.h"

typedef struct {
  void (*rows)(const uint8_t *, int, int, s2s_resampling, uint8_t *);
  void (*columns)(const uint8_t *, ptrdiff_t, s2s_resampling, uint8_t *);
} kernels;

static const kernels all[] = {
#if defined(__x86_64__)
    {rows_avx2, columns_avx2},
#endif
    {rows_portable, columns_portable},
};

// Sets at the front that this processor cannot run.
static int skipped(void) {
#if defined(__x86_64__)
  return s2s_has_avx2() ? 0 : 1;
#else
  return 0;
#endif
}

int s2s_resample_sets(void) { return (int)(sizeof all / sizeof *all) - skipped(); }

// One row, without a look beyond its end.
static void resample_row(const uint8_t *source, s2s_resampling sums, uint8_t *target) {
  for (int x = 0; x < sums.count; x++) {
    const uint8_t *from = source + (ptrdiff_t)sums.first[x] * 3;
    const int32_t *weights = sums.weights + (ptrdiff_t)x * sums.taps;
    for (int c = 0; c < 3; c++) {
      int32_t total = HALF;
      for (int t = 0; t < sums.counts[x]; t++) total += from[3 * t + c] * weights[t];
      target[3 * x + c] = to_byte(total);
    }
  }
}

void s2s_resample_rows(int set, const uint8_t *source, int width, int rows, s2s_resampling sums,
                       uint8_t *target) {
  const ptrdiff_t stride = (ptrdiff_t)width * 3, step = (ptrdiff_t)sums.count * 3;
  int y = rows;
  while (y > 0 && (rows - y) * stride < READ_BEYOND) y--;
  all[set + skipped()].rows(source, width, y, sums, target);
  for (; y < rows; y++) resample_row(source + y * stride, sums, target + y * step);
}

void s2s_resample_columns(int set, const uint8_t *source, size_t width, s2s_resampling sums,
                          uint8_t *target) {
  all[set + skipped()].columns(source, (ptrdiff_t)width, sums, target);
}
