import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite struct InteractiveTests {
  let folder: Scratch
  let model: String

  init() throws {
    folder = try Scratch()
    model = try TinyText.model.get()
  }

  /// Keys on a terminal of its own: lines come out, the terminal is left as it was.
  @Test(arguments: [[0x04], [0x03]] as [[UInt8]]) func interactive(end: [UInt8]) throws {
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("the commx\u{7F}")
    terminal.wait(for: "committee")
    #expect(terminal.modes != terminal.modesBefore)
    terminal.press("\t")
    terminal.wait(for: "the committee")
    // An arrow changes nothing; Ctrl-U takes the line away, Ctrl-W a word.
    terminal.press(" ü\u{1B}[A\r")
    terminal.press("gone\u{15}two words\u{17}x\r")
    // Pressed before its suggestions can have been shown.
    terminal.press("where i\t\r")
    terminal.wait(for: "where is")
    terminal.press("unfinished" + String(decoding: end, as: UTF8.self))
    #expect(terminal.end() == 0)
    terminal.wait(for: "a line that Enter did not end is left out: unfinished")
    #expect(terminal.shown.contains("left out: unfinished"))
    #expect(
      try String(contentsOf: folder.url("out"), encoding: .utf8)
        == "the committee ü\ntwo x\nwhere is\n")
    #expect(terminal.modes == terminal.modesBefore)
    #expect(terminal.leftPastingAsItWas)
  }

  /// Alt and a digit takes one of the further suggestions; one that is not there changes nothing.
  @Test func furtherSuggestions() throws {
    let next = try Command.run(["complete", "--model", model, "--next", "where is "])
    let words = next.lines[0].split(separator: "\t").map { $0.split(separator: " ")[0] }
    try #require(words.count == 3)
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("where is \u{1B}1\r")
    terminal.press("where is \u{1B}9\u{1B}x\r")
    terminal.press("the comm\u{1B}2\u{1B}1\r\u{04}")
    #expect(terminal.end() == 0)
    let written = try String(contentsOf: folder.url("out"), encoding: .utf8)
    #expect(written == "where is \(words[0])\nwhere is \nthe committee\n")
  }

  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func aSignalLeavesTheTerminalAsItWas(signal: Int32, status: Int32) throws {
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("the comm")
    terminal.wait(for: "committee")
    kill(terminal.process.processIdentifier, signal)
    #expect(terminal.end() == status)
    #expect(terminal.modes == terminal.modesBefore)
    #expect(terminal.leftPastingAsItWas)
  }

  @Test func aModelThatIsNotThereLeavesTheTerminalAsItWas() throws {
    let terminal = try Terminal(
      ["complete", "--model", folder.path("none"), "--interactive"], folder)
    #expect(terminal.end() == 66)
    terminal.wait(for: folder.path("none"))
    #expect(terminal.modes == terminal.modesBefore)
  }

  /// What has been typed before counts, however many lines it is.
  @Test func manyLines() throws {
    let model = try TinyText.goingOn.get()
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    var expected = ""
    for number in 0..<27 {
      let line = TinyText.lines[number % 5]
      // All but the first word are typed; that one follows from the line before.
      let first = line.split(separator: " ")[0]
      terminal.press(number == 0 ? line + "\r" : "\t" + line.dropFirst(first.count) + "\r")
      expected += line + "\n"
    }
    terminal.press("\u{04}")
    #expect(terminal.end() == 0)
    #expect(try String(contentsOf: folder.url("out"), encoding: .utf8) == expected)
  }

  /// What is shown fits, of wide characters too.
  @Test func aNarrowTerminal() throws {
    let terminal = try Terminal(
      ["complete", "--model", model, "--interactive"], folder, columns: 30)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press("世界世界世界世界世界世界世界世界世界 the gov")
    terminal.wait(for: "the gov\u{1B}7")
    terminal.press("\u{04}")
    #expect(terminal.end() == 0)
    let frames = terminal.shown.split(
      separator: "\u{1B}7   \u{1B}[2m", omittingEmptySubsequences: false)
    #expect(frames.count > 2)
    for (line, words) in zip(frames, frames.dropFirst()) {
      let line = line.split(separator: "\u{1B}[K", omittingEmptySubsequences: false).last ?? ""
      let suggestions = words.prefix { $0 != "\u{1B}" }
      let columns = (line + suggestions).unicodeScalars.reduce(0) {
        $0 + ($1.value > 0x2E80 ? 2 : 1)
      }
      #expect(columns + 3 < 30, "\(line)|\(suggestions)")
    }
  }

  /// Bytes that are no text do no harm; what is pasted is text.
  @Test func oddKeys() throws {
    let terminal = try Terminal(["complete", "--model", model, "--interactive"], folder)
    terminal.wait(for: "Ctrl-D leaves")
    terminal.press([0xFC])
    // U+009B is as good as an escape and a bracket to a terminal.
    terminal.press([0xC2, 0x9B])
    // Alt-Up, as some send it, and F1 on a console.
    terminal.press("\u{1B}\u{1B}[A")
    terminal.press("\u{1B}[[A")
    terminal.press("the comm")
    terminal.wait(for: "committee")
    terminal.press([0xC3, 0x0D])
    terminal.press("\u{1B}[200~where i\tb\u{1B}1\u{1B}[201~\r")
    // A word that is hardly possible is not taken.
    terminal.press("where is the cat?\t\r\u{04}")
    #expect(terminal.end() == 0)
    #expect(
      try String(contentsOf: folder.url("out"), encoding: .utf8)
        == "the comm\nwhere i b\nwhere is the cat?\n")
  }
}

