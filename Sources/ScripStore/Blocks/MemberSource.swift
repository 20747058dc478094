internal import ScripCore

/// The block at which a `SegmentReader` stands. The records of a large one are checked on all cores while the reader
/// reads on.
final class MemberSource: BlockSource {
    private let reader: SegmentReader
    private let chain: RegionName
    private let charters: CharterHistory
    private let signedPrefix: [UInt8]
    private let workers: () -> WorkerPool

    private var header: [UInt8]?
    private var signatures: CheckedLine.SignatureCheck?
    private var pipeline: OrderedPipeline<[CheckedLine]>?
    /// Lines that were not read yet.
    private var rest = 0
    /// The epoch that the block names.
    private var epoch = 0
    /// The leaf index of the next line that is read.
    private var next = 0

    private static let recordsForWorkersMin = 16

    init(
        _ reader: SegmentReader, chain: RegionName, charters: CharterHistory, signedPrefix: [UInt8],
        workers: @escaping () -> WorkerPool
    ) {
        self.reader = reader
        self.chain = chain
        self.charters = charters
        self.signedPrefix = signedPrefix
        self.workers = workers
    }

    func headerLine() throws -> [UInt8] {
        if let header { return header }
        let line = try reader.readLines(atMost: 1).line(0)
        header = line
        return line
    }

    func begin(_ header: BlockHeader, first: Int, _ signatures: CheckedLine.SignatureCheck) {
        self.signatures = signatures
        rest = header.count
        epoch = header.charter
        next = first
        // A small block is not worth the hand-over to other threads.
        pipeline = header.count < Self.recordsForWorkersMin ? nil : OrderedPipeline(workers())
    }

    func nextLines() throws -> [CheckedLine]? {
        guard let signatures else { return nil }
        let prefix = signedPrefix
        guard let pipeline else {
            if rest == 0 { return nil }
            let (batch, first) = try read()
            return CheckedLine.check(batch, first: first, signedPrefix: prefix, signatures)
        }
        while rest > 0 && !pipeline.isFull {
            let (batch, first) = try read()
            pipeline.submit { CheckedLine.check(batch, first: first, signedPrefix: prefix, signatures) }
        }
        return pipeline.next()
    }

    private func read() throws -> (LineBatch, first: Int) {
        let batch = try reader.readLines(atMost: rest)
        let first = next
        rest -= batch.count
        next += batch.count
        return (batch, first)
    }

    func seal() throws -> CheckedSeal {
        let line = try reader.readLines(atMost: 1).line(0)
        try reader.finishMember()
        return try CheckedSeal(line: line, chain: chain, epoch: epoch, charters)
    }

    /// Reads on to the end of a block of which only the first line was taken.
    func skip(_ header: BlockHeader) throws -> SealLine {
        try reader.skipLines(header.count)
        let line = try reader.readLines(atMost: 1).line(0)
        try reader.finishMember()
        do throws(MalformedRecord) {
            return try SealLine(line: line)
        } catch {
            throw BlockFault(.block, error.reason)
        }
    }
}

extension SegmentReader {
    /// Reads over as many lines.
    func skipLines(_ count: Int) throws {
        var rest = count
        while rest > 0 { rest -= try readLines(atMost: rest).count }
    }
}
