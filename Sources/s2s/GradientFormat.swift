import Plotting
import Recipes
import Seq2Seq

/// What is left of gradients, for people and for programs.
struct GradientFormat {
  private let model: InspectedModel
  private let flow: GradientFlow
  private let traces: [GradientFlow.Trace]
  /// What each part of the model went through.
  private let sequences: [(part: String, origin: String)]

  init(
    _ model: InspectedModel, _ flow: GradientFlow, _ traces: [GradientFlow.Trace],
    sequences: [(String, String)]
  ) {
    (self.model, self.flow, self.traces) = (model, flow, traces)
    self.sequences = sequences
  }

  var text: String {
    let table = TextTable(
      header: ["LAYER", "STATE"] + flow.distances.map(String.init),
      rows: traces.map { trace in
        [trace.layer, trace.state.letter]
          + trace.points.map { "\(shortened($0.mean))±\(shortened($0.deviation))" }
      })
    return "\(model.name) (\(model.cell)): what is left of a gradient so many steps back, of 1\n"
      + "mean ± standard deviation of \(flow.vectors) random vectors; "
      + sequences.map { "\($0.part): \($0.origin)" }.joined(separator: ", ") + "\n\n" + table.text
  }

  var object: JSON {
    .object([
      ("model", .string(model.name)), ("path", .string(model.path)), ("cell", .string(model.cell)),
      ("vectors", .integer(flow.vectors)), ("seed", .integer(Int(clamping: flow.seed))),
      ("sequences", .object(sequences.map { ($0.part, .string($0.origin)) })),
      (
        "layers",
        .array(
          traces.map { trace in
            .object([
              ("layer", .string(trace.layer)), ("state", .string(trace.state.letter)),
              (
                "gradient",
                .array(
                  trace.points.map {
                    .object([
                      ("steps", .integer($0.steps)), ("mean", .number($0.mean)),
                      ("deviation", .number($0.deviation)),
                    ])
                  })
              ),
            ])
          })
      ),
    ])
  }

  var plot: LinePlot {
    LinePlot(
      title: "\(model.name) (\(model.cell)): gradient left so many steps back",
      x: .init("steps back", .logarithmic), y: .init("share of its length", .logarithmic),
      series: traces.map { trace in
        .init(
          "\(trace.layer) \(trace.state.letter)",
          trace.points.map { .init(Double($0.steps), $0.mean, spread: $0.spread) })
      })
  }
}

extension GradientFlow.State {
  /// As formulas call it.
  var letter: String {
    switch self {
    case .hidden: "h"
    case .cell: "c"
    }
  }
}
