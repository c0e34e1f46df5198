// A rectified pair and its calibration to a coloured point cloud and a picture of the depth.
// usage: stereo-to-points LEFT RIGHT CALIBRATION OUT.ply OUT.png
import Genba
import GenbaPlot
import Glibc

let arguments = CommandLine.arguments
guard arguments.count == 6 else {
  print("usage: stereo-to-points LEFT RIGHT CALIBRATION OUT.ply OUT.png")
  exit(2)
}

// The pair, and what the calibration file says of its cameras: OpenCV, ROS, KITTI, Middlebury and RealSense write them.
let left = try ImageDecoder.decode(arguments[1])
let right = try ImageDecoder.decode(arguments[2])
let rectification = try StereoCalibration(contentsOf: [arguments[3]]).rectified(width: left.width, height: left.height)

// Does nothing to a pair that is rectified already.
let pair = try rectification(left: left, right: right)

// Disparities with a confidence, on as many threads as there are; then only what can be trusted.
let disparity = try StereoSGBM(numDisparities: 64)(left: pair.left, right: pair.right, threads: 2)
let sure = disparity.keeping(confidenceAtLeast: 0.3)

// Metres, in the left camera's axes.
let depth = DepthMap(sure, reprojection: rectification.q)
let points = PointMap(sure, reprojection: rectification.q)
let cloud = points.pointCloud(colors: pair.left.rgbPixels)
print("\(cloud.count) points of \(left.width * left.height) pixels; baseline \(rectification.baseline) m")

try PointCloudFile.write(cloud, to: arguments[4])
try PNGEncoder.write(DepthPlot(title: "depth")(depth), to: arguments[5])
