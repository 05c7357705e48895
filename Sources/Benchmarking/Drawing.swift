internal import ImageFeatures
internal import Tensors

/// A tensor of numbers between -1 and 1, always the same ones for a seed.
func drawn(rows: Int, columns: Int, seed: UInt64) -> Tensor {
  let tensor = Tensor(rows: rows, columns: columns)
  var generator = RandomGenerator(seed: seed, stream: 0xBE7C)
  tensor.withMutableValues { values in
    for index in values.indices { values[index] = 2 * generator.uniform() - 1 }
  }
  return tensor
}

extension RGBImage {
  /// A picture as large as photos often are, 640 x 480 pixels: coloured discs before a shaded ground, with a little
  /// noise, so that neither the decoder nor the network has an easy time of it.
  static func drawn(seed: UInt64) -> RGBImage {
    let (width, height) = (640, 480)
    var generator = RandomGenerator(seed: seed, stream: 0x91C)
    let discs = (0..<12).map { _ in
      (
        x: Int(generator.uniform() * 640), y: Int(generator.uniform() * 480),
        radius: 20 + Int(generator.uniform() * 90),
        colour: (0..<3).map { _ in Int(generator.uniform() * 220) }
      )
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        var colour = [x * 180 / width, y * 180 / height, 200 - (x + y) * 150 / (width + height)]
        for disc in discs {
          let (dx, dy) = (x - disc.x, y - disc.y)
          if dx * dx + dy * dy < disc.radius * disc.radius { colour = disc.colour }
        }
        let noise = Int(generator.next() >> 59)
        for channel in colour { pixels.append(UInt8(channel + noise)) }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}
