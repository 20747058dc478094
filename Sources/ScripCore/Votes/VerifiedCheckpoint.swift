/// A chain's checkpoint whose log signature was found good.
///
/// Every vote on a block carries the same checkpoint with the same log signature. Who holds one of these
/// saves a third of the work of each vote: `Vote.check` compares bytes in place of verifying them again.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// The region whose chain it is.
    public let chain: RegionName

    /// What the text says.
    public let checkpoint: Checkpoint

    /// The text that is signed.
    public let text: [UInt8]

    /// The line of the chain's log key.
    public let signature: NoteSignature

    /// The key that made it.
    private let key: VerifierKey

    /// The checkpoint of `chain` that `note` begins with: its text and its first line, by the log key that the chain
    /// has or had in any epoch. The other lines are left to the caller.
    public init(
        _ note: SignedNote, chain: RegionName, charters: CharterHistory
    ) throws(VerifiedCheckpointError) {
        guard charters.hasChain(chain) else { throw .noChain(chain) }
        try self.init(unverified: note, chain: chain, keys: charters.logKeys(of: chain))
        guard key.isValid(signature, on: text) else { throw .badSignature(chain) }
    }

    /// As `init(sealing:chain:charter:)` for a note that the caller has verified before and kept where nobody else can
    /// change it: its signature is not verified again.
    public init(
        verifiedBefore note: SignedNote, chain: RegionName, charter: Charter
    ) throws(VerifiedCheckpointError) {
        guard let region = charter.voter(named: chain) else { throw .noChain(chain) }
        try self.init(unverified: note, chain: chain, keys: [region.log])
    }

    private init(
        unverified note: SignedNote, chain: RegionName, keys: [VerifierKey]
    ) throws(VerifiedCheckpointError) {
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(parsing: note.text) } catch { throw .checkpoint(error) }
        // All keys of a region have its one name.
        guard let first = keys.first else { throw .noChain(chain) }
        guard checkpoint.origin == first.name else {
            throw .origin(checkpoint.origin, expected: first.name)
        }
        guard let signature = note.signatures.first,
            let key = keys.first(where: { $0.isSigner(of: signature) })
        else { throw .notSigned(by: chain) }
        self.chain = chain
        self.checkpoint = checkpoint
        self.text = note.text
        self.signature = signature
        self.key = key
    }

    /// The checkpoint in the seal of a block of `chain`, which its log key in `charter`, that of the epoch that the
    /// block names, alone signs, once.
    public init(
        sealing note: SignedNote, chain: RegionName, charter: Charter
    ) throws(VerifiedCheckpointError) {
        guard note.signatures.count == 1 else { throw .signatureCount(note.signatures.count) }
        try self.init(verifiedBefore: note, chain: chain, charter: charter)
        guard key.isValid(signature, on: text) else { throw .badSignature(chain) }
    }

    /// Whether the chain's key in the newest charter made it. What one that was replaced signs freezes nothing
    /// (`EvidenceError.settled`).
    public func isByNewestKey(of charters: CharterHistory) -> Bool {
        charters.newest.voter(named: chain)?.log == key
    }

    /// Whether it lies within the part of the chain that a key which was replaced since has made: the charter that
    /// replaced it says how far that goes.
    public func isWithinReplacedKey(of charters: CharterHistory) -> Bool {
        charters.anchors(of: chain).contains { anchor in
            anchor.endsEarlierEpochs && checkpoint.size <= anchor.point.size
                && charters.logKey(of: chain, in: anchor.epoch - 1) == key
        }
    }

    /// Whether `note` begins with the very bytes that were verified, as the checkpoint of `chain`, and by a key that
    /// this chain has or had.
    func begins(_ note: SignedNote, chain: RegionName, charters: CharterHistory) -> Bool {
        chain == self.chain && charters.logKeys(of: chain).contains(key)
            && note.signatures.first == signature && note.text == text
    }
}

/// Why a note is no checkpoint of a chain.
public enum VerifiedCheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
    case checkpoint(CheckpointError)
    /// The region is not in the charter, or an observer.
    case noChain(RegionName)
    /// The checkpoint is of another chain, or of another federation.
    case origin(String, expected: String)
    /// The first line is not that of the chain's log key.
    case notSigned(by: RegionName)
    case badSignature(RegionName)
    /// The seal is not signed exactly once.
    case signatureCount(Int)

    public var description: String {
        switch self {
        case .checkpoint(let error): "\(error)"
        case .noChain(let region): "region '\(region)' has no chain in the charter"
        case .origin(let origin, let expected): "the checkpoint is of '\(origin)', not of '\(expected)'"
        case .notSigned(let region):
            "the first signature on the checkpoint is not by the log key of region '\(region)'"
        case .badSignature(let region): "the signature of region '\(region)' on the checkpoint is bad"
        case .signatureCount(let count): "the seal has \(count) signatures in place of 1"
        }
    }
}

extension VerifiedCheckpoint {
    /// The checkpoint with the cosignatures of `votes` on it that are good, of the first voters in the order of the
    /// charter, as many as C2SP clients read.
    public func cosigned(by votes: [Vote], charter: Charter) -> SignedNote {
        let lines = charter.voters.compactMap { voter in
            votes.lazy.compactMap { vote -> NoteSignature? in
                guard vote.voter == voter.name, vote.checkpoint.text == text,
                    vote.checkpoint.signatures.count == 2,
                    voter.witness.isValid(vote.checkpoint.signatures[1], on: text)
                else { return nil }
                return vote.checkpoint.signatures[1]
            }.first
        }
        return SignedNote(text: text, signatures: [signature] + lines.prefix(Charter.quorumSizeMax))
    }
}
