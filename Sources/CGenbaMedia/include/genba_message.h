// What the picture libraries say, kept for GenbaError.cause.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
  GENBA_OK = 0,
  /// The content contradicts its format.
  GENBA_CORRUPT,
  /// The bytes end before the content does.
  GENBA_TRUNCATED,
  /// The library knows the format, but not this variant of it.
  GENBA_UNSUPPORTED,
  GENBA_NO_MEMORY,
} genba_status;

/// The error, or else the first warning, in the library's own words; empty if it said nothing.
typedef struct {
  char text[200];
  int32_t warning_count;
} genba_message;
