import ArgumentParser
import Benchmarking
import Captioning
import Comparing
import Metrics
import Neural
import Recipes
import Seq2Seq
import Tokenization
import Translation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a process ends; from 64 on as in sysexits.h.
enum ExitStatus: Int32 {
  case done = 0
  /// Some inputs failed; each was named, the others were answered.
  case someFailed = 1
  case usage = 2
  /// Input or a model is damaged, or does not fit.
  case data = 65
  /// There is no such file or model.
  case noInput = 66
  case software = 70
  case cannotCreate = 73
  /// Reading or writing failed, as on a full disk.
  case io = 74
  case config = 78
}

/// An error that ends the command: what happened, where, what to do.
struct Failure: Error {
  var status: ExitStatus
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// Ends the command when all there is to say has been said.
struct SilentEnd: Error {
  var code: Int32

  init(status: ExitStatus) { code = status.rawValue }

  /// As shells name the end by a signal: 130 for SIGINT, 143 for SIGTERM.
  init(signal: Int32) { code = 128 + signal }
}

extension Failure {
  /// What an error of the libraries means for the command; nil for those of the argument parser.
  init?(known error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as VariantError: self.init(.usage, error.description)
    case let error as MissingModel: self.init(.noInput, error.description)
    case let error as WritingError: self.init(.io, error.description)
    case let error as ModelError: self.init(Self.reading(error.path), error.description)
    case let error as SafetensorsError: self.init(Self.reading(error.path), error.description)
    case let error as SubwordsError:
      self.init(error.file.map(Self.reading) ?? .data, error.description)
    case let error as DataError: self.init(Self.reading(error.path), error.description)
    case let error as MetricError: self.init(.data, error.description)
    case let error as CaptionError:
      var isUnreadable = false
      if case .unreadable = error { isUnreadable = true }
      self.init(isUnreadable ? .noInput : .data, error.description)
    case let error as PictureError: self.init(Self.reading(error.name), error.description)
    case let error as HistoryError: self.init(Self.reading(error.path), error.description)
    case let error as BenchmarkError: self.init(.software, error.description)
    case let error as TrainingError: self.init(.data, error.description)
    case let error as ConfigurationError: self.init(.config, error.description)
    case let error as RecipeError:
      if case .override = error.place {
        self.init(.usage, error.description)
      } else {
        self.init(exists(error.path) ? .config : .noInput, error.description)
      }
    default: return nil
    }
  }

  private static func reading(_ path: String) -> ExitStatus {
    // Two files are named as "A and B", and each was there when they were compared.
    exists(path) || path.contains(" and ") ? .data : .noInput
  }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Makes a folder and those it lies in, where they are not there.
func makeFolder(_ path: String) throws(Failure) {
  let parts = path.split(separator: "/", omittingEmptySubsequences: false)
  for count in 1...parts.count {
    let folder = parts[..<count].joined(separator: "/")
    guard !folder.isEmpty, mkdir(folder, 0o777) != 0 else { continue }
    let problem = systemError()
    // What is there already may be a file.
    var status = stat()
    if stat(folder, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { continue }
      throw Failure(.cannotCreate, "\(folder): is a file, not a folder; name another place")
    }
    throw Failure(
      .cannotCreate, "\(folder): the folder cannot be made: \(problem); name another place")
  }
}

/// The system's words for its last error.
func systemError(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }

/// Writes a line to standard error.
func remark(_ message: String) { writeToStandardError("s2s: " + message + "\n") }

/// Writes text as it is; what cannot be written there has nowhere else to go.
func writeToStandardError(_ text: String) {
  var text = text
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = write(2, base, rest.count)
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { return }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }
}
