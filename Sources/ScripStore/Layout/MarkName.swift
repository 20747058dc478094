internal import ScripCore

/// The name of a file in `private/high-water/`: what it marks, the machine, and the inode and the birth time of the very
/// file that has the name and of the folder that it lies in. A copy of the file is another inode, born later, and so is
/// known for one; a copy that shares the file, by a hard link, lies in another folder.
/// ```
/// 0000000017-5f2c9a0b11d27e43-1835021-1763633000123456789-1835007-1763632000123456789.seg.gz
/// votes-5f2c9a0b11d27e43-1835022-1763633000123999999-1835007-1763632000123456789.json
/// ```
/// Birth times are in nanoseconds since 1970, 0 on a file system that keeps none. A name without the folder was written
/// by an earlier version.
struct MarkName: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The last block that the region signed; height 0 before the first.
        case block(height: Int)
        /// How far it voted on the chains of others.
        case votes
    }

    /// What tells a file or a folder from any copy of it.
    struct Inode: Hashable, Sendable {
        let number: UInt64
        let bornNanoseconds: Int64

        init(_ status: FileStatus) {
            number = status.inode
            bornNanoseconds =
                status.born.map { $0.seconds &* 1_000_000_000 &+ Int64($0.nanoseconds) } ?? 0
        }

        fileprivate init?(_ number: Substring, _ born: Substring) {
            guard let number = UInt64(number), let born = Int64(born) else { return nil }
            self.number = number
            bornNanoseconds = born
        }

        fileprivate var text: String { "\(number)-\(bornNanoseconds)" }
    }

    let kind: Kind
    let machine: String
    let file: Inode
    /// The folder that it lies in; nil in a name of an earlier version.
    let folder: Inode?

    private static let votesPrefix = "votes"
    private static let blockSuffix: StaticString = ".seg.gz"
    private static let votesSuffix: StaticString = ".json"

    /// The name that the file of this status must have in that folder on that machine.
    init(_ kind: Kind, _ status: FileStatus, in folder: Inode, machine: MachineName) {
        self.kind = kind
        self.machine = machine.description
        file = Inode(status)
        self.folder = folder
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
        guard parts.count == 4 || parts.count == 6, parts[1].utf8.count == 16,
            let file = Inode(parts[2], parts[3])
        else { return nil }
        folder = parts.count == 6 ? Inode(parts[4], parts[5]) : nil
        if parts[0] == Self.votesPrefix {
            kind = .votes
        } else {
            guard let height = FileNumber.parse(parts[0].utf8.span, width: FileNumber.width) else {
                return nil
            }
            kind = .block(height: height)
        }
        machine = String(parts[1])
        self.file = file
        if self.text != text { return nil }
    }

    var text: String {
        let identity = "\(machine)-\(file.text)\(folder.map { "-\($0.text)" } ?? "")"
        return switch kind {
        case .block(let height):
            "\(FileNumber.padded(height, width: FileNumber.width))-\(identity)\(Self.blockSuffix)"
        case .votes: "\(Self.votesPrefix)-\(identity)\(Self.votesSuffix)"
        }
    }

    /// The height of a block's mark; nil of another.
    var height: Int? { if case .block(let height) = kind { height } else { nil } }
}
