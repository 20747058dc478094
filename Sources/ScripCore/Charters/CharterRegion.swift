/// One region in a charter:
///
///     region north voter example.org/vouchers/north+…+… example.org/vouchers/north/witness+…+…
public struct CharterRegion: Hashable, Sendable {
    /// What a region does in its federation.
    public enum Role: String, Sendable {
        /// It has a chain and accounts, attests, and votes on every block.
        case voter
        /// It keeps a copy, and has neither chain nor accounts nor a vote.
        case observer
    }

    /// The region's name, which is its identity; keys may change.
    public let name: RegionName

    /// Whether the region votes.
    public let role: Role

    /// The key that signs the region's checkpoints, verdicts, attestations, charters and heads.
    public let log: VerifierKey

    /// The key that cosigns the checkpoints that the region votes on.
    public let witness: VerifierKey

    /// A region with its two keys; `Charter` checks that they belong to it.
    public init(name: RegionName, role: Role, log: VerifierKey, witness: VerifierKey) {
        self.name = name
        self.role = role
        self.log = log
        self.witness = witness
    }

    /// The region's line in a charter, without a newline.
    public var line: String { "region \(name) \(role.rawValue) \(log.text) \(witness.text)" }
}
