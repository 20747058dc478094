internal import ScripCore
internal import ScripCrypto

/// Goes through the segments of one chain: judges block after block while it can, and reads on behind a fault or a gap,
/// so that every damaged file is named.
final class ChainVerification {
    let chain: RegionName
    private let context: VerificationContext
    private let folder: WalkedFolder
    private let stream: ChainStream
    private var file: SegmentFile?
    /// The greatest height that a file so far names.
    private(set) var covered = 0
    /// Whether a charter ends the chain before what follows, which counts for nothing.
    private var hasEnded = false
    /// The block that has to wait for another chain.
    private var waitingBlock: ChainStream.Block?
    /// Set once no further block can be judged: where the blocks behind the fault or the gap stand.
    private var detached: DetachedChain?
    /// What was judged of the heights that lie in several files.
    private var contents: [Int: Content] = [:]

    /// What two copies of a block have in common.
    private struct Content: Equatable {
        let leaves: Digest
        let checkpoint: [UInt8]
    }

    private var index: LedgerIndex { context.index }

    init(_ chain: RegionName, _ folder: WalkedFolder, _ context: VerificationContext) throws {
        self.chain = chain
        self.folder = folder
        self.context = context
        let evaluator = context.evaluator
        let options = context.options
        let index = context.index
        stream = ChainStream(
            try ChainFiles(folder), chain: chain, charters: context.charters,
            signedPrefix: Record.signedPrefix(genesis: context.genesis), workers: context.workers,
            signatures: { header in
                let height = header.height
                // A block of an epoch that is not known is refused before its records are looked at.
                guard let epoch = index.charters.epoch(header.charter) else {
                    return (.certified(badSignatures: []), 0)
                }
                let check = try evaluator.signatureCheck(chain, height, epoch, options)
                guard case .certified = check,
                    let certificate = try index.certificates(chain, height: height)
                        .first(where: { $0.epoch == header.charter })
                else { return (check, 0) }
                // Its block is the one at hand, or the block is refused.
                return (check, try VerdictText(parsing: certificate.verdict).from + 1)
            },
            looseSignatures: { [genesis = context.genesis] header in
                guard let epoch = index.charters.epoch(header.charter),
                    let certificate = try index.certificates(chain, height: header.height).first
                else { return nil }
                return (
                    .all(SignatureRules(epoch: epoch, genesis: genesis, sealing: chain)),
                    try VerdictText(parsing: certificate.verdict).from + 1
                )
            })
    }

    private func head() throws -> ChainHead { try index.head(of: chain, genesis: context.genesis) }

    /// The chain that has to be further before this one goes on.
    private(set) var waitsFor: RegionName?

    // MARK: Going on

    /// Judges blocks until one has to wait or the files end. True if any was judged.
    func advance() throws -> Bool {
        if detached != nil || hasEnded { return false }
        let start = try head().height
        if let block = waitingBlock {
            waitingBlock = nil
            waitsFor = nil
            try take(block)
        }
        while waitingBlock == nil, !hasEnded, let event = try stream.next() { try take(event) }
        return try head().height > start
    }

    /// Reads what is left, when no chain can go on any more.
    func finish() throws {
        if hasEnded { return }
        if let block = waitingBlock {
            waitingBlock = nil
            detach()
            try take(block)
        }
        while !hasEnded, let event = try stream.next() { try take(event) }
    }

    private func take(_ event: ChainStream.Event) throws {
        switch event {
        case .file(let next): try enter(next)
        case .block(let block): try take(block)
        case .fault(let fault): try report(fault, height: nil)
        }
    }

    private func enter(_ next: SegmentFile) throws {
        if file?.folder !== next.folder { contents = [:] }
        file = next
        let heights = next.name.heights
        let expected = try head().height + 1
        if heights.lowerBound > max(covered, expected - 1) + 1 {
            context.findings.pending(chain, heights.lowerBound - max(covered, expected - 1) - 1)
        }
        if heights.lowerBound > expected && detached == nil { detach() }
        covered = max(covered, heights.upperBound)
    }

    private func take(_ block: ChainStream.Block) throws {
        let height = block.header.height
        do {
            if height <= (try head().height) { return try compare(block) }
            if detached != nil { return try checkDetached(block) }
            try judge(block)
        } catch let fault as BlockFault {
            try report(.block(fault), height: height)
        } catch let error as ForeignFileError {
            try report(.file(error), height: height)
        }
    }

    private func report(_ fault: ChainStream.Fault, height: Int?) throws {
        guard let file else { return }
        switch fault {
        case .block(let fault):
            try folder.problem(fault.code, file.path, fault.reason, height: height)
        case .file(let error): try file.folder.report(error, file.text, height: height)
        }
        // Another copy of what could not be used may follow; it was not read as one that counts.
        if detached == nil {
            stream.leaveFile(checkingFrom: try head().height + 1)
        } else {
            stream.leaveFile()
        }
    }

    // MARK: Judging

    private func judge(_ block: ChainStream.Block) throws {
        let height = block.header.height
        let isShared = file?.isShared(height) ?? false
        if isShared { stream.beginDigest() }
        var invalid: [InvalidRecord] = []
        var flows = ConservationVerification.BlockFlows()
        var options = context.options
        options.onValid = { try flows.add($0, $1) }
        options.onRecord = { [chain] index, record, code in
            if let code {
                invalid.append(
                    InvalidRecord(chain: chain, height: height, index: index, id: record?.id, code: code))
            }
        }
        switch try context.evaluator.evaluate(stream, block.header, block.line, chain: chain, options) {
        case .held: break
        case .waits(let wait):
            waitingBlock = block
            // A charter that is not here does not come with another chain.
            waitsFor = wait.reason == .charter ? nil : wait.chain
        case .ended:
            hasEnded = true
            covered = max(covered, try head().height)
        case .accepted(let judged):
            if isShared, let leaves = stream.contentDigest() {
                contents[height] = Content(leaves: leaves, checkpoint: try stream.seal().checkpoint.text)
            }
            try context.conservation.add(flows)
            for record in invalid { try context.findings.invalid(record) }
            try note(judged, block.header, invalidCount: invalid.count)
        }
    }

