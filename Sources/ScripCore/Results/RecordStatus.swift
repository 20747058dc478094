/// What a merchant may rely on (protocol section 6). The raw values are what commands print.
public enum RecordStatus: String, CaseIterable, Sendable {
    /// Another region must still attest or seal.
    case awaiting
    /// In the custodian's pool, heads reserved.
    case admitted
    /// In the custodian's chain.
    case sealed
    /// A certificate covers its block and says valid.
    case confirmed
    /// A certificate says invalid, or the head was lost, refused, or the deadline passed.
    case rejected
    /// No class can reach the quorum, or a fork.
    case disputed
}
