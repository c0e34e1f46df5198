// libjpeg-turbo spends more time on the Huffman codes of a detailed picture than on all else together. It looks up a code,
// then fetches the bits of the value behind it, asking each time whether there are enough bits, and for each byte whether
// it is 0xFF. Here the bytes that stand for themselves are copied out beforehand, a thousand at a time, and a coefficient
// is one look at the next bits without a question that a processor could not foresee.
//
// libjpeg calls its entropy decoder through a pointer, once for every MCU, which jpegint.h declares; everything else
// about the picture stays with libjpeg. What is read is defined by ITU-T T.81, F.2.2. The machine is little-endian.
#define JPEG_INTERNALS
#include "jpeg_huffman.h"

#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define LIKELY(condition) __builtin_expect(condition, 1)

enum {
  /// Bits of a look. Two symbols that it settles, each with a value of 15 bits, fit into the 56 bits of a refill.
  LOOK_BITS = 10,
  /// The run of a symbol that ends its block: farther than any other leads.
  END_OF_BLOCK = 128,
  /// No block has more bytes: 64 symbols of 16 bits with values of 15.
  BLOCK_BYTES = 248,
  /// Bytes that are copied out at a time, in front of more zeros than a block and a load can go beyond them.
  CHUNK_BYTES = 1 << 13,
  CHUNK_MARGIN = BLOCK_BYTES + 32,
  /// A smaller picture is read before the tables are made.
  MIN_BYTES = 4096,
};

/// What a look at the next bits says.
typedef struct {
  /// Zeros in front of the coefficient.
  uint8_t run;
  /// Bits of the code; 0 for one that is longer than the look.
  uint8_t code_bits;
  /// Bits of the coefficient, and of both together.
  uint8_t value_bits, all_bits;
} entry;

typedef struct {
  entry entries[1 << LOOK_BITS];
  /// The largest code of each length, -1 where there is none, and what leads from a code to its symbol's place.
  int32_t last[17], offset[17];
  uint8_t symbols[256];
  bool is_dc;
} code_table;

typedef struct {
  code_table dc[NUM_HUFF_TBLS], ac[NUM_HUFF_TBLS];
  /// Bits that were taken from the chunk, the next one highest. Below `count` of them are some of those that follow.
  uint64_t bits;
  int count;
  /// The next byte of the chunk to take, and the end of what the file has: behind it are zeros.
  const uint8_t *next, *chunk_end;
  /// The next byte of the file to copy, and the file's end.
  const uint8_t *source, *source_end;
  int last_dc[MAX_COMPS_IN_SCAN];
  unsigned mcus_to_restart;
  int next_restart;
  genba_jpeg_give_up give_up;
  uint8_t chunk[CHUNK_BYTES + CHUNK_MARGIN];
} decoder;

// From the order of coefficients in the file to their places in a block.
static const uint8_t natural_order[64] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,   //
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,  //
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,  //
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

static entry symbol_entry(int symbol, int code_bits, bool is_dc) {
  int value_bits = symbol & 15, run = is_dc ? 0 : symbol >> 4;
  // Sixteen zeros are fifteen and a coefficient of zero.
  if (value_bits == 0 && !is_dc && run < 15) run = END_OF_BLOCK;
  return (entry){(uint8_t)run, (uint8_t)code_bits, (uint8_t)value_bits, (uint8_t)(code_bits + value_bits)};
}

/// False for a table whose codes cannot be told apart.
static bool make_table(code_table *table, const JHUFF_TBL *source, bool is_dc) {
  if (!source) return false;
  memcpy(table->symbols, source->huffval, sizeof table->symbols);
  memset(table->entries, 0, sizeof table->entries);
  table->is_dc = is_dc;
  int code = 0, place = 0;
  for (int length = 1; length <= 16; length++, code <<= 1) {
    int count = source->bits[length];
    if (place + count > 256 || code + count > 1 << length) return false;
    table->offset[length] = place - code;
    table->last[length] = count ? code + count - 1 : -1;
    for (int index = 0; index < count; index++, code++, place++) {
      if (is_dc && table->symbols[place] > 15) return false;
      if (length > LOOK_BITS) continue;
      entry all = symbol_entry(table->symbols[place], length, is_dc);
      int unused = LOOK_BITS - length;
      for (int rest = 0; rest < 1 << unused; rest++) table->entries[code << unused | rest] = all;
    }
  }
  return true;
}

