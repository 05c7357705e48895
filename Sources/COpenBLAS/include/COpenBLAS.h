#pragma once
// OpenBLAS, opened at its first use rather than linked: a command that multiplies nothing starts
// without it, and the settings it reads only while it is being loaded (one thread, which kernels)
// can be made first.

/// Row-major products C = alpha A B + beta C as in the BLAS; transposed factors are flagged non-zero.
void s2s_sgemm(int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a,
               int lda, const float *b, int ldb, float beta, float *c, int ldc);

/// y = alpha A x + beta y with A [rows, columns] row-major, or its transpose.
void s2s_sgemv(int transposed, int rows, int columns, float alpha, const float *a, int lda,
               const float *x, float beta, float *y);

/// A += alpha x yᵀ with A [rows, columns] row-major.
void s2s_sger(int rows, int columns, float alpha, const float *x, const float *y, float *a, int lda);

/// Loads the library if it is not yet: NULL, or why it cannot be.
const char *s2s_blas_load(void);

/// The kernels OpenBLAS chose, or "" before it is loaded.
const char *s2s_blas_core(void);
