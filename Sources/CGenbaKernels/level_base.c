// What every processor of the kind has: SSE2 on x86-64, NEON on arm64.
#include "table.h"
#define VB 16
#define LEVEL _base
#include "kernels.inc"