/// Moves what is left of the chunk to its front and fills it up to the next marker, if that comes before its end.
static __attribute__((noinline)) void fill_chunk(decoder *decoder) {
  uint8_t *to = decoder->chunk, *end = to + CHUNK_BYTES;
  // Less than none is left where a refill went beyond a scan's end, which it may by seven bytes.
  ptrdiff_t left = decoder->chunk_end - decoder->next;
  if (left > 0) {
    memmove(to, decoder->next, (size_t)left);
    to += left;
  }
  decoder->next = left < 0 ? decoder->chunk - left : decoder->chunk;
  const uint8_t *from = decoder->source;
  while (to < end && from < decoder->source_end) {
    size_t room = (size_t)(end - to), there = (size_t)(decoder->source_end - from);
    size_t count = room < there ? room : there;
    const uint8_t *found = memchr(from, 0xFF, count);
    if (found) count = (size_t)(found - from);
    memcpy(to, from, count);
    to += count;
    from += count;
    if (!found) continue;
    // A byte 0xFF is written with a 0 behind it. Several of them are left to libjpeg, for what it makes of them depends
    // on where they stand.
    if (there - count < 2 || found[1] != 0) break;
    *to++ = 0xFF;
    from = found + 2;
  }
  decoder->source = from;
  decoder->chunk_end = to;
  memset(to, 0, CHUNK_MARGIN);
}

/// Bits of the file that were taken and not yet used, less than 0 if more were used than there are.
static ptrdiff_t bits_left(const decoder *decoder) {
  return (decoder->chunk_end - decoder->next) * 8 + decoder->count;
}

/// A symbol whose code is longer than a look; all zero for a code that the table has not.
static __attribute__((noinline)) entry long_symbol(uint64_t bits, const code_table *table) {
  for (int length = LOOK_BITS + 1; length <= 16; length++) {
    int32_t code = (int32_t)(bits >> (64 - length));
    if (code <= table->last[length]) {
      return symbol_entry(table->symbols[(code + table->offset[length]) & 255], length, table->is_dc);
    }
  }
  return (entry){0};
}

/// The value behind a code at the top of `bits`. One that begins with a 0 is negative.
INLINE int value(uint64_t bits, entry found) {
  int64_t from_value = (int64_t)(bits << found.code_bits);
  int magnitude = (int)((uint64_t)from_value >> 1 >> (63 - found.value_bits));
  return magnitude - (int)(~from_value >> 63 & (((int64_t)1 << found.value_bits) - 1));
}

// Makes `count` of the bits at least 56. Whole bytes are counted as far as there is room for them; of the one behind
// them, bits come in too, and will be the same when it is read again.
#define REFILL() \
  do { \
    uint64_t word; \
    memcpy(&word, next, 8); \
    bits |= __builtin_bswap64(word) >> count; \
    next += (63 - count) >> 3; \
    count |= 56; \
  } while (0)

#define SKIP(size) (bits <<= (size), count -= (size))

// The next symbol of a table.
#define LOOK(found, table) \
  entry found = (table)->entries[bits >> (64 - LOOK_BITS)]; \
  if (!LIKELY(found.code_bits)) { \
    REFILL(); \
    found = long_symbol(bits, table); \
    if (!found.code_bits) return false; \
  }

// The next coefficient that is not zero, or the block's end.
#define COEFFICIENT() \
  do { \
    LOOK(found, ac); \
    place += found.run; \
    int coefficient = value(bits, found); \
    SKIP(found.all_bits); \
    if (place > 63) goto end; \
    block[natural_order[place]] = (JCOEF)coefficient; \
    if (place++ == 63) goto full; \
  } while (0)

