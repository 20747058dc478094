internal import ScripCore
internal import ScripCrypto

/// What a writing command asks and says about its region beyond single files.
extension RegionWriter {
    /// How far in the future, in seconds, a time may lie before voters wait (protocol section 9).
    static let futureSecondsMax: Int64 = 300

    var signedPrefix: [UInt8] { Record.signedPrefix(genesis: genesis) }

    func signatureRules(sealing: RegionName) -> SignatureRules {
        SignatureRules(epoch: charters.newestEpoch, genesis: genesis, sealing: sealing)
    }

    /// The sizes of the other chains that this region may build on: the last certified blocks that it holds.
    func certifiedSizes() throws -> [RegionName: Int] {
        var sizes = try index.head(of: name, genesis: genesis).seen
        let frozen = try index.frozen()
        for chain in charters.chains where chain != name && !frozen.stops(chain) {
            if let block = try index.lastCertified(chain), block.size > sizes[chain] ?? 0,
                try !index.isFrozen(block)
            {
                sizes[chain] = block.size
            }
        }
        if !frozen.isEmpty { try close(&sizes) }
        return sizes
    }

    /// Adds what the blocks at those sizes have themselves seen. That they have seen certified blocks of a chain that was
    /// stopped since is the one way to see more of it: others who are certified have built on them.
    private func close(_ sizes: inout [RegionName: Int]) throws {
        var isProgress = true
        while isProgress {
            isProgress = false
            for (chain, size) in sizes {
                for (other, seen) in try index.block(chain, size: size)?.seen ?? [:]
                where other != name && seen > sizes[other] ?? 0 {
                    sizes[other] = seen
                    isProgress = true
                }
            }
        }
    }

    /// Whether a record with this deadline can no longer be sealed: a certified block of the sealing chain is past
    /// it (protocol section 6).
    func isDead(sealing: RegionName, deadline: Timestamp) throws -> Bool {
        // Nothing is sealed any more, here or by a successor.
        if charters.end(of: sealing) != nil { return true }
        if sealing == name {
            return try index.head(of: name, genesis: genesis).time.map { $0 > deadline } ?? false
        }
        return try index.lastCertified(sealing).map { $0.time > deadline } ?? false
    }

    /// What attests records in this region's name.
    func attester(at time: Timestamp) throws -> Attester {
        Attester(key: try loadSigners().log.privateKey, genesis: genesis, region: name, time: time)
    }

    /// This region's refusal of a record.
    func refuse(
        _ id: Digest, _ code: RefusalCode, _ reason: String, at time: Timestamp
    ) throws -> Refusal {
        let key = try loadSigners().log.privateKey
        let signature = key.signature(
            for: Refusal.signedBytes(genesis: genesis, region: name, record: id, time: time, code: code))
        return Refusal(
            code: code, id: id, reason: ReasonText.text(reason) ?? code.rawValue,
            region: name, signature: signature, time: time)
    }

    /// Throws if evidence freezes this region's own chain: what it seals from now on is never confirmed.
    func requireOwnChainGoesOn() throws {
        guard isVoter, try isOwnChainFrozen() else { return }
        throw StoreError(
            .retry, directory.path,
            """
            this region's own chain is frozen by evidence, and nobody votes on it; nothing is admitted or sealed until \
            a charter has ruled: see 'scrip status', and make sure that nobody else runs this region
            """)
    }

    /// Whether evidence freezes this region's own chain, or it has built on what is frozen.
    private func isOwnChainFrozen() throws -> Bool {
        let frozen = try index.frozen()
        if frozen.isEmpty { return false }
        let head = try index.head(of: name, genesis: genesis)
        return frozen.stops(name) || frozen.isContradicted(chain: name, first: head.size, seen: head.seen)
    }

    /// Whether this region may attest and refuse: no certificate contradicts it, and its own chain goes on.
    func mayAttest() throws -> Bool { try standingContradiction() == nil && !(isVoter && isOwnChainFrozen()) }

    /// The first block whose certificate contradicts this region's own recomputation and that no operator has
    /// acknowledged in `scrip.json`.
    func standingContradiction() throws -> BlockPlace? {
        try index.firstContradiction(but: settings.acknowledgedBlocks)
    }

    // MARK: Pool, answers, outbox

    private func files(_ path: String, _ permissions: FilePermissions) -> LineFiles {
        LineFiles(root: root, path: path, publisher: publisher, permissions: permissions)
    }

