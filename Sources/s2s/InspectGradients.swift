import ArgumentParser
import Captioning
import Completion
import Foundation
import Plotting
import Seq2Seq
import Tensors
import Translation

struct InspectGradients: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients",
    abstract: "How much of a gradient survives 1, 2, 5 … 200 steps, layer by layer.",
    discussion: """
      Puts a random vector of length 1 in the place of the gradient of a state, runs the network backward through \
      time, and reads what length arrives at the same state so many steps before: 1 keeps it all, 0 none (a gradient \
      that vanishes), more than 1 a gradient that explodes (Hochreiter 1991; Pascanu et al. 2013). Printed are the mean over \
      several vectors and the standard deviation, for each layer, and for each part of its state: h, and c where the \
      cell has one. Layers of encoders and language models are measured each by itself, a decoder along all that its steps hand on. Sequences \
      are as long as is needed: a text's lines one after the other, from the beginning again where it ends, or else \
      tokens drawn at random. Dropout is off.

      EXAMPLES:
        s2s inspect gradients de-en
        s2s inspect gradients Runs/tiny --text dev.de --target-text dev.en --svg flow.svg
        s2s inspect gradients photos-en --text captions.txt --picture photo.jpg --json
      """)

  @Argument(
    help:
      "A model (its folder, its name, or a pair such as de-en), or the folder of a training run.",
    completion: .directory)
  var model: String

  @Option(help: "Of a run: its best or its last weights.")
  var checkpoint: InspectedModel.Checkpoint = .best

  @Option(
    help: ArgumentHelp(
      "What a translator's encoder or a language model reads, or a captioner's decoder is fed; drawn tokens unless told.",
      valueName: "file"),
    completion: .file())
  var text: String?

  @Option(
    help: ArgumentHelp(
      "What a translator's decoder is fed; drawn tokens unless told.", valueName: "file"),
    completion: .file())
  var targetText: String?

  @Option(
    help: ArgumentHelp(
      "What a captioner looks at; pictures of noise unless told.", valueName: "file"),
    completion: .file())
  var picture: String?

  @Option(help: ArgumentHelp("Random vectors.", valueName: "n"))
  var vectors = 8

  @Option(help: ArgumentHelp("Start of the random numbers.", valueName: "n"))
  var seed: UInt64 = 1

  @Flag(help: "Print a JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Write a plot there.", valueName: "file"), completion: .file())
  var svg: String?

  func validate() throws { try check("--vectors", vectors, 1...256) }

  func run() throws {
    let inspected = try InspectedModel(model, checkpoint: checkpoint)
    if let failure = matrixLibraryFailure() { throw Failure(.software, failure) }
    var flow = GradientFlow()
    flow.vectors = vectors
    flow.seed = seed
    let traces: [GradientFlow.Trace]
    let sequences: [(String, String)]
    switch inspected.model {
    case .translation(let model):
      if picture != nil {
        throw Failure(.usage, "--picture goes with a captioner; this model translates lines")
      }
      traces = model.gradientTraces(flow, source: try lines(text), target: try lines(targetText))
      sequences = [("encoder", text ?? "drawn tokens"), ("decoder", targetText ?? "drawn tokens")]
    case .caption(let model):
      if targetText != nil {
        throw Failure(
          .usage, "--target-text goes with a translator; give a captioner's text as --text")
      }
      traces = model.gradientTraces(
        flow, text: try lines(text), picture: try picture.map { try ImageReader().read($0) })
      sequences = [("picture", picture ?? "noise"), ("decoder", text ?? "drawn tokens")]
    case .language(let model):
      if targetText != nil || picture != nil {
        throw Failure(
          .usage,
          "\(picture == nil ? "--target-text" : "--picture") does not go with a language model; give its text as --text"
        )
      }
      traces = model.gradientTraces(flow, text: try lines(text))
      sequences = [("text", text ?? "drawn tokens")]
    }
    let format = GradientFormat(inspected, flow, traces, sequences: sequences)
    if let svg { try writeFile(format.plot.svg, to: svg, apartFrom: [text, targetText, picture]) }
    let output = try TextOutput(path: nil)
    try output.write(json ? format.object.text : format.text)
    try output.close()
  }

  /// The lines of a file that has some; none where none is given.
  private func lines(_ path: String?) throws -> [String] {
    guard let path else { return [] }
    let lines = try readLines(path).filter { !$0.allSatisfy(\.isWhitespace) }
    guard !lines.isEmpty else { throw Failure(.data, "\(path): there is no text to go through") }
    return lines
  }
}

/// Says that a plot's file cannot be written before there is a plot; what it holds stays.
func checkCanWrite(_ path: String, apartFrom inputs: [String]) throws {
  let isNew = !exists(path)
  try TextOutput(path: path, apartFrom: inputs, option: "--svg", isEmptied: false).close()
  if isNew { try? FileManager.default.removeItem(atPath: path) }
}

/// Writes a plot's file.
func writeFile(_ text: String, to path: String, apartFrom inputs: [String?] = []) throws {
  let output = try TextOutput(path: path, apartFrom: inputs.compactMap(\.self), option: "--svg")
  try output.write(bytes: text.utf8.dropLast(text.hasSuffix("\n") ? 1 : 0))
  try output.close()
}
