internal import CCrypto

/// SHA-256 (FIPS 180-4), computed by OpenSSL's libcrypto with the processor's own instructions where it has them.
///
/// ```swift
/// var hash = SHA256()
/// hash.update(Array("abc".utf8))
/// hash.finish()  // ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
/// ```
@safe
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// A hash of no bytes.
  public init() {
    guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has SHA-256 and memory for it")
    }
    unsafe self.context = context
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) { update(unsafe bytes.span.bytes) }

  /// Takes in more bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  /// The hash as 64 hexadecimal digits, as `sha256sum` prints it.
  public consuming func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    var span = digest.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
    }
    return Hexadecimal.string(digest)
  }

  /// The hash of these bytes alone.
  public static func hash(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  deinit { unsafe EVP_MD_CTX_free(context) }
}

/// Numbers and bytes in lower-case hexadecimal.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func string(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
