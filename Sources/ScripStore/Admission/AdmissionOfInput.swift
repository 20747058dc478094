internal import ScripCore
internal import ScripCrypto

/// What `validate` does with a record that a user brought.
extension Admission {
    /// Judges a record that a user brought. One that the region's policy does not answer yet is kept until it does.
    ///
    /// A record that is attested has its signature later: `finishSigning` gives the result in full, and `place` with it.
    func admit(_ candidate: Candidate, place: Int) throws -> RecordResult {
        let record = candidate.record
        if unsigned?.concern(record) ?? false { try sign() }
        if try writer.deferred.holds(record.id), let kept = try writer.deferred.record(record.id) {
            // A copy whose signatures are no good says nothing of the record that is kept.
            return try admitDeferred(candidate.signatureFault == nil ? record : kept, place: place)
        }
        let sealing = try Self.sealingRegion(of: record, index)
        let isNew = try !writer.ledger.mayKnow(record, sealedBy: sealing)
        if !isNew, let known = try writer.ledger.result(of: record.id) { return try again(known, candidate) }
        if let fault = try candidate.signatureFault ?? needlessAttestation(record, sealing) {
            return .rejected(record, .badSignature, reason: fault)
        }
        if let earlier = try earlier(record, sealing, isNew: isNew) { return earlier }
        return try judge(record, sealing, place: place, isNew: isNew)
    }

    /// The results of the records that were attested, in full, and their places.
    func finishSigning() throws -> [(place: Int, result: RecordResult)] {
        try sign()
        defer { signedResults = [] }
        return signedResults
    }

    private func sign() throws {
        try unsigned?.finish { signed in
            let attested = try signed.attested.get()
            try keep(attested, signed.item.sealing, isNew: signed.item.isNew)
            signedResults.append((signed.item.place, waiting(attested, signed.item.sealing)))
        }
    }

    /// Judges a record again that waits for the region's policy.
    func admitDeferred(_ record: Record, place: Int?) throws -> RecordResult {
        let sealing = try Self.sealingRegion(of: record, index)
        // What it waited for may have come by another way.
        let known = try writer.ledger.result(of: record.id)
        let result: RecordResult
        if let known, try known.status != .awaiting || writer.pool.entry(record.id) != nil {
            result = known
        } else if let deadline = record.body.deadline,
            try writer.isDead(sealing: sealing, deadline: deadline)
        {
            result = .rejected(record, .deadline, reason: Explanation.text(RuleFault(.deadline), record))
        } else {
            result = try judge(record, sealing, place: place)
        }
        if result.isDeferred { return result }
        try writer.deferred.remove(record.id)
        if result.status == .rejected, let code = result.code, try writer.pool.dropped(record.id) == nil {
            try writer.pool.drop(record, code, reason: result.reason ?? "")
        }
        return result
    }

    /// Admits, attests or passes on a record that nothing became of yet, or that waits for the policy and is then kept.
    /// Of one that `isNew` no file of the region has anything, nor of its reference, so nothing is looked for there.
    func judge(
        _ record: Record, _ sealing: RegionName, place: Int?, isNew: Bool = false
    ) throws -> RecordResult {
        if sealing == writer.name { return try admitHere(record, keeps: true, isNew: isNew) }
        if try hasLostHead(record, sealing) {
            return .rejected(record, .spent, reason: Explanation.text(RuleFault(.spent), record))
        }
        if !record.type.takesDeadline {
            return .rejected(
                record, .wrongRegion,
                reason: "region '\(sealing)' seals it and nobody passes it on; bring it there")
        }
        let attesting = writer.signatureRules(sealing: sealing).attestingRegions(record)
        if let fault = try deadlineFault(record, waits: true) { return fault }
        var reason: String?
        if attesting.contains(writer.name) {
            let answered = try answer(record, sealing, place: place, isNew: isNew)
            if answered.kind != .later { return answered.result }
            // It goes on its way all the same: this region answers once it can tell.
            if answered.result.isDeferred { reason = answered.result.reason }
        }
        var result = try forward(record, sealing, isNew: isNew)
        if let reason, result.status == .awaiting {
            try writer.deferred.put(record, try index.id(of: sealing), reason: reason, write: true)
            result.isDeferred = true
            result.reason = reason
        }
        return result
    }

