// Part of kernel.h, included once a set: layer normalisation.

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
