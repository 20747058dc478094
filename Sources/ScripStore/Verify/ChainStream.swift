internal import ScripCore
internal import ScripCrypto

/// The blocks of a chain in the order of its files, read ahead: while one block is judged, the signatures of the
/// next ones are checked on all cores, however small the blocks are.
///
/// What is read ahead is bounded. Faults come in their place, and the file that has one is left there.
final class ChainStream: BlockSource {
    /// What comes next in the files.
    enum Event {
        case file(SegmentFile)
        case block(Block)
        /// The current file cannot be read on.
        case fault(Fault)
    }

    enum Fault: Error {
        case block(BlockFault)
        case file(ForeignFileError)
    }

    /// The first line of a block, and what it is expected to be.
    struct Block {
        let header: BlockHeader
        let line: [UInt8]
    }

    /// How the records' signatures of a block are judged, and the leaf index of the first record, where
    /// the judgment needs it.
    typealias SignatureChoice = (_ header: BlockHeader) throws -> (CheckedLine.SignatureCheck, first: Int)

    /// The same for a block that cannot be judged, since what it builds on is not there; nil if nobody can say how its
    /// records should be.
    typealias LooseSignatureChoice = (_ header: BlockHeader) throws -> (
        CheckedLine.SignatureCheck, first: Int
    )?

    private enum Entry {
        case event(Event)
        /// The next result of the pipeline, of so many bytes of lines.
        case part(bytes: Int)
    }

    /// What was computed of some lines of a block.
    private struct Part: Sendable {
        var lines: [CheckedLine] = []
        var hashes: [Digest] = []
        /// With the last lines.
        var seal: Result<CheckedSeal, BlockFault>?
    }

    /// A block in the middle of being read ahead.
    private struct OpenBlock {
        /// Record lines that were not read yet.
        var rest: Int
        /// The leaf index of the next of them.
        var next: Int
        /// The epoch that it names.
        let epoch: Int
        /// Nil if the lines are only hashed.
        let signatures: CheckedLine.SignatureCheck?
    }

    private let chain: RegionName
    private let charters: CharterHistory
    private let signedPrefix: [UInt8]
    private let workers: WorkerPool
    private let files: ChainFiles
    private let signatures: SignatureChoice
    private let looseSignatures: LooseSignatureChoice

    // What was read ahead.
    private var entries = Queue<Entry>()
    private var pipeline: OrderedPipeline<Part>
    private var bytesAhead = 0
    /// Files that were begun too early and are read again.
    private var returned: [SegmentFile] = []

    // Where reading ahead stands.
    private var current: SegmentFile?
    private var reader: SegmentReader?
    /// The block whose lines come next.
    private var open: OpenBlock?
    private var membersRead = 0
    private var isEnd = false
    /// The height of the next block whose records are judged, the blocks behind it being loose ones. Nil if no further
    /// ones are.
    private var nextHeight: Int?

    // Where the consumer stands.
    private var block: Block?
    private var sealResult: Result<CheckedSeal, BlockFault>?
    private var hasher: SHA256Hasher?

    /// What a thread takes at a time, some milliseconds of work: where a chain ends, some wait for the last.
    private static let linesMax = 32
    /// How far is read ahead: a tenth of a second of work, since the thread that judges may be held up for as long.
    private static let partsMax = 64
    private static let bytesAheadMax = 1 << 20
    static let segmentBytesMax = 16 << 30

    init(
        _ files: ChainFiles, chain: RegionName, charters: CharterHistory, signedPrefix: [UInt8],
        workers: WorkerPool,
        signatures: @escaping SignatureChoice, looseSignatures: @escaping LooseSignatureChoice
    ) {
        self.files = files
        self.chain = chain
        self.charters = charters
        self.signedPrefix = signedPrefix
        self.workers = workers
        self.signatures = signatures
        self.looseSignatures = looseSignatures
        pipeline = OrderedPipeline(workers, depth: Self.partsMax)
        nextHeight = 1
    }