    /// What the region's own policy says of a record that passes all rules: asked last, before anything is changed.
    func policy(_ record: Record, _ action: PolicyHook.Action) throws -> PolicyAnswer {
        guard let policy = writer.policy else { return .accept }
        return try policy.answer(record, action)
    }

    var isRehearsal: Bool { writer.policy?.isRehearsal ?? false }

    /// A record that is known already. New attestations or an acceptance that it brings are taken over.
    func again(_ known: RecordResult, _ candidate: Candidate) throws -> RecordResult {
        if known.status == .awaiting, let entry = try writer.pool.entry(candidate.record.id) {
            // A copy whose signatures are no good says nothing of the record that waits.
            return try merge(
                candidate.signatureFault == nil ? candidate.record : entry.record, into: entry.record)
        }
        var known = known
        if known.status != .rejected { known.reason = "already" }
        return known
    }

    /// The earlier record of the same merchant and `ref`: whoever asks again gets its result.
    func earlier(_ record: Record, _ sealing: RegionName, isNew: Bool = false) throws -> RecordResult? {
        guard let reference = record.body.reference, record.type == .redeem || record.type == .refund else {
            return nil
        }
        let lying = try isNew ? nil : writer.ledger.result(of: reference, sealedBy: sealing)
        let standing = lying.flatMap { $0.status == .rejected ? nil : $0 }
        guard var result = try standing ?? onItsWay(reference, sealing) else { return nil }
        result.reason = "already"
        return result
    }

    /// The record of that reference that came just before, and lies in no file yet.
    private func onItsWay(_ reference: RecordReference, _ sealing: RegionName) throws -> RecordResult? {
        guard let id = try writer.outbox.unwrittenRecord(with: reference, sealedBy: sealing) else {
            return nil
        }
        let records = try writer.outbox.lines(of: id).compactMap {
            try? Record(line: $0, signedPrefix: writer.signedPrefix)
        }
        return records.last.map { waiting($0, sealing) }
    }

    /// A record that waits for another region must say how long.
    private func deadlineFault(_ record: Record, waits: Bool) throws -> RecordResult? {
        guard waits else { return nil }
        guard let deadline = record.body.deadline else {
            return .rejected(
                record, .malformed, reason: "it waits for another region, so it needs a deadline")
        }
        let days = writer.settings.reservationDays
        if deadline > now.adding(seconds: Int64(days) * 86_400) {
            return .rejected(
                record, .policy, reason: "its deadline is more than \(days) days ahead (reservation_days)")
        }
        return nil
    }

    func rules(_ sealing: RegionName, _ head: ChainHead) -> Rules {
        rules(sealing, at: max(now, head.time ?? now))
    }

    func rules(_ sealing: RegionName, at time: Timestamp) -> Rules {
        Rules(
            sealing: sealing, time: time,
            served: writer.charters.newestEpoch.regions(servedBy: sealing, seen: certified))
    }

    func admitHere(_ record: Record, keeps: Bool, isNew: Bool = false) throws -> RecordResult {
        let missing = writer.signatureRules(sealing: writer.name).missingAttestations(record)
        let view = try view(of: writer.name)
        view.startRecord(isRepeat: isNew ? false : nil)
        let outcome = try rules(writer.name, ownHead).evaluate(
            record, in: PooledView(base: view, pool: writer.pool))
        if case .invalid(let fault) = outcome {
            return .rejected(record, fault.code, reason: Explanation.text(fault, record))
        }
        if !isNew, let reference = record.body.reference,
            try writer.pool.record(with: reference, chain) != nil
        {
            return .rejected(
                record, .duplicate, reason: "a record with the same ref waits in the pool")
        }
        if let fault = try reservationFault(record) { return fault }
        if let fault = try deadlineFault(record, waits: !missing.isEmpty) { return fault }
        switch try policy(record, .admit) {
        case .accept: break
        case .refuse(let reason): return try refuseHere(record, reason)
        case .later(let reason):
            if keeps { try writer.deferred.put(record, chain, reason: reason, write: true) }
            return deferred(record, reason)
        }
        try writer.pool.put(record, isComplete: missing.isEmpty, chain, write: true, isNew: isNew)
        if !missing.isEmpty { try publish(record, record.line, sealing: writer.name, isNew: isNew) }
        return pooled(record, missing)
    }

