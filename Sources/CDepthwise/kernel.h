// One set of kernels; included once a set, with these names defined:
//   SET(name)   puts the set's suffix to a name
//   TARGET      the attribute that allows the set's instructions
//   BYTES       of a vector register
//   PLACES      of a map at once; 2 · PLACES sums, two of the weights and one of the map fill the registers
//   FMA(x, y, z)  x·y + z

#define LANES (BYTES / 4)

// Memory may begin anywhere.
typedef float SET(vector) __attribute__((vector_size(BYTES), aligned(4)));
typedef int SET(mask) __attribute__((vector_size(BYTES), aligned(4)));

#define LOAD(address) (*(const SET(vector) *)(address))
#define STORE(address, value) (*(SET(vector) *)(address) = (value))

// Limits to 0 … ceiling. Comparing and masking, unlike a maximum, lets NaN through.
TARGET __attribute__((always_inline)) static inline SET(vector)
    SET(limit)(SET(vector) x, float ceiling) {
  const SET(vector) top = ceiling - (SET(vector)){0};
  const SET(mask) below = (SET(mask))(x < (SET(vector)){0}), above = (SET(mask))(x > top);
  return (SET(vector))(((SET(mask))x & ~below & ~above) | ((SET(mask))top & above));
}

// `places` neighbours in `vectors` vectors of channels. The first two are constants to every caller, so that
// the sums stay in registers.
TARGET __attribute__((always_inline)) static inline void SET(sum)(
    const int places, const int vectors, const walk *way, int rows, int columns, const float *x,
    ptrdiff_t x_next, const float *w, const float *bias, float *y, ptrdiff_t y_next) {
  SET(vector) sums[PLACES][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < places; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (way->accumulates)
        sums[i][v] = LOAD(y + i * y_next + v * LANES);
      else
        sums[i][v] = bias ? LOAD(bias + v * LANES) : (SET(vector)){0};
    }
  for (int row = 0; row < rows; row++, x += way->x_row, w += way->w_row) {
    const float *from = x, *weights = w;
    for (int column = 0; column < columns; column++, from += way->x_place, weights += way->w_tap) {
      SET(vector) tap[2];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) tap[v] = LOAD(weights + v * LANES);
#pragma clang loop unroll(full)
      for (int i = 0; i < places; i++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++)
          sums[i][v] = FMA(LOAD(from + i * x_next + v * LANES), tap[v], sums[i][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < places; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const SET(vector) sum = sums[i][v];
      STORE(y + i * y_next + v * LANES, way->ceiling > 0 ? SET(limit)(sum, way->ceiling) : sum);
    }
}

// One place and one channel, for the last few.
TARGET static void SET(single)(const walk *way, int rows, int columns, const float *x, const float *w,
                               const float *bias, float *y) {
  float sum = way->accumulates ? *y : bias ? *bias : 0;
  for (int row = 0; row < rows; row++, x += way->x_row, w += way->w_row)
    for (int column = 0; column < columns; column++)
      sum = FMA(x[column * way->x_place], w[column * way->w_tap], sum);
  if (way->ceiling > 0) sum = sum < 0 ? 0 : sum > way->ceiling ? way->ceiling : sum;
  *y = sum;
}

// A line of places that have the same taps.
TARGET static void SET(line)(int count, int vectors, const walk *way, int rows, int columns, const float *x,
                             ptrdiff_t x_next, const float *w, const float *bias, float *y,
                             ptrdiff_t y_next) {
  // Places are cut evenly: 10 are 4, 3 and 3 rather than 4, 4 and 2.
  const int blocks = (count + PLACES - 1) / PLACES;
  for (int block = 0; block < blocks; block++) {
    const int first = count * block / blocks, places = count * (block + 1) / blocks - first;
    const float *from = x + first * x_next;
    float *to = y + first * y_next;
    switch (vectors * 16 + places) {
#define CASE(n) \
  case 32 + n: SET(sum)(n, 2, way, rows, columns, from, x_next, w, bias, to, y_next); break; \
  case 16 + n: SET(sum)(n, 1, way, rows, columns, from, x_next, w, bias, to, y_next); break;
      CASE(1) CASE(2) CASE(3) CASE(4)
#if PLACES > 4
      CASE(5) CASE(6) CASE(7) CASE(8)
#endif
#undef CASE
      default:
        for (int i = 0; i < places; i++)
          SET(single)(way, rows, columns, from + i * x_next, w, bias, to + i * y_next);
    }
  }
}

// A few channels, in all places.
TARGET static void SET(block)(int vectors, const walk *way, const runs *rows, const runs *columns,
                              const float *x, const float *w, const float *bias, float *y) {
  for (int r = 0; r < rows->count; r++) {
    const run row = rows->runs[r];
    for (int c = 0; c < columns->count; c++) {
      const run column = columns->runs[c];
      const float *from = x + row.source * way->x_line + column.source * way->x_distance;
      float *to = y + row.start * way->y_line + column.start * way->y_distance;
      const float *weights = w + (row.tap * way->kernel + column.tap) * way->w_distance;
      const ptrdiff_t x_down = rows->source_next * way->x_line, y_down = rows->step * way->y_line;
      const ptrdiff_t x_right = columns->source_next * way->x_distance;
      const ptrdiff_t y_right = columns->step * way->y_distance;
      // Lines go along the longer side: down where a column at the edge has its own taps.
      if (column.count >= row.count)
        for (int i = 0; i < row.count; i++)
          SET(line)(column.count, vectors, way, row.taps, column.taps, from + i * x_down, x_right,
                    weights, bias, to + i * y_down, y_right);
      else
        for (int i = 0; i < column.count; i++)
          SET(line)(row.count, vectors, way, row.taps, column.taps, from + i * x_right, x_down,
                    weights, bias, to + i * y_right, y_down);
    }
  }
}

TARGET static void SET(slide)(const walk *way, int channels, const runs *rows, const runs *columns,
                              const float *x, const float *w, const float *bias, float *y) {
  for (int c = 0; c < channels;) {
    const int vectors = channels - c >= 2 * LANES ? 2 : channels - c >= LANES ? 1 : 0;
    SET(block)(vectors, way, rows, columns, x + c, w + c, bias ? bias + c : bias, y + c);
    c += vectors > 0 ? vectors * LANES : 1;
  }
}

static void SET(forward)(const s2s_window *window, int channels, int first, int last, const float *x,
                         int x_first, size_t x_place, const float *weights, size_t w_tap,
                         s2s_closing closing, float *y, size_t y_place) {
  const runs rows = forward_runs(first, last, window->height, window->kernel, window->stride,
                                 window->top, x_first);
  const runs columns = forward_runs(0, window->out_width, window->width, window->kernel,
                                    window->stride, window->left, 0);
  const walk way =
      make_walk(&rows, &columns, window->kernel, window->width, x_place, w_tap, window->out_width,
                y_place, closing.ceiling, 0);
  SET(slide)(&way, channels, &rows, &columns, x, weights, closing.bias, y);
}

static void SET(input_gradient)(const s2s_window *window, int channels, const float *dy,
                                const float *weights, float *dx) {
  // Inputs a stride apart have the same taps.
  for (int down = 0; down < window->stride; down++) {
    const runs rows = backward_runs(down, window->height, window->out_height, window->kernel,
                                    window->stride, window->top);
    for (int right = 0; right < window->stride; right++) {
      const runs columns = backward_runs(right, window->width, window->out_width, window->kernel,
                                         window->stride, window->left);
      const walk way = make_walk(&rows, &columns, window->kernel, window->out_width, channels,
                                 channels, window->width, channels, 0, 1);
      SET(slide)(&way, channels, &rows, &columns, dy, weights, NULL, dx);
    }
  }
}

// The taps of one row of the kernel, over a line of results.
TARGET __attribute__((always_inline)) static inline void SET(correlate)(
    const int taps, const int vectors, int places, const float *x, size_t x_next, const float *dy,
    size_t channels, float *dw) {
  SET(vector) sums[7][2];
#pragma clang loop unroll(full)
  for (int t = 0; t < taps; t++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[t][v] = LOAD(dw + t * channels + v * LANES);
  for (int place = 0; place < places; place++, x += x_next, dy += channels)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const SET(vector) d = LOAD(dy + v * LANES);
#pragma clang loop unroll(full)
      for (int t = 0; t < taps; t++)
        sums[t][v] = FMA(LOAD(x + t * channels + v * LANES), d, sums[t][v]);
    }
#pragma clang loop unroll(full)
  for (int t = 0; t < taps; t++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) STORE(dw + t * channels + v * LANES, sums[t][v]);
}

TARGET static void SET(correlate_line)(int vectors, const run *column, const float *x, size_t x_next,
                                       const float *dy, size_t channels, float *dw) {
  switch (vectors * 16 + column->taps) {
#define CASE(n) \
  case 32 + n: SET(correlate)(n, 2, column->count, x, x_next, dy, channels, dw); break; \
  case 16 + n: SET(correlate)(n, 1, column->count, x, x_next, dy, channels, dw); break;
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
#undef CASE
    default:
      for (int t = 0; t < column->taps; t++)
        for (int place = 0; place < column->count; place++)
          dw[t * channels] =
              FMA(x[t * channels + place * x_next], dy[place * channels], dw[t * channels]);
  }
}

static void SET(weight_gradient)(const s2s_window *window, int channels, const float *dy,
                                 const float *x, float *dweights) {
  const int kernel = window->kernel, stride = window->stride;
  const size_t width = channels;
  const runs columns =
      forward_runs(0, window->out_width, window->width, kernel, stride, window->left, 0);
  for (int c = 0; c < channels;) {
    const int vectors = channels - c >= 2 * LANES ? 2 : channels - c >= LANES ? 1 : 0;
    for (int row = 0; row < window->out_height; row++)
      for (int tap = 0; tap < kernel; tap++) {
        const int from = row * stride - window->top + tap;
        if (from < 0 || from >= window->height) continue;
        for (const run *column = columns.runs; column < columns.runs + columns.count; column++)
          SET(correlate_line)(vectors, column,
                              x + ((size_t)from * window->width + column->source) * width + c,
                              stride * width,
                              dy + ((size_t)row * window->out_width + column->start) * width + c, width,
                              dweights + (tap * kernel + column->tap) * width + c);
      }
    c += vectors > 0 ? vectors * LANES : 1;
  }
}

TARGET static void SET(close)(int rows, int columns, s2s_closing closing, float *c, size_t ldc) {
  for (int row = 0; row < rows; row++, c += ldc) {
    int column = 0;
    for (; column + LANES <= columns; column += LANES) {
      SET(vector) x = LOAD(c + column);
      if (closing.bias) x += LOAD(closing.bias + column);
      STORE(c + column, closing.ceiling > 0 ? SET(limit)(x, closing.ceiling) : x);
    }
    for (; column < columns; column++) {
      float x = c[column];
      if (closing.bias) x += closing.bias[column];
      if (closing.ceiling > 0) x = x < 0 ? 0 : x > closing.ceiling ? closing.ceiling : x;
      c[column] = x;
    }
  }
}

#undef LANES
#undef LOAD
#undef STORE
