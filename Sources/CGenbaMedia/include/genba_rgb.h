// Placing packed RGB: turned by quarters, as pixels or as planes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Copies `lines` x `columns` pixels of 3 bytes to `output`, whose rows have no gaps: as pixels, or as a plane of each
// colour. The first pixel is at `first`; its neighbours lie `right` and `below` bytes further, which may be negative.
void genba_place_rgb(
    const uint8_t *first, ptrdiff_t right, ptrdiff_t below, size_t columns, size_t lines, bool as_planes,
    uint8_t *output);
