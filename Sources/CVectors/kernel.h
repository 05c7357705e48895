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

TARGET static void SET(lstm_update)(long units, float *gates, const float *previous, float *cell) {
  float *const input = gates, *const forget = gates + units, *const candidate = gates + 2 * units,
               *const output = gates + 3 * units;
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector in = SET(sigmoid)(SET(load)(input + i, left)), f = SET(sigmoid)(SET(load)(forget + i, left));
    const vector g = SET(tangent)(SET(load)(candidate + i, left));
    vector value = in * g;
    if (previous) value = FMA(f, SET(load)(previous + i, left), value);
    SET(store)(in, input + i, left);
    SET(store)(f, forget + i, left);
    SET(store)(g, candidate + i, left);
    SET(store)(SET(sigmoid)(SET(load)(output + i, left)), output + i, left);
    SET(store)(value, cell + i, left);
  }
}

TARGET static void SET(lstm_update_gradient)(long units, const float *dCell, const float *gates,
                                             const float *previous, float *dGates, float *dPrevious) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector in = SET(load)(gates + i, left), f = SET(load)(gates + units + i, left),
                 g = SET(load)(gates + 2 * units + i, left), d = SET(load)(dCell + i, left);
    float *const dInput = dGates + i, *const dForget = dInput + units, *const dCandidate = dForget + units;
    SET(store)(FMA(d * g, in * (1 - in), SET(load)(dInput, left)), dInput, left);
    if (previous)
      SET(store)(FMA(d * SET(load)(previous + i, left), f * (1 - f), SET(load)(dForget, left)), dForget, left);
    SET(store)(FMA(d * in, 1 - g * g, SET(load)(dCandidate, left)), dCandidate, left);
    if (dPrevious) SET(store)(FMA(d, f, SET(load)(dPrevious + i, left)), dPrevious + i, left);
  }
}

TARGET static void SET(lstm_output)(long units, const float *output, const float *cell, float *hidden) {
  for (long i = 0; i < units; i += LANES)
    SET(store)(SET(load)(output + i, units - i) * SET(tangent)(SET(load)(cell + i, units - i)), hidden + i,
               units - i);
}

TARGET static void SET(lstm_output_gradient)(long units, const float *dHidden, const float *output,
                                             const float *cell, float *dOutput, float *dCell) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector o = SET(load)(output + i, left), d = SET(load)(dHidden + i, left);
    const vector squashed = SET(tangent)(SET(load)(cell + i, left));
    SET(store)(FMA(d * squashed, o * (1 - o), SET(load)(dOutput + i, left)), dOutput + i, left);
    if (dCell)
      SET(store)(FMA(d * o, 1 - squashed * squashed, SET(load)(dCell + i, left)), dCell + i, left);
  }
}

// A row of a state: zeros where there is none.
INLINE vector SET(state)(const float *row, long i, long left) {
  return row ? SET(load)(row + i, left) : (vector){0};
}

INLINE void SET(increase)(float *p, vector x, long left) { SET(store)(SET(load)(p, left) + x, p, left); }

TARGET static void SET(peephole_update)(long units, const float *peepholes, float *gates, const float *previous,
                                        float *cell) {
  float *const input = gates, *const forget = gates + units, *const candidate = gates + 2 * units,
               *const output = gates + 3 * units;
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector before = SET(state)(previous, i, left);
    const vector in = SET(sigmoid)(FMA(SET(load)(peepholes + i, left), before, SET(load)(input + i, left)));
    const vector f =
        SET(sigmoid)(FMA(SET(load)(peepholes + units + i, left), before, SET(load)(forget + i, left)));
    const vector g = SET(tangent)(SET(load)(candidate + i, left)), value = FMA(f, before, in * g);
    const vector o =
        SET(sigmoid)(FMA(SET(load)(peepholes + 2 * units + i, left), value, SET(load)(output + i, left)));
    SET(store)(in, input + i, left);
    SET(store)(f, forget + i, left);
    SET(store)(g, candidate + i, left);
    SET(store)(o, output + i, left);
    SET(store)(value, cell + i, left);
  }
}

