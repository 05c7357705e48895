/// Activates the gates in place and makes the new cell value (Hochreiter & Schmidhuber 1997; forget
/// gate, Gers et al. 2000): c = σ(f)·c₋₁ + σ(i)·tanh(g).
///
/// - Parameters:
///   - gates: pre-activations [B, 4H] in the order input, forget, candidate, output; activated on return.
///   - previousCell: [≤B or more, H]; rows it lacks count as zero.
///   - cell: the new cell value, [B, H].
public func lstmUpdate(gates: Tensor, previousCell: Tensor, cell: Tensor) {
  let units = cell.columns
  precondition(gates.columns == 4 * units && gates.rows == cell.rows)
  for row in 0..<cell.rows {
    let gate = gates.base + row * 4 * units
    let (i, f, g, o) = (gate, gate + units, gate + 2 * units, gate + 3 * units)
    let previous = row < previousCell.rows ? previousCell.base + row * units : nil
    let next = cell.base + row * units
    var index = 0
    while index < units {
      let whole = index + laneCount <= units
      func read(_ p: UnsafeMutablePointer<Float>) -> Lanes {
        whole ? load(p, index) : loadTail(p, index, units)
      }
      func write(_ lanes: Lanes, _ p: UnsafeMutablePointer<Float>) {
        if whole { store(lanes, p, index) } else { storeTail(lanes, p, index, units) }
      }
      let input = sigmoid(read(i))
      let forget = sigmoid(read(f))
      let candidate = hyperbolicTangent(read(g))
      let output = sigmoid(read(o))
      var value = input * candidate
      if let previous { value += forget * read(previous) }
      write(input, i)
      write(forget, f)
      write(candidate, g)
      write(output, o)
      write(value, next)
      index += laneCount
    }
  }
}

/// Gradient of `lstmUpdate` for input, forget and candidate gates and for the previous cell value.
///
/// - Parameters:
///   - dCell: gradient of the new cell value, [B, H].
///   - dGates: gradient of the pre-activations, [B, 4H]; added to.
///   - dPreviousCell: added to; rows beyond it are dropped.
public func addLSTMUpdateGradient(
  _ dCell: Tensor, gates: Tensor, previousCell: Tensor, dGates: Tensor, dPreviousCell: Tensor?
) {
  let units = dCell.columns
  for row in 0..<dCell.rows {
    let gate = gates.base + row * 4 * units
    let dGate = dGates.base + row * 4 * units
    let hasPrevious = row < previousCell.rows
    let previous = hasPrevious ? previousCell.base + row * units : gate
    let dPrevious = hasPrevious ? dPreviousCell.map { $0.base + row * units } : nil
    let dc = dCell.base + row * units
    var index = 0
    while index < units {
      let whole = index + laneCount <= units
      func read(_ p: UnsafeMutablePointer<Float>) -> Lanes {
        whole ? load(p, index) : loadTail(p, index, units)
      }
      func add(_ lanes: Lanes, _ p: UnsafeMutablePointer<Float>) {
        if whole {
          store(load(p, index) + lanes, p, index)
        } else {
          storeTail(loadTail(p, index, units) + lanes, p, index, units)
        }
      }
      let (i, f, g) = (read(gate), read(gate + units), read(gate + 2 * units))
      let d = read(dc)
      add(d * g * i * (1 - i), dGate)
      if hasPrevious { add(d * read(previous) * f * (1 - f), dGate + units) }
      add(d * i * (1 - g * g), dGate + 2 * units)
      if let dPrevious { add(d * f, dPrevious) }
      index += laneCount
    }
  }
}

/// h = o · tanh(c).
///
/// - Parameters:
///   - gates: activated, [B, 4H].
///   - cell: the cell value (normalised where the cell does so), [B, H].
///   - hidden: [B, H].
public func lstmOutput(gates: Tensor, cell: Tensor, hidden: Tensor) {
  let units = cell.columns
  precondition(gates.columns == 4 * units && hidden.count == cell.count)
  for row in 0..<cell.rows {
    let output = gates.base + row * 4 * units + 3 * units
    let (c, h) = (cell.base + row * units, hidden.base + row * units)
    var index = 0
    while index + laneCount <= units {
      store(load(output, index) * hyperbolicTangent(load(c, index)), h, index)
      index += laneCount
    }
    if index < units {
      let value = loadTail(output, index, units) * hyperbolicTangent(loadTail(c, index, units))
      storeTail(value, h, index, units)
    }
  }
}

/// Gradient of `lstmOutput`: for the output gate's pre-activation and for the cell value, if wanted; added to.
public func addLSTMOutputGradient(
  _ dHidden: Tensor, gates: Tensor, cell: Tensor, dGates: Tensor, dCell: Tensor?
) {
  let units = cell.columns
  for row in 0..<cell.rows {
    let output = gates.base + row * 4 * units + 3 * units
    let dOutput = dGates.base + row * 4 * units + 3 * units
    let (c, dh) = (cell.base + row * units, dHidden.base + row * units)
    let dc = dCell.map { $0.base + row * units }
    var index = 0
    while index < units {
      let whole = index + laneCount <= units
      func read(_ p: UnsafeMutablePointer<Float>) -> Lanes {
        whole ? load(p, index) : loadTail(p, index, units)
      }
      func add(_ lanes: Lanes, _ p: UnsafeMutablePointer<Float>) {
        if whole {
          store(load(p, index) + lanes, p, index)
        } else {
          storeTail(loadTail(p, index, units) + lanes, p, index, units)
        }
      }
      let (o, d) = (read(output), read(dh))
      let squashed = hyperbolicTangent(read(c))
      add(d * squashed * o * (1 - o), dOutput)
      if let dc { add(d * o * (1 - squashed * squashed), dc) }
      index += laneCount
    }
  }
}
