// libjpeg-turbo behind plain functions: its setjmp and longjmp stay on this side, and nothing outlives a call.
#pragma once

#include "genba_message.h"

typedef struct {
  uint32_t width, height;
  /// 1 is gray, 3 RGB, 4 CMYK.
  uint8_t channel_count;
} genba_jpeg_header;

/// Reads the header and, where `pixels` is not null, the pixels: height rows of width * channel_count bytes without
/// gaps. The call with pixels takes the header that the call without gave for the same bytes. CMYK samples come as
/// stored, which in practice means inverted.
genba_status genba_jpeg_read(
    const uint8_t *bytes, size_t size, genba_jpeg_header *header, uint8_t *pixels, genba_message *message);
