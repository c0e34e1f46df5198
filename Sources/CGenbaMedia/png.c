#include "genba_png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t size, offset;
  int hit_end;
  // Rows that are complete.
  uint32_t rows;
} reader;

static void read_bytes(png_structp png, png_bytep out, size_t count) {
  reader *source = png_get_io_ptr(png);
  if (count > source->size - source->offset) {
    source->hit_end = 1;
    png_error(png, "the bytes end here");
  }
  memcpy(out, source->bytes + source->offset, count);
  source->offset += count;
}

static void keep(genba_message *message, const char *text) {
  strncpy(message->text, text, sizeof message->text - 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  genba_message *message = png_get_error_ptr(png);
  if (message->warning_count++ == 0) keep(message, text);
}

static _Noreturn void on_error(png_structp png, png_const_charp text) {
  keep(png_get_error_ptr(png), text);
  png_longjmp(png, 1);
}

/// Reads up to the pixels, and asks for whole bytes or 16-bit samples in this machine's order.
static genba_png_header read_header(png_structp png, png_infop info) {
  // The caller has its own limit on pixels.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Colour profiles, gamma and texts do not change the pixels: no time and no memory for them.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  genba_png_header header = {
    .width = png_get_image_width(png, info),
    .height = png_get_image_height(png, info),
    .stored_bit_depth = png_get_bit_depth(png, info),
  };
  png_set_expand(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(png);
#endif
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  header.bit_depth = png_get_bit_depth(png, info);
  header.channel_count = png_get_channels(png, info);
  return header;
}

static int is_same(const genba_png_header *left, const genba_png_header *right) {
  return left->width == right->width && left->height == right->height && left->bit_depth == right->bit_depth &&
         left->channel_count == right->channel_count;
}

static void read_pixels(
    png_structp png, const genba_png_header *header, uint8_t *pixels, int is_interlaced, reader *source) {
  size_t row_size = (size_t)header->width * header->channel_count * (header->bit_depth / 8);
  // Each pass of an interlaced picture writes its own pixels of the rows; the last one completes them.
  const int passes = is_interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1;
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < header->height; row++) {
      png_read_row(png, pixels + row * row_size, NULL);
      if (pass == passes - 1) source->rows = row + 1;
    }
  }
}

genba_status genba_png_read(
    const uint8_t *bytes, size_t size, genba_png_header *header, void *pixels, uint32_t *rows,
    genba_message *message) {
  reader source = {.bytes = bytes, .size = size};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return GENBA_NO_MEMORY;
  }
  png_set_read_fn(png, &source, read_bytes);
  volatile int has_pixels = 0;
  genba_status status = GENBA_OK;
  if (setjmp(png_jmpbuf(png))) {
    // Without what follows the pixels the picture is still whole, so that only damage counts there.
    if (!source.hit_end) status = GENBA_CORRUPT;
    else if (!has_pixels) status = GENBA_TRUNCATED;
  } else {
    genba_png_header found = read_header(png, info);
    if (!pixels) {
      *header = found;
    } else if (!is_same(&found, header)) {
      png_error(png, "the header has changed");
    } else {
      read_pixels(png, header, pixels, png_get_interlace_type(png, info) != PNG_INTERLACE_NONE, &source);
      has_pixels = 1;
      png_read_end(png, NULL);
    }
  }
  if (rows) *rows = source.rows;
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

genba_status genba_png_read_icc_profile(
    const uint8_t *bytes, size_t size, uint8_t **profile, size_t *profile_size, genba_message *message) {
  reader source = {.bytes = bytes, .size = size};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return GENBA_NO_MEMORY;
  }
  png_set_read_fn(png, &source, read_bytes);
  genba_status status = GENBA_OK;
  if (setjmp(png_jmpbuf(png))) {
    status = GENBA_CORRUPT;
  } else {
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png, info);
    png_charp name;
    png_bytep data;
    png_uint_32 length;
    int compression;
    if (png_get_iCCP(png, info, &name, &compression, &data, &length) & PNG_INFO_iCCP) {
      *profile = malloc(length);
      *profile_size = *profile ? length : 0;
      if (*profile) memcpy(*profile, data, length);
    }
  }
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

typedef struct {
  uint8_t *bytes;
  size_t size, capacity;
} writer;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  writer *target = png_get_io_ptr(png);
  if (target->capacity - target->size < count) {
    size_t capacity = target->capacity * 2 + count + 4096;
    uint8_t *grown = realloc(target->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    target->bytes = grown;
    target->capacity = capacity;
  }
  memcpy(target->bytes + target->size, bytes, count);
  target->size += count;
}

static void flush_nothing(png_structp png) { (void)png; }

genba_status genba_png_write(
    const void *pixels, const genba_png_header *header, uint8_t **bytes, size_t *size, genba_message *message) {
  static const uint8_t color_types[] = {
    PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA,
  };
  writer target = {0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    return GENBA_NO_MEMORY;
  }
  genba_status status = GENBA_OK;
  if (setjmp(png_jmpbuf(png))) {
    status = GENBA_UNSUPPORTED;
    free(target.bytes);
  } else {
    png_set_write_fn(png, &target, write_bytes, flush_nothing);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(
        png, info, header->width, header->height, header->bit_depth, color_types[header->channel_count - 1],
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (header->bit_depth == 16) png_set_swap(png);
#endif
    size_t row_size = (size_t)header->width * header->channel_count * (header->bit_depth / 8);
    for (uint32_t row = 0; row < header->height; row++) {
      png_write_row(png, (const uint8_t *)pixels + row * row_size);
    }
    png_write_end(png, NULL);
    *bytes = target.bytes;
    *size = target.size;
  }
  png_destroy_write_struct(&png, &info);
  return status;
}

void genba_png_free(uint8_t *bytes) { free(bytes); }
