#pragma once
// Flags as enums: the functions that every version has.
#define MPG123_ENUM_API
#include <mpg123.h>
