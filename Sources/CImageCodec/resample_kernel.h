// The loops of resampling in one kind of instructions; resample.c includes this file once for each.
// It defines SET(name) and TARGET.

// One pixel of the target in each of N rows. Two neighbours are taken at a time, four lanes each
// (red, green, blue and one that is dropped), and N rows share their weights.
#define PIXEL(N)                                                                              \
  do {                                                                                        \
    eight_ints totals[N];                                                                     \
    for (int n = 0; n < N; n++) totals[n] = (eight_ints){HALF, HALF, HALF, HALF, 0, 0, 0, 0}; \
    for (int t = 0; t < count; t += 2) {                                                      \
      const int32_t v = weights[t], w = weights[t + 1];                                       \
      const eight_ints both = {v, v, v, v, w, w, w, w};                                       \
      for (int n = 0; n < N; n++) {                                                           \
        eight_bytes two;                                                                      \
        memcpy(&two, from + n * stride + 3 * t, sizeof two);                                  \
        two = __builtin_shufflevector(two, two, 0, 1, 2, 2, 3, 4, 5, 5);                      \
        totals[n] += __builtin_convertvector(two, eight_ints) * both;                         \
      }                                                                                       \
    }                                                                                         \
    for (int n = 0; n < N; n++) {                                                             \
      four_ints one = __builtin_shufflevector(totals[n], totals[n], 0, 1, 2, 3) +             \
                      __builtin_shufflevector(totals[n], totals[n], 4, 5, 6, 7);              \
      one = __builtin_elementwise_max(one >> BITS, (four_ints){});                            \
      one = __builtin_elementwise_min(one, (four_ints){} + 255);                              \
      const four_bytes pixel = __builtin_convertvector(one, four_bytes);                      \
      /* The fourth byte is the next pixel's, which is written next. */                       \
      memcpy(to + n * step, &pixel, isLast ? 3 : 4);                                          \
    }                                                                                         \
  } while (0)

// Looks up to READ_BEYOND bytes beyond the last row.
TARGET static void SET(rows)(const uint8_t *source, int width, int rows, s2s_resampling sums,
                             uint8_t *target) {
  const ptrdiff_t stride = (ptrdiff_t)width * 3, step = (ptrdiff_t)sums.count * 3;
  for (int y = 0; y < rows;) {
    const int block = y + 4 <= rows ? 4 : 1;
    for (int x = 0; x < sums.count; x++) {
      const int count = sums.counts[x];
      const int32_t *weights = sums.weights + (ptrdiff_t)x * sums.taps;
      const uint8_t *from = source + y * stride + (ptrdiff_t)sums.first[x] * 3;
      uint8_t *to = target + y * step + (ptrdiff_t)x * 3;
      const int isLast = x == sums.count - 1;
      if (block == 4)
        PIXEL(4);
      else
        PIXEL(1);
    }
    y += block;
  }
}

TARGET static void SET(columns)(const uint8_t *source, ptrdiff_t width, s2s_resampling sums,
                                uint8_t *target) {
  for (int y = 0; y < sums.count; y++, target += width) {
    const int count = sums.counts[y];
    const int32_t *weights = sums.weights + (ptrdiff_t)y * sums.taps;
    const uint8_t *from = source + sums.first[y] * width;
    ptrdiff_t x = 0;
    for (; x + 32 <= width; x += 32) {
      many_ints totals = (many_ints){} + HALF;
      for (int t = 0; t < count; t++) {
        many_bytes values;
        memcpy(&values, from + t * width + x, sizeof values);
        totals += __builtin_convertvector(values, many_ints) * weights[t];
      }
      totals = __builtin_elementwise_max(totals >> BITS, (many_ints){});
      totals = __builtin_elementwise_min(totals, (many_ints){} + 255);
      const many_bytes values = __builtin_convertvector(totals, many_bytes);
      memcpy(target + x, &values, sizeof values);
    }
    for (; x < width; x++) {
      int32_t total = HALF;
      for (int t = 0; t < count; t++) total += from[t * width + x] * weights[t];
      target[x] = to_byte(total);
    }
  }
}

#undef PIXEL
