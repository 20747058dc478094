internal import ScripCore
internal import ScripCrypto

/// The high-water mark: the last block that this region signed, with its exact bytes, durable before anybody sees
/// it (quality section 1, protocol section 9). It is the block's own segment file, `private/high-water/<height>.seg.gz`,
/// of which the file under `public/` is a second name. A restart completes it; and if `public/` ends below
/// it, the directory is an old copy.
extension RegionWriter {
    func highWaterFolder() throws -> Directory {
        try root.subdirectoryIfPresent(RegionLayout.highWater)
            ?? root.makeSubdirectory(RegionLayout.highWater, permissions: .privateDirectory)
    }

    private func highWaterNames() throws -> [SegmentName] {
        try root.subdirectoryIfPresent(RegionLayout.highWater)?.names().compactMap { SegmentName($0) }
            .filter { $0.heights.count == 1 }.sorted { $0.heights.lowerBound < $1.heights.lowerBound } ?? []
    }

    /// Begins the mark of a block. What an earlier seal left under the name was never published.
    func newHighWater(_ height: Int) throws -> StagedFile {
        guard let name = SegmentName(heights: height...height) else { throw IndexError.damaged }
        let folder = try highWaterFolder()
        if try folder.status(of: name.text) != nil { try folder.remove(name.text) }
        return try StagedFile(keeping: name.text, in: folder)
    }

    /// Removes the marks that a later one replaces.
    func removeHighWater(below height: Int) throws {
        let folder = try highWaterFolder()
        for name in try highWaterNames() where name.heights.lowerBound < height {
            try folder.remove(name.text)
        }
    }

    /// Gives the block of the high-water mark its final name, if a killed command did not come to it. True if
    /// there was something to do.
    func completeSeal() throws -> Bool {
        guard let mark = try highWaterNames().last else { return false }
        let height = mark.heights.lowerBound
        if try SegmentFiles.file(holding: height, of: name, in: directory.publicFolder) != nil {
            return false
        }
        let folder = try highWaterFolder()
        guard try isWhole(mark, in: folder) else {
            // It was cut off while it was written, so nobody has seen it.
            try folder.remove(mark.text)
            return true
        }
        if height > 1,
            try SegmentFiles.file(holding: height - 1, of: name, in: directory.publicFolder) == nil
        {
            throw StoreError(
                .retry, directory.path,
                """
                block \(height) of this region was signed, but public/ ends below it: the directory is an old \
                copy; nothing is signed until the region's own files are back
                """)
        }
        let staged = try StagedFile(resuming: mark.text, in: folder)
        try publisher.publish([(staged, PublicFile.segment(chain: name, mark).regionPath, true)])
        return true
    }

    /// Whether the file is one whole block of this chain, whose lines hash to its own checkpoint.
    private func isWhole(_ mark: SegmentName, in folder: Directory) throws -> Bool {
        let reader = SegmentReader(try folder.file(mark.text))
        do {
            guard try reader.startMember() else { return false }
            let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
            var rest = header.count
            while rest > 0 { rest -= try reader.readLines(atMost: rest).count }
            let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
            try reader.finishMember()
            guard let charter = charters.charter(of: header.charter) else { return false }
            _ = try VerifiedCheckpoint(
                sealing: try SignedNote(parsing: seal.checkpoint), chain: name, charter: charter)
            return try header.height == mark.heights.lowerBound && header.region == name
                && !reader.startMember()
        } catch is BlockFault {
            return false
        } catch is MalformedRecord {
            return false
        }
    }
}
