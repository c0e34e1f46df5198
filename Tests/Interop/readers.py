"""Reads what `genba convert` writes through the readers that training uses, and compares value by value.

usage: readers.py GENBA     (the program; `make interop` calls this)
Prints a line for each reader with its version; ends with code 1 if one reads something else.
"""

import importlib.metadata
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

import datasets
import duckdb
import numpy as np
import open3d
import pyarrow.parquet
import safetensors.numpy
import webdataset
import xxhash

GENBA = os.path.abspath(sys.argv[1])
MEDIA = os.path.abspath(f"{os.path.dirname(os.path.abspath(__file__))}/../../TestAssets/media")
SOUNDS = ["speech-16k.wav", "machine-44k1-stereo.flac", "notify.oga", "tiny.aiff", "one-sample.wav"]
datasets.disable_progress_bars()


def convert(out, *options, stdin=None):
    command = [GENBA, "convert", *options, "--out", out, "--progress", "none"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, input=stdin)


def rows(out):
    with open(f"{out}/manifest.jsonl") as file:
        return [json.loads(line) for line in file]


def same(left, right, what):
    left, right = np.asarray(left), np.asarray(right)
    if left.dtype != right.dtype or left.shape != right.shape or not np.array_equal(left, right):
        sys.exit(f"FAILED: {what}: {left.dtype} {left.shape} is not {right.dtype} {right.shape}, or the values differ")


def equal(left, right, what):
    if left != right:
        sys.exit(f"FAILED: {what}: {left!r} is not {right!r}")


def report(reader, what):
    print(f"{reader} {importlib.metadata.version(reader)}: {what}")


def tensors(work):
    """The truth: a safetensors file for each sound, read by Python's safetensors."""
    out = f"{work}/files"
    convert(out, *[f"{MEDIA}/{name}" for name in SOUNDS], "--model", "whisper-large-v3", "--format", "safetensors")
    truth = [safetensors.numpy.load_file(f"{out}/{row['shard']}") for row in rows(out)]
    report("safetensors", f"{len(truth)} files")
    return truth


def archives(work, truth):
    out = f"{work}/tar"
    convert(out, *[f"{MEDIA}/{name}" for name in SOUNDS], "--model", "whisper-large-v3", "--samples-per-shard", "2")
    urls = [f"{out}/{index:06}.tar" for index in range(3)]
    keys = [row["key"] for row in rows(out)]

    samples = list(webdataset.WebDataset(urls, shardshuffle=False).decode())
    equal([sample["__key__"] for sample in samples], keys, "webdataset's keys")
    for sample, expected in zip(samples, truth):
        same(sample["input_features.npy"], expected["input_features"], "webdataset's input_features")
        equal(sample["json"]["key"], sample["__key__"], "webdataset's json")
    report("webdataset", f"{len(samples)} samples of {len(urls)} archives, .npy and .json decoded")

    stream = datasets.load_dataset("webdataset", data_files=urls, split="train", streaming=True)
    samples = list(stream)
    equal([sample["__key__"] for sample in samples], keys, "the keys of HF datasets")
    for sample, expected in zip(samples, truth):
        same(np.asarray(sample["input_features.npy"], np.float32), expected["input_features"], "HF datasets' arrays")
    report("datasets", f"{len(samples)} samples of the same archives, streamed")

    for row, expected in zip(rows(out), truth):
        with open(f"{out}/{row['shard']}", "rb") as file:
            data = os.pread(file.fileno(), row["bytes"], row["offset"])
        equal(xxhash.xxh64(data).hexdigest(), row["xxh64"], "a sample's checksum")
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            member = archive.extractfile(f"{row['key']}.input_features.npy").read()
        same(np.load(io.BytesIO(member)), expected["input_features"], "a sample that one pread got")
        place = row["tensors"]["input_features"]
        array = np.frombuffer(data, place["dtype"], np.prod(place["shape"]), place["offset"] - row["offset"])
        same(array.reshape(place["shape"]), expected["input_features"], "a tensor by its offset")
    report("xxhash", "the checksum of each sample, read with one pread")


def packed(work, truth):
    out = f"{work}/packed"
    options = ["--model", "whisper-large-v3", "--format", "safetensors-shards", "--samples-per-shard", "3"]
    convert(out, *[f"{MEDIA}/{name}" for name in SOUNDS], *options)
    found = {}
    for index in range(2):
        found.update(safetensors.numpy.load_file(f"{out}/{index:06}.safetensors"))
    for row, expected in zip(rows(out), truth):
        same(found[f"{row['key']}/input_features"], expected["input_features"], "a shard of safetensors")
    # Odd numbers of bytes: every tensor stays at a multiple of its element.
    odd = f"{work}/odd"
    pictures = [f"{MEDIA}/{name}" for name in ["photo-tall.jpg", "photo-1x1.jpg", "photo-board.jpg"]]
    convert(odd, *pictures, *[f"{MEDIA}/{name}" for name in SOUNDS[3:]], "--recipe", '{"image": {}, "audio": {}}',
            "--format", "safetensors-shards")
    found = safetensors.numpy.load_file(f"{odd}/000000.safetensors")
    equal([found[f"{row['key']}/image"].shape for row in rows(odd)[:3]], [(1000, 57, 3), (1, 1, 3), (517, 333, 3)], "odd")
    equal(found[f"{rows(odd)[3]['key']}/samples"].shape, (1, 100), "a sound behind odd pictures")
    try:
        import safetensors.torch as torch_reader
        torch_reader.load_file(f"{odd}/000000.safetensors")
    except ImportError:
        pass
    report("safetensors", "shards of many samples")


