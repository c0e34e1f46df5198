#include "genba_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

/// More scans than any encoder writes. A few bytes make a scan, and each one costs a pass over all coefficients.
enum { MAX_SCANS = 500 };

typedef struct {
  struct jpeg_error_mgr base;
  struct jpeg_progress_mgr progress;
  jmp_buf on_failure;
  genba_status status;
  genba_message *message;
  bool keeps_damaged;
  /// The rows written when the first damage was met, and what kind it was.
  uint32_t undamaged_rows;
  genba_status damage;
} error_handler;

static void keep(j_common_ptr jpeg, genba_message *message) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  strncpy(message->text, text, sizeof message->text - 1);
}

static _Noreturn void fail(j_common_ptr jpeg, genba_status status) {
  error_handler *handler = (error_handler *)jpeg->err;
  keep(jpeg, handler->message);
  handler->status = status;
  longjmp(handler->on_failure, 1);
}

/// A failure, or where damage is kept the note that what follows is made up.
static void fail_or_note(j_common_ptr jpeg, genba_status status) {
  error_handler *handler = (error_handler *)jpeg->err;
  if (!handler->keeps_damaged) fail(jpeg, status);
  if (handler->damage != GENBA_OK) return;
  keep(jpeg, handler->message);
  handler->damage = status;
  handler->undamaged_rows = ((j_decompress_ptr)jpeg)->output_scanline;
}

static void on_error(j_common_ptr jpeg) {
  switch (jpeg->err->msg_code) {
  case JERR_ARITH_NOTIMPL:
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_SOF_UNSUPPORTED: fail(jpeg, GENBA_UNSUPPORTED);
  case JERR_INPUT_EMPTY:
  case JERR_INPUT_EOF: fail(jpeg, GENBA_TRUNCATED);
  case JERR_OUT_OF_MEMORY: fail(jpeg, GENBA_NO_MEMORY);
  default: fail(jpeg, GENBA_CORRUPT);
  }
}

/// libjpeg warns and goes on with gray where pixels are lost. A picture with made-up pixels is an error here; bytes
/// too many between markers, or an odd version number, lose none and are only counted.
static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
  case JWRN_JPEG_EOF: fail_or_note(jpeg, GENBA_TRUNCATED); break;
  case JWRN_ARITH_BAD_CODE:
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_MUST_RESYNC: fail_or_note(jpeg, GENBA_CORRUPT); break;
  default: {
    error_handler *handler = (error_handler *)jpeg->err;
    if (handler->message->warning_count++ == 0) keep(jpeg, handler->message);
  }
  }
}

static void on_progress(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number <= MAX_SCANS) return;
  error_handler *handler = (error_handler *)jpeg->err;
  strncpy(handler->message->text, "more than 500 scans", sizeof handler->message->text - 1);
  handler->status = GENBA_CORRUPT;
  longjmp(handler->on_failure, 1);
}

static void read_pixels(j_decompress_ptr jpeg, uint8_t *pixels) {
  size_t row_size = (size_t)jpeg->output_width * jpeg->output_components;
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW rows[8];
    JDIMENSION count = jpeg->output_height - jpeg->output_scanline;
    if (count > 8) count = 8;
    for (JDIMENSION row = 0; row < count; row++) rows[row] = pixels + (jpeg->output_scanline + row) * row_size;
    jpeg_read_scanlines(jpeg, rows, count);
  }
}

genba_status genba_jpeg_read(
    const uint8_t *bytes, size_t size, genba_jpeg_options options, genba_jpeg_header *header, uint8_t *pixels,
    genba_jpeg_progress *progress, genba_message *message) {
  struct jpeg_decompress_struct jpeg = {0};
  error_handler handler = {.message = message, .status = GENBA_OK, .keeps_damaged = options.keeps_damaged};
  jpeg.err = jpeg_std_error(&handler.base);
  handler.base.error_exit = on_error;
  handler.base.emit_message = on_message;
  handler.progress.progress_monitor = on_progress;
  if (!setjmp(handler.on_failure)) {
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &handler.progress;
    jpeg_mem_src(&jpeg, bytes, size);
    jpeg_read_header(&jpeg, TRUE);
    // Gray stays gray; whatever else three components mean becomes RGB, and four CMYK.
    if (jpeg.num_components == 3) jpeg.out_color_space = JCS_RGB;
    if (jpeg.num_components == 4) jpeg.out_color_space = JCS_CMYK;
    if (jpeg.num_components == 2) ERREXIT(&jpeg, JERR_CONVERSION_NOTIMPL);
    jpeg.scale_num = 1;
    jpeg.scale_denom = options.scale_denominator;
    jpeg_calc_output_dimensions(&jpeg);
    genba_jpeg_header found = {jpeg.output_width, jpeg.output_height, (uint8_t)jpeg.num_components};
    if (!pixels) {
      *header = found;
    } else {
      jpeg_start_decompress(&jpeg);
      if (found.width == header->width && found.height == header->height &&
          jpeg.output_components == header->channel_count) {
        read_pixels(&jpeg, pixels);
      } else {
        ERREXIT(&jpeg, JERR_CONVERSION_NOTIMPL);
      }
    }
  }
  if (progress) {
    progress->rows = jpeg.output_scanline;
    progress->undamaged_rows = handler.damage == GENBA_OK ? jpeg.output_scanline : handler.undamaged_rows;
  }
  jpeg_destroy_decompress(&jpeg);
  return handler.status != GENBA_OK ? handler.status : handler.damage;
}