    func makePool() -> Pool {
        Pool(
            index: index, files: files(RegionLayout.pool, .secret), signedPrefix: signedPrefix, region: name)
    }

    func makeAnswers() -> Answers {
        Answers(index: index, files: files(RegionLayout.answers, .secret), region: name)
    }

    func makeDeferred() -> Deferred {
        Deferred(index: index, files: files(RegionLayout.deferred, .secret), signedPrefix: signedPrefix)
    }

    func makeOutbox() -> Outbox {
        Outbox(
            index: index,
            files: files("\(RegionLayout.public)/\(RegionLayout.outbox)", .immutable))
    }

    /// Takes pool, answers and deferred records from their files. Returns the files that are damaged.
    func loadPool() throws -> [PendingDamage] {
        let rules = signatureRules(sealing: name)
        var damage = try pool.load(
            try index.id(of: name), isComplete: { rules.missingAttestations($0).isEmpty },
            isSettled: { try index.record($0.id, in: name) != nil || hasLostHead($0, sealing: name) })
        damage += try answers.load(signedPrefix: signedPrefix)
        damage += try deferred.load(
            chain: { try index.id(of: try Admission.sealingRegion(of: $0, index)) },
            isSettled: { id in
                if try !index.record(id).isEmpty { return true }
                return try pool.entry(id) != nil || pool.dropped(id) != nil || answers.answer(id) != nil
            })
        return damage
    }

    func loadOutbox() throws {
        if let hint = directory.headsHint { try outbox.raiseHighest(to: hint.outbox.highest) }
        try outbox.load { line in
            if let record = try? Record(line: line, signedPrefix: signedPrefix) {
                return Outbox.Item(
                    id: record.id, line: line,
                    sealing: try Admission.sealingRegion(of: record, index), deadline: record.body.deadline,
                    reference: record.body.reference)
            }
            guard let refusal = Refusal(line: line) else { return nil }
            if let record = try refusedRecord(refusal.id) {
                return Outbox.Item(
                    id: record.id, line: line, sealing: try Admission.sealingRegion(of: record, index),
                    deadline: record.body.deadline, reference: nil)
            }
            // Without the record nobody knows how long it matters; no reservation lasts longer than this.
            return Outbox.Item(
                id: refusal.id, line: line, sealing: name,
                deadline: refusal.time.adding(seconds: Int64(settings.reservationDays) * 86_400),
                reference: nil)
        }
    }

    /// The record that a refusal in the outbox is about: passed on beside it, or refused by this region itself.
    private func refusedRecord(_ id: Digest) throws -> Record? {
        let own = try pool.dropped(id)?.line ?? answers.refusedRecord(id)
        let lines = try outbox.lines(of: id) + (own.map { [$0] } ?? [])
        for line in lines {
            if let record = try? Record(line: line, signedPrefix: signedPrefix) { return record }
        }
        return nil
    }

    /// Puts into the outbox what waits for other regions and lies nowhere that they look: a killed command came as far
    /// as the pool, or as its answer.
    func publishUnheard() throws {
        func publish(_ record: Record, sealing: RegionName) throws {
            guard try outbox.lines(of: record.id).isEmpty else { return }
            _ = try outbox.put(
                Outbox.Item(
                    id: record.id, line: record.line, sealing: sealing, deadline: record.body.deadline,
                    reference: record.body.reference))
        }
        try pool.forEachIncomplete { try publish($0, sealing: name) }
        func isOver(_ record: Record, sealing: RegionName) throws -> Bool {
            if try !index.record(record.id).isEmpty { return true }
            if let deadline = record.body.deadline, try isDead(sealing: sealing, deadline: deadline) {
                return true
            }
            return try hasLostHead(record, sealing: sealing, isCertified: true)
        }
        try answers.forEachAttested(signedPrefix: signedPrefix) { record in
            let sealing = try Admission.sealingRegion(of: record, index)
            if try !isOver(record, sealing: sealing) { try publish(record, sealing: sealing) }
        }
        try answers.forEachRefused(signedPrefix: signedPrefix) { record, refusal in
            let sealing = try Admission.sealingRegion(of: record, index)
            if try isOver(record, sealing: sealing) { return }
            _ = try outbox.put(
                Outbox.Item(
                    id: record.id, line: refusal, sealing: sealing, deadline: record.body.deadline,
                    reference: nil))
        }
        try outbox.write()
    }

