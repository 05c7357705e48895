// One set of kernels; included once a set, with these names defined:
//   SET(name)   puts the set's suffix to a name
//   TARGET      the attribute that allows the set's instructions
//   BYTES       of a vector register
//   VECTORS     registers that make up the width of a panel
//   ROWS        rows of C at once; ROWS × VECTORS sums, VECTORS of B and one of A fill the registers
//   FMA(x, y, z)  x·y + z

#define LANES (BYTES / 4)
#define PANEL (LANES * VECTORS)

// Memory may begin anywhere.
typedef float SET(vector) __attribute__((vector_size(BYTES), aligned(4)));

// Adds to rows × PANEL sums the products of one number of each row of A with one line of a panel.
TARGET __attribute__((always_inline)) static inline void SET(add)(
    const int rows, const float *restrict a, size_t row, const float *restrict line,
    SET(vector) sums[ROWS][VECTORS]) {
  SET(vector) b[VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < VECTORS; v++) b[v] = *(const SET(vector) *)(line + v * LANES);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    const SET(vector) x = a[i * row] - (SET(vector)){0};
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) sums[i][v] = FMA(x, b[v], sums[i][v]);
  }
}

// Rows × PANEL of C from `depth` numbers of each row of A and one panel of B. Number k of row i of A is
// a[i * row + k * step]. `rows` and `step` are constants to every caller, so that the sums stay in registers.
// On the way a stretch of the panel to come is fetched from `next` on, `pace` bytes for each number.
TARGET __attribute__((always_inline)) static inline void SET(tile)(
    const int rows, int depth, const float *restrict a, size_t row, const size_t step,
    const float *restrict panel, const char *next, size_t pace, int accumulate, float *restrict c,
    size_t ldc) {
  SET(vector) sums[ROWS][VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++)
      sums[i][v] = accumulate ? *(const SET(vector) *)(c + i * ldc + v * LANES) : (SET(vector)){0};
  int k = 0;
  // Several numbers at a time: where another thread has half of the core's instructions, those that count and fetch
  // cost as much as those that multiply.
  for (; k + AT_ONCE <= depth; k += AT_ONCE, a += AT_ONCE * step, panel += AT_ONCE * PANEL) {
    const char *const end = next + AT_ONCE * pace;
#pragma clang loop unroll(disable)
    for (const char *line = next; line < end; line += 64) __builtin_prefetch(line, 0, 2);
    next = end;
#pragma clang loop unroll(full)
    for (int number = 0; number < AT_ONCE; number++)
      SET(add)(rows, a + number * step, row, panel + number * PANEL, sums);
  }
#pragma clang loop unroll(disable)
  for (; k < depth; k++, a += step, panel += PANEL) SET(add)(rows, a, row, panel, sums);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) *(SET(vector) *)(c + i * ldc + v * LANES) = sums[i][v];
}

// The same for some rows: A as it lies, or a strip of gathered columns.
TARGET static void SET(rows)(int rows, int depth, const float *a, size_t lda, const float *panel,
                             const char *next, size_t pace, int accumulate, float *c, size_t ldc) {
  switch (rows) {
#define CASE(n) \
  case n: SET(tile)(n, depth, a, lda, 1, panel, next, pace, accumulate, c, ldc); break;
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#if ROWS > 6
    CASE(7) CASE(8)
#endif
#undef CASE
  }
}

TARGET static void SET(strip)(int depth, const float *a, const float *panel, const char *next,
                              size_t pace, int accumulate, float *c, size_t ldc) {
  SET(tile)(ROWS, depth, a, 1, ROWS, panel, next, pace, accumulate, c, ldc);
}

// What sticks out over the edge of C is made in a tile of its own: here it is fetched, …
static void SET(fetch)(int rows, int columns, const float *c, size_t ldc, float *tile) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) tile[i * PANEL + j] = c[i * ldc + j];
}

// … and here put back.
static void SET(put)(int rows, int columns, const float *tile, float *c, size_t ldc) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) c[i * ldc + j] = tile[i * PANEL + j];
}

// Where tile `number` of `count` that share a panel begins to fetch the one behind it; the last panel has none.
static const char *SET(behind)(const float *panel, size_t depth, int stretch, int isLast, int number,
                               int count) {
  const size_t bytes = (size_t)stretch * (PANEL * sizeof(float) / count);
  return (const char *)(panel + (isLast ? 0 : depth * PANEL)) + number * bytes;
}

