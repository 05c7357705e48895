#include "CDepthwise.h"

#include <CProcessor.h>

#include "runs.h"

/// Distances between the numbers that a sum over taps visits.
typedef struct {
  int kernel;
  /// From a tap to the next one: down, and to the right.
  ptrdiff_t x_row, x_place, w_row, w_tap;
  /// From a place to its neighbour below and to the right; from a tap of the kernel to its neighbour.
  ptrdiff_t x_line, x_distance, y_line, y_distance, w_distance;
  float ceiling;
  /// Whether sums begin with what the result held.
  int accumulates;
} walk;

static walk make_walk(const runs *rows, const runs *columns, int kernel, size_t x_width, size_t x_place,
                      size_t w_tap, size_t y_width, size_t y_place, float ceiling, int accumulates) {
  walk way = {.kernel = kernel, .ceiling = ceiling, .accumulates = accumulates};
  way.x_distance = (ptrdiff_t)x_place;
  way.x_line = (ptrdiff_t)(x_place * x_width);
  way.y_distance = (ptrdiff_t)y_place;
  way.y_line = (ptrdiff_t)(y_place * y_width);
  way.w_distance = (ptrdiff_t)w_tap;
  way.x_row = rows->source_step * way.x_line;
  way.x_place = columns->source_step * way.x_distance;
  way.w_row = rows->tap_step * kernel * way.w_distance;
  way.w_tap = columns->tap_step * way.w_distance;
  return way;
}

#define PORTABLE_FMA(x, y, z) ((x) * (y) + (z))
#define FUSED_FMA(x, y, z) __builtin_elementwise_fma(x, y, z)

#if defined(__x86_64__)
#define SET(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define BYTES 64
#define PLACES 8
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef PLACES
#undef FMA

#define SET(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define PLACES 4
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef PLACES
#undef FMA
#endif

#if defined(__aarch64__)
#define SET(name) name##_neon
#define TARGET
#define BYTES 16
#define PLACES 8
#define FMA FUSED_FMA
#include "kernel.h"
#undef SET
#undef TARGET
#undef BYTES
#undef PLACES
#undef FMA
#endif

#define SET(name) name##_portable
#define TARGET
#define BYTES 16
#define PLACES 4
#define FMA PORTABLE_FMA
#include "kernel.h"

#define KERNELS(set, is_fused) \
  {#set, is_fused, forward_##set, input_gradient_##set, weight_gradient_##set, close_##set}

static const s2s_depthwise_kernels all[] = {
#if defined(__x86_64__)
    KERNELS(avx512, 1),
    KERNELS(avx2, 1),
#elif defined(__aarch64__)
    KERNELS(neon, 1),
#endif
    KERNELS(portable, 0),
};

static int can_run(const s2s_depthwise_kernels *kernels) {
#if defined(__x86_64__)
  if (kernels->forward == forward_avx512) return s2s_has_avx512();
  if (kernels->forward == forward_avx2) return s2s_has_avx2();
#elif defined(__aarch64__)
  if (kernels->forward == forward_neon) return s2s_has_neon();
#else
  (void)kernels;
#endif
  return 1;
}

const s2s_depthwise_kernels *s2s_depthwise_kernels_at(int number) {
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (can_run(&all[i]) && number-- == 0) return &all[i];
  return NULL;
}