TARGET static void SET(peephole_update_gradient)(long units, const float *peepholes, const float *dCell,
                                                 const float *gates, const float *previous, const float *cell,
                                                 float *dGates, float *dPrevious, float *dPeepholes) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const float *const weights = peepholes + i;
    const vector in = SET(load)(gates + i, left), f = SET(load)(gates + units + i, left),
                 g = SET(load)(gates + 2 * units + i, left), before = SET(state)(previous, i, left);
    float *const dInput = dGates + i, *const dForget = dInput + units, *const dCandidate = dForget + units;
    const vector dOutput = SET(load)(dCandidate + units, left);
    const vector d = FMA(dOutput, SET(load)(weights + 2 * units, left), SET(load)(dCell + i, left));
    const vector di = d * g * (in * (1 - in)), df = d * before * (f * (1 - f));
    SET(increase)(dInput, di, left);
    SET(increase)(dForget, df, left);
    SET(store)(FMA(d * in, 1 - g * g, SET(load)(dCandidate, left)), dCandidate, left);
    if (dPrevious) {
      vector sum = FMA(d, f, SET(load)(dPrevious + i, left));
      sum = FMA(di, SET(load)(weights, left), sum);
      SET(store)(FMA(df, SET(load)(weights + units, left), sum), dPrevious + i, left);
    }
    if (dPeepholes) {
      float *const dWeights = dPeepholes + i;
      SET(store)(FMA(di, before, SET(load)(dWeights, left)), dWeights, left);
      SET(store)(FMA(df, before, SET(load)(dWeights + units, left)), dWeights + units, left);
      SET(store)(FMA(dOutput, SET(load)(cell + i, left), SET(load)(dWeights + 2 * units, left)),
                 dWeights + 2 * units, left);
    }
  }
}

TARGET static void SET(cifg_update)(long units, float *gates, const float *previous, float *cell) {
  float *const forget = gates, *const candidate = gates + units, *const output = gates + 2 * units;
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector f = SET(sigmoid)(SET(load)(forget + i, left)), g = SET(tangent)(SET(load)(candidate + i, left));
    SET(store)(f, forget + i, left);
    SET(store)(g, candidate + i, left);
    SET(store)(SET(sigmoid)(SET(load)(output + i, left)), output + i, left);
    SET(store)(FMA(f, SET(state)(previous, i, left) - g, g), cell + i, left);
  }
}

TARGET static void SET(cifg_update_gradient)(long units, const float *dCell, const float *gates,
                                             const float *previous, float *dGates, float *dPrevious) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector f = SET(load)(gates + i, left), g = SET(load)(gates + units + i, left),
                 d = SET(load)(dCell + i, left);
    float *const dForget = dGates + i, *const dCandidate = dForget + units;
    SET(store)(FMA(d * (SET(state)(previous, i, left) - g), f * (1 - f), SET(load)(dForget, left)), dForget, left);
    SET(store)(FMA(d * (1 - f), 1 - g * g, SET(load)(dCandidate, left)), dCandidate, left);
    if (dPrevious) SET(store)(FMA(d, f, SET(load)(dPrevious + i, left)), dPrevious + i, left);
  }
}

TARGET static void SET(gru_update)(long units, float *gates, float *recurrent, const float *bias,
                                   const float *previous, float *hidden) {
  float *const reset = gates, *const update = gates + units, *const candidate = gates + 2 * units,
               *const product = recurrent + 2 * units;
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector r = SET(sigmoid)(SET(load)(reset + i, left) + SET(load)(recurrent + i, left));
    const vector z = SET(sigmoid)(SET(load)(update + i, left) + SET(load)(recurrent + units + i, left));
    const vector u = SET(load)(product + i, left) + SET(load)(bias + i, left);
    const vector n = SET(tangent)(FMA(r, u, SET(load)(candidate + i, left)));
    SET(store)(r, reset + i, left);
    SET(store)(z, update + i, left);
    SET(store)(n, candidate + i, left);
    SET(store)(u, product + i, left);
    SET(store)(FMA(z, SET(state)(previous, i, left) - n, n), hidden + i, left);
  }
}

TARGET static void SET(gru_update_gradient)(long units, const float *dHidden, const float *gates,
                                            const float *recurrent, const float *previous, float *dGates,
                                            float *dRecurrent, float *dBias, float *dPrevious) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector r = SET(load)(gates + i, left), z = SET(load)(gates + units + i, left),
                 n = SET(load)(gates + 2 * units + i, left), d = SET(load)(dHidden + i, left);
    const vector dn = d * (1 - z) * (1 - n * n), du = dn * r;
    const vector dr = dn * SET(load)(recurrent + 2 * units + i, left) * (r * (1 - r));
    const vector dz = d * (SET(state)(previous, i, left) - n) * (z * (1 - z));
    SET(increase)(dGates + i, dr, left);
    SET(increase)(dGates + units + i, dz, left);
    SET(increase)(dGates + 2 * units + i, dn, left);
    SET(increase)(dRecurrent + i, dr, left);
    SET(increase)(dRecurrent + units + i, dz, left);
    SET(increase)(dRecurrent + 2 * units + i, du, left);
    if (dBias) SET(increase)(dBias + i, du, left);
    if (dPrevious) SET(store)(FMA(d, z, SET(load)(dPrevious + i, left)), dPrevious + i, left);
  }
}

