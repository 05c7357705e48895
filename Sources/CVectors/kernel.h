// One set of kernels; included once a set, with these names defined:
//   SET(name)       puts the set's suffix to a name
//   TARGET          the attribute that allows the set's instructions
//   FMA(x, y, z)    x·y + z

#define INLINE TARGET __attribute__((always_inline)) static inline

// The last few numbers in a block of their own, so that every number is computed by the same instructions.
INLINE vector SET(load)(const float *p, long left) {
  vector x = {0};
  if (left >= LANES) {
    memcpy(&x, p, sizeof x);
  } else {
    memcpy(&x, p, left * sizeof *p);
  }
  return x;
}

INLINE void SET(store)(vector x, float *p, long left) {
  if (left >= LANES) {
    memcpy(p, &x, sizeof x);
  } else {
    memcpy(p, &x, left * sizeof *p);
  }
}

INLINE vector SET(where)(integers condition, vector yes, vector no) {
  return (vector)(((integers)yes & condition) | ((integers)no & ~condition));
}

// e to the x: range reduction by ln 2 and a polynomial of degree seven (S. Moshier, Cephes, expf); relative error
// about 1e-7 over −87…88, clamped outside. What is no number stays none.
INLINE vector SET(exponential)(vector x) {
  const vector low = spread(-87.3f), high = spread(88.0f);
  x = SET(where)(x < low, low, x);
  x = SET(where)(x > high, high, x);
  // Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits of the sum.
  const vector magic = spread(12582912), shifted = FMA(x, spread(1.44269504f), magic), n = shifted - magic;
  const vector r = FMA(n, spread(2.1219444e-4f), FMA(n, spread(-0.693359375f), x));
  vector p = FMA(r, spread(1.98756915e-4f), spread(1.3981999507e-3f));
  p = FMA(p, r, spread(8.3334519073e-3f));
  p = FMA(p, r, spread(4.1665795894e-2f));
  p = FMA(p, r, spread(1.6666665459e-1f));
  p = FMA(p, r, spread(5.0000001201e-1f));
  p = FMA(p, r * r, r) + 1;
  return p * (vector)(((integers)shifted + 127) << 23);
}

INLINE vector SET(sigmoid)(vector x) { return 1 / (1 + SET(exponential)(-x)); }

INLINE vector SET(tangent)(vector x) { return 2 / (1 + SET(exponential)(-2 * x)) - 1; }

INLINE float SET(sum)(vector x) {
  float sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += x[lane];
  return sum;
}

TARGET static void SET(add)(long count, float factor, const float *x, float *y) {
  for (long i = 0; i < count; i += LANES)
    SET(store)(FMA(SET(load)(x + i, count - i), spread(factor), SET(load)(y + i, count - i)), y + i, count - i);
}

TARGET static void SET(scale)(long count, float factor, float less, float *x) {
  for (long i = 0; i < count; i += LANES)
    SET(store)(FMA(SET(load)(x + i, count - i), spread(factor), spread(-less)), x + i, count - i);
}

TARGET static void SET(clamp)(long count, float bound, float *x) {
  const vector high = spread(bound), low = spread(-bound);
  for (long i = 0; i < count; i += LANES) {
    vector values = SET(load)(x + i, count - i);
    values = SET(where)(values > high, high, values);
    SET(store)(SET(where)(values < low, low, values), x + i, count - i);
  }
}

TARGET static void SET(tanh)(long count, float *x) {
  for (long i = 0; i < count; i += LANES)
    SET(store)(SET(tangent)(SET(load)(x + i, count - i)), x + i, count - i);
}

TARGET static void SET(tanh_gradient)(long count, const float *y, float *dy) {
  for (long i = 0; i < count; i += LANES) {
    const vector value = SET(load)(y + i, count - i);
    SET(store)(SET(load)(dy + i, count - i) * (1 - value * value), dy + i, count - i);
  }
}

// A row of a state: zeros where there is none.
INLINE vector SET(state)(const float *row, long i, long left) {
  return row ? SET(load)(row + i, left) : (vector){0};
}

INLINE void SET(increase)(float *p, vector x, long left) { SET(store)(SET(load)(p, left) + x, p, left); }

#include "lstm.h"

#include "cells.h"
#include "highway.h"
#include "normalization.h"
#include "softmax.h"

TARGET static float SET(additive_score)(long count, const float *q, const float *k, const float *v) {
  vector sums = {0};
  // What fills up the last block has a weight of zero.
  for (long i = 0; i < count; i += LANES)
    sums = FMA(SET(load)(v + i, count - i),
               SET(tangent)(SET(load)(q + i, count - i) + SET(load)(k + i, count - i)), sums);
  return SET(sum)(sums);
}

TARGET static void SET(additive_score_gradient)(long count, float d, const float *q, const float *k,
                                                const float *v, float *dq, float *dk, float *dv) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector t = SET(tangent)(SET(load)(q + i, left) + SET(load)(k + i, left));
    const vector inner = SET(load)(v + i, left) * (1 - t * t) * d;
    if (dq) SET(store)(SET(load)(dq + i, left) + inner, dq + i, left);
    if (dk) SET(store)(SET(load)(dk + i, left) + inner, dk + i, left);
    if (dv) SET(store)(FMA(t, spread(d), SET(load)(dv + i, left)), dv + i, left);
  }
}

TARGET static void SET(adam)(long count, s2s_adam step, const float *gradient, float *weight, float *first,
                             float *second) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector g = SET(load)(gradient + i, left) * step.gradientScale, w = SET(load)(weight + i, left);
    const vector m = FMA(SET(load)(first + i, left), spread(step.beta1), g * (1 - step.beta1));
    const vector v = FMA(SET(load)(second + i, left), spread(step.beta2), g * g * (1 - step.beta2));
    const vector root = __builtin_elementwise_sqrt(v) + step.epsilon;
    SET(store)(w - w * step.decay - m / root * step.stepSize, weight + i, left);
    SET(store)(m, first + i, left);
    SET(store)(v, second + i, left);
  }
}

#define KERNELS(name, is_fused)                                                                             \
  {name,                                                                                                    \
   is_fused,                                                                                                \
   SET(add),                                                                                                \
   SET(scale),                                                                                              \
   SET(clamp),                                                                                              \
   SET(tanh),                                                                                               \
   SET(tanh_gradient),                                                                                      \
   SET(lstm_update),                                                                                        \
   SET(lstm_update_gradient),                                                                               \
   SET(lstm_output),                                                                                        \
   SET(lstm_output_gradient),                                                                               \
   SET(peephole_update),                                                                                    \
   SET(peephole_update_gradient),                                                                           \
   SET(cifg_update),                                                                                        \
   SET(cifg_update_gradient),                                                                               \
   SET(gru_update),                                                                                         \
   SET(gru_update_gradient),                                                                                \
   SET(gru_reset),                                                                                          \
   SET(gru_reset_gradient),                                                                                 \
   SET(gru_output),                                                                                         \
   SET(gru_output_gradient),                                                                                \
   SET(zoneout),                                                                                            \
   SET(zoneout_gradient),                                                                                   \
   SET(highway),                                                                                            \
   SET(highway_gradient),                                                                                   \
   SET(normalize),                                                                                          \
   SET(normalize_gradient),                                                                                 \
   SET(peak_and_total),                                                                                     \
   SET(sum_of_exponentials),                                                                                \
   SET(exponentials),                                                                                       \
   SET(divergences),                                                                                        \
   SET(divergence_gradient),                                                                                \
   SET(additive_score),                                                                                     \
   SET(additive_score_gradient),                                                                            \
   SET(adam)}

#undef INLINE
