#include "genba_rgb.h"

#include <string.h>

typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) bytes16 load(const uint8_t *from) {
    bytes16 value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline __attribute__((always_inline)) void store(uint8_t *to, bytes16 value) {
    memcpy(to, &value, sizeof value);
}

// One row of neighbouring pixels to three planes, 16 pixels at a time: every third byte of 48, from three places.
static inline __attribute__((always_inline)) void split_row(
    const uint8_t *pixels, size_t columns, uint8_t *red, uint8_t *green, uint8_t *blue) {
    size_t column = 0;
    for (; column + 16 <= columns; column += 16) {
        bytes16 a = load(pixels + 3 * column), b = load(pixels + 3 * column + 16), c = load(pixels + 3 * column + 32);
        bytes16 r = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
        bytes16 g = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
        bytes16 l = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
        r = __builtin_shufflevector(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
        g = __builtin_shufflevector(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
        l = __builtin_shufflevector(l, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
        store(red + column, r);
        store(green + column, g);
        store(blue + column, l);
    }
    for (; column < columns; column++) {
        red[column] = pixels[3 * column];
        green[column] = pixels[3 * column + 1];
        blue[column] = pixels[3 * column + 2];
    }
}

typedef void split_row_function(const uint8_t *, size_t, uint8_t *, uint8_t *, uint8_t *);

static void split_row_base(const uint8_t *pixels, size_t columns, uint8_t *red, uint8_t *green, uint8_t *blue) {
    split_row(pixels, columns, red, green, blue);
}

#if defined(__x86_64__)
// The base instruction set of x86-64 cannot permute bytes.
__attribute__((target("ssse3"))) static void split_row_ssse3(
    const uint8_t *pixels, size_t columns, uint8_t *red, uint8_t *green, uint8_t *blue) {
    split_row(pixels, columns, red, green, blue);
}
#endif

static split_row_function *best_split_row(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("ssse3")) return split_row_ssse3;
#endif
    return split_row_base;
}

void genba_place_rgb(
    const uint8_t *first, ptrdiff_t right, ptrdiff_t below, size_t columns, size_t lines, bool as_planes,
    uint8_t *output) {
    split_row_function *split = best_split_row();
    const size_t plane = columns * lines;
    for (size_t line = 0; line < lines; line++) {
        const uint8_t *row = first + (ptrdiff_t)line * below;
        uint8_t *red = output + line * columns;
        uint8_t *pixels = output + 3 * line * columns;
        if (right == 3 && as_planes) {
            split(row, columns, red, red + plane, red + 2 * plane);
        } else if (right == 3) {
            memcpy(pixels, row, 3 * columns);
        } else {
            for (size_t column = 0; column < columns; column++) {
                const uint8_t *pixel = row + (ptrdiff_t)column * right;
                for (size_t channel = 0; channel < 3; channel++) {
                    uint8_t *place = as_planes ? red + channel * plane + column : pixels + 3 * column + channel;
                    *place = pixel[channel];
                }
            }
        }
    }
}
