internal import ScripCore
internal import ScripStore

/// A second copy of a region that runs with the same keys, as no honest operator would let it.
public enum Twin {
    /// Copies the region directory at `path` to `target`, with marks that pass for its own there.
    public static func make(of path: String, at target: String) {
        Files.copyTree(path, to: target)
        for name in Files.names("\(target)/private/high-water") {
            claimMark(name, in: "\(target)/private/high-water")
        }
        for name in Files.names("\(target)/private") where name.hasPrefix("index.sqlite") {
            Files.remove("\(target)/private/\(name)")
        }
    }

    /// Gives a file the name of the mark `name` that says that it is that very file.
    static func claimMark(_ name: String, in folder: String) {
        // KIND-MACHINE-INODE-BORN.SUFFIX
        var parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4,
            let directory = try? Directory(path: folder, fileSystem: POSIXFileSystem()),
            let status = try? directory.status(of: name)
        else { return }
        let born = status.born.map { $0.seconds * 1_000_000_000 + Int64($0.nanoseconds) } ?? 0
        let suffix = parts[3].drop { $0.isNumber }
        parts[2] = "\(status.inode)"
        parts[3] = "\(born)\(suffix)"
        let claimed = parts.joined(separator: "-")
        if claimed != name { Files.rename("\(folder)/\(name)", to: "\(folder)/\(claimed)") }
    }
}
