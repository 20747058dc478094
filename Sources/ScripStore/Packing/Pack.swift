public import ScripCore
internal import ScripCrypto

/// Segment files that were merged into one: a line of type `packed` (scrip-pack(1)).
public struct PackedSegment: Sendable {
    let chain: RegionName
    let heights: ClosedRange<Int>
    /// Below `public/`.
    let path: String
    /// Files that were there before and are no more.
    let removedCount: Int
    let byteCount: Int64

    /// The line that is printed.
    public var json: JSON {
        .object([
            "type": "packed", "chain": .string(chain.text), "from": .integer(Int64(heights.lowerBound)),
            "to": .integer(Int64(heights.upperBound)), "file": .string(path),
            "removed": .integer(Int64(removedCount)), "bytes": .integer(byteCount),
        ])
    }
}

extension RegionWriter {
    /// Merges the segment files of chains, within each thousand heights (format section 4): the merged file is published,
    /// and then its parts are unlinked. The bytes of the members stay as they are. Of each chain the `kept` newest blocks
    /// stay where they lie.
    ///
    /// At any time every block lies in some file under its name; a run that was cut off is completed by the next.
    /// `onPacked` is told of each merged file once it is durable and its parts are gone.
    ///
    /// - Throws: `rejected` if a file does not hold the blocks that were verified. That file, and what lies beside it in
    ///   its thousand, is left as it is, and the rest was packed.
    public func pack(
        _ chains: [RegionName], keeping kept: Int, onPacked: (PackedSegment) throws -> Void
    ) throws(StoreError) {
        do {
            // What an earlier run left there when it was cut off may be large.
            _ = try publisher.clearStaging()
            var fault: (any Error)?
            for chain in chains {
                for thousand in try SegmentFiles.thousands(of: chain, in: directory.publicFolder) {
                    do {
                        try pack(chain, thousand, keeping: kept, onPacked)
                    } catch let error as StoreError where error.kind == .rejected {
                        // One damaged file is no reason to leave the others as they are.
                        fault = fault ?? error
                    }
                }
            }
            if let fault { throw fault }
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    private func pack(
        _ chain: RegionName, _ thousand: ThousandName, keeping kept: Int,
        _ onPacked: (PackedSegment) throws -> Void
    ) throws {
        let limit = try index.head(of: chain, genesis: genesis).height - kept
        let names = try SegmentFiles.names(in: thousand, of: chain, in: directory.publicFolder)
            .filter { $0.heights.upperBound <= limit }
        for run in SegmentRun.runs(of: names) where run.parts.count > 1 {
            try onPacked(try merge(run, of: chain, thousand))
        }
    }

    /// Publishes one file in the place of several, and unlinks those.
    private func merge(
        _ run: SegmentRun, of chain: RegionName, _ thousand: ThousandName
    ) throws -> PackedSegment {
        let path = PublicFile.segment(chain: chain, run.whole).path
        let folder = try directory.publicFolder.subdirectory(
            SegmentFiles.folder(of: thousand, chain))
        let check = SegmentCheck(chain: chain, index: index)
        let byteCount: Int64
        var offsets: [Int64] = []
        if run.parts.contains(run.whole) {
            // An earlier run was cut off before it came to unlink the parts, or a peer's larger file came in.
            let present = try folder.file(run.whole.text)
            try check.requireBlocks(run.whole.heights, in: present)
            try present.synchronize()
            byteCount = try present.status().size
        } else {
            let staged = try publisher.stage()
            offsets = try append(run, of: chain, in: folder, to: staged)
            try staged.finish()
            try check.requireBlocks(run.whole.heights, in: staged.file)
            byteCount = staged.size
            _ = try publisher.publish(
                staged, to: "\(RegionLayout.public)/\(path)",
                isEquivalent: { (try? check.requireBlocks(run.whole.heights, in: $0)) != nil })
        }
        // The whole has to be durable before the first part goes, also if another run gave it its name.
        do {
            try folder.synchronize()
            for part in run.parts where part != run.whole { try folder.remove(part.text) }
            try folder.synchronize()
        } catch {
            throw PublishError.durabilityUnconfirmed(error)
        }
        try index.database.transaction { try index.setMembers(offsets, of: chain, in: run.whole) }
        return PackedSegment(
            chain: chain, heights: run.whole.heights, path: path,
            removedCount: run.parts.count(where: { $0 != run.whole }), byteCount: byteCount)
    }

    /// Appends the members of the files to `staged`, unchanged, each height once. Returns where each begins there.
    private func append(
        _ run: SegmentRun, of chain: RegionName, in folder: Directory, to staged: StagedFile
    ) throws -> [Int64] {
        var offsets: [Int64] = []
        var next = run.whole.heights.lowerBound
        for part in run.parts where part.heights.upperBound >= next {
            let file = try folder.file(part.text)
            let reader = SegmentReader(file)
            do {
                while try reader.startMember() {
                    let height = try BlockHeader(line: try reader.readLines(atMost: 1).line(0)).height
                    try reader.skipMember()
                    guard height == next else { continue }
                    offsets.append(staged.size)
                    try staged.append(file, from: reader.memberStart, to: reader.memberEnd)
                    next += 1
                }
            } catch let fault as BlockFault {
                throw SegmentCheck.damaged(file, fault.reason)
            } catch let fault as MalformedRecord {
                throw SegmentCheck.damaged(file, fault.reason)
            }
            guard next == part.heights.upperBound + 1 else {
                throw SegmentCheck.damaged(file, "it does not hold the blocks that its name says")
            }
        }
        return offsets
    }
}

extension StagedFile {
    /// Appends a range of another file.
    func append(_ source: File, from start: Int64, to end: Int64) throws {
        var position = start
        var chunk: [UInt8] = []
        while position < end {
            chunk.removeAll(keepingCapacity: true)
            let count = try source.read(
                at: position, atMost: Int(min(end - position, 1 << 18)), into: &chunk)
            if count == 0 { throw BlockFault(.framing, "the file became shorter") }
            try append(chunk)
            position += Int64(count)
        }
    }
}
