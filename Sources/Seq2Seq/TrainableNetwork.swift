public import Neural
public import Tensors

/// What a trainer trains: parameters, and how examples are learned from.
public protocol TrainableNetwork: Sendable {
  associatedtype Example: Sendable

  var table: ParameterTable { get }

  /// Entries of the target vocabulary (V).
  var targetVocabularySize: Int { get }

  /// Cross-entropy of a piece of a batch and, on a training graph, the gradient of what is minimised.
  ///
  /// - Parameters:
  ///   - examples: at least one, in any order.
  ///   - update: number of the update that the gradient is for, from 1: what changes in the course of training
  ///     goes by it.
  ///   - scale: factor of the gradient, usually 1 / target tokens of the whole batch.
  ///   - graph: its generator is the piece's own.
  /// - Returns: sums over target tokens (end marks counted), in nats.
  func loss(
    _ examples: [Example], training: TrainingConfig, update: Int, scale: Float, on graph: Graph
  ) -> CrossEntropySums

  /// How many rows × (longest source + longest target) a batch may have within the memory bound.
  ///
  /// - Throws: `ConfigurationError` if not even a batch of one longest example fits.
  func maximumCells(_ training: TrainingConfig) throws -> Int

  /// How a parameter follows its gradient.
  func rule(for parameter: Parameter, _ training: TrainingConfig) -> UpdateRule
}

/// What an update does to a parameter.
public enum UpdateRule: Sendable, Equatable {
  /// The optimizer steps it, at so many times the learning rate.
  case step(rate: Float)
  /// It is a running mean: each piece leaves what it observed in place of a gradient, and the mean moves
  /// this share of the way there. Clipping and learning rate have no part in it.
  case follow(share: Float)
}

extension TrainableNetwork {
  public func rule(for parameter: Parameter, _ training: TrainingConfig) -> UpdateRule {
    .step(rate: 1)
  }
}
