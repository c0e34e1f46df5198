// Runs the kernels at every level that the machine has. On stdout: checksums of what must be equal everywhere.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel_test.h"

static uint32_t random_state;

void seed_random(uint32_t seed) { random_state = seed * 2654435761u + 1; }

uint32_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

float next_random_float(void) { return (float)(int32_t)next_random() * 0x1p-31f; }

void *guarded(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (size + page - 1) / page * page;
  char *pages = mmap(NULL, inner + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  expect(pages != MAP_FAILED && mprotect(pages + inner, page, PROT_NONE) == 0, "no memory");
  return pages + inner - size;
}

void expect(int condition, const char *format, ...) {
  if (condition) return;
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "level %d: ", genba_level());
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  exit(1);
}

// The checksums of the first level, in order, to hold the others against.
enum { MOST_CHECKSUMS = 1000 };
static uint64_t first_checksums[MOST_CHECKSUMS];
static int checksum_index;
static int is_first_level;

void checksum(const char *name, const void *bytes, size_t size) {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (size_t i = 0; i < size; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
  expect(checksum_index < MOST_CHECKSUMS, "more checksums than there is room for");
  if (is_first_level) {
    first_checksums[checksum_index] = hash;
    printf("%s %016llx\n", name, (unsigned long long)hash);
  } else {
    expect(first_checksums[checksum_index] == hash, "%s differs from the first level", name);
  }
  checksum_index++;
}

int main(void) {
  for (int level = GENBA_LEVEL_BASE; level <= genba_best_level(); level++) {
    genba_force_level(level);
    is_first_level = level == GENBA_LEVEL_BASE;
    checksum_index = 0;
    test_depth();
    test_frames();
    test_sound();
    test_spectra();
    test_stereo();
    test_vision();
    fprintf(stderr, "  level %d: %d checksums equal, spectra within tolerance\n", level, checksum_index);
  }
  return 0;
}
