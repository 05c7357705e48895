#include "CImageCodec.h"

// Squares at a time, so that the lines of a column stay in the cache until all of them is used.
#define SIDE 32

static int least(int a, int b) { return a < b ? a : b; }

void s2s_gather_pixels(const uint8_t *source, ptrdiff_t start, ptrdiff_t across, ptrdiff_t down,
                       int width, int height, uint8_t *target) {
  for (int top = 0; top < height; top += SIDE)
    for (int left = 0; left < width; left += SIDE)
      for (int y = top; y < least(top + SIDE, height); y++) {
        const uint8_t *from = source + 3 * (start + left * across + y * down);
        uint8_t *to = target + 3 * ((ptrdiff_t)y * width + left);
        for (int x = left; x < least(left + SIDE, width); x++, from += 3 * across, to += 3) {
          const uint8_t red = from[0], green = from[1], blue = from[2];
          to[0] = red;
          to[1] = green;
          to[2] = blue;
        }
      }
}
