// Pictures: resizing, normalising, patch layouts.
#pragma once
#include <stdint.h>
