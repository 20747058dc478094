/// Whether a charter may rule that one branch of a fork stands (protocol section 10).
///
/// Against the ruling count every vote that is stated for another branch, every voter that was not heard from, and,
/// since some of those that were heard may have voted for both, those of whom this is known, but at least one and as
/// many as the fault limit. If so many could have certified another branch, a certificate for it may turn up, and
/// nobody may rule.
public struct Ruling: Hashable, Sendable {
    /// How many voters are known to have voted for the branch, and for no other.
    public let heardFor: Int

    /// How many votes another branch may have at most.
    public let possibleElsewhere: Int

    /// Whether another branch may still be certified.
    public let canOtherBeCertified: Bool

    /// Counts for a branch whose blocks are in the epoch of `charter`. `statedFor` are those whose votes for it are
    /// held, `statedElsewhere` those of whom a vote for another one is known.
    public init(
        _ charter: Charter, statedFor: Set<RegionName>, statedElsewhere: Set<RegionName> = []
    ) {
        let voters = charter.voters.map(\.name)
        let heard = voters.count { statedFor.contains($0) }
        let twice = voters.count { statedFor.contains($0) && statedElsewhere.contains($0) }
        heardFor = heard - twice
        possibleElsewhere = min(
            charter.voterCount - heard + max(twice, charter.faultLimit, 1), charter.voterCount)
        canOtherBeCertified = possibleElsewhere >= charter.quorumSize
    }
}
