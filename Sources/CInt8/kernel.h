// One set of kernels; included once a set, with these names defined:
//   SET(name)    puts the set's suffix to a name
//   TARGET       the attribute that allows the set's instructions
//   LANES        sums in a vector
//   VECTORS      vectors that make up the width of a panel
//   ROWS         rows of C at once; ROWS × VECTORS sums stay in registers
//   OFFSET       of inputs
// and for its vectors
//   SET(sums)    of LANES 32-bit sums;   SET(zero)()
//   SET(bytes)   of LANES groups of four 8-bit numbers;   SET(load)(pointer)
//   SET(input)   four numbers of an input in every group;   SET(spread)(pointer)
//   SET(dot)(sums, input, bytes)   adds to each sum the products of a group
//   SET(store)(pointer, sums)

#define PANEL (LANES * VECTORS)

// Adds to rows × PANEL sums the products of four numbers of each row with four lines of a panel.
TARGET __attribute__((always_inline)) static inline void SET(add)(
    const int rows, const int8_t *restrict a, size_t lda, const int8_t *restrict lines,
    SET(sums) s[ROWS][VECTORS]) {
  SET(bytes) b[VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < VECTORS; v++) b[v] = SET(load)(lines + 4 * LANES * v);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    const SET(input) x = SET(spread)(a + i * lda);
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) s[i][v] = SET(dot)(s[i][v], x, b[v]);
  }
}

// Rows × PANEL sums of a panel. `rows` is a constant to every caller, so that the sums stay in registers.
TARGET __attribute__((always_inline)) static inline void SET(tile)(
    const int rows, int groups, const int8_t *restrict a, size_t lda, const int8_t *restrict panel,
    int32_t *restrict sums) {
  SET(sums) s[ROWS][VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) s[i][v] = SET(zero)();
  int k = 0;
  // Several groups at a time: what counts them costs as much as what multiplies.
  for (; k + AT_ONCE <= groups; k += AT_ONCE, a += 4 * AT_ONCE, panel += 4 * PANEL * AT_ONCE)
#pragma clang loop unroll(full)
    for (int group = 0; group < AT_ONCE; group++)
      SET(add)(rows, a + 4 * group, lda, panel + 4 * PANEL * group, s);
#pragma clang loop unroll(disable)
  for (; k < groups; k++, a += 4, panel += 4 * PANEL) SET(add)(rows, a, lda, panel, s);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) SET(store)(sums + i * PANEL + v * LANES, s[i][v]);
}

TARGET static void SET(multiply)(int rows, int columns, int depth, const int8_t *a, const float *scales,
                                 const void *packed, int accumulate, float *c, size_t ldc) {
  const size_t lda = s2s_int8_depth(depth);
  const int groups = (int)(lda / 4);
  const int blocks = (rows + ROWS - 1) / ROWS;
  // Some panels at a time, which stay in the second cache: what is written of a row then lies side by side.
  for (int start = 0; start < columns; start += COLUMNS) {
    const int end = columns - start < COLUMNS ? columns : start + COLUMNS;
    for (int block = 0; block < blocks; block++) {
      // Rows are cut evenly: 20 are 7, 7 and 6 rather than 8, 8 and 4.
      const int first = (int)((long)rows * block / blocks);
      const int count = (int)((long)rows * (block + 1) / blocks) - first;
      const int8_t *from = a + first * lda;
      for (int j = start; j < end; j += PANEL) {
        const struct head *head = head_of(packed, PANEL, lda, j / PANEL);
        const int8_t *panel = numbers_of(head, PANEL);
        const int32_t *totals = totals_of(head, PANEL);
        const int width = columns - j < PANEL ? columns - j : PANEL;
        // What is written is far from any cache where C is large: it is fetched meanwhile.
        for (int i = 0; i < count; i++) __builtin_prefetch(c + (first + i) * ldc + j, 1);
        int32_t sums[ROWS * PANEL];
        switch (count) {
#define CASE(n) \
  case n: SET(tile)(n, groups, from, lda, panel, sums); break;
          CASE(1) CASE(2) CASE(3) CASE(4)
#if ROWS > 4
          CASE(5)
#endif
#if ROWS > 5
          CASE(6)
#endif
#if ROWS > 6
          CASE(7) CASE(8)
#endif
#if ROWS > 8
          CASE(9) CASE(10) CASE(11) CASE(12)
#endif
#undef CASE
        }
        for (int i = 0; i < count; i++) {
          float *to = c + (first + i) * ldc + j;
          finish(sums + i * PANEL, totals, head->scales, scales[first + i], OFFSET, width, accumulate, to);
        }
      }
    }
  }
}

// Each row's largest magnitude becomes `limit`.
TARGET static void SET(quantize_to)(int limit, int rows, int depth, const float *x, size_t ldx,
                                    int8_t *quantized, float *scales) {
  const size_t width = s2s_int8_depth(depth);
  // Adding 1.5 · 2²³ rounds to a whole number, which is then found in the lowest bits.
  const float magic = 12582912;
  for (int row = 0; row < rows; row++, x += ldx, quantized += width) {
    // As whole numbers magnitudes are in the same order, what is not finite above all.
    int32_t largestBits = 0;
    for (int k = 0; k < depth; k++) {
      int32_t bits;
      memcpy(&bits, x + k, 4);
      bits &= 0x7FFFFFFF;
      largestBits = bits > largestBits ? bits : largestBits;
    }
    float largest;
    memcpy(&largest, &largestBits, 4);
    scales[row] = largest / limit;
    // What is not finite, or so small that shares of it cannot be told, is in the scale alone.
    const int isPlain = largestBits < 0x7F800000 && largest > 1e-30f;
    const float factor = isPlain ? limit / largest : 0;
    if (!isPlain) {
      memset(quantized, OFFSET, width);
      continue;
    }
    for (int k = 0; k < depth; k++) {
      const float scaled = x[k] * factor;
      const float rounded = scaled + magic;
      int32_t bits;
      memcpy(&bits, &rounded, 4);
      quantized[k] = (int8_t)(bits + OFFSET);
    }
    memset(quantized + depth, 0, width - depth);
  }
}

TARGET static void SET(quantize)(int rows, int depth, const float *x, size_t ldx, int8_t *quantized,
                                 float *scales) {
  SET(quantize_to)(LARGEST_INPUT, rows, depth, x, ldx, quantized, scales);
}

#undef PANEL
