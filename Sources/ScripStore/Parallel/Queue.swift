/// First in, first out. What was taken is let go at once, and the memory is that of the longest queue there
/// was.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var first = 0

    var count: Int { elements.count - first }

    var isEmpty: Bool { count == 0 }

    /// The element that is taken next.
    var head: Element? { first < elements.count ? elements[first] : nil }

    mutating func append(_ element: Element) {
        if first > count {
            elements.removeFirst(first)
            first = 0
        }
        elements.append(element)
    }

    mutating func takeFirst() -> Element? {
        guard first < elements.count else { return nil }
        defer { first += 1 }
        return elements[first].take()
    }

    mutating func removeAll() {
        elements = []
        first = 0
    }
}
