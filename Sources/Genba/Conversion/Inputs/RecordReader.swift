internal import GenbaCore
internal import Glibc

/// Reads a file or standard input record by record, in memory that does not grow with its length.
@safe
struct RecordReader: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let separator: UInt8
  private let isCancelled: () -> Bool
  /// Whether bytes may have to be waited for, from a pipe or a terminal.
  private let isStream: Bool
  private var buffer: [UInt8] = []
  private var place = 0
  private var hasEnded = false
  /// A byte order mark, which spreadsheets put in front of text, is no part of the first record.
  private var mayHaveMark: Bool
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The number of the record that came last, from 1.
  private(set) var number = 0
  /// Bytes in front of the next record.
  private(set) var offset = 0

  /// No record is longer: a file without separators would fill the memory.
  static let longest = 64 << 20

  /// Opens a file; `-` is standard input.
  ///
  /// - Parameters:
  ///   - separator: What ends a record: a line feed, or a zero byte.
  ///   - isCancelled: Asked now and then, also while nothing comes; ``next()`` throws `.cancelled` then.
  init(
    path: String, separator: UInt8 = 0x0A, offset: Int = 0, isCancelled: @escaping () -> Bool = { false }
  ) throws(GenbaError) {
    self.path = path
    self.separator = separator
    self.isCancelled = isCancelled
    mayHaveMark = separator == 0x0A && offset == 0
    if path == "-" {
      descriptor = STDIN_FILENO
    } else {
      // A pipe is opened whether or not somebody writes into it yet; that is waited for below.
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw FileReading.cannotOpen(path, errno) }
      if offset > 0 { lseek(descriptor, off_t(offset), SEEK_SET) }
    }
    self.offset = offset
    var status = stat()
    isStream = unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
  }

  /// The next record without its separator; `nil` at the end.
  mutating func next() throws(GenbaError) -> [UInt8]? {
    var scanned = place
    while true {
      if let end = buffer[scanned...].firstIndex(of: separator) {
        defer { place = end + 1 }
        return take(Array(buffer[place..<end]), 1)
      }
      scanned = buffer.count
      if hasEnded {
        guard place < buffer.count else { return nil }
        defer { place = buffer.count }
        return take(Array(buffer[place...]), 0)
      }
      guard scanned - place <= Self.longest else {
        throw GenbaError(
          .limitExceeded, "record \(number + 1) has more than \(Self.longest) bytes", source: .init(path: path))
      }
      scanned -= place
      buffer.removeFirst(place)
      place = 0
      try fill()
    }
  }

  private mutating func take(_ record: [UInt8], _ separatorCount: Int) -> [UInt8] {
    number += 1
    offset += record.count + separatorCount
    guard mayHaveMark else { return record }
    mayHaveMark = false
    return record.starts(with: Self.mark) ? Array(record.dropFirst(Self.mark.count)) : record
  }

  private mutating func fill() throws(GenbaError) {
    repeat {
      if isCancelled() { throw GenbaError(.cancelled, "reading was called off", source: .init(path: path)) }
    } while isStream && !hasInput(within: 200)
    let room = 256 << 10
    var failure: Int32 = 0
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { memory, count in
      let received = unsafe read(descriptor, memory.baseAddress, room)
      failure = received < 0 ? errno : 0
      count = max(received, 0)
    }
    if failure == EINTR || failure == EAGAIN { return try fill() }
    guard failure == 0 else {
      throw GenbaError(
        failure == EISDIR ? .cannotOpen : .ioFailed, failure == EISDIR ? "this is a folder" : "reading broke off",
        source: .init(path: path), cause: FileReading.systemMessage(failure))
    }
    hasEnded = chunk.isEmpty
    buffer += chunk
  }

  /// Whether reading will not wait: there are bytes, or it is the end.
  private func hasInput(within milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&ready, 1, milliseconds) > 0
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }
}
