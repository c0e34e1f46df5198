// A depth camera's picture and the colour camera's beside it, to what a policy takes: normalised inverse depth, normals
// and points, all on the colour camera's pixels.
//
//   swift run depth-to-model TestAssets/media/depth/scene-mm.png TestAssets/media/depth/scene-color.png out.safetensors
import Genba
import Glibc

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  print("usage: depth-to-model DEPTH.png COLOR.png OUT.safetensors")
  exit(2)
}

// How the cameras are built and stand to each other: from the sensor, or from a calibration.
let depthCamera = PinholeIntrinsics(fx: 140, fy: 140, cx: 80, cy: 60)
let colorCamera = depthCamera
let depthToColor = RigidTransform.identity

// 1. Read. The file does not say what its numbers mean; we do.
let depth = try DepthMap(contentsOf: arguments[1], scale: .millimetres)
if let warning = depth.scaleWarning { print("careful: \(warning)") }
let color = try ImageDecoder.decode(arguments[2])

// 2. Onto the colour camera's pixels, and smoothed as the sensor's noise grows: with the square of the distance.
let align = DepthAligner(
  depthCamera: depthCamera, colorCamera: colorCamera, depthToColor: depthToColor, colorHeight: color.height,
  colorWidth: color.width, footprint: .corners)
let aligned = align.depthToColor(depth)
let smooth = BilateralFilter()(aligned)

// 3. To the policy's size. Near is never mixed with far, nor what is measured with what is not.
let size = 112
let small = DepthResizer(toHeight: size, width: size, method: .weighted())(smooth)
let camera = colorCamera.scaled(
  x: Double(size) / Double(color.width), y: Double(size) / Double(color.height))

// 4. The tensors, each with its mask.
let inverse = DepthNormalization.minMax(of: .inverse)(small)
let normals = NormalMap(small, intrinsics: camera)
let points = PointMap(small, intrinsics: camera)

var bundle = TensorBundle()
bundle.set("depth_inverse", to: inverse.values)
bundle.set("valid_mask", to: small.validMask)
bundle.set("normals", to: normals.normals)
bundle.set("normals_valid_mask", to: normals.validMask)
bundle.set("point_map", to: points.points)
try bundle.write(to: arguments[3])

print("\(small.validCount) of \(size * size) pixels have a distance, from \(depth.validCount) that were measured")
for (name, tensor) in bundle { print("\(name): \(tensor)") }
