internal import ScripCore

/// The blocks of one chain with their lines, in order. A segment file that holds several is read once.
final class SealedBlocks {
    private let chain: RegionName
    private let index: LedgerIndex
    private let folder: Directory
    private var reader: SegmentReader?
    /// The height of the block at which `reader` stands.
    private var readerHeight = 0
    /// The next block; nil behind the last.
    private(set) var next: IndexedBlock?

    init(_ chain: RegionName, index: LedgerIndex, folder: Directory) throws {
        self.chain = chain
        self.index = index
        self.folder = folder
        next = try index.block(chain, height: 1)
    }

    /// Calls `body` with the record lines of the next block, and goes on to the one after it.
    func read(_ body: (LineBatch) throws -> Void) throws {
        guard let block = next else { return }
        let reader = try startBlock(block.height)
        var rest = block.count
        while rest > 0 {
            let batch = try reader.readLines(atMost: rest)
            rest -= batch.count
            try body(batch)
        }
        try reader.skipMember()
        readerHeight = block.height + 1
        next = try index.block(chain, height: block.height + 1)
    }

    /// A reader that stands behind the first line of the block.
    private func startBlock(_ height: Int) throws -> SegmentReader {
        if let reader, readerHeight == height, try reader.startMember() {
            _ = try reader.readLines(atMost: 1)
            return reader
        }
        guard let file = try SegmentFiles.file(holding: height, of: chain, in: folder) else {
            throw StoreError(
                .rejected, "\(folder.path)/\(RegionLayout.segments)/\(chain.text)",
                "the segment with block \(height) is not there; run 'scrip verify'")
        }
        let reader = SegmentReader(file)
        self.reader = reader
        while try reader.startMember() {
            if try BlockHeader(line: try reader.readLines(atMost: 1).line(0)).height == height {
                return reader
            }
            try reader.skipMember()
        }
        throw StoreError(.rejected, file.path, "it does not hold block \(height)")
    }
}
