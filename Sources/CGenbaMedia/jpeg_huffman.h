// A faster reader of baseline JPEG's Huffman codes, in the place of libjpeg's own.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

/// Called where the data are not as a good file has them; must not return.
typedef void (*genba_jpeg_give_up)(j_common_ptr jpeg);

/// Takes over the entropy decoding of a picture that `jpeg_start_decompress` was called for, read by `jpeg_mem_src`.
/// Does nothing where the picture is not of the common kind: one baseline scan of 8 bits.
///
/// The coefficients are those of libjpeg. Whatever a good file does not have (a code that no table has, a scan that ends
/// early, bytes too many in front of a restart marker) is not handled but reported by `give_up`: the caller decodes
/// anew and leaves it to libjpeg.
void genba_jpeg_take_over_huffman(j_decompress_ptr jpeg, genba_jpeg_give_up give_up);
