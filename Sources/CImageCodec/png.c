#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodec.h"
#include "failure.h"

// The most that deflate makes of a byte: 258 bytes of two bits.
#define DEFLATE_RATIO 1032

typedef struct {
  const uint8_t *bytes;
  size_t count, place;
  uint64_t maximum_pixels;
  int width, height;
  uint8_t *pixels;
  png_structp png;
  png_infop info;
  // A row or, where lines come in passes, a whole picture with transparency.
  uint8_t *transparent;
  int line;
  int truncated;
  s2s_image_failure *failure;
  jmp_buf escape;
} reader;

static _Noreturn void fail(reader *r, s2s_image_code code, const char *reason) {
  s2s_note_failure(r->failure, code, r->place, r->line, reason);
  longjmp(r->escape, 1);
}

static void on_error(png_structp png, png_const_charp message) {
  reader *r = png_get_error_ptr(png);
  if (r->truncated) fail(r, s2s_image_truncated, "");
  fail(r, strcmp(message, "Out of memory") ? s2s_image_damaged : s2s_image_no_memory, message);
}

// Warnings are about chunks that are not used.
static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void take(png_structp png, png_bytep to, size_t count) {
  reader *r = png_get_io_ptr(png);
  if (count > r->count - r->place) {
    r->place = r->count;
    r->truncated = 1;
    png_error(png, "the bytes end");
  }
  memcpy(to, r->bytes + r->place, count);
  r->place += count;
}

static void read_header(reader *r) {
  r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, on_error, on_warning);
  if (r->png) r->info = png_create_info_struct(r->png);
  if (!r->info) fail(r, s2s_image_no_memory, "no memory for libpng");
  png_set_read_fn(r->png, r, take);
  // The number of pixels is what is limited, and not here.
  png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Profiles, texts and the like are of no use here, and may unpack to far more than the picture.
  png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(r->png, r->info);
}

static void read_size(reader *r) {
  read_header(r);
  r->width = (int)png_get_image_width(r->png, r->info);
  r->height = (int)png_get_image_height(r->png, r->info);
  const uint64_t width = (uint64_t)r->width, height = (uint64_t)r->height;
  if (width * height > r->maximum_pixels) fail(r, s2s_image_too_large, "more pixels than allowed");
  const int bits = png_get_channels(r->png, r->info) * png_get_bit_depth(r->png, r->info);
  if (width * (unsigned)bits / 8 * height / DEFLATE_RATIO > r->count - r->place) {
    r->place = r->count;
    fail(r, s2s_image_truncated, "too few bytes for so many pixels");
  }
}

// Puts pixels with transparency over white, rounded to the nearest.
static void put_over_white(const uint8_t *from, int width, uint8_t *to) {
  for (int x = 0; x < width; x++, from += 4, to += 3) {
    const unsigned alpha = from[3], white = 255 * (255 - alpha);
    for (int c = 0; c < 3; c++) {
      const unsigned sum = from[c] * alpha + white + 128;
      to[c] = (uint8_t)((sum + (sum >> 8)) >> 8);
    }
  }
}

// Asks libpng for 8-bit pixels of 3 or, with transparency, 4 channels; which of them.
static int choose_layout(reader *r, int *passes) {
  png_set_expand(r->png);
  // The high byte of 16 bits, as most programs take it.
  png_set_strip_16(r->png);
  png_set_gray_to_rgb(r->png);
  *passes = png_set_interlace_handling(r->png);
  png_read_update_info(r->png, r->info);
  const int channels = png_get_channels(r->png, r->info);
  const size_t row = (size_t)r->width * (size_t)channels;
  if ((channels != 3 && channels != 4) || png_get_rowbytes(r->png, r->info) != row)
    fail(r, s2s_image_unsupported, "a layout of pixels that is not known");
  return channels;
}

static void read_pixels(reader *r) {
  read_header(r);
  if ((int)png_get_image_width(r->png, r->info) != r->width ||
      (int)png_get_image_height(r->png, r->info) != r->height)
    fail(r, s2s_image_damaged, "another size than before");
  int passes;
  const int channels = choose_layout(r, &passes);
  const size_t opaque = (size_t)r->width * 3, row = (size_t)r->width * (size_t)channels;
  // With passes, each adds to what the ones before left.
  const size_t step = passes > 1 ? row : 0;
  if (channels == 4) {
    r->transparent = malloc(passes > 1 ? row * (size_t)r->height : row);
    if (!r->transparent) fail(r, s2s_image_no_memory, "no memory for transparency");
  }
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < r->height; y++) {
      uint8_t *const line = r->pixels + (size_t)y * opaque;
      uint8_t *const to = channels == 3 ? line : r->transparent + (size_t)y * step;
      const int last = pass == passes - 1;
      if (last) r->line = y;
      png_read_row(r->png, to, NULL);
      if (last && channels == 4) put_over_white(to, r->width, line);
    }
  // What comes after the last row is not read: a file that lacks only its end is whole.
}

static s2s_image_code attempt(reader *r, void (*work)(reader *)) {
  s2s_note_failure(r->failure, s2s_image_ok, 0, -1, "");
  r->line = -1;
  if (!setjmp(r->escape)) work(r);
  png_destroy_read_struct(&r->png, &r->info, NULL);
  free(r->transparent);
  return r->failure->code;
}

s2s_image_code s2s_png_size(const uint8_t *bytes, size_t count, uint64_t maximum_pixels, int *width,
                            int *height, s2s_image_failure *failure) {
  reader r = {
      .bytes = bytes, .count = count, .maximum_pixels = maximum_pixels, .failure = failure};
  const s2s_image_code code = attempt(&r, read_size);
  *width = r.width;
  *height = r.height;
  return code;
}

s2s_image_code s2s_png_decode(const uint8_t *bytes, size_t count, int width, int height,
                              uint8_t *pixels, s2s_image_failure *failure) {
  reader r = {.bytes = bytes, .count = count, .width = width, .height = height, .pixels = pixels,
              .failure = failure};
  return attempt(&r, read_pixels);
}

static png_image description(int width, int height) {
  return (png_image){.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)width,
                     .height = (png_uint_32)height,
                     .format = PNG_FORMAT_RGB};
}

size_t s2s_png_bound(int width, int height) {
  const png_image image = description(width, height);
  return PNG_IMAGE_PNG_SIZE_MAX(image);
}

s2s_image_code s2s_png_encode(const uint8_t *pixels, int width, int height, uint8_t *bytes,
                              size_t *count, s2s_image_failure *failure) {
  s2s_note_failure(failure, s2s_image_ok, 0, -1, "");
  png_image image = description(width, height);
  png_alloc_size_t size = *count;
  // This function of libpng has a longjmp of its own, and returns.
  if (!png_image_write_to_memory(&image, bytes, &size, 0, pixels, 3 * width, NULL))
    s2s_note_failure(failure, s2s_image_damaged, 0, -1, image.message);
  *count = size;
  return failure->code;
}
