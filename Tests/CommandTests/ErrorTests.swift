import Foundation
import Testing

/// Each message with its exit code is a row.
@Suite struct ErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var arguments: String
    var input = ""
    var status: Int32
    /// What standard error says, among other things.
    var message: String
    var testDescription: String { arguments }

    init(_ arguments: String, input: String = "", _ status: Int32, _ message: String) {
      (self.arguments, self.input, self.status, self.message) = (arguments, input, status, message)
    }
  }

  let folder: Scratch

  /// A folder with everything that can be wrong: M is a model, the others are broken.
  init() throws {
    folder = try Scratch()
    try TinyModel.make(in: folder, "M")
    try TinyModel.make(in: folder, "wide", hiddenSize: 20)
    try TinyModel.make(in: folder, "reverse", source: "yy", target: "xx")
    try TinyModel.make(in: folder, "other-subwords", lines: ["Quite other words are here."])
    try folder.file("one.txt", "The cat.\n")
    try folder.file("two.txt", "The cat.\nA dog.\n")
    try folder.file("latin1.txt", Data([0x66, 0xFC, 0x72, 0x0A]))
    try folder.file("recipe.yaml", "source: xx\ntarget: yy\ndata:\n  train:\n    - tsv: no.tsv\n")
    try folder.file("bad.yaml", "source: xx\nlearning: 3\n")
    try folder.file("runs.txt", "not a folder")
    try folder.file("empty.txt", Data())
    try folder.file("blank.txt", "\n")
    try folder.file("captions.tsv", "a.jpg\tA cat sits on a mat.\n")
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: true)

    try damage("short-weights", "weights.safetensors") { $0.dropLast(100) }
    try damage("no-weights", "weights.safetensors") { _ in nil }
    try damage("short-subwords", "subwords.txt") { $0.prefix($0.count / 2) }
    try damage("short-json", "model.json") { $0.prefix($0.count / 2) }
    try damage("newer", "model.json") {
      replacing($0, "\"format\" : 1", "\"format\" : 999")
    }
    try damage("captioner", "model.json") {
      replacing($0, "\"kind\" : \"translation\"", "\"kind\" : \"captioning\"")
    }
    try damage("other-size", "model.json") {
      replacing($0, "\"decoderHiddenSize\" : 16", "\"decoderHiddenSize\" : 32")
    }
  }

  private func damage(_ name: String, _ file: String, _ change: (Data) -> Data?) throws {
    try TinyModel.make(in: folder, name)
    let url = folder.url(name + "/" + file)
    let old = try Data(contentsOf: url)
    let new = change(old)
    precondition(new != old, "\(file) was not changed")
    try FileManager.default.removeItem(at: url)
    try new.map { Data($0) }?.write(to: url)
  }

  private func replacing(_ data: Data, _ old: String, _ new: String) -> Data {
    Data(String(decoding: data, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8)
  }

  @Test(arguments: [
    Row("nonsense", 2, "Unexpected argument 'nonsense'"),
    Row("translate", 2, "Which model? Give --src and --tgt"),
    Row("translate --src de", 2, "'--tgt' is missing"),
    Row("translate --src de --tgt en --model M", 2, "Give either --model, or --src and --tgt"),
    Row("translate --model M --beem 3", 2, "Unknown option '--beem'"),
    Row("translate --model M --beam 0", 2, "--beam is 0; it must be 1 to 1000"),
    Row("translate --model M --beam x", 2, "The value 'x' is invalid for '--beam"),
    Row("translate --model M --nbest 0", 2, "--nbest is 0"),
    Row("translate --model M --beam 2 --nbest 3", 2, "--nbest is 3, but --beam keeps only 2"),
    Row("translate --model M --threads 0", 2, "--threads is 0"),
    Row("translate --model M --batch 0", 2, "--batch is 0"),
    Row("translate --model M --length-penalty -1", 2, "--length-penalty"),
    Row("translate --model M --length-penalty=-1", 2, "--length-penalty is -1.0; it must not be"),
    Row("translate --model M --max-length-factor=-2", 2, "--max-length-factor is -2.0"),
    Row("translate --model M --seed 1", 2, "--seed goes with --sampling only"),
    Row("translate --model M --sampling --temperature 0", 2, "--temperature is 0.0"),
    Row("translate --model M --sampling --top-p 2", 2, "--top-p is 2.0"),
    Row("translate --model M one.txt --output one.txt", 2, "is the input"),
    Row(
      "translate --model M --output no/out one.txt", 73, "no/out: cannot be written: No such file"),
    Row("translate --src de --tgt fr", 66, "no model translates from 'de' to 'fr'"),
    Row("translate --src de --tgt fr", 66, "s2s train"),
    Row("translate --model none", 66, "none: no such model folder; `s2s models` lists"),
    Row("translate --model folder", 65, "not a model: there is no model.json"),
    Row("translate --model short-weights", 65, "short-weights/weights.safetensors: "),
    Row("translate --model no-weights", 66, "no-weights/weights.safetensors: "),
    Row("translate --model short-subwords", 65, "short-subwords/subwords.txt"),
    Row("translate --model short-json", 65, "short-json/model.json: damaged: "),
    Row("translate --model newer", 65, "model format 999 is newer than this program"),
    Row("translate --model captioner", 65, "this is a captioning model"),
    Row("translate --model other-size", 65, "this configuration needs"),
    Row("translate --model M --model reverse", 65, "an ensemble needs the same languages"),
    Row("translate --model M --model other-subwords", 65, "has other target subwords"),
    Row("translate --model M folder", 1, "folder: is a folder; name the file"),
    Row("translate --model M none.txt", 1, "none.txt: there is no such file; check the path"),
    Row("translate --model M latin1.txt", 1, "latin1.txt:1: the line is not UTF-8"),
    Row("score --model M one.txt", 2, "1 file given; it takes two"),
    Row("score --model M one.txt two.txt", 65, "one.txt has 1 lines and two.txt 2"),
    Row("score --model M one.txt none.txt", 66, "none.txt: there is no such file"),
    Row("score --model M", input: "no tab\n", 1, "standard input:1: the line has no TAB"),
    Row("tokenize", 2, "Which subwords? Give either a model"),
    Row("tokenize --subwords none", 66, "none: it cannot be read"),
    Row("tokenize --subwords one.txt", 65, "one.txt:1: "),
    Row("tokenize --model M --dropout 2", 2, "--dropout is 2.0; it must be 0 to 1"),
    Row("tokenize --model M --undo --ids", input: "7 x\n", 1, "number 2 of the line, 'x'"),
    Row("tokenize --model M --undo --ids", input: "999999\n", 1, "number 1 of the line, '999999'"),
    Row("tokenize --model M --undo", input: "▁zzz\n", 1, "piece 1 of the line, '▁zzz'"),
    Row("tokenize --model M --undo", input: "<0x0A>\n", 1, "hold the end of a line"),
    Row("tokenize --learn one.txt", 2, "--learn needs --out"),
    Row("tokenize --learn --out x --vocabulary-size 5", 2, "--vocabulary-size is 5"),
    Row("tokenize --learn --out no/x one.txt", 73, "no/x: it cannot be written"),
    Row("tokenize --learn --out x empty.txt", 65, "there is no text to learn from"),
    Row("evaluate bleu", 2, "Which reference? Give -r"),
    Row("evaluate bleu -r two.txt one.txt", 65, "one.txt has 1 line but two.txt has 2; line n"),
    Row("evaluate bleuu -r one.txt one.txt", 2, "'bleuu' is no metric; there are bleu, chrf"),
    Row("evaluate bleu,cider -r one.txt one.txt", 2, "read different files; ask for them in two"),
    Row("evaluate bleu -r one.txt --smooth-value 2 one.txt", 2, "--smooth-value goes with"),
    Row("evaluate bleu -r one.txt --beam 5 one.txt", 2, "--beam goes with a model: --src and"),
    Row("evaluate bleu -r one.txt --batch 9 one.txt", 2, "--batch goes with a model: --src and"),
    Row("evaluate bleu -r one.txt --smooth floor --smooth-value 0 one.txt", 2, "must be above"),
    Row("evaluate bleu -r one.txt --tokenize x one.txt", 2, "The value 'x' is invalid"),
    Row("evaluate chrf -r one.txt --chrf-characters 0 one.txt", 2, "are both 0"),
    Row(
      "evaluate ter -r one.txt --lowercase one.txt", 2,
      "--lowercase is an option of bleu, chrf, chrf++, wer, cer; leave it out with ter."),
    Row("evaluate cider -r one.txt --lowercase one.txt", 2, "--lowercase is an option of bleu"),
    Row(
      "evaluate chrf,ter -r one.txt --tokenize 13a one.txt", 2,
      "--tokenize is an option of bleu; leave it out with chrf, ter."),
    Row("evaluate wer -r one.txt --smooth exp one.txt", 2, "--smooth is an option of bleu;"),
    Row("evaluate wer -r one.txt --smooth-value 2 one.txt", 2, "floor or add-k, of bleu"),
    Row(
      "evaluate wer -r one.txt --smooth floor --smooth-value 2 one.txt", 2,
      "--smooth is an option of bleu;"),
    Row("evaluate ter -r one.txt --effective-order one.txt", 2, "--effective-order is an option"),
    Row(
      "evaluate bleu -r one.txt --chrf-characters 6 one.txt", 2,
      "--chrf-characters is an option of chrf, chrf++;"),
    Row("evaluate bleu -r one.txt --chrf-words 2 one.txt", 2, "--chrf-words is an option of chrf,"),
    Row("evaluate wer -r one.txt --chrf-beta 2 one.txt", 2, "--chrf-beta is an option of chrf,"),
    Row(
      "evaluate wer,cer -r one.txt --chrf-whitespace one.txt", 2,
      "--chrf-whitespace is an option of chrf, chrf++; leave it out with wer, cer."),
    Row("evaluate bleu -r one.txt --chrf-epsilon one.txt", 2, "--chrf-epsilon is an option of"),
    Row(
      "evaluate bleu -r one.txt --case-sensitive one.txt", 2,
      "--case-sensitive is an option of ter; leave it out with bleu."),
    Row("evaluate wer -r one.txt --ter-normalized one.txt", 2, "--ter-normalized is an option of"),
    Row("evaluate bleu -r one.txt --ter-asian one.txt", 2, "--ter-asian is an option of ter;"),
    Row(
      "evaluate bleu -r one.txt --no-punctuation one.txt", 2,
      "--no-punctuation is an option of ter, wer, cer;"),
    Row(
      "evaluate bleu -r one.txt --only-answered one.txt", 2,
      "--only-answered is an option of coco, coco-bleu, rouge-l, cider, cider-plain, "
        + "meteor-exact-stem;"),
    Row("evaluate bleu -r one.txt --samples 5 one.txt", 2, "--samples goes with --confidence"),
    Row(
      "evaluate bleu -r one.txt --resampling-seed 5 one.txt", 2,
      "--resampling-seed goes with --confidence"),
    Row("evaluate bleu -r one.txt --paired-bootstrap one.txt", 2, "give the baseline's file"),
    Row(
      "evaluate bleu -r one.txt --paired-bootstrap --paired-randomization one.txt one.txt", 2,
      "Give either --paired-bootstrap or --paired-randomization"),
    Row("evaluate bleu -r one.txt --confidence one.txt one.txt", 2, "use --paired-bootstrap"),
    Row("evaluate bleu -r one.txt --align one.txt", 2, "--align is there for wer or cer alone"),
    Row("evaluate bleu -r one.txt --sentence one.txt one.txt", 2, "the lines of one system"),
    Row("evaluate bleu -r one.txt --json --score-only one.txt", 2, "Give either --score-only"),
    Row("evaluate wer -r blank.txt blank.txt", 65, "all references are empty"),
    Row("evaluate bleu -r none.txt one.txt", 66, "none.txt: there is no such file"),
    Row("evaluate bleu -r one.txt latin1.txt", 65, "latin1.txt:1: the line is not UTF-8"),
    Row(
      "evaluate coco -r none.json captions.tsv", 66,
      "none.json: there is no such file; check the path"),
    Row("evaluate cider -r captions.tsv none.json", 66, "none.json: there is no such file"),
    Row("evaluate cider -r folder captions.tsv", 66, "folder: is a folder; name a file"),
    Row("evaluate bleu -r one.txt --model M", 2, "A model needs -s"),
    Row("evaluate bleu -r empty.txt empty.txt", 65, "there are 0 hypothesis lines"),
    Row("models info none", 66, "none: no such model folder"),
    Row("models info newer", 65, "model format 999 is newer"),
    Row("models average M M", 73, "M: there is a model already"),
    Row("models average new M wide", 65, "a mean needs models of one architecture"),
    Row("models average new M other-subwords", 65, "a mean needs models of one architecture"),
    Row("models average new none", 66, "none: no such model folder"),
    Row("models convert M new", 2, "Missing expected argument '--precision"),
    Row("models convert M new --precision int4", 2, "'int4' is invalid for '--precision"),
    Row("models convert M runs.txt/x --precision int8", 73, "runs.txt: is a file, not a folder"),
    Row("models quantize M new", 2, "give lines with --source and their translations"),
    Row("models quantize M new -s one.txt", 2, "give lines with --source and their translations"),
    Row("models quantize M M -s one.txt -r one.txt", 73, "M: there is a model already"),
    Row("models quantize none new -s one.txt -r one.txt", 66, "none: no such model folder"),
    Row("models quantize M new -s one.txt -r none.txt", 66, "none.txt: there is no such file"),
    Row("models quantize M new -s one.txt -r two.txt", 65, "one.txt has 1 lines and two.txt 2"),
    Row("models quantize M new -s empty.txt -r empty.txt", 65, "there are no lines"),
    Row("models quantize M new -s latin1.txt -r one.txt", 65, "latin1.txt:1: the line is not"),
    Row("models quantize M new -s blank.txt -r one.txt", 65, "has BLEU 0.0 on blank.txt and"),
    Row("models quantize M runs.txt/x -s one.txt -r one.txt", 73, "runs.txt: is a file"),
    Row("models quantize M new --max-drop=-1", 2, "--max-drop is -1.0; it must be a number"),
    Row("models quantize M new --max-drop nan", 2, "--max-drop is nan; it must be a number"),
    Row("models quantize M new --max-drop inf", 2, "--max-drop is inf; it must be a number"),
    Row("models quantize M new --metric cider", 2, "--metric cider is for captioners"),
    Row("models quantize M new --metric ter", 2, "'ter' is invalid for '--metric"),
    Row("models quantize M new --images folder", 2, "--images goes with a captioner"),
    Row("models quantize M new --metric perplexity --beam 2", 2, "--beam goes with bleu and cider"),
    Row("models quantize M new --beam 0", 2, "--beam is 0"),
    Row("models quantize M new --threads 0", 2, "--threads is 0"),
    Row("train none.yaml", 66, "none.yaml: there is no such file"),
    Row("train bad.yaml", 78, "bad.yaml:2:1: 'learning' is no setting"),
    Row("train recipe.yaml --set training.foo=3", 2, "--set 'training.foo=3'"),
    Row("train recipe.yaml --budget 3x", 2, "'3x' is invalid for '--budget"),
    Row("train recipe.yaml --budget 0", 2, "'0' is invalid for '--budget"),
    Row(
      "train recipe.yaml --out runs.txt/x --set data.dev=[{tsv: no.tsv}]", 73,
      "runs.txt: is a file, not a folder"),
    Row("train recipe.yaml --out new --set data.dev=[{tsv: no.tsv}]", 66, "no.tsv: there is no"),
  ])
  func row(_ row: Row) throws {
    let process = Command.process(
      ["-c", "cd \"$1\"; shift; exec \"$@\"", "bash", folder.path, Command.executable.path]
        + Self.words(row.arguments), executable: URL(fileURLWithPath: "/bin/bash"))
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // It may have ended already: then there is nobody to read.
    try? input.fileHandleForWriting.write(contentsOf: Data(row.input.utf8))
    try? input.fileHandleForWriting.close()
    let message = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == row.status, "\(message)")
    #expect(message.contains(row.message))
    #expect(message.contains("s2s: "))
    #expect(answer.allSatisfy { $0 == UInt8(ascii: "\n") })
  }

  /// Words at spaces, but not at those within brackets.
  private static func words(_ line: String) -> [String] {
    var words = [""]
    var depth = 0
    for character in line {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == " " && depth == 0 {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
    }
    return words
  }
}