TARGET static void SET(gru_reset)(long units, float *gates, const float *recurrent, const float *hidden,
                                  float *reset) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    float *const update = gates + units + i;
    const vector r = SET(sigmoid)(SET(load)(gates + i, left) + SET(load)(recurrent + i, left));
    SET(store)(SET(sigmoid)(SET(load)(update, left) + SET(load)(recurrent + units + i, left)), update, left);
    SET(store)(r, gates + i, left);
    SET(store)(r * SET(load)(hidden + i, left), reset + i, left);
  }
}

TARGET static void SET(gru_reset_gradient)(long units, const float *dReset, const float *gates,
                                           const float *hidden, float *dGates, float *dRecurrent,
                                           float *dHidden) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector r = SET(load)(gates + i, left), d = SET(load)(dReset + i, left);
    const vector dr = d * SET(load)(hidden + i, left) * (r * (1 - r));
    SET(increase)(dGates + i, dr, left);
    SET(increase)(dRecurrent + i, dr, left);
    if (dHidden) SET(store)(FMA(d, r, SET(load)(dHidden + i, left)), dHidden + i, left);
  }
}

TARGET static void SET(gru_output)(long units, float *gates, const float *recurrent, const float *previous,
                                   float *hidden) {
  float *const candidate = gates + 2 * units;
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector n = SET(tangent)(SET(load)(candidate + i, left) + SET(load)(recurrent + i, left));
    SET(store)(n, candidate + i, left);
    SET(store)(FMA(SET(load)(gates + units + i, left), SET(state)(previous, i, left) - n, n), hidden + i, left);
  }
}

TARGET static void SET(gru_output_gradient)(long units, const float *dHidden, const float *gates,
                                            const float *previous, float *dGates, float *dUpdate,
                                            float *dCandidate, float *dPrevious) {
  for (long i = 0; i < units; i += LANES) {
    const long left = units - i;
    const vector z = SET(load)(gates + units + i, left), n = SET(load)(gates + 2 * units + i, left),
                 d = SET(load)(dHidden + i, left);
    const vector dn = d * (1 - z) * (1 - n * n);
    const vector dz = d * (SET(state)(previous, i, left) - n) * (z * (1 - z));
    SET(increase)(dGates + units + i, dz, left);
    SET(increase)(dGates + 2 * units + i, dn, left);
    SET(increase)(dUpdate + i, dz, left);
    SET(increase)(dCandidate + i, dn, left);
    if (dPrevious) SET(store)(FMA(d, z, SET(load)(dPrevious + i, left)), dPrevious + i, left);
  }
}

// A share of exactly 0 or 1 keeps a number as it is.
TARGET static void SET(zoneout)(long count, const float *mask, float rate, const float *updated,
                                const float *previous, float *y) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector share = mask ? SET(load)(mask + i, left) : spread(rate);
    SET(store)(FMA(share, SET(state)(previous, i, left), (1 - share) * SET(load)(updated + i, left)), y + i, left);
  }
}

TARGET static void SET(zoneout_gradient)(long count, const float *mask, float rate, const float *dy,
                                         float *dUpdated, float *dPrevious) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector share = mask ? SET(load)(mask + i, left) : spread(rate), d = SET(load)(dy + i, left);
    if (dUpdated) SET(store)(FMA(1 - share, d, SET(load)(dUpdated + i, left)), dUpdated + i, left);
    if (dPrevious) SET(store)(FMA(share, d, SET(load)(dPrevious + i, left)), dPrevious + i, left);
  }
}

// Rows are normalised a few at a time: a row's sum is one chain of additions in order, which no vector may cut into
// parts without changing its last bits, but chains of several rows beside each other keep the adders busy.
INLINE void SET(normalize_rows)(const int count, long width, const float *x, const float *gain, const float *shift,
                                float epsilon, int accumulate, float *normalized, float *deviations, float *y) {
  float sums[8] = {0}, squares[8] = {0};
  for (long i = 0; i < width; i++)
    for (int row = 0; row < count; row++) sums[row] += x[row * width + i];
  for (int row = 0; row < count; row++) sums[row] /= (float)width;
  for (long i = 0; i < width; i++)
    for (int row = 0; row < count; row++) {
      const float difference = x[row * width + i] - sums[row];
      squares[row] += difference * difference;
    }
  for (int row = 0; row < count; row++) {
    const float mean = sums[row], deviation = 1 / __builtin_sqrtf(squares[row] / (float)width + epsilon);
    deviations[row] = deviation;
    for (long i = 0; i < width; i += LANES) {
      const long left = width - i, place = row * width + i;
      const vector value = (SET(load)(x + place, left) - mean) * deviation;
      vector result = value * SET(load)(gain + i, left) + SET(state)(shift, i, left);
      if (accumulate) result = SET(load)(y + place, left) + result;
      SET(store)(value, normalized + place, left);
      SET(store)(result, y + place, left);
    }
  }
}

