internal import CFFmpeg
internal import CMpg123
internal import CSndfile
internal import CVorbis

/// The libraries that decode, whose versions decide what comes out to the last bit.
public enum MediaLibraries {
  /// The libraries' names and versions, as they say them when the program runs.
  public static var versions: [(name: String, version: String)] {
    [
      ("ffmpeg", unsafe String(cString: av_version_info())),
      ("libsndfile", unsafe String(cString: sf_version_string())),
      ("libvorbis", unsafe String(cString: vorbis_version_string())),
      ("libmpg123", "API \(MPG123_API_VERSION)"),
    ]
  }
}
