import Foundation
import Neural
import Tensors
import TestSupport
import Testing

/// An LSTM in double precision, by Tests/References/lstm.py.
@Suite struct LSTMGoldenTests {
  static let inputSize = 3
  static let hiddenSize = 5
  static let steps = [0..<3, 3..<5, 5..<7, 7..<8]

  /// 0.6 · sin(0.7 k + offset), as the script fills its own.
  private static func filled(_ rows: Int, _ columns: Int, _ offset: Double) -> Tensor {
    Tensor(
      rows: rows, columns: columns,
      (0..<rows * columns).map { Float(0.6 * sin(0.7 * Double($0) + offset)) })
  }

  private static func model() -> (cell: LSTMCell, table: ParameterTable, weights: Tensor) {
    var table = ParameterTable()
    let cell = LSTMCell(
      name: "cell", inputSize: inputSize, hiddenSize: hiddenSize, layerNormalization: false,
      in: &table)
    let weights = Tensor(rows: 1, columns: table.count)
    for (number, parameter) in table.parameters.enumerated() {
      copy(
        filled(parameter.rows, parameter.columns, 0.1 * Double(number + 1)),
        to: parameter.cut(from: weights))
    }
    return (cell, table, weights)
  }

  @Test func oneStep() throws {
    let (cell, _, weights) = Self.model()
    let graph = Graph(weights: weights)
    let state = CellState(
      hidden: Variable(constant: Self.filled(2, 5, 0.5)),
      cell: Variable(constant: Self.filled(2, 5, 0.6)))
    let projected = cell.project(Variable(constant: Self.filled(2, 3, 0.4)), on: graph)
    let next = cell.step(projected, state, mask: nil, on: graph)
    #expect(largestError(next.hidden.value, Self.hidden) < 1e-6)
    #expect(largestError(try #require(next.cell).value, Self.cell) < 1e-6)
  }