/// False where the block is not as it should be.
INLINE bool read_block(decoder *decoder, const code_table *dc, const code_table *ac, int *last_dc, JCOEF *block) {
  if (!LIKELY(decoder->chunk_end - decoder->next >= BLOCK_BYTES)) {
    if (bits_left(decoder) < 0) return false;
    fill_chunk(decoder);
  }
  uint64_t bits = decoder->bits;
  int count = decoder->count;
  const uint8_t *next = decoder->next;
  REFILL();
  LOOK(first, dc);
  if (__builtin_add_overflow(*last_dc, value(bits, first), last_dc)) return false;
  block[0] = (JCOEF)*last_dc;
  SKIP(first.all_bits);
  int place = 1;
  while (true) {
    REFILL();
    COEFFICIENT();
    COEFFICIENT();
  }
full:
  place = END_OF_BLOCK;
end:
  decoder->bits = bits;
  decoder->count = count;
  decoder->next = next;
  return place >= END_OF_BLOCK;
}

/// Goes on behind the restart marker, which must be the next thing, and the one of the eight whose turn it is.
static bool restart(decoder *decoder, unsigned interval) {
  if (bits_left(decoder) >= 8) return false;
  const uint8_t *marker = decoder->source;
  if (decoder->source_end - marker < 2 || marker[0] != 0xFF || marker[1] != 0xD0 + decoder->next_restart) return false;
  decoder->source = marker + 2;
  decoder->next = decoder->chunk_end;
  decoder->bits = 0;
  decoder->count = 0;
  decoder->next_restart = (decoder->next_restart + 1) & 7;
  decoder->mcus_to_restart = interval;
  memset(decoder->last_dc, 0, sizeof decoder->last_dc);
  return true;
}

/// Reads the blocks of an MCU, which libjpeg has filled with zeros.
static boolean decode_mcu(j_decompress_ptr jpeg, JBLOCKROW *blocks) {
  decoder *decoder = jpeg->client_data;
  bool is_good = true;
  if (jpeg->restart_interval) {
    if (decoder->mcus_to_restart == 0) is_good = restart(decoder, jpeg->restart_interval);
    decoder->mcus_to_restart--;
  }
  for (int block = 0; is_good && block < jpeg->blocks_in_MCU; block++) {
    int place = jpeg->MCU_membership[block];
    const jpeg_component_info *component = jpeg->cur_comp_info[place];
    is_good = read_block(
        decoder, &decoder->dc[component->dc_tbl_no], &decoder->ac[component->ac_tbl_no], &decoder->last_dc[place],
        *blocks[block]);
  }
  if (!is_good || bits_left(decoder) < 0) decoder->give_up((j_common_ptr)jpeg);
  return TRUE;
}

void genba_jpeg_take_over_huffman(j_decompress_ptr jpeg, genba_jpeg_give_up give_up) {
  if (jpeg->progressive_mode || jpeg->arith_code || jpeg->data_precision != 8) return;
  if (jpeg_has_multiple_scans(jpeg) || jpeg->src->bytes_in_buffer < MIN_BYTES) return;
  decoder *decoder = jpeg->mem->alloc_small((j_common_ptr)jpeg, JPOOL_IMAGE, sizeof *decoder);
  for (int place = 0; place < jpeg->comps_in_scan; place++) {
    const jpeg_component_info *component = jpeg->cur_comp_info[place];
    int dc = component->dc_tbl_no, ac = component->ac_tbl_no;
    if (!make_table(&decoder->dc[dc], jpeg->dc_huff_tbl_ptrs[dc], true)) return;
    if (!make_table(&decoder->ac[ac], jpeg->ac_huff_tbl_ptrs[ac], false)) return;
  }
  decoder->bits = 0;
  decoder->count = 0;
  decoder->next = decoder->chunk_end = decoder->chunk;
  decoder->source = jpeg->src->next_input_byte;
  decoder->source_end = decoder->source + jpeg->src->bytes_in_buffer;
  memset(decoder->last_dc, 0, sizeof decoder->last_dc);
  decoder->mcus_to_restart = jpeg->restart_interval;
  decoder->next_restart = 0;
  decoder->give_up = give_up;
  jpeg->client_data = decoder;
  jpeg->entropy->decode_mcu = decode_mcu;
}
