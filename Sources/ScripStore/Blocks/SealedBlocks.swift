internal import ScripCore
internal import ScripCrypto

/// The blocks of one chain with their lines, in order. A segment file that holds several is read once. What is read to
/// its end is what was verified: its lines hash to the root that the index has.
final class SealedBlocks {
    private let chain: RegionName
    private let index: LedgerIndex
    private let folder: Directory
    private var reader: SegmentReader?
    /// The height of the block at which `reader` stands.
    private var readerHeight = 0
    /// The next block; nil behind the last.
    private(set) var next: IndexedBlock?

    /// The blocks from `height` on.
    init(_ chain: RegionName, from height: Int = 1, index: LedgerIndex, folder: Directory) throws {
        self.chain = chain
        self.index = index
        self.folder = folder
        next = try index.block(chain, height: height)
    }

    /// Calls `body` with the record lines of the next block until it returns false, and goes on to the block after it.
    func read(_ body: (LineBatch) throws -> Bool) throws {
        guard let block = next else { return }
        try SegmentFiles.naming(block, in: folder) {
            let (reader, line) = try startBlock(block.height)
            try read(block, reader, line, body)
        }
    }

    /// Calls `body` with each leaf of the next block, which are its block line and its record lines, and goes on to the
    /// block after it.
    func readLeaves(_ body: ([UInt8]) throws -> Void) throws {
        guard let block = next else { return }
        try SegmentFiles.naming(block, in: folder) {
            let (reader, line) = try startBlock(block.height)
            try body(line)
            try read(block, reader, line) { batch in
                for number in 0..<batch.count { try body(batch.line(number)) }
                return true
            }
        }
    }

    private func read(
        _ block: IndexedBlock, _ reader: SegmentReader, _ line: [UInt8], _ body: (LineBatch) throws -> Bool
    ) throws {
        var tree = try index.frontier(of: chain, at: block.first)
        tree.append(MerkleTree.leafHash(line.span))
        var rest = block.count
        var goesOn = true
        while goesOn && rest > 0 {
            let batch = try reader.readLines(atMost: rest)
            rest -= batch.count
            batch.append(to: &tree)
            goesOn = try body(batch)
        }
        if goesOn {
            guard tree.size == block.size, tree.root == block.root else {
                throw SegmentFiles.changed(block, in: folder)
            }
            try reader.skipMember()
            readerHeight = block.height + 1
        } else {
            self.reader = nil
        }
        next = try index.block(chain, height: block.height + 1)
    }

    /// A reader that stands behind the first line of the block, and that line.
    private func startBlock(_ height: Int) throws -> (reader: SegmentReader, line: [UInt8]) {
        if let reader, readerHeight == height, try reader.startMember() {
            return (reader, try reader.readLines(atMost: 1).line(0))
        }
        let found = try SegmentFiles.reader(at: height, of: chain, in: folder, index)
        reader = found.reader
        return found
    }
}
