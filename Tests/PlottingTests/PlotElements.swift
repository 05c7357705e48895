import Foundation
import Plotting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG's elements with their attributes and texts, as an XML reader finds them.
final class Elements: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  private(set) var all: [Element] = []
  private var open: [Int] = []

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    let isValid = parser.parse()
    try #require(isValid, "not XML: \(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(all.count)
    all.append(Element(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { all[last].text += text }
  }

  func named(_ name: String, _ kind: String = "") -> [Element] {
    all.filter { $0.name == name && ($0.attributes["class"] ?? "").hasPrefix(kind) }
  }

  var texts: [String] { named("text").map(\.text) }

  /// The places of each line.
  var lines: [[[Double]]] {
    named("polyline").map { line in
      (line.attributes["points"] ?? "").split(separator: " ").map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
    }
  }
}

func plot(
  _ series: [LinePlot.Series], x: LinePlot.Scale = .linear, y: LinePlot.Scale = .linear
) -> LinePlot {
  LinePlot(title: "A plot", x: .init("steps", x), y: .init("share", y), series: series)
}
