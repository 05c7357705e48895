#pragma once
#include <stddef.h>
#include <stdint.h>
// PNG and JPEG by libpng and libjpeg, whole pictures from memory to memory, and the loops over
// pixels for turning and resampling.
//
// Both libraries report errors by longjmp, which must not cross Swift frames: it never leaves the
// functions below, which return a code and say where and why they stopped.

typedef enum {
  s2s_image_ok = 0,
  /// The bytes end before the picture does.
  s2s_image_truncated,
  /// The bytes are not what the format asks for.
  s2s_image_damaged,
  /// A kind of PNG or JPEG that the libraries do not decode.
  s2s_image_unsupported,
  /// Beyond a limit.
  s2s_image_too_large,
  s2s_image_no_memory,
} s2s_image_code;

/// Where and why a picture could not be read or written.
typedef struct {
  s2s_image_code code;
  /// Bytes taken in until then.
  size_t byte;
  /// Scan lines that are whole, or -1 where that is not known.
  int line;
  /// The library's words or ours; may be empty.
  char reason[208];
} s2s_image_failure;

/// The size of a picture, from its header alone.
///
/// Fails as too large where that is more than `maximum_pixels`, width and height being set all the
/// same, and as truncated where so few bytes cannot hold so many pixels.
s2s_image_code s2s_png_size(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, int *width,
                            int *height, s2s_image_failure *failure);
s2s_image_code s2s_jpeg_size(const uint8_t *bytes, size_t count, uint64_t maximum_pixels,
                             int *width, int *height, s2s_image_failure *failure);

/// A picture as 8-bit red, green, blue, from the top row down, transparency over white.
///
/// @param width,height as `…_size` gave them.
/// @param pixels 3·width·height bytes; what they hold after a failure is of no use.
s2s_image_code s2s_png_decode(const uint8_t *bytes, size_t count, int width, int height,
                              uint8_t *pixels, s2s_image_failure *failure);

/// The same of a JPEG, which may be made smaller as it is decoded.
///
/// @param eighths of its size that it is made: 1, 2, 4, or 8 for all of it.
/// @param pixels 3·⌈width·eighths/8⌉·⌈height·eighths/8⌉ bytes.
s2s_image_code s2s_jpeg_decode(const uint8_t *bytes, size_t count, int width, int height,
                               int eighths, uint8_t *pixels, s2s_image_failure *failure);

/// Bytes that a picture may take as PNG.
size_t s2s_png_bound(int width, int height);

/// Writes a picture as PNG.
///
/// @param count the room in `bytes`, at least `s2s_png_bound`; then what was written.
s2s_image_code s2s_png_encode(const uint8_t *pixels, int width, int height, uint8_t *bytes,
                              size_t *count, s2s_image_failure *failure);

/// Picks the pixels of a picture in another order: pixel (x, y) of the target, [height, width, 3], is
/// number start + x·across + y·down of the source.
void s2s_gather_pixels(const uint8_t *source, ptrdiff_t start, ptrdiff_t across, ptrdiff_t down,
                       int width, int height, uint8_t *target);

/// Weighted sums along one side of a picture. Sum number i takes `counts[i]` neighbours from
/// `first[i]` on, with the weights from `weights[i·taps]` on, in units of 2⁻²²; what is left of its
/// `taps` weights must be zero, and `taps` even. Sums are rounded to bytes.
typedef struct {
  int count;
  int taps;
  const int32_t *first;
  const int32_t *counts;
  const int32_t *weights;
} s2s_resampling;

/// Makes rows of red, green, blue narrower or wider: [rows, width, 3] to [rows, sums.count, 3].
///
/// @param set which kernels, from 0 (the best) to below `s2s_resample_sets`; all give the same.
void s2s_resample_rows(int set, const uint8_t *source, int width, int rows, s2s_resampling sums,
                       uint8_t *target);

/// Makes columns shorter or longer: [any, width] to [sums.count, width], whatever the bytes are.
void s2s_resample_columns(int set, const uint8_t *source, size_t width, s2s_resampling sums,
                          uint8_t *target);

/// How many sets of kernels this processor can run.
int s2s_resample_sets(void);
