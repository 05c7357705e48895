#pragma once
#include <stddef.h>
// Depthwise convolutions (every channel has a kernel of its own) in the widest instructions the processor
// has. Maps lie as [height, width, channels], kernels as [kernel · kernel, channels]; channels are what the
// vectors run over.
//
// What lies outside a map counts as zero and is never read nor multiplied. Every number of a result is one
// chain of fused multiply-adds over the taps inside the map, in order: it depends neither on how the work is
// cut nor on which of the kernels below made it, as long as that has fused multiply-adds.

/// A square window over one map; the last rows and columns may stick out over the map's end.
typedef struct {
  /// Of the map.
  int height, width;
  /// Of the result.
  int out_height, out_width;
  /// At most 7.
  int kernel;
  /// At most 2.
  int stride;
  /// Rows and columns of zeros before the map.
  int top, left;
} s2s_window;

/// What a convolution writes after its sum: the bias is where the sum begins, and a ceiling above zero
/// limits the result to 0 … ceiling.
typedef struct {
  /// [channels], or NULL for none.
  const float *bias;
  float ceiling;
} s2s_closing;

/// Rows `first` to `last` (not included) of the result.
///
/// @param x the map from its row `x_first` on, places `x_place` numbers apart.
/// @param weights taps `w_tap` numbers apart.
/// @param y the result from row `first` on, places `y_place` numbers apart; overwritten.
typedef void s2s_depthwise(const s2s_window *window, int channels, int first, int last, const float *x,
                           int x_first, size_t x_place, const float *weights, size_t w_tap,
                           s2s_closing closing, float *y, size_t y_place);

/// dx += the gradient of the map.
typedef void s2s_depthwise_input_gradient(const s2s_window *window, int channels, const float *dy,
                                          const float *weights, float *dx);

/// dweights += the gradient of the kernels.
typedef void s2s_depthwise_weight_gradient(const s2s_window *window, int channels, const float *dy,
                                           const float *x, float *dweights);

/// C + bias, limited to 0 … ceiling where that is above zero, in place; rows `ldc` numbers apart.
typedef void s2s_close(int rows, int columns, s2s_closing closing, float *c, size_t ldc);

/// One set of kernels.
typedef struct {
  /// "avx512", "avx2", "neon" or "portable".
  const char *name;
  /// Whether multiply and add are rounded once.
  int is_fused;
  s2s_depthwise *forward;
  s2s_depthwise_input_gradient *input_gradient;
  s2s_depthwise_weight_gradient *weight_gradient;
  s2s_close *close;
} s2s_depthwise_kernels;

/// The sets that this processor can run, best first.
///
/// @param number from 0.
/// @return NULL beyond the last; the portable set is always there.
const s2s_depthwise_kernels *s2s_depthwise_kernels_at(int number);
