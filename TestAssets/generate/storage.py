"""Tensor files as Python's own libraries write them, for the tests of GenbaStorage.

pip install safetensors==0.8.0 numpy==2.4.6 torch==2.11.0 pyarrow==26.0.1
python TestAssets/generate/storage.py
"""

import io
import pathlib
import struct
import zipfile
import zlib

import numpy as np
import torch
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parent.parent / "golden" / "storage"
OUT.mkdir(parents=True, exist_ok=True)

DTYPES = "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()


def sample(dtype):
    """[2, 3] of values that every byte of the type takes part in; the test computes the same."""
    steps = torch.arange(6, dtype=torch.float64)
    if dtype == "bool":
        values = steps % 2 == 1
    elif dtype.startswith("uint"):
        values = steps * (2.0 ** (int(dtype[4:]) - 3) + 1)
    elif dtype.startswith("int"):
        values = (steps - 3) * (2.0 ** (int(dtype[3:]) - 3) + 1)
    else:
        values = (steps - 3) * 0.375
    return values.to(getattr(torch, dtype)).reshape(2, 3)


tensors = {dtype: sample(dtype) for dtype in DTYPES}

save_file(
    tensors
    | {
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(2.5),
        'B "quoted"\\\n\t\x01é': torch.ones(1),
    },
    OUT / "all.safetensors",
    metadata={"source": 'line 4 "A"\\é'},
)
save_file({}, OUT / "nothing.safetensors")

for name, tensor in tensors.items():
    if name != "bfloat16":
        np.save(OUT / f"{name}.npy", tensor.numpy())
np.save(OUT / "scalar.npy", np.float32(2.5))
np.save(OUT / "vector.npy", np.arange(130, dtype="<i2"))
np.save(OUT / "empty.npy", np.zeros((0, 3), "<f4"))

cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
np.save(OUT / "fortran.npy", np.asfortranarray(cube))
np.save(OUT / "big-endian.npy", cube.astype(">f4"))
np.save(OUT / "complex-fortran.npy", np.asfortranarray((cube + 1j * (cube + 100)).astype("<c8")))
with open(OUT / "version-2.npy", "wb") as file:
    np.lib.format.write_array(file, cube, version=(2, 0))
np.save(OUT / "structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
np.save(OUT / "strings.npy", np.array(["a", "bc"]))
np.save(OUT / "objects.npy", np.array([None, {}], object), allow_pickle=True)

np.savez(OUT / "several.npz", mel=cube, rate=np.array(16000), **{"größe": np.arange(3, dtype="u1")})
# Blocks with codes of their own and with the fixed codes, and matches that overlap themselves.
np.savez_compressed(
    OUT / "compressed.npz",
    mel=cube,
    squares=np.arange(3000, dtype="<i4") ** 2,
    zeros=np.zeros((100, 100), "<f8"),
    noise=np.random.default_rng(7).integers(0, 256, 400, dtype="u1"),
    scalar=np.int8(3),
)


class Tail:
    """A file of which only what is written at its end is kept."""

    def __init__(self, start):
        self.start, self.bytes = start, b""

    def tell(self):
        return self.start + len(self.bytes)

    def write(self, data):
        self.bytes += data

    def flush(self):
        pass


# The directory of a zip file of 8 GiB: a small member, one above 4 GiB, one that begins beyond 4 GiB.
archive = zipfile.ZipFile(io.BytesIO(), "w")
for name, size, offset in [("a.npy", 1000, 0), ("b.npy", 5 << 30, 1064), ("c.npy", 3 << 30, (5 << 30) + 2128)]:
    member = zipfile.ZipInfo(name)
    member.file_size = member.compress_size = size
    member.header_offset, member.CRC, member.external_attr = offset, 0x12345678, 0o600 << 16
    member.extract_version = member.create_version = 45
    archive.filelist.append(member)
archive.start_dir = 8 << 30
tail = archive.fp = Tail(archive.start_dir)
archive._write_end_record()
archive.fp = None
(OUT / "directory-8-gib.bin").write_bytes(tail.bytes)

# Blocks that hold their bytes as they are.
with zipfile.ZipFile(OUT / "stored-blocks.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    member = zipfile.ZipInfo("mel.npy")
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, (OUT / "version-2.npy").read_bytes(), compresslevel=0)

# More compressed bytes than a reader takes at once.
noise = np.random.default_rng(8).integers(0, 256, 150_000, dtype="u1").reshape(300, 500)
np.savez_compressed(OUT / "compressed-noise.npz", noise=noise)


def forged(name, deflated):
    """A zip file whose directory announces the array mel whole, over these compressed bytes."""
    array = (OUT / "version-2.npy").read_bytes()
    with zipfile.ZipFile(OUT / name, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mel.npy"), deflated)
    written = bytearray((OUT / name).read_bytes())
    entry = written.rindex(b"PK\1\2")
    struct.pack_into("<H", written, entry + 10, zipfile.ZIP_DEFLATED)
    struct.pack_into("<I", written, entry + 16, zlib.crc32(array))
    struct.pack_into("<I", written, entry + 24, len(array))
    (OUT / name).write_bytes(written)


def deflate(data, end=zlib.Z_FINISH):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush(end)


array = (OUT / "version-2.npy").read_bytes()
forged("deflated-one-more.npz", deflate(array + b"\0"))
forged("deflated-one-less.npz", deflate(array[:-1]))
forged("deflated-no-end.npz", deflate(array, zlib.Z_SYNC_FLUSH))

# A table with nested and plain columns, of which the tests read the footer.
import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table(
    {
        "key": pa.array(["a", "b", "c"], pa.string()),
        "frame": pa.array([{"index": 1, "time": 0.5}, None, {"index": 3, "time": 1.5}],
                          pa.struct([("index", pa.int32()), ("time", pa.float32())])),
        "tags": pa.array([["x"], [], None], pa.list_(pa.string())),
        "blob": pa.array([b"\xff", b"", b"\0"], pa.binary()),
        "good": pa.array([True, False, None], pa.bool_()),
    }
).replace_schema_metadata({"line": "4"})
pq.write_table(table, OUT / "nested.parquet", row_group_size=2)
