internal import ScripCore

/// The name of a file in `private/high-water/`: what it marks, and the machine, the inode and the birth time of the
/// very file that has the name. A copy of the file is another inode, born later, and so is known for one.
/// ```
/// 0000000017-5f2c9a0b11d27e43-1835021-1763633000123456789.seg.gz
/// votes-5f2c9a0b11d27e43-1835022-1763633000123999999.json
/// ```
/// The birth time is in nanoseconds since 1970, 0 on a file system that keeps none.
struct MarkName: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The last block that the region signed; height 0 before the first.
        case block(height: Int)
        /// How far it voted on the chains of others.
        case votes
    }

    let kind: Kind
    let machine: String
    let inode: UInt64
    let bornNanoseconds: Int64

    private static let votesPrefix = "votes"
    private static let blockSuffix: StaticString = ".seg.gz"
    private static let votesSuffix: StaticString = ".json"

    /// The name that the file of this status must have on that machine.
    init(_ kind: Kind, _ status: FileStatus, machine: MachineName) {
        self.kind = kind
        self.machine = machine.description
        inode = status.inode
        bornNanoseconds = status.born.map { $0.seconds &* 1_000_000_000 &+ Int64($0.nanoseconds) } ?? 0
    }

    /// Reads a file name; nil unless `text` is exactly how such a name is written.
    init?(_ text: String) {
        let stem: Substring.UTF8View
        if let found = text[...].utf8.dropping(suffix: Self.blockSuffix) {
            stem = found
        } else if let found = text[...].utf8.dropping(suffix: Self.votesSuffix) {
            stem = found
        } else {
            return nil
        }
        let parts = String(Substring(stem)).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, let inode = UInt64(parts[2]), let born = Int64(parts[3]),
            parts[1].utf8.count == 16
        else { return nil }
        if parts[0] == Self.votesPrefix {
            kind = .votes
        } else {
            guard let height = FileNumber.parse(parts[0].utf8, width: FileNumber.width) else { return nil }
            kind = .block(height: height)
        }
        machine = String(parts[1])
        self.inode = inode
        bornNanoseconds = born
        if self.text != text { return nil }
    }

    var text: String {
        let identity = "\(machine)-\(inode)-\(bornNanoseconds)"
        return switch kind {
        case .block(let height):
            "\(FileNumber.padded(height, width: FileNumber.width))-\(identity)\(Self.blockSuffix)"
        case .votes: "\(Self.votesPrefix)-\(identity)\(Self.votesSuffix)"
        }
    }

    /// The height of a block's mark; nil of another.
    var height: Int? { if case .block(let height) = kind { height } else { nil } }
}
