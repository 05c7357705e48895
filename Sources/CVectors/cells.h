// Part of kernel.h, included once a set: steps of recurrent cells other than the LSTM.

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
