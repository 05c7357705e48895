// Part of kernel.h, included once a set: the steps of an LSTM.

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
