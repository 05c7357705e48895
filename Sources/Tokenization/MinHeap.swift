/// A binary heap with the smallest element on top.
struct MinHeap<Element: Comparable & Sendable>: Sendable {
  private(set) var elements: [Element] = []

  init() {}

  /// Heap order in linear time (Floyd 1964).
  init(_ elements: [Element]) {
    self.elements = elements
    for i in stride(from: elements.count / 2 - 1, through: 0, by: -1) { sink(i) }
  }

  var isEmpty: Bool { elements.isEmpty }

  mutating func removeAll() { elements.removeAll(keepingCapacity: true) }

  mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if !(element < elements[parent]) { break }
      elements[child] = elements[parent]
      child = parent
    }
    elements[child] = element
  }

  mutating func pop() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let top = elements.first else { return last }
    elements[0] = last
    sink(0)
    return top
  }

  private mutating func sink(_ start: Int) {
    let element = elements[start]
    var parent = start
    while true {
      var child = 2 * parent + 1
      if child >= elements.count { break }
      if child + 1 < elements.count && elements[child + 1] < elements[child] { child += 1 }
      if !(elements[child] < element) { break }
      elements[parent] = elements[child]
      parent = child
    }
    elements[parent] = element
  }
}
