#include "COpenBLAS.h"

#include <CProcessor.h>
#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static __typeof__(&cblas_sgemm) sgemm;
static __typeof__(&cblas_sgemv) sgemv;
static __typeof__(&cblas_sger) sger;
static char *(*corename)(void);
static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// OpenBLAS 0.3.21 takes a Zen 4 for a Cooper Lake, whose packing of transposed factors halves the
// speed of the products an LSTM is made of (32x2048x512: 89 GFLOP/s against 171 with the Zen kernels, which have AVX2
// at most). And it is to use no more instructions than the other kernels may: where those go by less than the processor
// has, the kernels of one that has no more are taken.
static void choose_kernels(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int is_wide = __builtin_cpu_supports("avx512f");
  if (__builtin_cpu_supports("avx2") && !s2s_has_avx2()) setenv("OPENBLAS_CORETYPE", "Nehalem", 0);
  else if (is_wide && __builtin_cpu_is("amd")) setenv("OPENBLAS_CORETYPE", "Zen", 0);
  else if (is_wide && !s2s_has_avx512()) setenv("OPENBLAS_CORETYPE", "Haswell", 0);
#endif
}

static void *open_library(void) {
  static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

static void load(void) {
  choose_kernels();
  // Parallel work is cut by the callers, so that sums come in one order whatever the thread count.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = open_library();
  if (!library) {
    const char *why = dlerror();
    snprintf(failure, sizeof failure,
             "the library OpenBLAS cannot be loaded (%s); install it, on Debian or Ubuntu: "
             "apt-get install libopenblas0",
             why ? why : "no reason given");
    return;
  }
  sgemm = (__typeof__(sgemm))dlsym(library, "cblas_sgemm");
  sgemv = (__typeof__(sgemv))dlsym(library, "cblas_sgemv");
  sger = (__typeof__(sger))dlsym(library, "cblas_sger");
  corename = (__typeof__(corename))dlsym(library, "openblas_get_corename");
  if (!sgemm || !sgemv || !sger)
    snprintf(failure, sizeof failure, "the OpenBLAS found has no cblas_sgemm; reinstall libopenblas0");
}

const char *s2s_blas_load(void) {
  pthread_once(&once, load);
  return failure[0] ? failure : NULL;
}

const char *s2s_blas_core(void) { return corename ? corename() : ""; }

static void need(void) {
  const char *why = s2s_blas_load();
  if (why) {
    fprintf(stderr, "s2s: %s\n", why);
    exit(69);  // EX_UNAVAILABLE
  }
}

void s2s_sgemm(int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a,
               int lda, const float *b, int ldb, float beta, float *c, int ldc) {
  if (!sgemm) need();
  sgemm(CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void s2s_sgemv(int transposed, int rows, int columns, float alpha, const float *a, int lda,
               const float *x, float beta, float *y) {
  if (!sgemv) need();
  sgemv(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, rows, columns, alpha, a, lda, x, 1, beta,
        y, 1);
}

void s2s_sger(int rows, int columns, float alpha, const float *x, const float *y, float *a, int lda) {
  if (!sger) need();
  sger(CblasRowMajor, rows, columns, alpha, x, 1, y, 1, a, lda);
}
