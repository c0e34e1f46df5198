"""Writes a golden: a safetensors file whose bytes depend on nothing but its content.

Python's safetensors writes metadata keys in a random order; here names and keys are sorted, widest dtype first.

A large tensor NAME is stored as a sample: `NAME.shape` and `NAME.indices` (int64, flat and ascending), `NAME.values` in
the tensor's own dtype, and in the metadata `NAME.crc32`, the CRC of all its little-endian bytes as 8 hex digits. A value
that must be equal is checked by the CRC, one that must be close by the sample.
"""

import importlib.metadata
import json
import os
import struct
import zlib

import numpy as np

# name of each dtype in safetensors, and its width in bytes
DTYPES = {
    "float64": ("F64", 8),
    "float32": ("F32", 4),
    "int64": ("I64", 8),
    "int32": ("I32", 4),
    "uint16": ("U16", 2),
    "uint8": ("U8", 1),
    "bool": ("BOOL", 1),
}

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def media(name):
    return f"{ROOT}/media/{name}"


def config(name):
    return f"{ROOT}/configs/{name}"


def crc32(array):
    """CRC of the bytes in C order."""
    return zlib.crc32(np.ascontiguousarray(array).tobytes())


class Golden:
    """Tensors and metadata on their way into a file."""

    def __init__(self, *packages):
        """`packages` are those whose versions the metadata names."""
        self.tensors = {}
        self.metadata = {f"version.{name}": importlib.metadata.version(name) for name in packages}

    def whole(self, name, array, dtype=None):
        self.tensors[name] = np.ascontiguousarray(array, dtype=dtype)

    def sample(self, name, array, count=1000, indices=None):
        """A seeded choice of elements, always with the first and the last."""
        array = np.ascontiguousarray(array)
        flat = array.reshape(-1)
        if indices is None:
            chosen = np.random.default_rng(0).choice(flat.size, min(count, flat.size), replace=False)
            indices = np.unique(np.concatenate([chosen, [0, flat.size - 1]]))
        self.whole(f"{name}.shape", array.shape, np.int64)
        self.whole(f"{name}.indices", indices, np.int64)
        self.whole(f"{name}.values", flat[indices])
        self.metadata[f"{name}.crc32"] = f"{crc32(array):08x}"
        return indices

    def write(self, name):
        path = f"{ROOT}/golden/{name}.safetensors"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        ordered = sorted(self.tensors.items(), key=lambda item: (-DTYPES[str(item[1].dtype)][1], item[0]))
        header, offset = {"__metadata__": dict(sorted(self.metadata.items()))}, 0
        for tensor_name, array in ordered:
            header[tensor_name] = {
                "dtype": DTYPES[str(array.dtype)][0],
                "shape": list(array.shape),
                "data_offsets": [offset, offset + array.nbytes],
            }
            offset += array.nbytes
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for _, array in ordered:
                file.write(array.tobytes())
        print(f"{name}: {os.path.getsize(path)} bytes")
