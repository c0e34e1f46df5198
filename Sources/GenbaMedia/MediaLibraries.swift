internal import CFFmpeg
internal import CSndfile

/// The libraries that decode, whose versions decide what comes out to the last bit.
public enum MediaLibraries {
  /// The libraries' names and versions, as they say them when the program runs.
  public static var versions: [(name: String, version: String)] {
    [
      ("ffmpeg", unsafe String(cString: av_version_info())),
      ("libsndfile", unsafe String(cString: sf_version_string())),
    ]
  }
}
