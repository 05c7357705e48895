// Part of kernel.h, included once a set: what softmaxes are made of, and how far those of two rows differ.

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

// ln p − ln q.
INLINE vector SET(log_ratio)(s2s_pair pair, long i, long left) {
  return (SET(load)(pair.x + i, left) - pair.lessX) - (SET(load)(pair.y + i, left) - pair.lessY);
}

TARGET static void SET(divergences)(long count, s2s_pair pair, const float *p, const float *q, float *forth,
                                    float *back) {
  vector there = {0}, backward = {0};
  // What fills up the last block has a probability of zero.
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector ratio = SET(log_ratio)(pair, i, left);
    there = FMA(SET(load)(p + i, left) * pair.shareX, ratio, there);
    backward = FMA(SET(load)(q + i, left) * pair.shareY, -ratio, backward);
  }
  *forth = SET(sum)(there);
  *back = SET(sum)(backward);
}

TARGET static void SET(divergence_gradient)(long count, s2s_pair pair, float forth, float back, float factor,
                                            float scale, float less, float *p, float *q) {
  for (long i = 0; i < count; i += LANES) {
    const long left = count - i;
    const vector ratio = SET(log_ratio)(pair, i, left);
    const vector first = SET(load)(p + i, left) * pair.shareX, second = SET(load)(q + i, left) * pair.shareY;
    const vector dx = FMA(first, ratio + (1 - forth), -second), dy = FMA(second, (1 - back) - ratio, -first);
    SET(store)(FMA(dx, spread(factor), FMA(first, spread(scale), spread(-less))), p + i, left);
    SET(store)(FMA(dy, spread(factor), FMA(second, spread(scale), spread(-less))), q + i, left);
  }
}
