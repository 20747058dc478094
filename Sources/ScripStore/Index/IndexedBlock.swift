public import ScripCore
public import ScripCrypto

/// A verified block, as the index keeps it.
public struct IndexedBlock: Sendable, Equatable {
    /// What the certificate that is held for a block says of it.
    public enum Certification: Int64, Sendable {
        /// None is held.
        case absent = 0
        /// It says what one's own recomputation says.
        case agrees = 1
        /// It says something else: an alarm about oneself.
        case differs = 2
    }

    public let chain: RegionName
    public let height: Int
    /// The leaf index of the block line.
    public let first: Int
    /// Leaves in the chain with this block.
    public let size: Int
    public let root: Digest
    public let time: Timestamp
    /// Records in the block.
    public let count: Int
    public let charter: Int
    /// What the chain has seen of the others up to and with this block.
    public let seen: [RegionName: Int]
    /// The records that are invalid, ascending by leaf index.
    public let invalid: [VerdictText.Invalid]
    /// The bytes of the signed checkpoint.
    public let checkpoint: [UInt8]
    public var certification: Certification

    public init(
        chain: RegionName, height: Int, first: Int, size: Int, root: Digest, time: Timestamp, count: Int,
        charter: Int, seen: [RegionName: Int], invalid: [VerdictText.Invalid], checkpoint: [UInt8],
        certification: Certification
    ) {
        self.chain = chain
        self.height = height
        self.first = first
        self.size = size
        self.root = root
        self.time = time
        self.count = count
        self.charter = charter
        self.seen = seen
        self.invalid = invalid
        self.checkpoint = checkpoint
        self.certification = certification
    }

    /// The verdict that this recomputation gives (format section 6).
    public func verdict(charter: Charter) throws -> VerdictText {
        try VerdictText(
            checkpoint: Checkpoint(chain: chain, federation: charter.federation, size: size, root: root),
            charterEpoch: self.charter, height: height, from: first, invalid: invalid)
    }

    /// What a certificate with that verdict, of the same height and epoch, says of the block: nothing if it is
    /// about another tree.
    func certification(by verdict: [UInt8], charter: Charter) throws -> Certification {
        let own = try self.verdict(charter: charter)
        if own.text == verdict { return .agrees }
        guard let other = try? VerdictText(parsing: verdict), other.root == root, other.size == size else {
            return .absent
        }
        return .differs
    }

    /// The checkpoint with its signature, which was verified when the block was.
    public func seal(charter: Charter) throws -> VerifiedCheckpoint {
        try VerifiedCheckpoint(
            sealing: try SignedNote(parsing: checkpoint), chain: chain, charter: charter)
    }
}

/// Sizes seen, as the index stores them: `east:45 north:44`.
enum SeenSizes {
    static func encode(_ sizes: [RegionName: Int]) -> String {
        sizes.sorted { $0.key < $1.key }.map { "\($0.key.text):\($0.value)" }.joined(separator: " ")
    }

    static func decode(_ text: String) -> [RegionName: Int] {
        var sizes: [RegionName: Int] = [:]
        for entry in text.split(separator: " ") {
            let parts = entry.split(separator: ":")
            if parts.count == 2, let region = RegionName(String(parts[0])), let size = Int(parts[1]) {
                sizes[region] = size
            }
        }
        return sizes
    }
}

/// Invalid records, as the index stores them: one `10400 bad-signature` a line.
enum InvalidRecords {
    static func encode(_ invalid: [VerdictText.Invalid]) -> String {
        invalid.map { "\($0.index) \($0.code.rawValue)" }.joined(separator: "\n")
    }

    static func decode(_ text: String) -> [VerdictText.Invalid] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            guard parts.count == 2, let index = Int(parts[0]),
                let code = RefusalCode(rawValue: String(parts[1]))
            else { return nil }
            return VerdictText.Invalid(index: index, code: code)
        }
    }
}
