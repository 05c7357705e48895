#pragma once
#include <stddef.h>
// Products of few rows with a matrix that is packed once and multiplied often, in the widest instructions
// the processor has. A BLAS packs such a matrix anew at every call, which for a recurrent step costs as
// much as the product itself.
//
// Every number of a result is one chain of fused multiply-adds over the depth, in order, that begins with
// zero or with what C held: it does not depend on the other rows, on how the work is cut, nor on which of
// the kernels below made it, as long as that has fused multiply-adds (s2s_kernels.is_fused).

/// C = A·B, or C += A·B.
///
/// @param a A [rows, depth], or its transpose [depth, rows]; rows `lda` numbers apart.
/// @param packed B [depth, columns], packed for the same kernels.
/// @param c [rows, columns], rows `ldc` numbers apart; read only when `accumulate` is set.
typedef void s2s_product(int rows, int columns, int depth, const float *a, size_t lda,
                         const float *packed, int accumulate, float *c, size_t ldc);

/// One set of kernels.
typedef struct {
  /// "avx512", "avx2", "neon" or "portable".
  const char *name;
  /// Whether multiply and add are rounded once.
  int is_fused;
  /// Columns of the result that lie side by side in a packed matrix.
  int panel;
  /// With A as it is.
  s2s_product *multiply;
  /// With A transposed.
  s2s_product *multiply_transposed;
} s2s_kernels;

/// The sets that this processor can run, best first.
///
/// @param number from 0.
/// @return NULL beyond the last; the portable set is always there.
const s2s_kernels *s2s_kernels_at(int number);

/// Floats that a packed matrix of `columns` by `depth` takes.
size_t s2s_packed_count(const s2s_kernels *kernels, int columns, int depth);

/// Packs panels `first` to `last` (not included) of B [depth, columns], row-major.
void s2s_pack(const s2s_kernels *kernels, const float *b, int depth, int columns, int first, int last,
              float *packed);

/// Packs panels `first` to `last` (not included) of the transpose of B [columns, depth], row-major.
void s2s_pack_transposed(const s2s_kernels *kernels, const float *b, int columns, int depth, int first,
                         int last, float *packed);
