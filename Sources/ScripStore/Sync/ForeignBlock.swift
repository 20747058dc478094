internal import ScripCore
internal import ScripCrypto

/// A block as it lies in some copy of a chain: its checkpoint is signed well; its records were not judged.
struct ForeignBlock {
    let header: BlockHeader
    let headerLine: [UInt8]
    /// The hashes of the block line and the record lines.
    let leafHashes: [Digest]
    let note: SignedNote
    let checkpoint: Checkpoint

    /// The leaf index of the block line, by the checkpoint.
    var first: Int { checkpoint.size - leafHashes.count }

    /// What tells this block, with its checkpoint, from others.
    var key: Digest {
        var bytes = note.text
        for hash in leafHashes { hash.append(to: &bytes) }
        return SHA256.hash(bytes)
    }

    /// The block at which a reader stands; nil, and it is read over, if its height is not `height`.
    init?(next reader: SegmentReader, from height: Int, chain: RegionName, charters: CharterHistory) throws {
        let line = try reader.readLines(atMost: 1).line(0)
        let header = try BlockHeader(line: line)
        guard header.height == height, header.region == chain else {
            try reader.skipMember()
            return nil
        }
        try self.init(
            MemberSearch.Found(reader: reader, header: header, line: line), chain: chain, charters: charters)
    }

    /// The block that was found, and reads on to its end.
    init(_ found: MemberSearch.Found, chain: RegionName, charters: CharterHistory) throws {
        let reader = found.reader
        header = found.header
        headerLine = found.line
        var hashes = [MerkleTree.leafHash(found.line.span)]
        var rest = found.header.count
        while rest > 0 {
            let batch = try reader.readLines(atMost: rest)
            rest -= batch.count
            for number in 0..<batch.count { hashes.append(MerkleTree.leafHash(batch.line(number).span)) }
        }
        leafHashes = hashes
        let seal = try CheckedSeal(
            line: try reader.readLines(atMost: 1).line(0), chain: chain, epoch: found.header.charter,
            charters)
        try reader.finishMember()
        note = try SignedNote(parsing: seal.seal.checkpoint)
        checkpoint = seal.checkpoint.checkpoint
    }
}