TARGET static void SET(normalize)(long rows, long width, const float *x, const float *gain, const float *shift,
                                  float epsilon, int accumulate, float *normalized, float *deviations, float *y) {
  for (long row = 0; row < rows;) {
    const long left = rows - row, place = row * width;
#define ROWS(count)                                                                                         \
  SET(normalize_rows)(count, width, x + place, gain, shift, epsilon, accumulate, normalized + place,        \
                      deviations + row, y + place);                                                         \
  row += count
    if (left >= 8) {
      ROWS(8);
    } else if (left >= 4) {
      ROWS(4);
    } else {
      ROWS(1);
    }
#undef ROWS
  }
}

// Four rows at most: two inputs of eight would push each other out of the cache where rows are a power of two long.
INLINE void SET(normalize_rows_gradient)(const int count, long width, const float *dy, const float *normalized,
                                         const float *deviations, const float *gain, float *dx, float *dGain,
                                         float *dShift) {
  float sums[4] = {0}, products[4] = {0};
  if (dx)
    for (long i = 0; i < width; i++)
      for (int row = 0; row < count; row++) {
        const float g = dy[row * width + i] * gain[i];
        sums[row] += g;
        products[row] += g * normalized[row * width + i];
      }
  for (int row = 0; row < count; row++) {
    const float mean = sums[row] / (float)width, projection = products[row] / (float)width;
    for (long i = 0; i < width; i += LANES) {
      const long left = width - i, place = row * width + i;
      const vector d = SET(load)(dy + place, left), unit = SET(load)(normalized + place, left);
      if (dGain) SET(increase)(dGain + i, d * unit, left);
      if (dShift) SET(increase)(dShift + i, d, left);
      if (dx)
        SET(increase)(dx + place, deviations[row] * (d * SET(load)(gain + i, left) - mean - unit * projection),
                      left);
    }
  }
}

TARGET static void SET(normalize_gradient)(long rows, long width, const float *dy, const float *normalized,
                                           const float *deviations, const float *gain, float *dx, float *dGain,
                                           float *dShift) {
  for (long row = 0; row < rows;) {
    const long left = rows - row, place = row * width;
#define ROWS(count)                                                                                         \
  SET(normalize_rows_gradient)(count, width, dy + place, normalized + place, deviations + row, gain,        \
                               dx ? dx + place : dx, dGain, dShift);                                        \
  row += count
    if (left >= 4) {
      ROWS(4);
    } else {
      ROWS(1);
    }
#undef ROWS
  }
}

TARGET static void SET(peak_and_total)(long count, const float *x, float *peak, float *total) {
  vector peaks = spread(-__builtin_inff()), totals = {0};
  long i = 0;
  for (; i + LANES <= count; i += LANES) {
    const vector values = SET(load)(x + i, LANES);
    peaks = SET(where)(values > peaks, values, peaks);
    totals += values;
  }
  *peak = peaks[0];
  for (int lane = 1; lane < LANES; lane++)
    if (peaks[lane] > *peak) *peak = peaks[lane];
  *total = SET(sum)(totals);
  for (; i < count; i++) {
    if (x[i] > *peak) *peak = x[i];
    *total += x[i];
  }
}

// What fills up the last block counts as nothing.
INLINE vector SET(present)(vector x, long left) {
  for (long lane = left; lane < LANES; lane++) x[lane] = 0;
  return x;
}

TARGET static float SET(sum_of_exponentials)(long count, float less, const float *x) {
  vector sums = {0};
  long i = 0;
  for (; i + LANES <= count; i += LANES) sums += SET(exponential)(SET(load)(x + i, LANES) - less);
  if (i < count) sums += SET(present)(SET(exponential)(SET(load)(x + i, count - i) - less), count - i);
  return SET(sum)(sums);
}

TARGET static float SET(exponentials)(long count, float less, float *x) {
  vector sums = {0};
  long i = 0;
  for (; i + LANES <= count; i += LANES) {
    const vector values = SET(exponential)(SET(load)(x + i, LANES) - less);
    SET(store)(values, x + i, LANES);
    sums += values;
  }
  if (i < count) {
    const vector values = SET(exponential)(SET(load)(x + i, count - i) - less);
    SET(store)(values, x + i, count - i);
    sums += SET(present)(values, count - i);
  }
  return SET(sum)(sums);
}

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
   SET(normalize),                                                                                          \
   SET(normalize_gradient),                                                                                 \
   SET(peak_and_total),                                                                                     \
   SET(sum_of_exponentials),                                                                                \
   SET(exponentials),                                                                                       \
   SET(additive_score),                                                                                     \
   SET(additive_score_gradient),                                                                            \
   SET(adam)}

#undef INLINE
