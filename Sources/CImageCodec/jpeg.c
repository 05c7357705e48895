#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "CImageCodec.h"
#include "failure.h"

// A progressive file has ten scans or so. An empty scan takes a few bytes of the file, but time for
// every pixel; so scans are limited, and fewer are allowed where a scan is large.
#define MOST_SCANS 100
#define FEWEST_SCANS 20
#define SCANNED_PIXELS UINT64_C(1000000000)

// What is forgiven at the lower edge: lines, and the share of the height.
#define FORGIVEN_LINES 16
#define FORGIVEN_SHARE 8

typedef struct {
  struct jpeg_decompress_struct image;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  const uint8_t *bytes;
  size_t count;
  uint64_t maximum_pixels;
  int width, height;
  // Of the size, that are made of it.
  int eighths;
  uint8_t *pixels;
  // Whether more was asked for than there is.
  int ended;
  // Whether the header is behind us.
  int decoding;
  int scans;
  s2s_image_failure *failure;
  jmp_buf escape;
} reader;

static _Noreturn void fail(reader *r, s2s_image_code code, int line, const char *reason) {
  const size_t left = r->ended || !r->image.src ? 0 : r->source.bytes_in_buffer;
  s2s_note_failure(r->failure, code, r->count - left, line, reason);
  longjmp(r->escape, 1);
}

// What it means that something is not there.
static s2s_image_code missing(const reader *r) {
  return r->ended ? s2s_image_truncated : s2s_image_damaged;
}

static s2s_image_code code_of(const reader *r) {
  switch (r->errors.msg_code) {
    case JERR_OUT_OF_MEMORY: return s2s_image_no_memory;
    case JERR_NO_BACKING_STORE:
    case JERR_IMAGE_TOO_BIG: return s2s_image_too_large;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: return s2s_image_unsupported;
    default: return missing(r);
  }
}

static void on_error(j_common_ptr image) {
  reader *r = image->client_data;
  const s2s_image_code code = code_of(r);
  char reason[JMSG_LENGTH_MAX] = "";
  // After the end libjpeg reads what is not there, and wonders at it.
  if (code != s2s_image_truncated) r->errors.format_message(image, reason);
  fail(r, code, -1, reason);
}

// The data end before the scan does, and what is left of the picture would be grey. A few lines at
// the lower edge are forgiven: many a camera and many a download lost the last bytes only.
static void lose_rest(reader *r) {
  const struct jpeg_decompress_struct *image = &r->image;
  const int height = (int)image->image_height;
  const int line = (int)image->input_iMCU_row * image->max_v_samp_factor * DCTSIZE;
  const int lost = height - line;
  if (lost <= FORGIVEN_LINES && lost <= height / FORGIVEN_SHARE) return;
  fail(r, missing(r), line, "the data of a scan end too early");
}

static void on_message(j_common_ptr common, int level) {
  reader *r = common->client_data;
  if (level >= 0 || r->errors.msg_code != JWRN_HIT_MARKER || !r->decoding) return;
  const int marker = r->image.unread_marker;
  // Where the file has restart markers, decoding is taken up again at the next of them; what stands
  // for a marker below all that are used here (0xC0) is none and is passed over.
  const int is_restart = marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7;
  const int mended = r->image.restart_interval && (is_restart || marker < 0xC0);
  if (!mended) lose_rest(r);
}

static void say_nothing(j_common_ptr image) { (void)image; }

static void begin_source(j_decompress_ptr image) { (void)image; }

static boolean end_of_bytes(j_decompress_ptr image) {
  static const JOCTET end[] = {0xFF, JPEG_EOI};
  reader *r = image->client_data;
  r->ended = 1;
  r->source.next_input_byte = end;
  r->source.bytes_in_buffer = sizeof end;
  // Arithmetic decoding takes the zeros after the end for data, and gives no warning.
  if (r->decoding && image->arith_code) lose_rest(r);
  return TRUE;
}

static void skip(j_decompress_ptr image, long count) {
  reader *r = image->client_data;
  if (count <= 0) return;
  if ((size_t)count > r->source.bytes_in_buffer) {
    end_of_bytes(image);
  } else {
    r->source.next_input_byte += count;
    r->source.bytes_in_buffer -= (size_t)count;
  }
}

static void count_scans(j_common_ptr common) {
  reader *r = common->client_data;
  if (r->image.input_scan_number > r->scans)
    fail(r, s2s_image_too_large, -1, "more scans than allowed");
}

static void read_header(reader *r) {
  r->image.err = jpeg_std_error(&r->errors);
  r->errors.error_exit = on_error;
  r->errors.emit_message = on_message;
  r->errors.output_message = say_nothing;
  r->image.client_data = r;
  jpeg_create_decompress(&r->image);
  r->source = (struct jpeg_source_mgr){.next_input_byte = r->bytes,
                                       .bytes_in_buffer = r->count,
                                       .init_source = begin_source,
                                       .fill_input_buffer = end_of_bytes,
                                       .skip_input_data = skip,
                                       .resync_to_restart = jpeg_resync_to_restart,
                                       .term_source = begin_source};
  r->image.src = &r->source;
  r->progress.progress_monitor = count_scans;
  r->image.progress = &r->progress;
  jpeg_read_header(&r->image, TRUE);
}