    // MARK: The consumer

    /// The next event; nil at the end of the last file. What is left of the block before is dropped.
    func next() throws -> Event? {
        block = nil
        sealResult = nil
        hasher = nil
        while true {
            if entries.isEmpty { try readAhead() }
            guard let entry = entries.takeFirst() else { return nil }
            try readAhead()
            switch entry {
            case .part(let bytes): _ = takePart(bytes)
            case .event(let event):
                if case .block(let block) = event { self.block = block }
                return event
            }
        }
    }

    /// Leaves the current file; the next event is that of the file after it.
    func leaveFile() {
        while let first = entries.head {
            switch first {
            case .event(.file): return
            case .part(let bytes): _ = takePart(bytes)
            case .event: break
            }
            _ = entries.takeFirst()
        }
        // Nothing of another file is there, so the one that is being read is the one to leave.
        closeFile()
    }

    private func closeFile() {
        current = nil
        reader = nil
        open = nil
    }

    /// Leaves the current file, and reads what comes after it once more: the records of blocks are checked from `height`
    /// on, or, if it is nil, not at all.
    func leaveFile(checkingFrom height: Int?) {
        leaveFile()
        var again: [SegmentFile] = []
        while let entry = entries.takeFirst() {
            if case .event(.file(let file)) = entry { again.append(file) }
        }
        returned = again + returned
        pipeline = OrderedPipeline(workers, depth: Self.partsMax)
        bytesAhead = 0
        closeFile()
        isEnd = false
        nextHeight = height
    }

    /// Checks the records of the blocks from `height` on, or, if it is nil, of none, in what is not read ahead yet.
    func checkRecords(from height: Int?) { nextHeight = height }

    /// Hashes the lines of the current block as they are taken; `contentDigest` is the result.
    func beginDigest() {
        let begun = SHA256Hasher()
        if let block { MerkleTree.leafHash(block.line.span).withSpan { begun.update($0) } }
        hasher = begun
    }

    /// The digest of the leaf hashes of the current block.
    func contentDigest() -> Digest? { hasher?.finish() }

    /// The next lines of a block that is not judged: none where they were only hashed; nil behind the last.
    func nextLooseLines() throws -> [CheckedLine]? { try nextPart()?.lines }

    /// Takes what is left of the lines of the current block, which need not be judged.
    func skipLines() throws {
        while try nextPart() != nil {}
    }

    // MARK: BlockSource

    func headerLine() throws -> [UInt8] { block?.line ?? [] }

    func begin(_ header: BlockHeader, first: Int, _ signatures: CheckedLine.SignatureCheck) {}

    func nextLines() throws -> [CheckedLine]? {
        while let part = try nextPart() {
            if !part.lines.isEmpty { return part.lines }
            // A block whose records are judged has had them checked.
            if !part.hashes.isEmpty { throw IndexError.damaged }
        }
        return nil
    }

    func seal() throws -> CheckedSeal {
        guard let sealResult else { throw BlockFault(.block, "the block has no seal line") }
        return try sealResult.get()
    }

    private func nextPart() throws -> Part? {
        if sealResult != nil { return nil }
        if entries.isEmpty { try readAhead() }
        guard let entry = entries.takeFirst() else { return nil }
        switch entry {
        case .event(.fault(let fault)):
            switch fault {
            case .block(let fault): throw fault
            case .file(let error): throw error
            }
        case .event: return nil
        case .part(let bytes):
            guard let part = takePart(bytes) else { return nil }
            sealResult = part.seal
            if let hasher {
                for line in part.lines { line.leafHash.withSpan { hasher.update($0) } }
                for hash in part.hashes { hash.withSpan { hasher.update($0) } }
            }
            try readAhead()
            return part
        }
    }

    /// The next result of the pipeline, once it is there.
    private func takePart(_ bytes: Int) -> Part? {
        bytesAhead -= bytes
        return pipeline.next()
    }

    // MARK: Reading ahead

