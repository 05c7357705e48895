public import Tensors

/// Turns a gradient into a step of the weights. Its state is flat buffers cut like the weights.
public protocol Optimizer: AnyObject {
  /// What a checkpoint keeps: buffers by name, each as long as the weights.
  var state: [(name: String, buffer: Tensor)] { get }

  /// Steps numbers `range` of the weights; ranges may be stepped in parallel.
  ///
  /// - Parameters:
  ///   - update: number of this update, from 1.
  ///   - gradientScale: what gradients are multiplied by: the clipping factor.
  func step(
    weights: Tensor, gradients: Tensor, range: Range<Int>, update: Int, learningRate: Float,
    gradientScale: Float)
}

/// Adam (Kingma & Ba 2015); with weight decay, AdamW (Loshchilov & Hutter 2019).
public final class Adam: Optimizer {
  private let beta1: Float
  private let beta2: Float
  private let epsilon: Float
  private let weightDecay: Float
  private let firstMoment: Tensor
  private let secondMoment: Tensor

  public init(count: Int, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    firstMoment = Tensor(inHugePages: 1, columns: count)
    secondMoment = Tensor(inHugePages: 1, columns: count)
  }

  public var state: [(name: String, buffer: Tensor)] {
    [("firstMoment", firstMoment), ("secondMoment", secondMoment)]
  }

  public func step(
    weights: Tensor, gradients: Tensor, range: Range<Int>, update: Int, learningRate: Float,
    gradientScale: Float
  ) {
    let correction1 = Float(1 - power(Double(beta1), Double(update)))
    let correction2 = Float((1 - power(Double(beta2), Double(update))).squareRoot())
    adamStep(
      AdamStep(
        stepSize: learningRate * correction2 / correction1, beta1: beta1, beta2: beta2,
        epsilon: epsilon * correction2, decay: learningRate * weightDecay,
        gradientScale: gradientScale),
      weights: weights, gradients: gradients, firstMoment: firstMoment,
      secondMoment: secondMoment, range: range)
  }
}

/// Gradient descent with momentum and decoupled weight decay.
public final class GradientDescent: Optimizer {
  private let momentum: Float
  private let weightDecay: Float
  private let velocity: Tensor

  public init(count: Int, momentum: Float, weightDecay: Float) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    velocity = Tensor(inHugePages: 1, columns: count)
  }

  public var state: [(name: String, buffer: Tensor)] { [("velocity", velocity)] }

  public func step(
    weights: Tensor, gradients: Tensor, range: Range<Int>, update: Int, learningRate: Float,
    gradientScale: Float
  ) {
    momentumStep(
      rate: learningRate, momentum: momentum, decay: learningRate * weightDecay,
      gradientScale: gradientScale, weights: weights, gradients: gradients, velocity: velocity,
      range: range)
  }
}
