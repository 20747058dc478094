internal import ScripCore
internal import ScripCrypto

/// The high-water mark of a region's chain: the last block that it signed, with its exact bytes, durable before
/// anybody sees it (quality section 1, protocol section 9). It is the block's own segment file in
/// `private/high-water/`, of which the file under `public/` is a second name. A restart completes it.
extension RegionWriter {
    /// Begins the mark of a block. What an earlier seal left for that height was never published.
    func newHighWater(_ height: Int) throws -> StagedFile {
        try markFolder.remove { $0.height == height }
        return try markFolder.begin(.block(height: height))
    }

    /// Removes the marks that a later one replaces.
    func removeHighWater(below height: Int) throws {
        try markFolder.remove { $0.height.map { $0 < height } ?? false }
    }

    /// Gives the block of the high-water mark its final name, if a killed command did not come to it. True if
    /// there was something to do.
    ///
    /// The bytes are those that were signed, so this signs nothing; whether the region may sign is another question
    /// (`requireOwnMark`).
    func completeSeal() throws -> Bool {
        guard let mark = try markFolder.names().last, let height = mark.height, height > 0,
            let segment = SegmentName(heights: height...height)
        else { return false }
        if try SegmentFiles.file(holding: height, of: name, in: directory.publicFolder) != nil {
            return false
        }
        let folder = markFolder.folder
        guard try Self.checkpoint(of: mark, in: folder, chain: name, charters) != nil else {
            // It was cut off while it was written, so nobody has seen it. Another mark of the block may be whole.
            try folder.remove(mark.text)
            _ = try completeSeal()
            return true
        }
        if height > 1,
            try SegmentFiles.file(holding: height - 1, of: name, in: directory.publicFolder) == nil
        {
            // `public/` was set back. The block has its place once those before it are there again.
            return false
        }
        // That it can be read does not say that the disk has it: whoever wrote it may have been killed before it was
        // durable, or its fsync failed, after which no other one of that file can be believed. So a new file is made of
        // it; it becomes the mark only if this one is: a copy of a region must not get a mark of its own by this.
        let isOwn = try markFolder.isGenuine(mark)
        let staged = try isOwn ? markFolder.begin(.block(height: height)) : publisher.stage()
        try staged.append(contentsOf: try StagedFile(resuming: mark.text, in: folder))
        try StagedFile.finish([staged], directories: isOwn ? [folder] : [])
        try publisher.publish([(staged, PublicFile.segment(chain: name, segment).regionPath, isOwn)])
        if isOwn { try markFolder.remove { $0.height == height && $0.text != staged.name } }
        return true
    }

    /// The signed checkpoint of the block that a mark holds; nil if it is not one whole block of this chain, which
    /// ends with a checkpoint that the chain's key signed.
    static func checkpoint(
        of mark: MarkName, in folder: Directory, chain: RegionName, _ charters: CharterHistory
    ) throws -> [UInt8]? {
        let reader = SegmentReader(try folder.file(mark.text))
        do {
            guard try reader.startMember() else { return nil }
            let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
            try reader.skipLines(header.count)
            let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
            try reader.finishMember()
            guard let charter = charters.charter(of: header.charter) else { return nil }
            _ = try VerifiedCheckpoint(
                sealing: try SignedNote(parsing: seal.checkpoint), chain: chain, charter: charter)
            guard header.height == mark.height, header.region == chain, try !reader.startMember()
            else { return nil }
            return seal.checkpoint
        } catch is BlockFault {
            return nil
        } catch is MalformedRecord {
            return nil
        } catch is NoteError {
            return nil
        } catch is VerifiedCheckpointError {
            return nil
        }
    }
}
