internal import ScripCore

/// A segment file by its name.
struct SegmentFile {
    let folder: WalkedFolder
    let text: String
    let name: SegmentName
    /// The heights in its folder that lie in more than one file.
    let shared: [ClosedRange<Int>]

    var path: String { folder.path(of: text) }

    func isShared(_ height: Int) -> Bool { shared.contains { $0.contains(height) } }
}

/// The segment files of a chain, by their first height; of those that begin at the same height the longest first.
/// The names of one folder of a thousand heights are in memory at a time.
final class ChainFiles {
    private let folder: WalkedFolder
    private var thousands: ArraySlice<(text: String, name: ThousandName)>
    private var files: ArraySlice<SegmentFile> = []

    init(_ folder: WalkedFolder) throws {
        self.folder = folder
        thousands = try folder.names { ThousandName($0) }[...]
    }

    func next() throws -> SegmentFile? {
        while true {
            if let file = files.popFirst() { return file }
            guard let (text, name) = thousands.popFirst() else { return nil }
            if let inner = try folder.folder(text) { files = try Self.files(in: inner, name)[...] }
        }
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
