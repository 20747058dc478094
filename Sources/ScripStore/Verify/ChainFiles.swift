internal import ScripCore

/// A segment file by its name.
struct SegmentFile {
    let folder: WalkedFolder
    let text: String
    let name: SegmentName
    /// The heights in its folder that lie in more than one file.
    let shared: [ClosedRange<Int>]
    /// Whether the file was not there when its folder was read first, so that blocks in it may have been judged from
    /// files that are gone.
    var isLate = false

    var path: String { folder.path(of: text) }

    func isShared(_ height: Int) -> Bool { shared.contains { $0.contains(height) } }
}

/// The segment files of a chain, by their first height; of those that begin at the same height the longest first.
/// The names of one folder of a thousand heights are in memory at a time.
final class ChainFiles {
    private let folder: WalkedFolder
    private var thousands: ArraySlice<(text: String, name: ThousandName)>
    private var files: ArraySlice<SegmentFile> = []
    /// The thousand that `files` are of, and the names there that were given out.
    private var current: (folder: WalkedFolder, name: ThousandName)?
    private var given: Set<String> = []

    init(_ folder: WalkedFolder) throws {
        self.folder = folder
        thousands = try folder.names { ThousandName($0) }[...]
    }

    func next() throws -> SegmentFile? {
        while true {
            if let file = files.popFirst() {
                given.insert(file.text)
                return file
            }
            guard let (text, name) = thousands.popFirst() else { return nil }
            current = nil
            given = []
            if let inner = try folder.folder(text) {
                current = (inner, name)
                files = try Self.files(in: inner, name)[...]
            }
        }
    }

    /// Reads the names of the current thousand again, after a file vanished that was listed: `pack` may have merged it
    /// into another one, which then comes next.
    func lookAgain(after vanished: SegmentFile) throws {
        guard let current, current.folder === vanished.folder else { return }
        let known = given.union(files.map(\.text))
        files =
            try Self.files(in: current.folder, current.name).filter { !given.contains($0.text) }
            .map { file in
                var file = file
                file.isLate = !known.contains(file.text)
                return file
            }[...]
    }

    private static func files(in folder: WalkedFolder, _ thousand: ThousandName) throws -> [SegmentFile] {
        let names = try folder.names { text in
            SegmentName(text).flatMap { $0.thousand == thousand ? $0 : nil }
        }.sorted {
            ($0.name.heights.lowerBound, -$0.name.heights.upperBound)
                < ($1.name.heights.lowerBound, -$1.name.heights.upperBound)
        }
        var shared: [ClosedRange<Int>] = []
        var covered = 0
        for (_, name) in names {
            if name.heights.lowerBound <= covered {
                shared.append(name.heights.lowerBound...min(covered, name.heights.upperBound))
            }
            covered = max(covered, name.heights.upperBound)
        }
        return names.map { SegmentFile(folder: folder, text: $0.text, name: $0.name, shared: shared) }
    }
}
