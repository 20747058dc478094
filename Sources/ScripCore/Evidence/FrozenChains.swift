/// What evidence freezes (protocol section 9): the chains that it is about, what builds on them, and nothing else.
///
/// A chain that its region has forked, or has put an invalid block into, is *stopped*: nobody votes on it or builds
/// on it any further. What has a certificate there is final all the same, for a certificate always wins; so the rest is
/// frozen, and whoever has built on certified blocks goes on. Only two certificates that disagree freeze what is
/// certified, too: from the block that they are about on, and every block that has seen it. As what blocks have seen is
/// causally closed, looking at a block is enough to know.
public struct FrozenChains: Sendable, Equatable {
    /// The chains on which nobody votes or builds.
    public private(set) var stopped: Set<RegionName> = []

    /// For chains with certificates that disagree, the first leaf of the lowest block that has such.
    public private(set) var contradicted: [RegionName: Int] = [:]

    /// What all the evidence that is held freezes.
    public init(_ evidence: some Sequence<ProvenEvidence>) {
        for proven in evidence { add(proven.kind, chain: proven.chain, first: proven.first) }
    }

    /// Nothing is frozen.
    public init() {}

    /// Adds what further evidence freezes.
    public mutating func add(_ kind: Evidence.Kind, chain: RegionName?, first: Int) {
        guard let chain else { return }
        switch kind {
        case .fork, .block: stopped.insert(chain)
        case .certificate:
            stopped.insert(chain)
            contradicted[chain] = min(contradicted[chain] ?? first, first)
        case .vote, .charter: break
        }
    }

    public var isEmpty: Bool { stopped.isEmpty && contradicted.isEmpty }

    /// Whether nobody votes on the chain or builds on it further.
    public func stops(_ chain: RegionName) -> Bool { stopped.contains(chain) }

    /// Whether a block, whose first leaf is `first` and whose chain had seen `seen` with it, is frozen.
    /// `isCertified` says whether a certificate is held that agrees.
    public func isFrozen(
        chain: RegionName, first: Int, seen: [RegionName: Int], isCertified: Bool
    ) -> Bool {
        if isEmpty { return false }
        if isContradicted(chain: chain, first: first, seen: seen) { return true }
        return stops(chain) && !isCertified
    }

    /// Whether a block stands or builds on one whose certificates disagree.
    public func isContradicted(chain: RegionName, first: Int, seen: [RegionName: Int]) -> Bool {
        if contradicted.isEmpty { return false }
        if let limit = contradicted[chain], first >= limit { return true }
        return seen.contains { other, size in contradicted[other].map { size > $0 } ?? false }
    }
}