def folders(work, truth):
    out = f"{work}/npy"
    convert(out, *[f"{MEDIA}/{name}" for name in SOUNDS], "--model", "whisper-large-v3", "--format", "npy")
    for row, expected in zip(rows(out), truth):
        same(np.load(f"{out}/{row['key']}/input_features.npy"), expected["input_features"], "a .npy file")
    report("numpy", "folders of .npy files")


def table(work):
    """A manifest of two row groups, with failures, against its JSON lines."""
    out = f"{work}/table"
    paths = [f"{MEDIA}/one-sample.wav"] * 33_000
    paths[7] = "/none.wav"
    paths[32_900] = f"{MEDIA}/photo-1x1.jpg"
    command = [GENBA, "convert", "-", "--recipe", '{"audio": {}}', "--out", out, "--jobs", "2", "--progress", "none"]
    done = subprocess.run(command, input="\n".join(paths).encode(), stderr=subprocess.DEVNULL)
    equal(done.returncode, 1, "the exit code with two failures")
    expected = [
        {
            "key": row["key"], "ordinal": row["ordinal"], "window_index": None, "status": row["status"],
            "shard": row.get("shard"), "offset": row.get("offset"), "bytes": row.get("bytes"), "xxh64": row.get("xxh64"),
            "error_class": row["errors"][0]["class"] if "errors" in row else None,
            "input_bytes": row["input_bytes"], "media_seconds": row["media_seconds"],
            "sample_rate": row.get("sample_rate"), "loudness_lufs": row.get("loudness_lufs"),
        }
        for row in rows(out)
    ]
    columns = list(expected[0])
    path = f"{out}/manifest.parquet"
    file = pyarrow.parquet.ParquetFile(path)
    equal(file.metadata.num_row_groups, 2, "row groups")
    equal(file.read(columns).to_pylist(), expected, "pyarrow's rows")
    report("pyarrow", f"{file.metadata.num_rows} rows in {file.metadata.num_row_groups} row groups")
    # Quoted, since `offset` is a word of SQL.
    names = ", ".join(f'"{column}"' for column in columns)
    found = duckdb.sql(f"select {names} from '{path}' order by ordinal").fetchall()
    equal(found, [tuple(row.values()) for row in expected], "duckdb's rows")
    failed = duckdb.sql(f"select error_class, count(*) from '{path}' where status = 'failed' group by 1 order by 1")
    equal(failed.fetchall(), [("open", 1), ("unsupported", 1)], "duckdb's failures")
    report("duckdb", "the same rows, and failures counted by class")
    found = datasets.load_dataset("parquet", data_files=path, split="train", cache_dir=f"{work}/cache")
    equal(found.select_columns(columns).to_list(), expected, "the rows of HF datasets")
    report("datasets", "the same rows")


def points(work):
    """Point clouds with normals and colours of a depth picture, PLY and PCD, binary and as text."""
    camera = ["--scale", "millimetres", "--intrinsics", "140,140,80,60", "--normals", "--color", f"{MEDIA}/depth/scene-color.png"]
    colors = np.asarray(open3d.io.read_image(f"{MEDIA}/depth/scene-color.png"))
    for name, options in [("binary.ply", []), ("binary.pcd", []), ("text.ply", ["--ascii"]), ("text.pcd", ["--ascii"])]:
        path = f"{work}/{name}"
        command = [GENBA, "depth", f"{MEDIA}/depth/scene-mm.png", *camera, "--points", path, *options, "-o", f"{work}/depth.safetensors"]
        subprocess.run(command, check=True)
        truth = safetensors.numpy.load_file(f"{work}/depth.safetensors")
        cloud = open3d.io.read_point_cloud(path)
        mask = truth["valid_mask"]
        same(np.asarray(cloud.points).astype(np.float32), truth["point_map"][mask], f"the points of {name}")
        same(np.asarray(cloud.normals).astype(np.float32), truth["normals"][mask], f"the normals of {name}")
        same(np.rint(np.asarray(cloud.colors) * 255).astype(np.uint8), colors[mask], f"the colours of {name}")
    report("open3d", f"{mask.sum()} points, normals and colours of PLY and PCD, binary and text")


def main():
    with tempfile.TemporaryDirectory() as work:
        truth = tensors(work)
        archives(work, truth)
        packed(work, truth)
        folders(work, truth)
        table(work)
        points(work)
    print("all readers read what was written")


if __name__ == "__main__":
    main()