    private func note(_ block: IndexedBlock, _ header: BlockHeader, invalidCount: Int) throws {
        if block.certification == .differs {
            try folder.problem(
                .verdict, context.certificatePath(block),
                "the certificate says something else than what follows from the chains", height: block.height)
        }
        for seen in header.seen
        where try !(index.block(seen.region, size: seen.size).map { try index.isCertified($0) } ?? false) {
            context.findings.pending(chain)
        }
        context.findings.count(chain) { report in
            if report.confirmed == block.first && block.certification == .agrees {
                report.confirmed = block.size
            }
            report.blocks += 1
            report.records += block.count
            report.invalid += invalidCount
            report.size = block.size
            report.root = block.root
        }
    }

    /// A further copy of a block that was judged: it must hold the same lines.
    private func compare(_ block: ChainStream.Block) throws {
        let height = block.header.height
        stream.beginDigest()
        try stream.skipLines()
        let seal = try stream.seal()
        guard let held = try index.block(chain, height: height) else { return }
        let checkpoint = seal.checkpoint.checkpoint
        guard checkpoint.size == held.size, checkpoint.root == held.root else {
            throw BlockFault(.fork, "it holds another block, which is signed too, than the one judged")
        }
        // What was judged from a file that `pack` has removed meanwhile, without knowing of this one, was the whole block.
        if contents[height] == nil, file?.isLate ?? false { return }
        guard let content = contents[height], let leaves = stream.contentDigest(),
            content == Content(leaves: leaves, checkpoint: seal.checkpoint.text)
        else { throw BlockFault(.root, "the lines do not hash to the checkpoint's root") }
    }

    // MARK: Behind a fault or a gap

    private func detach() {
        detached = DetachedChain()
        stream.checkRecords(from: nil)
    }

    /// A block that cannot be judged, since what it builds on is not there: what it says of itself is checked, and
    /// compared with its neighbour and with certificates. That its lines hash to the root cannot be seen; but where there
    /// is a certificate, it says which records are malformed or badly signed, and no others may be.
    private func checkDetached(_ block: ChainStream.Block) throws {
        let header = block.header
        if detached?.count(header.height) ?? false { context.findings.pending(chain) }
        let held = try certificate(header.height)
        let alteration = try findAlteration(held)
        // Its key is that of a charter that is not here.
        if context.charters.charter(of: header.charter) == nil { return }
        let checkpoint = try stream.seal().checkpoint.checkpoint
        if let before = try certificate(header.height - 1), before.root != header.previous {
            throw BlockFault(.link, "'previous' is not the certified root of the block before")
        }
        if let held, held.root != checkpoint.root || held.size != checkpoint.size {
            throw BlockFault(.fork, "there is a certificate for another block of this height")
        }
        if let alteration { throw alteration }
        try detached?.append(header, checkpoint)
    }

    /// Takes the lines of the current block. Returns what shows that one of them is not the one that was sealed.
    private func findAlteration(_ certificate: LedgerIndex.CertificateEntry?) throws -> BlockFault? {
        guard let certificate else {
            try stream.skipLines()
            return nil
        }
        let verdict = try VerdictText(parsing: certificate.verdict)
        var invalid: [Int: RefusalCode] = [:]
        for entry in verdict.invalid { invalid[entry.index] = entry.code }
        var position = verdict.from
        var alteration: BlockFault?
        while let lines = try stream.nextLooseLines() {
            for line in lines {
                position += 1
                let known = invalid[position]
                let reason: String? =
                    switch line.content {
                    case .malformed(let reason): known == .malformed ? nil : reason
                    case .record(_, let fault): known == .badSignature || known == .malformed ? nil : fault
                    }
                guard let reason, alteration == nil else { continue }
                alteration = BlockFault(
                    .root, "the record at index \(position) is not the one that was sealed: \(reason)")
            }
        }
        return alteration
    }

    private func certificate(_ height: Int) throws -> LedgerIndex.CertificateEntry? {
        try index.certificates(chain, height: height).first
    }
}

/// Blocks that follow each other, but whose beginning is not known.
struct DetachedChain {
    private var last: (header: BlockHeader, checkpoint: Checkpoint)?
    private var counted = 0

    /// Whether this is the first copy of the block of that height.
    mutating func count(_ height: Int) -> Bool {
        if height <= counted { return false }
        counted = height
        return true
    }

    /// Throws what shows that a block does not follow the one before it, or is not what it says.
    mutating func append(_ header: BlockHeader, _ checkpoint: Checkpoint) throws(BlockFault) {
        let before = last
        last = (header, checkpoint)
        guard let before, header.height == before.header.height + 1 else { return }
        guard header.previous == before.checkpoint.root else {
            throw BlockFault(.link, "'previous' is not the root of the block before")
        }
        guard header.time >= before.header.time else {
            throw BlockFault(.time, "its time is before that of the block before")
        }
        guard checkpoint.size == before.checkpoint.size + header.count + 1 else {
            throw BlockFault(.checkpoint, "the checkpoint's size does not follow from the block before")
        }
    }
}
