/// What plots look like.
enum PlotStyle {
  /// Colours of lines on light and on dark paper, told apart by those who see few colours too (after Okabe & Ito 2008);
  /// further lines repeat them dashed.
  static let palette: [(light: String, dark: String)] = [
    ("#0072b2", "#56b4e9"), ("#d55e00", "#ff8c42"), ("#007a5a", "#2fc79b"),
    ("#a8478a", "#e59cc8"), ("#8f6400", "#e6a817"), ("#5b3fb0", "#b3a1ff"), ("#7a3b2e", "#d49a8b"),
    ("#5c6570", "#a9b3bd"),
  ]
  private static let dashes = ["", "6 3", "2 3", "9 3 2 3"]

  /// The attribute that sets a line apart from others of its colour.
  static func dash(_ number: Int) -> String {
    let dash = dashes[number / palette.count % dashes.count]
    return dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
  }

  /// The style sheet: light paper, and dark paper for those who ask for it.
  static var sheet: String {
    func colours(_ colour: (Int) -> String) -> String {
      palette.indices.map { ".l\($0){stroke:\(colour($0))}.f\($0){fill:\(colour($0))}" }.joined()
    }
    return """
      <style>
      .paper{fill:#ffffff}.ink{fill:#1f2328}.axis{stroke:#57606a;fill:none}.grid{stroke:#d8dee4}
      .line{fill:none;stroke-width:2;stroke-linejoin:round}.band{opacity:0.18}
      \(colours { palette[$0].light })
      @media (prefers-color-scheme: dark){
      .paper{fill:#0d1117}.ink{fill:#e6edf3}.axis{stroke:#8b949e}.grid{stroke:#30363d}
      \(colours { palette[$0].dark })
      }
      </style>
      """
  }
}
