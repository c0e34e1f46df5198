import Genba

/// The tasks on a depth picture of 640x480 with a sensor's noise (inputs.py); peer_depth.py has the same.
let depthTasks: [String: @Sendable (_ inputs: String) throws(GenbaError) -> Work] = [
  "depth.points": { inputs throws(GenbaError) in
    let units = try millimetres(inputs)
    return bundling("points") { PointMap(units: units, intrinsics: camera).points }
  },
  "depth.normals": { inputs throws(GenbaError) in
    let depth = DepthMap(units: try millimetres(inputs))
    return bundling("normals") { NormalMap(depth, intrinsics: camera).normals }
  },
  "depth.normals-smoothed": { inputs throws(GenbaError) in
    let depth = DepthMap(units: try millimetres(inputs))
    let smooth = BilateralFilter(radius: 2, sigmaSpace: 4.5, sigmaDepth: 0.03, growsWithDistance: false)
    return bundling("normals") { NormalMap(smooth(depth), intrinsics: camera, windowSize: 13).normals }
  },
  "depth.align": { inputs throws(GenbaError) in
    let depth = DepthMap(units: try millimetres(inputs))
    let align = DepthAligner(
      depthCamera: camera, colorCamera: PinholeIntrinsics(fx: 610, fy: 612, cx: 322, cy: 238),
      depthToColor: RigidTransform(translation: [0.015, -0.002, 0.001]), colorHeight: 480, colorWidth: 640)
    return bundling("aligned") { align.depthToColor(depth).metres }
  },
  "depth.bilateral5": { inputs throws(GenbaError) in
    let depth = DepthMap(units: try millimetres(inputs))
    let filter = BilateralFilter(radius: 2, sigmaSpace: 4.5, sigmaDepth: 0.03, growsWithDistance: false)
    return bundling("smoothed") { filter(depth).metres }
  },
  "depth.guided8": { inputs throws(GenbaError) in
    let depth = DepthMap(units: try millimetres(inputs))
    return bundling("smoothed") { GuidedFilter(radius: 8, epsilon: 1e-3)(depth).metres }
  },
  "depth.median5": { inputs throws(GenbaError) in
    let units = try millimetres(inputs)
    return bundling("smoothed") { MedianFilter()(units) }
  },
  "depth.voxels": { inputs throws(GenbaError) in
    let cloud = PointMap(units: try millimetres(inputs), intrinsics: camera).pointCloud()
    return { () throws(GenbaError) in
      let thinned = try cloud.voxelDownsampled(size: 0.01)
      return counted(thinned.count)
    }
  },
  "depth.ply": { inputs throws(GenbaError) in
    let cloud = PointMap(units: try millimetres(inputs), intrinsics: camera).pointCloud()
    return { () throws(GenbaError) in
      try PointCloudFile.write(cloud, to: "/dev/shm/genba-bench.ply")
      return counted(cloud.count)
    }
  },
]

private let camera = PinholeIntrinsics(fx: 525, fy: 525, cx: 319.5, cy: 239.5)

private func millimetres(_ inputs: String) throws(GenbaError) -> Tensor<UInt16> {
  guard case .uint16(let units) = try DepthImage(TensorBundle(contentsOf: "\(inputs)/depth.npy")[0].tensor) else {
    throw GenbaError(.corruptData, "depth.npy holds no uint16")
  }
  return units
}

private func bundling<Element>(_ name: String, _ make: @escaping @Sendable () -> Tensor<Element>) -> Work {
  { () throws(GenbaError) in
    var bundle = TensorBundle()
    bundle.set(name, to: make())
    return bundle
  }
}

private func counted(_ count: Int) -> TensorBundle {
  var bundle = TensorBundle()
  bundle.set("count", to: Tensor([Int64(count)]))
  return bundle
}