    private func readAhead() throws {
        while !isEnd && !pipeline.isFull && entries.count < 2 * Self.partsMax
            && bytesAhead < Self.bytesAheadMax
        {
            do {
                try readSome()
            } catch let fault as BlockFault {
                fail(.block(fault))
            } catch let error as ForeignFileError {
                fail(.file(error))
            }
        }
    }

    private func fail(_ fault: Fault) {
        entries.append(.event(.fault(fault)))
        closeFile()
    }

    /// Opens the next file, or reads the first line of the next block, or some lines of the one that was begun.
    private func readSome() throws {
        guard let file = current, let reader else { return try openNext() }
        if let block = open { return try readLines(block, reader) }
        if try reader.startMember() { return try readFirstLine(file, reader) }
        if membersRead == 0 { throw BlockFault(.framing, "the file is empty") }
        if membersRead < file.name.heights.count {
            throw BlockFault(
                .name, "it holds \(membersRead) blocks, and its name says \(file.name.heights.count)")
        }
        closeFile()
    }

    private func openNext() throws {
        guard let file = try returned.isEmpty ? files.next() : returned.removeFirst() else {
            isEnd = true
            return
        }
        guard let foreign = try file.folder.file(file.text, limit: Self.segmentBytesMax) else {
            if !file.folder.contains(file.text) { return try files.lookAgain(after: file) }
            entries.append(.event(.file(file)))
            return
        }
        entries.append(.event(.file(file)))
        current = file
        membersRead = 0
        reader = SegmentReader { buffer in try foreign.read(into: &buffer) }
    }

    private func readFirstLine(_ file: SegmentFile, _ reader: SegmentReader) throws {
        let line = try reader.readLines(atMost: 1).line(0)
        let header = try BlockEvaluator.header(line)
        guard header.region == chain else {
            throw BlockFault(.link, "it holds a block of '\(header.region)'")
        }
        let height = file.name.heights.lowerBound + membersRead
        guard header.height == height, file.name.heights.contains(height) else {
            throw BlockFault(.name, "it holds block \(header.height), which its name does not say there")
        }
        membersRead += 1
        entries.append(.event(.block(Block(header: header, line: line))))
        var check: CheckedLine.SignatureCheck?
        var first = 0
        if header.height == nextHeight {
            (check, first) = try signatures(header)
            nextHeight = height + 1
        } else if nextHeight.map({ header.height > $0 }) ?? true, let loose = try looseSignatures(header) {
            (check, first) = loose
        }
        open = OpenBlock(rest: header.count, next: first, epoch: header.charter, signatures: check)
    }

    private func readLines(_ block: OpenBlock, _ reader: SegmentReader) throws {
        let batch =
            block.rest == 0 ? nil : try reader.readLines(atMost: min(block.rest, Self.linesMax))
        open?.rest -= batch?.count ?? 0
        open?.next += batch?.count ?? 0
        var sealLine: [UInt8]?
        if open?.rest == 0 {
            sealLine = try reader.readLines(atMost: 1).line(0)
            try reader.finishMember()
            open = nil
        }
        let (first, signatures, end) = (block.next, block.signatures, sealLine)
        let (chain, epoch, charters, prefix) = (chain, block.epoch, charters, signedPrefix)
        let bytes = (batch?.bytes.count ?? 0) + (sealLine?.count ?? 0)
        bytesAhead += bytes
        entries.append(.part(bytes: bytes))
        pipeline.submit {
            var part = Part()
            if let batch {
                if let signatures {
                    part.lines = CheckedLine.check(batch, first: first, signedPrefix: prefix, signatures)
                } else {
                    part.hashes = (0..<batch.count).map { MerkleTree.leafHash(batch.line($0).span) }
                }
            }
            if let end {
                part.seal = Result { () throws(BlockFault) in
                    try CheckedSeal(line: end, chain: chain, epoch: epoch, charters)
                }
            }
            return part
        }
    }
}