/// The command on a terminal of its own.
private final class Terminal {
  let process: Process
  let modesBefore: [UInt32]
  private let main: Int32
  private let side: Int32
  private(set) var shown = ""

  /// - Parameter folder: where its standard output goes, as a file.
  init(_ arguments: [String], _ folder: Scratch, columns: UInt16 = 80) throws {
    // What posix_openpt, unlockpt and ptsname do, which Swift does not see.
    main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (lock, number): (Int32, Int32) = (0, 0)
    try #require(main >= 0 && ioctl(main, 0x4004_5431, &lock) == 0)
    try #require(ioctl(main, 0x8004_5430, &number) == 0)
    side = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(side >= 0)
    modesBefore = Self.modes(side)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(side, UInt(TIOCSWINSZ), &size) == 0)
    try folder.file("out", Data())
    process = Command.process(arguments)
    let terminal = FileHandle(fileDescriptor: side, closeOnDealloc: false)
    process.standardInput = terminal
    process.standardError = terminal
    process.standardOutput = try FileHandle(forWritingTo: folder.url("out"))
    try process.run()
  }

  deinit {
    close(main)
    close(side)
  }

  var modes: [UInt32] { Self.modes(side) }

  private static func modes(_ side: Int32) -> [UInt32] {
    var state = termios()
    tcgetattr(side, &state)
    return [state.c_iflag, state.c_oflag, state.c_lflag]
  }

  /// Reads what is shown until a text is in it.
  func wait(for text: String) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var request = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
    while !shown.contains(text), poll(&request, 1, 20_000) > 0 {
      let count = read(main, &buffer, buffer.count)
      if count <= 0 { return }
      shown += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
  }

  func press(_ keys: String) { press(Array(keys.utf8)) }

  func press(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { write(main, $0.baseAddress, $0.count) }
  }

  /// Whether the terminal was told, in the end, not to mark pasted text any more.
  var leftPastingAsItWas: Bool {
    let off = "\u{1B}[?2004l"
    wait(for: off)
    return shown.contains("\u{1B}[?2004h") && shown.contains(off)
  }

  /// Waits for the end.
  ///
  /// - Returns: the exit code.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
