public import ScripCrypto

/// One voter's verdict on a block, as a tally counts it.
public struct Ballot: Hashable, Sendable {
    /// The region that votes.
    public let voter: RegionName

    /// SHA-256 of the verdict's text.
    public let verdict: Digest

    /// The verdict of that voter.
    public init(voter: RegionName, verdict: Digest) {
        self.voter = voter
        self.verdict = verdict
    }
}

/// The votes on one block, classified (protocol section 8).
///
/// The roster of the block's charter is the denominator, never those who happened to answer. Voters with the
/// same verdict are one class. A voter with two different verdicts is in none. Silence is no class. The
/// result depends on neither the order nor the number of copies of the ballots.
public struct Tally: Hashable, Sendable {
    /// The voters with one verdict.
    public struct Class: Hashable, Sendable {
        /// SHA-256 of the verdict's text.
        public let verdict: Digest
        /// Who says so, in the order of the charter.
        public let voters: [RegionName]
    }

    /// What the votes amount to.
    public enum Outcome: Hashable, Sendable {
        /// The class has the quorum; of two classes only one can.
        case confirmed(Class)
        /// No class has the quorum, and the silent voters may yet give it to one.
        case pending
        /// No class can still reach the quorum. A certificate that turns up wins all the same.
        case disputed
    }

    /// The classes: the largest first, of equal ones the one whose first voter comes first in the charter.
    public let classes: [Class]

    /// The voters with two different verdicts, in the order of the charter. Neither counts; both are
    /// evidence.
    public let contradictory: [RegionName]

    /// The voters without a ballot, in the order of the charter.
    public let silent: [RegionName]

    /// What the votes amount to.
    public let outcome: Outcome

    /// Counts `ballots` on one block, whose charter is `charter`. Ballots of regions that do not vote are
    /// left out.
    public init(_ ballots: some Sequence<Ballot>, charter: Charter) {
        var verdicts: [RegionName: Digest] = [:]
        var contradicting: Set<RegionName> = []
        for ballot in ballots {
            let earlier = verdicts.updateValue(ballot.verdict, forKey: ballot.voter)
            if let earlier, earlier != ballot.verdict { contradicting.insert(ballot.voter) }
        }

        var order: [Digest] = []
        var voters: [Digest: [RegionName]] = [:]
        var silent: [RegionName] = []
        // Walking the roster, not the ballots, is what leaves strangers out and puts the rest in order.
        for name in charter.voters.map(\.name) {
            guard let verdict = verdicts[name] else {
                silent.append(name)
                continue
            }
            if contradicting.contains(name) { continue }
            if voters[verdict] == nil { order.append(verdict) }
            voters[verdict, default: []].append(name)
        }
        var classes = order.map { Class(verdict: $0, voters: voters[$0] ?? []) }
        // `order` is that of first voters, and ties keep it.
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        classes.sort { left, right in
            left.voters.count != right.voters.count
                ? left.voters.count > right.voters.count
                : rank[left.verdict, default: 0] < rank[right.verdict, default: 0]
        }
        self.classes = classes
        self.silent = silent
        contradictory = charter.voters.map(\.name).filter(contradicting.contains)

        let largest = classes.first?.voters.count ?? 0
        if let first = classes.first, largest >= charter.quorumSize {
            outcome = .confirmed(first)
        } else if largest + silent.count >= charter.quorumSize {
            outcome = .pending
        } else {
            outcome = .disputed
        }
    }
}
