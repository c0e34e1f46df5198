"""Point clouds as Open3D writes them, and the numbers that are in them.

Open3D writes doubles into PLY and floats into PCD, so the numbers are such as both hold exactly; colours are whole
levels. Two files are rewritten here: with big-endian bytes, and as a mesh, whose faces stand behind the points.
"""

import os

import numpy as np
import open3d

from golden_file import ROOT, Golden

OUT = f"{ROOT}/media/clouds"


def main():
    os.makedirs(OUT, exist_ok=True)
    rng = np.random.default_rng(6)
    points = np.rint(rng.uniform(-4, 4, (40, 3)) * 1024) / 1024
    normals = rng.normal(size=(40, 3))
    normals = (normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32)
    colors = rng.integers(0, 256, (40, 3), dtype=np.uint8)
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(points))
    cloud.normals = open3d.utility.Vector3dVector(normals.astype(np.float64))
    cloud.colors = open3d.utility.Vector3dVector(colors / 255.0)
    write = open3d.io.write_point_cloud
    write(f"{OUT}/open3d-ascii.ply", cloud, write_ascii=True)
    write(f"{OUT}/open3d-binary.ply", cloud)
    write(f"{OUT}/open3d-ascii.pcd", cloud, write_ascii=True)
    write(f"{OUT}/open3d-binary.pcd", cloud)
    write(f"{OUT}/open3d-compressed.pcd", cloud, compressed=True)

    names = ["x", "y", "z", "nx", "ny", "nz"]
    record = np.zeros(40, [(name, ">f4") for name in names] + [(name, "u1") for name in ("red", "green", "blue")])
    for index, name in enumerate(names):
        record[name] = np.concatenate([points, normals], axis=1)[:, index]
    for index, name in enumerate(("red", "green", "blue")):
        record[name] = colors[:, index]
    properties = "".join(f"property float {name}\n" for name in names)
    properties += "".join(f"property uchar {name}\n" for name in ("red", "green", "blue"))
    faces = np.zeros(3, [("n", "u1"), ("v", ">i4", 3)])
    for name, kind, data in [
        ("big-endian", "big", record.tobytes()),
        ("mesh", "little", record.astype(record.dtype.newbyteorder("<")).tobytes()),
    ]:
        header = f"ply\nformat binary_{kind}_endian 1.0\nelement vertex 40\n{properties}"
        if name == "mesh":
            header += "element face 3\nproperty list uchar int vertex_indices\n"
            data += faces.astype(faces.dtype.newbyteorder("<")).tobytes()
        with open(f"{OUT}/{name}.ply", "wb") as file:
            file.write((header + "end_header\n").encode() + data)

    golden = Golden("open3d", "numpy")
    golden.whole("points", points, np.float32)
    golden.whole("normals", normals, np.float32)
    golden.whole("colors", colors)
    golden.write("point-cloud-files")


if __name__ == "__main__":
    main()
