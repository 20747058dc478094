/// What `repair` is asked to do.
public struct RepairOptions: Sendable {
    /// The peers to take from; those of `scrip.json` if empty.
    public var peers: [String]
    /// The operator's word that nothing was signed since this copy was made, and that no other copy is in use or will
    /// be. With it a region may go on although it has not heard of every voter.
    public var isMoved: Bool

    public init(peers: [String] = [], isMoved: Bool = false) {
        self.peers = peers
        self.isMoved = isMoved
    }
}
