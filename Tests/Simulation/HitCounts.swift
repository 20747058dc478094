/// How often each thing happened that the simulation is there for.
public struct HitCounts: Sendable {
    public private(set) var counts: [String: Int] = [:]

    public init() {}

    public mutating func add(_ name: String, _ count: Int = 1) { counts[name, default: 0] += count }

    public mutating func add(_ other: HitCounts) { counts.merge(other.counts, uniquingKeysWith: +) }
}
