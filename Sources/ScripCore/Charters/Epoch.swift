/// One epoch of a federation: its charter, and what the charters up to it say of regions that are gone.
public struct Epoch: Hashable, Sendable {
    /// The charter of the epoch.
    public let charter: Charter

    /// Where the chains of regions that are no voters any more ended.
    public let ends: [RegionName: ChainPoint]

    /// The region that each of those has as its direct successor.
    private let successors: [RegionName: RegionName]

    /// The first epoch, of which the history knows no end.
    init(first charter: Charter) {
        self.charter = charter
        ends = [:]
        successors = [:]
    }

    /// The epoch of `charter` after `before`.
    init(_ charter: Charter, after before: Epoch) {
        self.charter = charter
        ends = before.ends.merging(charter.changes.retirements.map { ($0.region, $0) }) { old, _ in old }
        successors = before.successors.merging(
            charter.changes.successions.map { ($0.lost, $0.heir) }
        ) { old, _ in old }
    }

    /// Whether some region stands in for another.
    public var hasSuccessors: Bool { !successors.isEmpty }

    /// The region that seals and attests for accounts of `region`: itself, or who came after it.
    public func custodian(of region: RegionName) -> RegionName {
        if successors.isEmpty { return region }
        var region = region
        // Each step goes to a region that was a voter when the one before ended, so this ends.
        while let heir = successors[region] { region = heir }
        return region
    }

    /// The voter that seals and attests for accounts of `region`; nil if there is none.
    public func voter(for region: RegionName) -> CharterRegion? {
        charter.voter(named: custodian(of: region))
    }

    /// Whether that region has a successor.
    public func hasSuccessor(_ region: RegionName) -> Bool { successors[region] != nil }

    /// The lost regions for which a block of `sealing` seals that builds on the other chains to the sizes `seen`:
    /// those that it comes after, if it has seen their chains, and those in between, exactly to their ends.
    public func regions(servedBy sealing: RegionName, seen: [RegionName: Int]) -> Set<RegionName> {
        if successors.isEmpty { return [] }
        var served: Set<RegionName> = []
        for lost in successors.keys where custodian(of: lost) == sealing {
            var region = lost
            var hasSeenAll = true
            while let heir = successors[region] {
                if seen[region] ?? 0 != ends[region]?.size { hasSeenAll = false }
                region = heir
            }
            if hasSeenAll { served.insert(lost) }
        }
        return served
    }
}
