internal import ScripCore
internal import ScripCrypto

/// Judges blocks and applies the valid ones to the index: the one way by which state comes to be, in `sync`, in
/// `verify`, in `reindex` and when a command catches up with its own files.
final class BlockEvaluator {
    private let index: LedgerIndex
    private var charters: CharterHistory { index.charters }
    private let genesis: Digest
    private let signedPrefix: [UInt8]
    private let workers: () -> WorkerPool

    init(index: LedgerIndex, genesis: Digest, workers: @escaping () -> WorkerPool) {
        self.index = index
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
        /// The charter of that epoch ends what the chain's blocks of earlier epochs count for; nothing was applied, and
        /// the rest of the member was not read.
        case ended(epoch: Int)
    }

    /// How a block is judged.
    struct Options {
        /// A voter's rule: every size seen has a certificate that is held.
        var needsCertificates = false
        /// Whether record signatures are checked even where a certificate that was checked covers the block.
        var checksAllSignatures = true
        /// Whether a block is refused that is not the one that a certificate of its height is about.
        var refusesUncertifiedRoot = false
        /// Called with each record as it is judged: leaf index, record if it could be read, code if it is invalid.
        var onRecord: ((Int, Record?, RefusalCode?) throws -> Void)?
        /// Called with each valid record and what it changes.
        var onValid: ((RecordBody, Effects) throws -> Void)?
    }

    /// Reads the member at which `reader` stands as the next block of `chain`. Throws `BlockFault` if it is
    /// invalid; then, and if it waits, nothing is changed.
    func evaluate(_ reader: SegmentReader, chain: RegionName, _ options: Options) throws -> Result {
        let source = MemberSource(
            reader, chain: chain, charters: charters, signedPrefix: signedPrefix, workers: workers)
        let headerLine = try source.headerLine()
        let header = try Self.header(headerLine)
        if header.region == chain, header.height <= (try index.head(of: chain, genesis: genesis)).height {
            return try skip(source, header)
        }
        return try evaluate(source, header, headerLine, chain: chain, options)
    }

    /// Judges the block of `source`, whose first line was read, as the next of `chain`. Throws `BlockFault` if it is
    /// invalid; then, and if it waits, nothing is changed.
    func evaluate(
        _ source: some BlockSource, _ header: BlockHeader, _ headerLine: [UInt8], chain: RegionName,
        _ options: Options
    ) throws -> Result {
        let head = try index.head(of: chain, genesis: genesis)
        let answer = try BlockRules(charters: charters).check(
            header, after: head, in: IndexBoundaries(index: index, genesis: genesis),
            needsCertificates: options.needsCertificates)
        switch answer {
        case .waits(let wait): return .waits(wait)
        case .ended(let epoch): return .ended(epoch: epoch)
        case .good(let seen):
            try index.beginBlock()
            do {
                let block = try apply(source, header, headerLine, head, seen, options)
                try index.keepBlock()
                return .accepted(block)
            } catch {
                try index.undoBlock()
                throw error
            }
        }
    }

    /// What a first line says; throws what makes the block invalid.
    static func header(_ line: [UInt8]) throws(BlockFault) -> BlockHeader {
        do throws(MalformedRecord) {
            return try BlockHeader(line: line)
        } catch {
            throw BlockFault(.block, error.reason)
        }
    }

    /// A block that is held already: reads it to its end and checks that it is the same one.
    private func skip(_ source: MemberSource, _ header: BlockHeader) throws -> Result {
        let seal = try source.skip(header)
        guard let block = try index.block(header.region, height: header.height),
            block.checkpoint == seal.checkpoint
        else {
            throw BlockFault(.fork, "the block at height \(header.height) is not the one that is held")
        }
        return .held(height: header.height)
    }

    private func apply(
        _ source: some BlockSource, _ header: BlockHeader, _ headerLine: [UInt8], _ head: ChainHead,
        _ seen: [RegionName: Int], _ options: Options
    ) throws -> IndexedBlock {
        let chain = head.region
        var frontier = head.frontier
        frontier.append(MerkleTree.leafHash(headerLine.span))
        guard let epoch = charters.epoch(header.charter) else { throw IndexError.damaged }
        let recorder = try RecordApplier(
            index: index, chain: chain, epoch: epoch, time: header.time, seen: seen, onValid: options.onValid)
        var invalid: [VerdictText.Invalid] = []
        var position = frontier.size
        source.begin(header, first: position, try signatureCheck(chain, header.height, epoch, options))
        while let lines = try source.nextLines() {
            for line in lines {
                frontier.append(line.leafHash)
                let (record, code) = try recorder.apply(line, at: position)
                if let code { invalid.append(VerdictText.Invalid(index: position, code: code)) }
                try options.onRecord?(position, record, code)
                position += 1
            }
        }
        let seal = try source.seal()
        let block = try finish(header, head, seen, frontier, invalid, seal, options)
        try index.setHead(
            ChainHead(
                region: chain, height: header.height, epoch: header.charter, time: header.time,
                frontier: frontier, root: block.root,
                seen: seen))
        try index.add(block)
        try index.add(recorder.debts, chain, first: block.first)
        return block
    }

    /// How the records' signatures of the block at `height` are judged.
    func signatureCheck(
        _ chain: RegionName, _ height: Int, _ epoch: Epoch, _ options: Options
    ) throws -> CheckedLine.SignatureCheck {
        if !options.checksAllSignatures,
            let certificate = try index.certificates(chain, height: height).first(where: {
                $0.epoch == epoch.charter.epoch
            }),
            let verdict = try? VerdictText(parsing: certificate.verdict)
        {
            let bad = verdict.invalid.filter { $0.code == .badSignature }.map(\.index)
            return .certified(badSignatures: Set(bad))
        }
        return .all(SignatureRules(epoch: epoch, genesis: genesis, sealing: chain))
    }

    private func finish(
        _ header: BlockHeader, _ head: ChainHead, _ seen: [RegionName: Int], _ frontier: MerkleFrontier,
        _ invalid: [VerdictText.Invalid], _ seal: CheckedSeal, _ options: Options
    ) throws -> IndexedBlock {
        let checkpoint = seal.checkpoint.checkpoint
        let root = frontier.root
        guard checkpoint.size == frontier.size else {
            throw BlockFault(
                .checkpoint, "the checkpoint is of size \(checkpoint.size), not \(frontier.size)")
        }
        guard checkpoint.root == root else {
            throw BlockFault(.root, "the lines do not hash to the checkpoint's root")
        }
        var block = IndexedBlock(
            chain: head.region, height: header.height, first: head.size, size: frontier.size, root: root,
            time: header.time, count: header.count, charter: header.charter, seen: seen, invalid: invalid,
            checkpoint: seal.seal.checkpoint, certification: .absent)
        try BlockRules(charters: charters).check(root: root, of: head.region, at: block.size)
        if options.refusesUncertifiedRoot {
            for certificate in try index.certificates(head.region, height: header.height)
            where certificate.root != root {
                throw BlockFault(.fork, "there is a certificate for another block of this height")
            }
        }
        block.certification = try index.certification(
            of: block, isTransition: head.epoch > 0 && header.charter > head.epoch)
        return block
    }
}
