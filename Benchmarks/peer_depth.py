"""The Python side of the tasks on depth: OpenCV and Open3D, one thread."""

import numpy as np

MATRIX = np.array([[525.0, 0, 319.5], [0, 525, 239.5], [0, 0, 1]])
COLOR = np.array([[610.0, 0, 322], [0, 612, 238], [0, 0, 1]])


def tasks(inputs):
    import cv2
    import open3d

    cv2.setNumThreads(1)

    def millimetres():
        return np.load(f"{inputs}/depth.npy")

    def metres():
        return (millimetres() / 1000).astype(np.float32)

    def points():
        depth = millimetres()
        return lambda: {"points": cv2.depthTo3d(depth, MATRIX)}

    def normals(method, smooths):
        depth = metres()
        finder = cv2.RgbdNormals.create(480, 640, cv2.CV_32F, MATRIX, 7, 50, method)

        def run():
            smoothed = cv2.bilateralFilter(depth, 5, 0.03, 4.5) if smooths else depth
            return {"normals": finder.apply(cv2.depthTo3d(smoothed, MATRIX))}

        if smooths:
            return run
        cloud = cv2.depthTo3d(depth, MATRIX)
        return lambda: {"normals": finder.apply(cloud)}

    def align():
        depth = millimetres()
        transform = np.eye(4)
        transform[:3, 3] = [0.015, -0.002, 0.001]
        return lambda: {"aligned": cv2.registerDepth(MATRIX, COLOR, None, transform, depth, (640, 480))}

    def smoothed(function, depth):
        return lambda: {"smoothed": function(depth)}

    def cloud():
        depth = millimetres()
        values = cv2.depthTo3d(depth, MATRIX)[..., :3][depth > 0].astype(np.float64)
        return open3d.geometry.PointCloud(open3d.utility.Vector3dVector(values))

    def voxels():
        whole = cloud()
        return lambda: {"count": np.array([len(whole.voxel_down_sample(0.01).points)])}

    def ply():
        whole = cloud()

        def run():
            open3d.io.write_point_cloud("/dev/shm/open3d-bench.ply", whole)
            return {"count": np.array([len(whole.points)])}

        return run

    guided = lambda depth: cv2.ximgproc.guidedFilter(depth, depth, 8, 1e-3)
    return {
        "depth.points": points,
        "depth.normals.fals": lambda: normals(cv2.RgbdNormals_RGBD_NORMALS_METHOD_FALS, False),
        "depth.normals-smoothed.linemod": lambda: normals(cv2.RgbdNormals_RGBD_NORMALS_METHOD_LINEMOD, True),
        "depth.align": align,
        "depth.bilateral5": lambda: smoothed(lambda depth: cv2.bilateralFilter(depth, 5, 0.03, 4.5), metres()),
        "depth.guided8": lambda: smoothed(guided, metres()),
        "depth.median5": lambda: smoothed(lambda depth: cv2.medianBlur(depth, 5), millimetres()),
        "depth.voxels": voxels,
        "depth.ply": ply,
    }
