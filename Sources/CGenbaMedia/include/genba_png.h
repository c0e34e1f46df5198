// libpng behind plain functions: its setjmp and longjmp stay on this side, and nothing outlives a call.
#pragma once

#include "genba_message.h"

typedef struct {
  uint32_t width, height;
  /// As stored: 1, 2, 4, 8 or 16 bits of a channel or palette index.
  uint8_t stored_bit_depth;
  /// As decoded, with palettes and depths under 8 bits widened and tRNS made alpha: 8 or 16, and 1 to 4 channels.
  uint8_t bit_depth, channel_count;
} genba_png_header;

/// Reads the header and, where `pixels` is not null, the pixels: height rows of width * channel_count * bit_depth / 8
/// bytes without gaps, 16-bit samples in this machine's byte order. The call with pixels takes the header that the
/// call without gave for the same bytes. `*rows`, where it is not null, is how many rows have all their pixels, also
/// after a failure.
genba_status genba_png_read(
    const uint8_t *bytes, size_t size, genba_png_header *header, void *pixels, uint32_t *rows, genba_message *message);

/// The ICC profile, unpacked and checked by libpng; `*profile` stays null without one, and is to be given to
/// genba_png_free otherwise.
genba_status genba_png_read_icc_profile(
    const uint8_t *bytes, size_t size, uint8_t **profile, size_t *profile_size, genba_message *message);

/// Encodes rows without gaps, of `bit_depth` and `channel_count`. On success `*bytes` is to be given to genba_png_free.
genba_status genba_png_write(
    const void *pixels, const genba_png_header *header, uint8_t **bytes, size_t *size, genba_message *message);

void genba_png_free(uint8_t *bytes);
