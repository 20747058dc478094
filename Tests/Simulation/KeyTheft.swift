internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// A log key that a charter has replaced, with a line `rekey`: to where it counts, and in whose hands it is.
struct OldKey {
    let region: RegionName
    let log: LogSigner
    /// The epoch in which it was the region's.
    let epoch: Int
    /// The last block that it counts for.
    let place: ChainPoint
    let height: Int
    /// What the region had on its disk when the charter was drafted.
    let backup: String
}

/// A region gets a new log key since the old one may be in other hands, and those use it; and the region itself comes back
/// from a backup of before.
extension Federation {
    // MARK: The charter

    /// The region seals nothing more from its promise to the adoption, so it promises at once.
    func proposeRekey(_ region: SimulatedRegion, _ newest: Charter) throws {
        guard try charters(of: region).newest == newest else { return }
        let directory = try RegionDirectory(path: region.path, world: region.world)
        let old = try directory.logSigner()
        let isWitnessKey = dice.chance(30)
        var line: CharterRegion?
        let ending = try run(region, "charter line", isRare: true) { world in
            line = try RegionWriter.open(path: region.path, world: world)
                .nextCharterRegion(newLogKey: true, newWitnessKey: isWitnessKey)
        }
        guard case .done = ending, let line, line.log != newest.region(named: region.name)?.log else {
            return
        }
        let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
        let place = try ledger.headPoint(region.name)
        // Its chain must have come to the newest epoch.
        guard place.size > 0, let head = try ledger.index.block(region.name, size: place.size),
            head.charter == newest.epoch
        else { return }
        let backup = "\(region.home)/backup-of-the-old-key"
        Files.remove(backup)
        Files.copyTree(region.path, to: backup)
        try propose(
            .rekey, newest.regions.filter { $0.name != line.name } + [line],
            changes: CharterChanges(rekeys: [place]))
        guard proposal != nil else { return }
        oldKey = OldKey(
            region: region.name, log: old, epoch: newest.epoch, place: place, height: head.height,
            backup: backup)
        for attempt in 0..<8 where proposal?.promised.contains(region.name) == false {
            let wasCalm = isCalm
            isCalm = isCalm || attempt == 7
            defer { isCalm = wasCalm }
            try sign(region, isSure: true)
        }
        if proposal?.promised.contains(region.name) == false {
            if !region.isHonest {
                // Nobody else has signed it yet.
                (proposal, oldKey) = (nil, nil)
                return
            }
            throw Violation("\(region.name) does not sign the charter with its own new key")
        }
    }

    /// What `seal` may answer: whoever has promised to go on with a new key only waits for the charter.
    func sealRefusals(_ region: SimulatedRegion) throws -> Set<StoreError.Kind> {
        guard let proposal, proposal.kind == .rekey, oldKey?.region == region.name else {
            return isNewKeyAwaited(region) ? [.retry] : []
        }
        return [.retry]
    }

    /// The charter is in force somewhere, and the region whose key it replaces has not heard of it.
    private func isNewKeyAwaited(_ region: SimulatedRegion) -> Bool {
        guard let oldKey, oldKey.region == region.name,
            let newest = (try? charters(of: region))?.newest
        else { return false }
        return newest.epoch == oldKey.epoch
    }

    // MARK: The thief

    /// Somebody signs the next block of the chain with the old key, under the old charter, and shows it to somebody else:
    /// once enough have promised to take no such block.
    func useOldKey() throws {
        guard let oldKey, witness.charters.newest.epoch > oldKey.epoch else { return }
        if dice.chance(30) { return try restoreOldKey(oldKey) }
        let listeners = honest.filter { $0 != oldKey.region && regions[$0]?.isRestored == false }
        guard !listeners.isEmpty, let segment = SegmentName(heights: oldKey.height + 1...oldKey.height + 1)
        else { return }
        let victim = try region(dice.pick(listeners))
        guard let mailbox = victim.mailboxes[oldKey.region] else { return }
        let lines = try stolenBlock(oldKey)
        witness.condemn(lines, of: oldKey.region, since: oldKey.epoch + 1, from: oldKey.height + 1)
        mailbox.forge(
            PublicFile.segment(chain: oldKey.region, segment).path, SegmentText.file(of: lines))
        mailbox.deliverAll()
        let isLate = try charters(of: victim).newest.epoch == oldKey.epoch
        hits.add("old key used, before the new charter is there: \(isLate)")
        if !honest.contains(oldKey.region) { hits.add("old key used by a liar") }
        tell("somebody shows \(victim.name) a block of \(oldKey.region) by its old key")
        try synchronizeQuietly(victim.name)
    }

    private func stolenBlock(_ oldKey: OldKey) throws -> [[UInt8]] {
        let region = try region(oldKey.region)
        var frontier = MerkleFrontier()
        var time = Timestamp.first
        for height in 1...oldKey.height {
            guard let segment = SegmentName(heights: height...height),
                let bytes = Files.read(
                    "\(region.publicFolder)/\(PublicFile.segment(chain: oldKey.region, segment).path)")
            else { throw Violation("\(region.name) lacks block \(height) of its own chain") }
            let lines = try SegmentText.lines(of: bytes)
            time = try BlockHeader(line: lines[0]).time
            for line in lines.dropLast() { frontier.append(MerkleTree.leafHash(line.span)) }
        }
        guard frontier.size == oldKey.place.size, frontier.root == oldKey.place.root else {
            throw Violation("the chain of \(region.name) is not what its charter says")
        }
        let records =
            dice.chance(50) ? [] : [try requests.accredit(oldKey.region, log: oldKey.log.privateKey).line]
        let header = BlockHeader(
            charter: oldKey.epoch, count: records.count, height: oldKey.height + 1,
            previous: oldKey.place.root, region: oldKey.region, seen: [],
            time: time.adding(seconds: Int64(dice.number(0..<100))))
        let block = OpenBlock(
            header: header, records: records, seal: [], before: frontier, timeBefore: time, seenBefore: [:])
        return block.lines(header.line, records, oldKey.log, charter.federation)
    }

    /// The region comes back as it was before its key was replaced.
    private func restoreOldKey(_ oldKey: OldKey) throws {
        guard honest.contains(oldKey.region), Files.exists(oldKey.backup),
            try region(oldKey.region).isRestored == false
        else { return }
        try restore(oldKey.region, from: oldKey.backup)
        if try region(oldKey.region).isRestored { hits.add("restores from a backup of before a rekey") }
    }

    /// Nothing that the old key signed beyond its place is held anywhere.
    func concludeOldKey() throws {
        guard let oldKey, !lost.contains(oldKey.region), stain == nil,
            let segment = SegmentName(heights: oldKey.height + 1...oldKey.height + 1)
        else {
            return
        }
        let path = PublicFile.segment(chain: oldKey.region, segment).path
        let own = try region(oldKey.region)
        guard let right = Files.read("\(own.publicFolder)/\(path)") else { return }
        let seal = try SegmentText.lines(of: right).last
        for name in honest {
            let region = try region(name)
            guard let held = Files.read("\(region.publicFolder)/\(path)"),
                try SegmentText.lines(of: held).last == seal
            else { throw Violation("\(name) has not the block of \(oldKey.region) by the new key") }
        }
        hits.add("chains that go on with a new key alone")
    }
}
