internal import ScripCore
internal import ScripCrypto

/// Judges blocks and applies the valid ones to the index: the one way by which state comes to be, in `sync`, in
/// `verify`, in `reindex` and when a command catches up with its own files.
final class BlockEvaluator {
    private let index: LedgerIndex
    private let charter: Charter
    private let genesis: Digest
    private let signedPrefix: [UInt8]
    private let workers: () -> WorkerPool

    private static let recordsForWorkersMin = 16

    init(index: LedgerIndex, charter: Charter, genesis: Digest, workers: @escaping () -> WorkerPool) {
        self.index = index
        self.charter = charter
        self.genesis = genesis
        self.workers = workers
        signedPrefix = Record.signedPrefix(genesis: genesis)
    }

    /// What became of a block.
    enum Result {
        case accepted(IndexedBlock)
        /// Nothing was applied; the rest of the member was not read.
        case waits(BlockRules.Wait)
        /// The block is of a height that the index holds already, with the same root.
        case held(height: Int)
    }

    /// How a block is judged.
    struct Options {
        /// A voter's rule: every size seen has a certificate that is held.
        var needsCertificates = false
        /// Whether record signatures are checked even where a certificate that was checked covers the block.
        var checksAllSignatures = true
        /// Called with each record as it is judged: leaf index, record if it could be read, code if it is invalid.
        var onRecord: ((Int, Record?, RefusalCode?) throws -> Void)?
    }

    /// Reads the member at which `reader` stands as the next block of `chain`. Throws `BlockFault` if it is
    /// invalid; then, and if it waits, nothing is changed.
    func evaluate(_ reader: SegmentReader, chain: RegionName, _ options: Options) throws -> Result {
        let headerLine = try reader.readLines(atMost: 1).line(0)
        let header: BlockHeader
        do {
            header = try BlockHeader(line: headerLine)
        } catch {
            throw BlockFault(.block, error.reason)
        }
        let head = try index.head(of: chain, genesis: genesis)
        if header.region == chain, header.height <= head.height {
            return try skip(reader, header, headerLine, chain)
        }
        let answer = try BlockRules(charter: charter).check(
            header, after: head, in: IndexBoundaries(index: index, genesis: genesis),
            needsCertificates: options.needsCertificates)
        switch answer {
        case .waits(let wait): return .waits(wait)
        case .good(let seen):
            try index.database.beginSavepoint()
            do {
                let block = try apply(reader, header, headerLine, head, seen, options)
                try index.database.releaseSavepoint()
                return .accepted(block)
            } catch {
                try index.database.rollbackSavepoint()
                index.forgetMemory()
                throw error
            }
        }
    }

    /// A block that is held already: reads it to its end and checks that it is the same one.
    private func skip(
        _ reader: SegmentReader, _ header: BlockHeader, _ headerLine: [UInt8], _ chain: RegionName
    ) throws -> Result {
        var rest = header.count
        while rest > 0 { rest -= try reader.readLines(atMost: rest).count }
        let seal = try readSeal(reader)
        try reader.finishMember()
        guard let block = try index.block(chain, height: header.height), block.checkpoint == seal.checkpoint
        else {
            throw BlockFault(.fork, "the block at height \(header.height) is not the one that is held")
        }
        return .held(height: header.height)
    }

    private func readSeal(_ reader: SegmentReader) throws -> SealLine {
        do {
            return try SealLine(line: try reader.readLines(atMost: 1).line(0))
        } catch let error as MalformedRecord {
            throw BlockFault(.block, error.reason)
        }
    }

    private func apply(
        _ reader: SegmentReader, _ header: BlockHeader, _ headerLine: [UInt8], _ head: ChainHead,
        _ seen: [RegionName: Int], _ options: Options
    ) throws -> IndexedBlock {
        let chain = head.region
        var frontier = head.frontier
        frontier.append(MerkleTree.leafHash(headerLine.span))
        let recorder = try RecordApplier(index: index, chain: chain, time: header.time, seen: seen)
        let check = try signatureCheck(chain, header.height, options)
        var invalid: [VerdictText.Invalid] = []
        var position = frontier.size

        func take(_ lines: [CheckedLine]) throws {
            for line in lines {
                frontier.append(line.leafHash)
                let (record, code) = try recorder.apply(line, at: position)
                if let code { invalid.append(VerdictText.Invalid(index: position, code: code)) }
                try options.onRecord?(position, record, code)
                position += 1
            }
        }

        let prefix = signedPrefix
        // A small block is not worth the hand-over to other threads.
        let pool = header.count < Self.recordsForWorkersMin ? nil : workers()
        let pipeline = pool.map { OrderedPipeline<[CheckedLine]>($0) }
        var rest = header.count
        var next = position
        while rest > 0 {
            let batch = try reader.readLines(atMost: rest)
            let first = next
            rest -= batch.count
            next += batch.count
            guard let pipeline else {
                try take(CheckedLine.check(batch, first: first, signedPrefix: prefix, check))
                continue
            }
            if pipeline.isFull, let lines = pipeline.next() { try take(lines) }
            pipeline.submit { CheckedLine.check(batch, first: first, signedPrefix: prefix, check) }
        }
        while let lines = pipeline?.next() { try take(lines) }

        let seal = try readSeal(reader)
        try reader.finishMember()
        let block = try finish(header, head, seen, frontier, invalid, seal)
        try index.setHead(
            ChainHead(
                region: chain, height: header.height, time: header.time, frontier: frontier, root: block.root,
                seen: seen))
        try index.add(block)
        return block
    }

    private func signatureCheck(
        _ chain: RegionName, _ height: Int, _ options: Options
    ) throws -> CheckedLine.SignatureCheck {
        if !options.checksAllSignatures,
            let certificate = try index.certificates(chain, height: height).first(where: {
                $0.epoch == charter.epoch
            }),
            let verdict = try? VerdictText(parsing: certificate.verdict)
        {
            let bad = verdict.invalid.filter { $0.code == .badSignature }.map(\.index)
            return .certified(badSignatures: Set(bad))
        }
        return .all(SignatureRules(charter: charter, genesis: genesis, sealing: chain))
    }

    private func finish(
        _ header: BlockHeader, _ head: ChainHead, _ seen: [RegionName: Int], _ frontier: MerkleFrontier,
        _ invalid: [VerdictText.Invalid], _ seal: SealLine
    ) throws -> IndexedBlock {
        let verified: VerifiedCheckpoint
        do {
            verified = try VerifiedCheckpoint(
                sealing: try SignedNote(parsing: seal.checkpoint), chain: head.region, charter: charter)
        } catch {
            throw BlockFault(.checkpoint, "\(error)")
        }
        let root = frontier.root
        guard verified.checkpoint.size == frontier.size else {
            throw BlockFault(
                .checkpoint, "the checkpoint is of size \(verified.checkpoint.size), not \(frontier.size)")
        }
        guard verified.checkpoint.root == root else {
            throw BlockFault(.root, "the lines do not hash to the checkpoint's root")
        }
        var block = IndexedBlock(
            chain: head.region, height: header.height, first: head.size, size: frontier.size, root: root,
            time: header.time, count: header.count, charter: header.charter, seen: seen, invalid: invalid,
            checkpoint: seal.checkpoint, certification: .absent)
        for certificate in try index.certificates(head.region, height: header.height)
        where certificate.epoch == header.charter {
            let own = try block.verdict(charter: charter).text
            block.certification = certificate.verdict == own ? .agrees : .differs
        }
        return block
    }
}
