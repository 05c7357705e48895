#include "CProcessor.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)
static const char *const sets[] = {"portable", "avx2"};
#define KNOWN "portable, avx2"
#elif defined(__aarch64__)
static const char *const sets[] = {"portable", "neon"};
#define KNOWN "portable, neon"
#else
static const char *const sets[] = {"portable"};
#define KNOWN "portable"
#endif

enum { PORTABLE, VECTORS, ALL };

static const char *unknown;
static int level = ALL;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_environment(void) {
  const char *wanted = getenv("S2S_INSTRUCTIONS");
  if (!wanted || !*wanted) return;
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    if (strcmp(wanted, sets[i]) == 0) {
      level = (int)i;
      return;
    }
  }
  unknown = wanted;
}

static int allowed(int wanted) {
  pthread_once(&once, read_environment);
  return wanted <= level;
}

const char *s2s_unknown_instructions(void) {
  pthread_once(&once, read_environment);
  return unknown;
}

const char *s2s_known_instructions(void) { return KNOWN; }

#if defined(__x86_64__)
#define HAS(feature) (__builtin_cpu_init(), __builtin_cpu_supports(feature) != 0)
#else
#define HAS(feature) 0
#endif

int s2s_has_avx2(void) { return allowed(VECTORS) && HAS("avx2") && HAS("fma"); }

int s2s_has_avx512(void) { return allowed(ALL) && HAS("avx512f"); }

int s2s_has_avx512_vnni(void) {
  return allowed(ALL) && HAS("avx512vnni") && HAS("avx512bw") && HAS("avx512vl");
}

int s2s_has_avx_vnni(void) { return allowed(ALL) && HAS("avxvnni"); }

#if defined(__aarch64__)
int s2s_has_neon(void) { return allowed(VECTORS); }

int s2s_has_dot_product(void) {
#if defined(__linux__)
  return allowed(ALL) && (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
  return allowed(ALL);
#endif
}
#else
int s2s_has_neon(void) { return 0; }

int s2s_has_dot_product(void) { return 0; }
#endif
