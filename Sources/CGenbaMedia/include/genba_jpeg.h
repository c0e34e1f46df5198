// libjpeg-turbo behind plain functions: its setjmp and longjmp stay on this side, and nothing outlives a call.
#pragma once

#include <stdbool.h>

#include "genba_message.h"

typedef struct {
  /// Of the picture as it is decoded, with `scale_denominator`.
  uint32_t width, height;
  /// 1 is gray, 3 RGB, 4 CMYK.
  uint8_t channel_count;
} genba_jpeg_header;

typedef struct {
  /// 1, 2, 4 or 8: the picture is decoded to that part of its width and height, in the DCT.
  uint8_t scale_denominator;
  /// Whether decoding goes on after damage that libjpeg can go on after. What it was is the call's status all the same.
  bool keeps_damaged;
} genba_jpeg_options;

/// How far decoding came.
typedef struct {
  /// Rows that were written.
  uint32_t rows;
  /// Rows in front of the first damage; as many as there are without any.
  uint32_t undamaged_rows;
} genba_jpeg_progress;

/// Reads the header and, where `pixels` is not null, the pixels: height rows of width * channel_count bytes without
/// gaps. The call with pixels takes the header that the call without gave for the same bytes and options. CMYK samples
/// come as stored, which in practice means inverted. A failure leaves `progress->rows` rows written; where damage is
/// kept, libjpeg made up what it could not read of those from `undamaged_rows` on.
genba_status genba_jpeg_read(
    const uint8_t *bytes, size_t size, genba_jpeg_options options, genba_jpeg_header *header, uint8_t *pixels,
    genba_jpeg_progress *progress, genba_message *message);