    /// Makes durable what an admission decided: pool and answers first, then what peers see.
    func writePending() throws {
        try pool.write()
        try answers.write()
        try deferred.write()
        try outbox.write()
    }

    /// Removes from the outbox and the answers what is sealed or dead. `onLetGo` is told of records that were on
    /// their way and will never be sealed.
    func tidyPending(onLetGo: (Digest, RefusalCode) throws -> Void = { _, _ in }) throws {
        _ = try outbox.tidy { item in
            let record = try? Record(line: item.line, signedPrefix: signedPrefix)
            // Who seals a refund or a void may be known better now than when it came.
            let sealing = try record.map { try Admission.sealingRegion(of: $0, index) } ?? item.sealing
            if try index.record(item.id, in: sealing) != nil { return true }
            if let deadline = item.deadline, try isDead(sealing: sealing, deadline: deadline) {
                try letGo(item, .deadline, onLetGo)
                return true
            }
            guard let record else {
                // A refusal stays until its record is dead, so that everybody hears of it.
                guard let refused = try refusedRecord(item.id) else { return false }
                return try hasLostHead(refused, sealing: sealing, isCertified: true)
            }
            if sealing == name { return try pool.entry(record.id) == nil }
            if try pool.dropped(record.id) != nil { return true }
            if try hasLostHead(record, sealing: sealing) {
                try letGo(item, .spent, onLetGo)
                return true
            }
            return false
        }
        try answers.tidy(outbox) { id in
            if try !index.record(id).isEmpty { return true }
            guard try outbox.lines(of: id).isEmpty else { return false }
            try letGoOfRefused(id)
            return true
        }
    }

    /// Remembers that this region refused a record which is dead, when it forgets its answer.
    private func letGoOfRefused(_ id: Digest) throws {
        guard let line = try answers.refusedRecord(id), let answer = try answers.answer(id),
            try pool.dropped(id) == nil && pool.entry(id) == nil
        else { return }
        let record = try Record(line: line, signedPrefix: signedPrefix)
        let refusal = try Refusal(try JSONDocument(answer.line, form: .canonical).root)
        try pool.drop(record, refusal.code, reason: refusal.reason)
    }

    /// Remembers why a record that was on its way will never be sealed: that it was refused, if it was.
    private func letGo(
        _ item: Outbox.Item, _ code: RefusalCode, _ onLetGo: (Digest, RefusalCode) throws -> Void
    ) throws {
        guard let record = try? Record(line: item.line, signedPrefix: signedPrefix),
            try pool.dropped(record.id) == nil
        else { return }
        let sealing = try Admission.sealingRegion(of: record, index)
        let refusal = try ledger.standingRefusal(of: record, sealing: sealing)
        let code = refusal?.code ?? code
        try pool.drop(
            record, code,
            reason: refusal?.dropReason(in: name) ?? Explanation.text(RuleFault(code), record))
        try onLetGo(record.id, code)
    }

    /// Whether the record can never be sealed because a certified block of the sealing chain replaced a head that it
    /// names, or withdrew the voucher; in the own chain, any block unless it has to be `isCertified`.
    func hasLostHead(
        _ record: Record, sealing: RegionName, isCertified: Bool = false
    ) throws -> Bool {
        if record.body.heads.isEmpty { return false }
        let certified = try certifiedSizes()
        let size: Int?
        if sealing == name {
            size = isCertified ? try index.lastCertified(name)?.size ?? 0 : nil
        } else {
            size = certified[sealing] ?? 0
        }
        return try hasLostHead(
            record, in: try IndexView(index, chain: sealing, size: size, seen: certified))
    }

    /// The same by a view of what counts.
    func hasLostHead(_ record: Record, in view: IndexView) throws -> Bool {
        for head in record.body.heads {
            guard let state = try view.voucher(head.voucher) else { continue }
            if state.isVoided { return true }
            if try state.head != head.head && view.hasReplaced(head.head, of: head.voucher) { return true }
        }
        return false
    }
}

extension RegionLayout {
    /// Own attestations and refusals of records that other regions seal.
    public static let answers = "private/answers"

    /// The folders below `private/` that founding a region makes durably.
    static let foundedPrivate = [pool, answers, staging, highWater]
}
