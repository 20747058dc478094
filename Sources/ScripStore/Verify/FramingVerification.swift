internal import ScripCore

/// What can be said of a public folder without a charter: which names do not belong there, and which segments are
/// damaged as files.
struct FramingVerification {
    private let folder: WalkedFolder

    init(_ folder: WalkedFolder) { self.folder = folder }

    func run() throws {
        _ = try folder.names { RegionLayout.publicNames.contains($0) ? $0 : nil }
        guard let segments = try folder.folder(RegionLayout.segments) else { return }
        for (text, _) in try segments.names({ RegionName($0) }) {
            guard let inner = try segments.folder(text) else { continue }
            let files = try ChainFiles(inner)
            while let file = try files.next() { try check(file) }
        }
    }

    private func check(_ file: SegmentFile) throws {
        guard let foreign = try file.folder.file(file.text, limit: ChainStream.segmentBytesMax) else {
            return
        }
        let reader = SegmentReader { buffer in try foreign.read(into: &buffer) }
        do {
            var members = 0
            while try reader.startMember() {
                try reader.skipMember()
                members += 1
            }
            if members == 0 { throw BlockFault(.framing, "the file is empty") }
        } catch let fault as BlockFault {
            try folder.problem(fault.code, file.path, fault.reason)
        } catch let error as ForeignFileError {
            try file.folder.report(error, file.text)
        }
    }
}
