/// The greatest of many, and the sum of the others: a list of bounded length.
public struct Leaders<Entry: Sendable>: Sendable {
    private let limit: Int
    /// The greatest first; of equals the one that came first.
    public private(set) var leaders: [(entry: Entry, weight: Int128)] = []
    /// How many there were beside.
    public private(set) var otherCount = 0

    public init(limit: Int) { self.limit = limit }

    /// Adds an entry. Returns the one that is no leader, or none any more.
    public mutating func add(_ entry: Entry, weight: Int128) -> Entry? {
        let place = leaders.firstIndex { $0.weight < weight } ?? leaders.count
        leaders.insert((entry, weight), at: place)
        guard leaders.count > limit else { return nil }
        otherCount += 1
        return leaders.removeLast().entry
    }

    public var entries: [Entry] { leaders.map(\.entry) }
}
