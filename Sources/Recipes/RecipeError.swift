/// What is wrong with a recipe, where, and what to do.
public struct RecipeError: Error, CustomStringConvertible, Equatable {
  /// Where a setting was made.
  public enum Place: Sendable, Equatable {
    /// Line and column of the recipe, counted from 1.
    case file(line: Int, column: Int)
    /// A `--set`, as given.
    case override(String)
    /// Not in the recipe: a default, or something that is missing.
    case none
  }

  /// The recipe.
  public var path: String
  public var place: Place
  public var message: String

  public init(path: String, place: Place = .none, _ message: String) {
    self.path = path
    self.place = place
    self.message = message
  }

  public var description: String {
    switch place {
    case .file(let line, let column): "\(path):\(line):\(column): \(message)"
    case .override(let text): "--set '\(text)': \(message)"
    case .none: "\(path): \(message)"
    }
  }
}
