#pragma once
#include <stdio.h>

#include "CImageCodec.h"

static inline void s2s_note_failure(s2s_image_failure *failure, s2s_image_code code, size_t byte,
                                    int line, const char *reason) {
  failure->code = code;
  failure->byte = byte;
  failure->line = line;
  snprintf(failure->reason, sizeof failure->reason, "%s", reason);
}
