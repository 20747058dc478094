internal import ScripCore
internal import ScripCrypto

extension RegionWriter {
    /// How far the clock may be past the newest time on any chain, in seconds: 30 days.
    static let clockAheadSecondsMax: Int64 = 30 * 86_400

    /// Packs what is complete into the next blocks, as many as the limits demand; one empty block if there is
    /// nothing and `isHeartbeat`. Calls `onBlock` with each once it is durable.
    ///
    /// `recordsMax` bounds the records of each block, from 1 on; nil means as many as a block takes.
    public func seal(
        isHeartbeat: Bool, recordsMax: Int?, isClockConfirmed: Bool,
        onBlock: (IndexedBlock) throws -> Void
    ) throws(StoreError) {
        do {
            guard isVoter else {
                throw StoreError(
                    .permission, directory.path,
                    charters.hasChain(name)
                        ? "'\(name.text)' was retired by a charter, and its chain has ended"
                        : "'\(name.text)' is an observer, which has no chain")
            }
            try requireOwnChainGoesOn()
            try requireMaySign()
            try requireUnpromised()
            try requireRuledBranch()
            if !isClockConfirmed { try requireSaneClock() }
            // What a killed seal left to vote on comes first: votes go up block by block.
            if try dueBlock(name) != nil {
                try changing { _ = try voteAndTally { _ in } }
            }
            let recordsMax = min(recordsMax ?? BlockHeader.recordsMax, BlockHeader.recordsMax)
            var isFirst = true
            while let block = try changing({
                try sealOne(recordsMax: recordsMax, allowsEmpty: isHeartbeat && isFirst)
            }) {
                isFirst = false
                try onBlock(block)
                // A chain that is epochs behind goes through them with empty blocks.
                if try block.charter < charter.epoch && (isHeartbeat || pool.counts().complete > 0) {
                    isFirst = true
                    continue
                }
                if try block.count == 0 || pool.counts().complete == 0 { break }
            }
            if try hasWorkAfterSeal() {
                try changing {
                    _ = try voteAndTally { _ in }
                    try tidyPending()
                }
            }
            try pool.tidy(at: try index.head(of: name, genesis: genesis).time)
            try writeHeads()
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Whether the own vote alone may make a certificate, a block waits for a vote, or something is on its way.
    private func hasWorkAfterSeal() throws -> Bool {
        if try charter.quorumSize == 1 || outbox.fileCount() > 0 || answers.isInUse() { return true }
        return try charters.chains.contains { try dueBlock($0) != nil }
    }

    private func requireSaneClock() throws {
        var newest: Timestamp?
        for chain in charters.chains {
            if let time = try index.head(of: chain, genesis: genesis).time {
                newest = max(newest ?? time, time)
            }
        }
        if let newest, now > newest.adding(seconds: Self.clockAheadSecondsMax) {
            throw StoreError(
                .retry, directory.path,
                """
                the clock says \(now.text), more than 30 days after the newest block (\(newest.text)); \
                if the clock is right, run 'scrip seal --clock-ok'
                """)
        }
    }

    /// Seals one block. Nil if there is nothing to seal.
    private func sealOne(recordsMax: Int, allowsEmpty: Bool) throws -> IndexedBlock? {
        let head = try index.head(of: name, genesis: genesis)
        let number = nextEpoch(head)
        guard let epoch = charters.epoch(number) else { throw IndexError.damaged }
        // On the way through earlier epochs nothing else happens: what it would hold belongs to the newest.
        let isCatchingUp = number < charter.epoch
        if isCatchingUp, try !allowsEmpty && pool.counts().complete == 0 { return nil }
        let certified = isCatchingUp ? head.seen : try certifiedSizes()
        let time = try blockTime(head, certified)
        if !isCatchingUp { try dropOldSignatures(epoch) }
        let content =
            isCatchingUp
            ? Content() : try collect(head, epoch, certified, time, recordsMax: recordsMax)
        if content.lines.isEmpty && !allowsEmpty && !isCatchingUp { return nil }
        let header = try makeHeader(head, number, certified, time, count: content.lines.count)
        let built = try build(header, content, head)
        let cast = try ownVotes(on: built.block, after: head)
        guard let segment = SegmentName(heights: header.height...header.height) else {
            throw StoreError(.internalFault, directory.path, "the heights are used up")
        }
        var stagedVotes: [(staged: StagedFile, path: String, isKept: Bool)] = []
        for (vote, epoch) in cast {
            guard let file = voteFile(built.block, epoch: epoch) else { throw IndexError.damaged }
            let staged = try publisher.stage()
            try staged.append(vote.line + [UInt8(ascii: "\n")])
            stagedVotes.append(
                (staged, PublicFile.votes(voter: name, chain: name, file).regionPath, false))
        }
        // The block under its name as high-water mark is durable before anybody can see it; from here on a
        // restart completes what follows.
        try StagedFile.finish(
            [built.staged] + stagedVotes.map(\.staged), directories: [markFolder.folder])
        try readBack(built.staged, header, head, root: built.block.root)
        try publisher.publish(
            [(built.staged, PublicFile.segment(chain: name, segment).regionPath, true)] + stagedVotes)
        try removeHighWater(below: header.height)
        try index.setHead(
            ChainHead(
                region: name, height: header.height, epoch: number, time: header.time,
                frontier: built.frontier,
                root: built.block.root, seen: certified))
        try index.add(built.block)
        try index.add(content.debts, name, first: built.block.first)
        for (vote, epoch) in cast {
            try index.addVote(
                name, height: header.height, epoch: epoch, voter: name,
                verdict: SHA256.hash(vote.verdict.text), line: vote.line)
        }
        return built.block
    }

    /// The epoch that the next block names: the newest, or the one after that of the block before.
    private func nextEpoch(_ head: ChainHead) -> Int {
        head.epoch == 0 ? charters.joined(name) ?? charter.epoch : min(charter.epoch, head.epoch + 1)
    }

    /// This region's votes on the block that it is about to seal; none as long as it must not vote beyond the block
    /// before, or has not: votes go up block by block, and whoever goes on at the last one would leave a gap for ever.
    private func ownVotes(
        on block: IndexedBlock, after head: ChainHead
    ) throws -> [(vote: Vote, epoch: Int)] {
        if try handoverObstacle(block) != nil || dueBlock(name) != nil { return [] }
        let epochs = charters.certifyingEpochs(
            naming: block.charter, isFirst: block.charter > head.epoch, of: name
        ).filter { charters.charter(of: $0)?.voter(named: name) != nil && canSign($0) }
        return Array(zip(try votes(on: block, epochs: epochs), epochs))
    }

    /// Lets go of records that are not good by the keys and regions of `epoch`, which the next block names: who attested
    /// them has another key now, or is gone. Once an epoch, and again when the pool was read from its files: a block that
    /// stepped to the epoch may have been completed by another command than the one that looked.
    private func dropOldSignatures(_ epoch: Epoch) throws {
        let number = "\(epoch.charter.epoch)"
        guard charters.epochs.count > 1, try IndexFile.meta(index.database, Self.poolEpoch) != number else {
            return
        }
        try IndexFile.setMeta(index.database, Self.poolEpoch, number)
        let rules = SignatureRules(epoch: epoch, genesis: genesis, sealing: name)
        var stale: [Record] = []
        func look(_ record: Record) { if rules.partialFault(record) != nil { stale.append(record) } }
        try pool.forEachComplete { record in
            look(record)
            return true
        }
        try pool.forEachIncomplete(look)
        for record in stale {
            try pool.drop(
                record, .badSignature,
                reason: "a new charter replaced a key or a region that it needs; sign it anew")
        }
    }

    /// Not before the block before, nor any block seen, nor any attestation that may go in.
    private func blockTime(_ head: ChainHead, _ certified: [RegionName: Int]) throws -> Timestamp {
        var time = max(now, head.time ?? now)
        for (chain, size) in certified {
            if let block = try index.block(chain, size: size) { time = max(time, block.time) }
        }
        let limit = now.adding(seconds: Self.futureSecondsMax)
        try pool.forEachComplete { record in
            for attestation in record.attestations where attestation.time <= limit {
                time = max(time, attestation.time)
            }
            return true
        }
        return time
    }

    /// The records of a block, judged, applied to the index, in order.
    private struct Content {
        var lines: [[UInt8]] = []
        var leafHashes: [Digest] = []
        var debts = BlockDebts()
    }

    private func collect(
        _ head: ChainHead, _ epoch: Epoch, _ certified: [RegionName: Int], _ time: Timestamp,
        recordsMax: Int
    ) throws -> Content {
        var content = Content()
        // The block line and the seal line take their share of what a block may inflate to.
        var bytesLeft = BlockHeader.bytesMax - (1 << 20)
        let applier = try RecordApplier(
            index: index, chain: name, epoch: epoch, time: time, seen: certified)
        var done: [(Record, RuleFault?)] = []
        var withdrawn: Set<VoucherID> = []
        try pool.forEachComplete { record in
            if content.lines.count >= recordsMax || record.line.count + 1 > bytesLeft { return false }
            if record.attestations.contains(where: { $0.time > time }) { return true }
            let position = head.size + 1 + content.lines.count
            let fault = try applier.applyIfValid(record, at: position)
            done.append((record, fault))
            if fault == nil {
                content.lines.append(record.line)
                content.leafHashes.append(MerkleTree.leafHash(record.line.span))
                bytesLeft -= record.line.count + 1
                if case .void(let void) = record.body { withdrawn.formUnion(void.vouchers) }
            }
            return true
        }
        content.debts = applier.debts
        for (record, fault) in done {
            if let fault {
                try pool.drop(record, fault.code, reason: Explanation.text(fault, record))
            } else {
                try pool.remove(record)
            }
        }
        try dropHopeless(at: time, withdrawn: withdrawn)
        return content
    }

    /// Lets go what still waits for another region and can never be sealed any more: its deadline is past, or a
    /// voucher that it names was withdrawn just now.
    private func dropHopeless(at time: Timestamp, withdrawn: Set<VoucherID>) throws {
        var hopeless: [(Record, RuleFault)] = []
        try pool.forEachIncomplete { record in
            if let head = record.body.heads.first(where: { withdrawn.contains($0.voucher) }) {
                hopeless.append((record, RuleFault(.spent, head.voucher)))
            } else if let deadline = record.body.deadline, time > deadline {
                hopeless.append((record, RuleFault(.deadline)))
            }
        }
        for (record, fault) in hopeless {
            try pool.drop(record, fault.code, reason: Explanation.text(fault, record))
        }
    }

    private func makeHeader(
        _ head: ChainHead, _ epoch: Int, _ certified: [RegionName: Int], _ time: Timestamp, count: Int
    ) throws -> BlockHeader {
        var seen: [BlockHeader.Seen] = []
        for (chain, size) in certified where size > head.seen[chain] ?? 0 {
            guard let block = try index.block(chain, size: size) else { throw IndexError.damaged }
            seen.append(BlockHeader.Seen(region: chain, root: block.root, size: size))
        }
        seen.sort { $0.region < $1.region }
        return BlockHeader(
            charter: epoch, count: count, height: head.height + 1, previous: head.root, region: name,
            seen: seen, time: time)
    }

    /// A block that is written and not durable yet.
    private struct Built {
        let staged: StagedFile
        let block: IndexedBlock
        let frontier: MerkleFrontier
    }

    private func build(_ header: BlockHeader, _ content: Content, _ head: ChainHead) throws -> Built {
        let headerLine = header.line
        var frontier = head.frontier
        frontier.append(MerkleTree.leafHash(headerLine.span))
        for hash in content.leafHashes { frontier.append(hash) }
        let checkpoint = Checkpoint(
            chain: name, federation: charter.federation, size: frontier.size, root: frontier.root)
        let note = checkpoint.signed(by: try loadSigners(epoch: header.charter).log).bytes

        let staged = try newHighWater(header.height)
        let deflater = GzipDeflater()
        var output: [UInt8] = []
        func write(_ line: [UInt8]) throws {
            deflater.write((line + [UInt8(ascii: "\n")]).span, into: &output)
            if output.count >= 1 << 18 {
                try staged.append(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        try write(headerLine)
        for line in content.lines { try write(line) }
        try write(SealLine(checkpoint: note).line)
        deflater.finish(into: &output)
        try staged.append(output)
        let block = IndexedBlock(
            chain: name, height: header.height, first: head.size, size: frontier.size, root: frontier.root,
            time: header.time, count: header.count, charter: header.charter,
            seen: head.seen.merging(header.seen.map { ($0.region, $0.size) }) { _, new in new }, invalid: [],
            checkpoint: note, certification: .absent)
        return Built(staged: staged, block: block, frontier: frontier)
    }

    /// Reads a staged block as any reader would, before anybody sees it: what a bit that flipped in memory would
    /// spoil is found here.
    private func readBack(
        _ staged: StagedFile, _ header: BlockHeader, _ head: ChainHead, root: Digest
    ) throws {
        let reader = SegmentReader(staged.file)
        var frontier = head.frontier
        let prefix = signedPrefix
        let check = CheckedLine.SignatureCheck.certified(badSignatures: [])
        do {
            guard try reader.startMember() else { throw BlockFault(.framing, "the file is empty") }
            let line = try reader.readLines(atMost: 1).line(0)
            guard try BlockHeader(line: line) == header else {
                throw BlockFault(.block, "the block line differs")
            }
            frontier.append(MerkleTree.leafHash(line.span))
            var rest = header.count
            while rest > 0 {
                let batch = try reader.readLines(atMost: rest)
                rest -= batch.count
                for checked in CheckedLine.check(batch, first: frontier.size, signedPrefix: prefix, check) {
                    if case .malformed(let reason) = checked.content { throw BlockFault(.block, reason) }
                    frontier.append(checked.leafHash)
                }
            }
            _ = try SealLine(line: try reader.readLines(atMost: 1).line(0))
            try reader.finishMember()
            guard frontier.root == root else { throw BlockFault(.root, "the root differs") }
        } catch let fault as BlockFault {
            throw StoreError(
                .io, staged.file.path,
                "the block does not read back as it was written (\(fault.reason)); nothing was published")
        }
    }
}
