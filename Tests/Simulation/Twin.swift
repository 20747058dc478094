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
        // KIND-MACHINE-INODE-BORN-INODE-BORN.SUFFIX, the file's and the folder's.
        let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let slash = folder.lastIndex(of: "/"),
            let directory = try? Directory(path: folder, fileSystem: POSIXFileSystem()),
            let parent = try? Directory(path: String(folder[..<slash]), fileSystem: POSIXFileSystem()),
            let status = try? directory.status(of: name),
            let folderStatus = try? parent.status(of: String(folder[folder.index(after: slash)...]))
        else { return }
        let suffix = parts[5].drop { $0.isNumber }
        let claimed =
            (parts[..<2] + [inode(status), inode(folderStatus)]).joined(separator: "-") + suffix
        if claimed != name { Files.rename("\(folder)/\(name)", to: "\(folder)/\(claimed)") }
    }

    private static func inode(_ status: FileStatus) -> String {
        let born = status.born.map { $0.seconds * 1_000_000_000 + Int64($0.nanoseconds) } ?? 0
        return "\(status.inode)-\(born)"
    }
}