static void SET(multiply)(int rows, int columns, int depth, const float *a, size_t lda,
                          const float *packed, int accumulate, float *c, size_t ldc) {
  // Rows are cut evenly: 20 are 7, 7 and 6 rather than 8, 8 and 4.
  const int blocks = (rows + ROWS - 1) / ROWS;
  // A stretch of the depth for which a few rows of A fit the first cache beside the panel's stream.
  for (int k = 0; k == 0 || k < depth; k += DEPTH) {
    const int stretch = depth - k < DEPTH ? depth - k : DEPTH, adds = accumulate || k > 0;
    // A panel of weights comes from the third cache, and where rows are few half the time would go by waiting for
    // it: each tile fetches its share of the next one.
    const size_t pace = blocks > 0 ? PANEL * sizeof(float) / blocks : 0;
    for (int j = 0; j < columns; j += PANEL) {
      const float *panel = packed + (size_t)j * depth + (size_t)k * PANEL;
      for (int block = 0; block < blocks; block++) {
        const int first = rows * block / blocks, count = rows * (block + 1) / blocks - first;
        const float *from = a + first * lda + k;
        float *to = c + first * ldc + j;
        const char *next = SET(behind)(panel, depth, stretch, columns - j <= PANEL, block, blocks);
        if (columns - j >= PANEL) {
          SET(rows)(count, stretch, from, lda, panel, next, pace, adds, to, ldc);
          continue;
        }
        float tile[ROWS * PANEL] = {0};
        if (adds) SET(fetch)(count, columns - j, to, ldc, tile);
        SET(rows)(count, stretch, from, lda, panel, next, pace, adds, tile, PANEL);
        SET(put)(count, columns - j, tile, to, ldc);
      }
    }
  }
}

// Gathers `height` columns of A, from row k of it on, into strips as wide as a tile is high. All strips take
// their share of a row at once: rows may lie a power of two apart, and would be gone from the cache
// before the next strip came.
static void SET(gather)(int height, int stretch, const float *a, size_t lda,
                        float gathered[][DEPTH * ROWS]) {
  for (int k = 0; k < stretch; k++, a += lda) {
    int i = 0;
    for (; i + ROWS <= height; i += ROWS)
      for (int row = 0; row < ROWS; row++) gathered[i / ROWS][k * ROWS + row] = a[i + row];
    for (int row = 0; i < height && row < ROWS; row++)
      gathered[i / ROWS][k * ROWS + row] = i + row < height ? a[i + row] : 0;
  }
}

static void SET(multiply_transposed)(int rows, int columns, int depth, const float *a, size_t lda,
                                     const float *packed, int accumulate, float *c, size_t ldc) {
  // A panel serves several strips while it is in the second cache.
  enum { strips = 64 / ROWS, block = strips * ROWS };
  float gathered[strips][DEPTH * ROWS];
  for (int k = 0; k == 0 || k < depth; k += DEPTH) {
    const int stretch = depth - k < DEPTH ? depth - k : DEPTH, adds = accumulate || k > 0;
    for (int first = 0; first < rows; first += block) {
      const int height = rows - first < block ? rows - first : block;
      SET(gather)(height, stretch, a + k * lda + first, lda, gathered);
      const int count = (height + ROWS - 1) / ROWS;
      const size_t pace = PANEL * sizeof(float) / count;
      for (int j = 0; j < columns; j += PANEL) {
        const float *panel = packed + (size_t)j * depth + (size_t)k * PANEL;
        for (int number = 0; number < count; number++) {
          const int left = height - number * ROWS, tall = left < ROWS ? left : ROWS;
          const int width = columns - j < PANEL ? columns - j : PANEL;
          float *to = c + (first + number * ROWS) * ldc + j;
          const char *next = SET(behind)(panel, depth, stretch, columns - j <= PANEL, number, count);
          if (tall == ROWS && width == PANEL) {
            SET(strip)(stretch, gathered[number], panel, next, pace, adds, to, ldc);
            continue;
          }
          float tile[ROWS * PANEL] = {0};
          if (adds) SET(fetch)(tall, width, to, ldc, tile);
          SET(strip)(stretch, gathered[number], panel, next, pace, adds, tile, PANEL);
          SET(put)(tall, width, tile, to, ldc);
        }
      }
    }
  }
}

#undef LANES
#undef PANEL
