// Part of kernel.h, included once a set: a gate between what a layer makes of its input and the input.

TARGET static void SET(highway)(long count, float *gate, const float *f, const float *x, float *y) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector t = SET(sigmoid)(SET(load)(gate + i, left)), carried = SET(load)(x + i, left);
    SET(store)(t, gate + i, left);
    SET(store)(FMA(t, SET(load)(f + i, left) - carried, carried), y + i, left);
  }
}

TARGET static void SET(highway_gradient)(long count, const float *dy, const float *gate, const float *f,
                                         const float *x, float *dGate, float *df, float *dx) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector d = SET(load)(dy + i, left), t = SET(load)(gate + i, left);
    if (dGate) {
      const vector difference = SET(load)(f + i, left) - SET(load)(x + i, left);
      SET(store)(FMA(d * difference, t * (1 - t), SET(load)(dGate + i, left)), dGate + i, left);
    }
    if (df) SET(store)(FMA(d, t, SET(load)(df + i, left)), df + i, left);
    if (dx) SET(store)(FMA(d, 1 - t, SET(load)(dx + i, left)), dx + i, left);
  }
}
