#pragma once
#include <stddef.h>
#include <stdint.h>
// Products of 8-bit numbers: weights with a scale a row, inputs quantized as they come with a scale a row of
// theirs. Inputs have seven bits: two products of eight would be too much for the 16 bits in which AVX2 adds them. Sums are whole numbers and exact, and what is made of them is rounded alike everywhere: all sets of
// kernels give the same results, to the bit.

/// One set of kernels, in one kind of instructions.
typedef struct s2s_int8_kernels {
  /// "vnni512", "vnni", "avx2", "dotprod", "neon" or "portable".
  const char *name;
  /// Columns of the result that lie side by side in a packed matrix.
  int panel;
  /// What is added to an input's 8-bit numbers where the instructions want them without a sign.
  int offset;
  /// C = scale·A·B, or C += scale·A·B.
  ///
  /// @param a quantized rows, `s2s_int8_depth(depth)` bytes each.
  /// @param scales of the rows of A.
  /// @param packed B, packed for the same kernels.
  /// @param c [rows, columns], rows `ldc` numbers apart; read only when `accumulate` is set.
  void (*multiply)(int rows, int columns, int depth, const int8_t *a, const float *scales,
                   const void *packed, int accumulate, float *c, size_t ldc);
  /// Rows of inputs as 7-bit numbers: each row's largest magnitude becomes 63; rounded to nearest, ties to even, and
  /// the offset added. Of a row with a value that is not finite the scale is none either, and so is what becomes of
  /// it.
  ///
  /// @param x [rows, depth], rows `ldx` numbers apart.
  /// @param quantized `s2s_int8_depth(depth)` bytes a row.
  /// @param scales what a row's 8-bit numbers are to be multiplied by.
  void (*quantize)(int rows, int depth, const float *x, size_t ldx, int8_t *quantized, float *scales);
} s2s_int8_kernels;

/// Largest depth: sums of products of 8-bit numbers with an offset stay below 2³¹.
enum { s2s_int8_largest_depth = 1 << 16 };

/// The sets that this processor can run, best first.
///
/// @param number from 0.
/// @return NULL beyond the last; the portable set is always there.
const s2s_int8_kernels *s2s_int8_kernels_at(int number);

/// Bytes of a quantized row of `depth` numbers.
size_t s2s_int8_depth(int depth);

/// Rows of weights as 8-bit numbers without an offset, as they are packed: each row's largest magnitude becomes 127; see
/// `quantize` above.
void s2s_int8_quantize_plain(int rows, int depth, const float *x, size_t ldx, int8_t *quantized, float *scales);

/// Bytes that a packed matrix of `columns` by `depth` takes.
size_t s2s_int8_packed_bytes(const s2s_int8_kernels *kernels, int columns, int depth);

/// Packs a panel of B.
///
/// @param b the columns of the panel as rows, `s2s_int8_depth(depth)` bytes each.
/// @param scales one for each of them.
/// @param rows how many there are; fewer than the panel's width in the last one.
void s2s_int8_pack(const s2s_int8_kernels *kernels, const int8_t *b, const float *scales, int rows, int depth,
                   int panel, void *packed);

/// Packs some columns of a packed B, in the order of their `numbers`.
void s2s_int8_select(const s2s_int8_kernels *kernels, const void *packed, int depth, const int *numbers, int count,
                     void *selected);

/// Column `row` of B as it was packed, `depth` numbers times their scale.
void s2s_int8_unpack_row(const s2s_int8_kernels *kernels, const void *packed, int depth, int row, float *x);
