internal import Neural
internal import Tensors

/// C [rows, columns] = A [rows, depth] · B [depth, columns].
package struct ProductShape: Sendable {
  let rows: Int
  let columns: Int
  let depth: Int

  package init(rows: Int, columns: Int, depth: Int) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
  }

  var name: String { "\(rows)x\(columns)x\(depth)" }
  var operations: Double { 2 * Double(rows) * Double(columns) * Double(depth) }
}

/// Products that each thread makes on its own, as in training and decoding, of a matrix that all share.
package struct ProductWork {
  package let work: Work

  package static func float(_ shape: ProductShape, _ settings: BenchmarkSettings) -> ProductWork {
    let matrix = PackedMatrix(depth: shape.depth, columns: shape.columns)
    matrix.pack(
      drawn(rows: shape.depth, columns: shape.columns, seed: 0), .plain, panels: 0..<matrix.panels)
    let need = Need(
      float: shape.operations, bytes: Double(4 * shape.depth * shape.columns),
      workingSet: 4 * shape.depth * shape.columns)
    return ProductWork(shape, settings, need) { a, c, times in
      for _ in 0..<times { multiply(a, .plain, matrix, into: c) }
    }
  }

  package static func int8(_ shape: ProductShape, _ settings: BenchmarkSettings) -> ProductWork {
    let matrix = Int8Matrix(depth: shape.depth, columns: shape.columns)
    matrix.pack(
      transposed: drawn(rows: shape.columns, columns: shape.depth, seed: 0),
      panels: 0..<matrix.panels)
    let need = Need(
      int8: shape.operations, bytes: Double(shape.depth * shape.columns),
      workingSet: shape.depth * shape.columns)
    return ProductWork(shape, settings, need) { a, c, times in
      var room = Tensor(rows: 1, columns: 0)
      for _ in 0..<times { multiply(a, matrix, into: c, room: &room) }
    }
  }

  private init(
    _ shape: ProductShape, _ settings: BenchmarkSettings, _ need: Need,
    _ body: @escaping @Sendable (_ a: Tensor, _ c: Tensor, _ times: Int) -> Void
  ) {
    let factors = (0..<settings.threads).map {
      drawn(rows: shape.rows, columns: shape.depth, seed: UInt64($0))
    }
    let products = (0..<settings.threads).map { _ in
      Tensor(rows: shape.rows, columns: shape.columns)
    }
    let workers = Workers(count: settings.threads)
    work = Work { times in
      workers.run(factors.count) { body(factors[$0], products[$0], times) }
      return .operations(need.times(times * factors.count))
    }
  }

  /// dW [columns, depth] += dYᵀ · X over so many rows, of which X is packed first: what training does for each matrix.
  package static func weightGradient(_ shape: ProductShape, _ settings: BenchmarkSettings) -> Work {
    let parts = (0..<settings.threads).map { thread in
      (
        dy: drawn(rows: shape.rows, columns: shape.columns, seed: UInt64(2 * thread)),
        x: drawn(rows: shape.rows, columns: shape.depth, seed: UInt64(2 * thread + 1)),
        packed: PackedMatrix(depth: shape.rows, columns: shape.depth),
        dw: Tensor(rows: shape.columns, columns: shape.depth)
      )
    }
    let workers = Workers(count: settings.threads)
    return Work { times in
      workers.run(parts.count) { thread in
        let part = parts[thread]
        for _ in 0..<times {
          part.packed.pack(part.x, .plain, panels: 0..<part.packed.panels)
          multiply(part.dy, .transposed, part.packed, into: part.dw, accumulate: true)
        }
      }
      return .operations(Need(float: shape.operations).times(times * parts.count))
    }
  }
}

extension Work.Done {
  /// What is counted in thousands of millions of operations.
  static func operations(_ need: Need) -> Work.Done {
    Work.Done(units: (need.float + need.int8) / 1e9, need: need)
  }
}

extension BenchmarkCase {
  static let products: [BenchmarkCase] = {
    // Gates and output layer of models S and M: decoding alone, a beam, a step of training, a whole piece.
    let shapes = [
      (1, 2048, 512), (5, 2048, 512), (32, 2048, 512), (64, 2048, 512), (1, 8000, 512),
      (5, 8000, 512), (320, 8000, 512), (960, 8000, 512), (2048, 2048, 2048),
    ].map { ProductShape(rows: $0, columns: $1, depth: $2) }
    let gradients = [(480, 2048, 512), (480, 8000, 512)]
      .map { ProductShape(rows: $0, columns: $1, depth: $2) }
    let measure = Measure.rate("GFLOP")
    return
      shapes.map { shape in
        BenchmarkCase(.products, "float/\(shape.name)", measure) {
          ProductWork.float(shape, $0).work
        }
      }
      + shapes.map { shape in
        BenchmarkCase(.products, "int8/\(shape.name)", measure) {
          ProductWork.int8(shape, $0).work
        }
      }
      + gradients.map { shape in
        BenchmarkCase(.products, "gradient/\(shape.name)", measure) {
          ProductWork.weightGradient(shape, $0)
        }
      }
  }()
}
