#include "CVectors.h"

#include <CProcessor.h>
#include <stddef.h>
#include <string.h>

// Vectors wider than a register are passed only to what is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// A product and a sum are rounded each for itself unless FMA says otherwise.
#pragma STDC FP_CONTRACT OFF

enum { LANES = 16 };

// Memory may begin anywhere.
typedef float vector __attribute__((vector_size(64), aligned(4)));
typedef int integers __attribute__((vector_size(64), aligned(4)));

#define spread(x) ((vector){0} + (float)(x))
#define FUSED_FMA(x, y, z) __builtin_elementwise_fma(x, y, z)
#define PLAIN_FMA(x, y, z) ((x) * (y) + (z))

#if defined(__x86_64__)
#define SET(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#define FMA FUSED_FMA
#include "kernel.h"
static const s2s_vectors avx512 = KERNELS("avx512", 1);
#undef SET
#undef TARGET
#undef FMA
#undef KERNELS

#define SET(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define FMA FUSED_FMA
#include "kernel.h"
static const s2s_vectors avx2 = KERNELS("avx2", 1);
#undef SET
#undef TARGET
#undef FMA
#undef KERNELS
#endif

#if defined(__aarch64__)
#define SET(name) name##_neon
#define TARGET
#define FMA FUSED_FMA
#include "kernel.h"
static const s2s_vectors neon = KERNELS("neon", 1);
#undef SET
#undef TARGET
#undef FMA
#undef KERNELS
#endif

#define SET(name) name##_portable
#define TARGET
#define FMA PLAIN_FMA
#include "kernel.h"
static const s2s_vectors portable = KERNELS("portable", 0);

static const s2s_vectors *const all[] = {
#if defined(__x86_64__)
    &avx512, &avx2,
#elif defined(__aarch64__)
    &neon,
#endif
    &portable,
};

static int can_run(const s2s_vectors *kernels) {
#if defined(__x86_64__)
  if (kernels == &avx512) return s2s_has_avx512();
  if (kernels == &avx2) return s2s_has_avx2();
#elif defined(__aarch64__)
  if (kernels == &neon) return s2s_has_neon();
#else
  (void)kernels;
#endif
  return 1;
}

const s2s_vectors *s2s_vectors_at(int number) {
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (can_run(all[i]) && number-- == 0) return all[i];
  return NULL;
}