  @Test func aSequenceWhoseRowsEndOneByOne() throws {
    let (cell, table, weights) = Self.model()
    let gradients = Tensor(rows: 1, columns: table.count)
    let graph = Graph(weights: weights, gradients: gradients)
    let x = Variable(value: Self.filled(8, 3, 0.7), gradient: Tensor(rows: 8, columns: 3))
    let projected = cell.project(x, on: graph)
    let zero = graph.make(rows: 0, columns: Self.hiddenSize)
    var state = CellState(hidden: zero, cell: zero)
    let whole = graph.unroll(Self.steps) { _ in
      state = cell.step(graph.stepRows(of: projected), state, mask: nil, on: graph)
      return [state.hidden]
    }
    #expect(largestError(whole[0].value, Self.sequence) < 1e-6)
    copy(Self.filled(8, 5, 0.8), to: try #require(whole[0].gradient))
    graph.backward()
    let expected = [Self.inputGradient, Self.hiddenGradient, Self.biasGradient]
    for (parameter, gradient) in zip(table.parameters, expected) {
      #expect(largestError(parameter.cut(from: gradients), gradient) < 2e-6, "\(parameter.name)")
    }
    #expect(largestError(try #require(x.gradient), Self.xGradient) < 2e-6)
  }

  static let hidden: [Double] = [
    -0.074063555, 0.238522774, 0.088944364, 0.198967773, -0.224302735, 0.016113103,
    -0.160142107, 0.080948549, -0.084816262, 0.080632401,
  ]
  static let cell: [Double] = [
    -0.166107583, 0.535528638, 0.539051861, 0.242443413, -0.601586015, 0.055978609,
    -0.440628848, 0.146341857, -0.272042875, 0.096180913,
  ]
  static let sequence: [Double] = [
    0.180316609, -0.029246409, 0.098744805, 0.049872165, -0.256819649, 0.074357943,
    0.173168509, 0.002589444, 0.053977389, -0.080223123, 0.028208558, 0.125295722,
    0.074363493, -0.077465272, 0.038906228, 0.195027153, 0.005601764, 0.123929813,
    0.168702210, -0.402101943, 0.097405975, 0.229031754, -0.054682305, 0.105744988,
    -0.144589499, 0.049102367, 0.121686786, 0.014401687, 0.070149414, -0.213378297,
    0.184788083, 0.138577346, 0.077297381, 0.185065885, -0.344144944, 0.084165517,
    0.226947632, -0.063405609, 0.111989007, -0.250924194,
  ]
  static let inputGradient: [Double] = [
    -0.008067536, -0.008673663, -0.005200430, -0.028199200, -0.017025857, 0.002155012,
    0.016405218, 0.024710585, 0.021394177, -0.000776809, 0.013975578, 0.022155032,
    -0.008978172, -0.031601375, -0.039361958, 0.000417020, -0.008897545, -0.014027456,
    -0.003838647, -0.009214496, -0.010256624, -0.014983611, -0.004984614, 0.007358725,
    -0.019613924, -0.014070142, -0.001908953, 0.019846394, 0.002340951, -0.016265477,
    -0.043627911, -0.064795625, -0.055488944, -0.021709586, 0.012990306, 0.041580654,
    -0.220121946, -0.082961073, 0.093217690, 0.007130896, 0.161052028, 0.239227875,
    -0.007337452, 0.059106485, 0.097751719, 0.003279360, 0.002153235, 0.000014410,
    -0.041876401, -0.043243438, -0.024272410, 0.001132359, 0.011283616, 0.016128012,
    -0.020803073, -0.013486776, 0.000172563, 0.030621865, 0.007143001, -0.019695328,
  ]
  static let hiddenGradient: [Double] = [
    -0.004119732, 0.004400900, -0.003182532, 0.000004180, 0.005418471, 0.001828732,
    0.000821864, 0.001500927, 0.002557950, -0.007549623, -0.000075348, -0.005994505,
    0.002152079, -0.003112893, 0.002989830, 0.003676194, -0.009559706, 0.005527768,
    -0.000867257, -0.008633139, -0.010146547, 0.011490679, -0.009169988, -0.000793787,
    0.016101961, -0.005543221, 0.002544708, -0.003837595, -0.002332822, 0.009329206,
    -0.000760076, -0.002803794, 0.001214734, -0.000824842, -0.000737096, 0.009339003,
    0.000943004, 0.005296596, 0.007082573, -0.018029488, 0.004681166, -0.004846628,
    0.005125227, 0.003068109, -0.011096661, -0.014393604, 0.002914137, -0.009651746,
    -0.009279191, 0.027872249, -0.044680504, 0.019371798, -0.030254774, -0.015844745,
    0.071091068, -0.017870744, -0.009956298, -0.002951324, -0.007597131, 0.019285043,
    0.058380386, -0.010320836, 0.044502985, 0.052656319, -0.151225924, 0.077846609,
    -0.078038992, 0.076383656, 0.027062047, -0.150768481, 0.019390726, -0.035060224,
    0.021844832, 0.013114651, -0.051992157, -0.010094639, 0.008506645, -0.007757687,
    -0.002432476, 0.015671856, 0.000733202, 0.001453374, 0.002417131, 0.001920267,
    -0.009895409, -0.001335011, -0.008205570, 0.002621782, -0.003335742, 0.004829514,
    0.005001826, -0.008616653, 0.006909451, 0.002200482, -0.014207913, -0.026339000,
    0.015326915, -0.020796644, -0.010738271, 0.046783675,
  ]
  static let biasGradient: [Double] = [
    0.008193592, 0.009276712, 0.026502810, 0.010307046, -0.055899298, -0.023980547,
    -0.004976583, 0.051777012, 0.015154565, -0.071918204, -0.044037701, -0.010871764,
    0.251126192, 0.326650435, -0.098318866, 0.008960179, 0.011380856, 0.016005494,
    0.028267795, -0.096140979,
  ]
  static let xGradient: [Double] = [
    0.007849888, -0.053874739, -0.090261235, -0.077457655, -0.090398829, -0.060824021,
    0.094864679, 0.106426706, 0.067934589, -0.010611677, -0.009798276, -0.004376593,
    0.062776472, 0.026902780, -0.021623710, 0.010042290, 0.053813523, 0.072275415,
    -0.000365743, 0.027828108, 0.042933965, 0.073669569, 0.109444562, 0.093746067,
  ]
}
