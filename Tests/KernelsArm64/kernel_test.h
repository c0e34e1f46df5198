// What the kernel tests share. They run on any processor: run.sh compares what they print on two.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CGenbaKernels.h"

// The same numbers on every machine.
uint32_t next_random(void);
void seed_random(uint32_t seed);
// Between -1 and 1.
float next_random_float(void);

// Memory that ends where a page begins that may not be touched; never given back. Aligned to 64 bytes if `size` is a
// multiple of 64.
void *guarded(size_t size);

// Prints the checksum of bytes that must be equal on every machine and at every level.
void checksum(const char *name, const void *bytes, size_t size);

// Ends the run with a message, printf's way, unless `condition`.
void expect(int condition, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The families.
void test_depth(void);
void test_frames(void);
void test_sound(void);
void test_spectra(void);
void test_stereo(void);
void test_vision(void);
