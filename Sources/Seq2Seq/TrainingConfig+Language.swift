extension TrainingConfig {
  /// Throws if a setting was changed that only language models know: it would do nothing.
  package func checkHasNothingOfLanguageModels() throws {
    let usual = TrainingConfig()
    for (key, isUsual) in [
      ("streams", streams == usual.streams), ("steps", steps == usual.steps),
      ("randomSteps", randomSteps == usual.randomSteps), ("layerDropout", layerDropout == 0),
      ("embeddingDropout", embeddingDropout == 0), ("activationPenalty", activationPenalty == 0),
      ("temporalActivationPenalty", temporalActivationPenalty == 0),
    ] where !isUsual {
      throw ConfigurationError(
        key: "training.\(key)",
        message: "is for language models and does nothing here; leave it out")
    }
  }
}
