// Spectra in double precision; see level_base.c.
#include "table.h"
#define VB 16
#define LEVEL _base
#include "kernels_double.inc"