    /// Refuses a record of this region's own, for good.
    private func refuseHere(_ record: Record, _ reason: String) throws -> RecordResult {
        let refusal = try writer.refuse(record.id, .policy, reason, at: now)
        try writer.pool.refuse(record, refusal)
        // Whoever is to attest it may have heard of it.
        if !writer.signatureRules(sealing: writer.name).attestingRegions(record).isEmpty {
            try publish(record, refusal.line, sealing: writer.name)
        }
        return .rejected(record, .policy, reason: refusal.reason)
    }

    func deferred(_ record: Record, _ reason: String) -> RecordResult {
        var result = RecordResult(id: record.id, status: .awaiting, record: record.line)
        result.waitingFor = [writer.name]
        result.reason = reason
        result.isDeferred = true
        return result
    }

    /// Why the record must wait for another one that is in the pool and takes what this one wants.
    private func reservationFault(_ record: Record) throws -> RecordResult? {
        func reserved(_ what: String, _ holder: Digest) -> RecordResult {
            .rejected(record, .reserved, reason: "\(what) is reserved for record \(holder.hexadecimal)")
        }
        let claims = writer.pool.claims
        for head in record.body.heads {
            let holder =
                try writer.pool.reservation(head.voucher) ?? claims.withdrawal(of: head.voucher)
            if let holder { return reserved("voucher \(head.voucher)", holder) }
        }
        switch record.body {
        case .void(let void):
            for voucher in void.vouchers {
                if let holder = try claims.withdrawal(of: voucher) {
                    return reserved("voucher \(voucher)", holder)
                }
            }
        case .refund(let refund):
            guard let redemption = try index.redemption(refund.redemption, where: { _, _ in true })
            else { return nil }
            for part in refund.vouchers {
                let redeemed = redemption.parts.first { $0.voucher == part.voucher }?.amount ?? 0
                let before = try index.refunded(
                    refund.redemption, part.voucher, where: { _, _ in true })
                let pooled = try claims.refunded(refund.redemption, part.voucher)
                if part.amount > redeemed - before - pooled {
                    return .rejected(
                        record, .reserved,
                        reason: "refunds in the pool leave less of voucher \(part.voucher) to give back")
                }
            }
        case .accredit, .issue, .trade, .redeem, .split: break
        }
        return nil
    }

    private func pooled(_ record: Record, _ missing: [RegionName]) -> RecordResult {
        var result = RecordResult(
            id: record.id, status: missing.isEmpty ? .admitted : .awaiting, record: record.line)
        result.waitingFor = missing
        return result
    }

    /// Which attestations are asked for depends on the chain, as far as that is known.
    func needlessAttestation(_ record: Record, _ sealing: RegionName) throws -> String? {
        if try record.attestations.isEmpty || !Self.isPlaced(record, index) { return nil }
        return writer.signatureRules(sealing: sealing).needlessAttestation(record)
    }

    /// Takes over the attestations of `copy`, which are good, that the pool does not have yet.
    func merge(_ copy: Record, into pooled: Record) throws -> RecordResult {
        let rules = writer.signatureRules(sealing: writer.name)
        var merged = pooled
        if rules.needlessAttestation(copy) == nil {
            let present = Set(pooled.attestations.map(\.region))
            // An attestation from ahead of time would force its time upon the block.
            let limit = now.adding(seconds: RegionWriter.futureSecondsMax)
            let new = copy.attestations.filter { !present.contains($0.region) && $0.time <= limit }
            if !new.isEmpty {
                merged = try pooled.attested(pooled.attestations + new)
                try writer.pool.put(
                    merged, isComplete: rules.missingAttestations(merged).isEmpty, chain, write: true)
            }
        }
        return self.pooled(merged, rules.missingAttestations(merged))
    }
}