static void read_size(reader *r) {
  read_header(r);
  r->width = (int)r->image.image_width;
  r->height = (int)r->image.image_height;
  const uint64_t width = r->image.image_width, height = r->image.image_height;
  if (width * height > r->maximum_pixels)
    fail(r, s2s_image_too_large, -1, "more pixels than allowed");
  // A block of 8 by 8 takes at least a bit, unless its coding is arithmetic.
  const uint64_t blocks = height > FORGIVEN_LINES ? width / 8 * ((height - FORGIVEN_LINES) / 8) : 0;
  if (!r->image.arith_code && blocks / 8 > r->count) {
    r->ended = 1;
    fail(r, s2s_image_truncated, -1, "too few bytes for so many pixels");
  }
}

static void choose_colours(reader *r) {
  switch (r->image.jpeg_color_space) {
    case JCS_GRAYSCALE:
    case JCS_YCbCr:
    case JCS_RGB: r->image.out_color_space = JCS_RGB; break;
    case JCS_CMYK:
    case JCS_YCCK: r->image.out_color_space = JCS_CMYK; break;
    default: fail(r, s2s_image_unsupported, -1, "colours that are neither grey, RGB nor CMYK");
  }
}

static void set_limits(reader *r) {
  const uint64_t pixels = (uint64_t)r->width * (uint64_t)r->height;
  const uint64_t scans = SCANNED_PIXELS / (pixels ? pixels : 1);
  r->scans = scans > MOST_SCANS ? MOST_SCANS : scans < FEWEST_SCANS ? FEWEST_SCANS : (int)scans;
  // The coefficients of a progressive picture take 2 bytes each, four of them a pixel at most.
  r->image.mem->max_memory_to_use = (long)(pixels * 8 + (UINT64_C(64) << 20));
}

// What libjpeg passes over in silence: scans that never came.
static void check_scans(reader *r) {
  const struct jpeg_decompress_struct *image = &r->image;
  for (int c = 0; c < image->num_components; c++) {
    if (!image->comp_info[c].quant_table)
      fail(r, missing(r), -1, "a colour is missing");
    if (!r->ended || !image->coef_bits) continue;
    for (int k = 0; k < DCTSIZE2; k++)
      if (image->coef_bits[c][k] != 0) fail(r, missing(r), -1, "the last scans are missing");
  }
}

// The four inks as programs write them since Photoshop, inverted: 0 is full ink.
static void print_on_white(const uint8_t *inks, int width, uint8_t *to) {
  for (int x = 0; x < width; x++, inks += 4, to += 3)
    for (int c = 0; c < 3; c++) {
      const unsigned product = inks[c] * (unsigned)inks[3] + 128;
      to[c] = (uint8_t)((product + (product >> 8)) >> 8);
    }
}

static int in_eighths(int side, int eighths) { return (int)(((int64_t)side * eighths + 7) / 8); }

static void read_pixels(reader *r) {
  struct jpeg_decompress_struct *image = &r->image;
  read_header(r);
  if ((int)image->image_width != r->width || (int)image->image_height != r->height)
    fail(r, s2s_image_damaged, -1, "another size than before");
  choose_colours(r);
  set_limits(r);
  r->decoding = 1;
  image->scale_num = (unsigned)r->eighths;
  image->scale_denom = 8;
  jpeg_start_decompress(image);
  if ((int)image->output_width != in_eighths(r->width, r->eighths) ||
      (int)image->output_height != in_eighths(r->height, r->eighths))
    fail(r, s2s_image_unsupported, -1, "the library makes it another size");
  check_scans(r);
  const int four = image->out_color_space == JCS_CMYK;
  JSAMPARRAY inks = NULL;
  if (four) {
    const JDIMENSION width = 4 * image->output_width;
    inks = image->mem->alloc_sarray((j_common_ptr)image, JPOOL_IMAGE, width, 1);
  }
  while (image->output_scanline < image->output_height) {
    JSAMPROW row = r->pixels + (size_t)image->output_scanline * image->output_width * 3;
    jpeg_read_scanlines(image, four ? inks : &row, 1);
    if (four) print_on_white(inks[0], (int)image->output_width, row);
  }
}

static s2s_image_code attempt(reader *r, void (*work)(reader *)) {
  s2s_note_failure(r->failure, s2s_image_ok, 0, -1, "");
  if (!setjmp(r->escape)) work(r);
  jpeg_destroy_decompress(&r->image);
  return r->failure->code;
}

s2s_image_code s2s_jpeg_size(const uint8_t *bytes, size_t count, uint64_t maximum_pixels,
                             int *width, int *height, s2s_image_failure *failure) {
  reader r = {
      .bytes = bytes, .count = count, .maximum_pixels = maximum_pixels, .failure = failure};
  const s2s_image_code code = attempt(&r, read_size);
  *width = r.width;
  *height = r.height;
  return code;
}

s2s_image_code s2s_jpeg_decode(const uint8_t *bytes, size_t count, int width, int height,
                               int eighths, uint8_t *pixels, s2s_image_failure *failure) {
  reader r = {.bytes = bytes, .count = count, .width = width, .height = height,
              .eighths = eighths, .pixels = pixels, .failure = failure};
  return attempt(&r, read_pixels);
}
