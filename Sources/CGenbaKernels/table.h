// One entry per kernel; one table per level. A kernel family adds its entries here, defines them in its .inc file
// under FN(name), and forwards to them in its dispatch_*.c.
#pragma once
#include "CGenbaKernels.h"

typedef struct {
  // Bytes in a vector register of this level.
  int vector_bytes;
} genba_table;

// The table of the level in use.
const genba_table *genba_kernels(void);
