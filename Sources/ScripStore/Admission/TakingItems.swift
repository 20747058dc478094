internal import ScripCore
internal import ScripCrypto

/// What `sync` does with a line of a peer's outbox.
extension Admission {
    /// What an item waits for.
    enum Wait {
        /// More blocks or certificates held here.
        case chains
        /// The region's policy, or time.
        case anything
    }

    /// What came of an item.
    enum Taken {
        /// Nothing to do, or done before.
        case known
        case admitted(RecordResult)
        /// An attestation of another region completed, or came nearer to completing, a record in the pool.
        case attestation(of: Digest)
        case refusal(Refusal)
        /// A good refusal of a record that is not known here: it may be a peer's that is read later.
        case early(Refusal)
        case answered(Answered)
        case relayed(Digest)
        /// It can be told only when more is known.
        case later(Digest, String, Wait)
        case ignored(String)
    }

    /// Which signatures of a record from a peer's outbox have to be checked before it is judged.
    enum Need: Sendable {
        /// None: it is known, and nothing in it is new.
        case nothing
        /// The pool holds the record, or it was answered here; only its attestations may be new.
        case attestations
        case all
    }

    /// What there is to check of `record`, which is read and not checked. What every region passes on comes again from
    /// every peer, and to check it again would be most of what a `sync` does.
    func need(_ record: Record) throws -> Need {
        if try !index.record(record.id).isEmpty { return .nothing }
        let sealing = try Self.sealingRegion(of: record, index)
        if sealing == writer.name {
            guard let entry = try writer.pool.entry(record.id) else { return .all }
            let present = Set(entry.record.attestations.map(\.region))
            return record.attestations.allSatisfy { present.contains($0.region) } ? .nothing : .attestations
        }
        // Where this region has still to answer, it is judged each time.
        if writer.signatureRules(sealing: sealing).attestingRegions(record).contains(writer.name),
            !record.attestations.contains(where: { $0.region == writer.name })
        {
            return try writer.answers.answer(record.id) == nil ? .all : .attestations
        }
        return try writer.outbox.holds(record.line, of: record.id) ? .nothing : .all
    }

    /// Judges a record from a peer's outbox.
    func take(_ candidate: Candidate) throws -> Taken {
        let record = candidate.record
        if try !index.record(record.id).isEmpty { return .known }
        let sealing = try Self.sealingRegion(of: record, index)
        if let fault = try candidate.signatureFault ?? needlessAttestation(record, sealing) {
            return .ignored(fault)
        }
        if let deadline = record.body.deadline, try writer.isDead(sealing: sealing, deadline: deadline) {
            return .known
        }
        if candidate.isOnlyAttested {
            let isKnown =
                try sealing == writer.name
                ? writer.pool.entry(record.id) != nil : writer.answers.answer(record.id) != nil
            // What made its other signatures known is gone.
            if !isKnown { return .known }
        }
        if sealing == writer.name { return try takeHere(record) }
        // Dead as well: there is nothing to answer or to pass on.
        if try hasLostHead(record, sealing) { return .known }
        let attesting = writer.signatureRules(sealing: sealing).attestingRegions(record)
        if attesting.contains(writer.name), !record.attestations.contains(where: { $0.region == writer.name })
        {
            let hadAnswer = try writer.answers.answer(record.id) != nil
            let answered = try answer(record, sealing, place: nil)
            switch answered.kind {
            case .later:
                return .later(
                    record.id, answered.result.reason ?? "", answered.result.isDeferred ? .anything : .chains)
            case .attested, .refused: return hadAnswer ? .known : .answered(answered)
            }
        }
        return try relay(record, sealing)
    }

    private func takeHere(_ record: Record) throws -> Taken {
        if let entry = try writer.pool.entry(record.id) {
            let before = entry.record.attestations.count
            _ = try merge(record, into: entry.record)
            let after = try writer.pool.entry(record.id)?.record.attestations.count ?? before
            if after > before { return .attestation(of: record.id) }
            let limit = now.adding(seconds: RegionWriter.futureSecondsMax)
            let isAhead = record.attestations.contains { attestation in
                attestation.time > limit
                    && !entry.record.attestations.contains { $0.region == attestation.region }
            }
            if !isAhead { return .known }
            return .later(record.id, "an attestation is from ahead of this region's clock", .anything)
        }
        if let dropped = try writer.pool.dropped(record.id) {
            // Who passes it on has not heard.
            if record.body.deadline != nil, let refusal = dropped.refusal {
                try publish(record, refusal, sealing: writer.name)
            }
            return .known
        }
        let result =
            try writer.ledger.result(of: record.id) ?? earlier(record, writer.name)
            ?? admitHere(record, keeps: false)
        // What waits for the policy lies here already, or stays in the peer's outbox.
        if result.isDeferred { return .later(record.id, result.reason ?? "", .anything) }
        if result.status == .rejected {
            // A record that comes in before what it builds on may be good later.
            if result.code == .unknownVoucher || result.code == .unknownIssuer {
                return .later(record.id, result.reason ?? "", .chains)
            }
            let code = result.code ?? .malformed
            let reason = result.reason ?? "it was refused"
            // Whoever passed it on should know that it will not be sealed, and it must be true ever after.
            let isDropped = try writer.pool.dropped(record.id) != nil
            if record.body.deadline != nil {
                let refusal = try writer.refuse(record.id, code, reason, at: now)
                if !isDropped { try writer.pool.refuse(record, refusal) }
                try publish(record, refusal.line, sealing: writer.name)
            } else if !isDropped {
                try writer.pool.drop(record, code, reason: reason)
            }
        }
        return .admitted(result)
    }

    private static let uselessRefusal = "a refusal that does not count"

    /// Judges a refusal from a peer's outbox.
    func take(_ refusal: Refusal) throws -> Taken {
        guard let region = writer.charter.voter(named: refusal.region),
            refusal.isSigned(by: region.log.key, genesis: writer.genesis)
        else { return .ignored("a refusal whose signature is not good") }
        if let entry = try writer.pool.entry(refusal.id) {
            let rules = writer.signatureRules(sealing: writer.name)
            guard refusal.region != writer.name, rules.isEnded(entry.record, refusedBy: refusal.region)
            else { return .ignored(Self.uselessRefusal) }
            try writer.pool.drop(entry.record, refusedBy: refusal, write: true)
            return .refusal(refusal)
        }
        // Passed on only beside a record that was passed on: its outbox lines tell who seals it.
        if refusal.region == writer.name { return .known }
        guard let line = try writer.outbox.lines(of: refusal.id).first else {
            return try writer.ledger.result(of: refusal.id) == nil ? .early(refusal) : .known
        }
        guard let record = try? Record(line: line, signedPrefix: writer.signedPrefix) else { return .known }
        let sealing = try Self.sealingRegion(of: record, index)
        if sealing == writer.name { return .known }
        if refusal.region == sealing {
            // Who seals has the last word: the record is dead.
            if try writer.pool.dropped(record.id) != nil { return .known }
            try writer.pool.drop(record, refusal.code, reason: refusal.dropReason(in: writer.name))
            return .refusal(refusal)
        }
        // From now on the record is rejected here, too; see `Ledger.standingRefusal`.
        let attesting = writer.signatureRules(sealing: sealing).attestingRegions(record)
        if try !attesting.contains(refusal.region) && Self.isPlaced(record, index) {
            return .ignored(Self.uselessRefusal)
        }
        let isNew = try writer.outbox.put(
            Outbox.Item(
                id: refusal.id, line: refusal.line, sealing: sealing, deadline: record.body.deadline,
                reference: nil))
        return isNew ? .relayed(refusal.id) : .known
    }

    /// Passes a record on, once per set of attestations, so that regions reach each other through others.
    private func relay(_ record: Record, _ sealing: RegionName) throws -> Taken {
        guard record.body.deadline != nil else { return .known }
        var seen: Set<RegionName> = []
        for line in try writer.outbox.lines(of: record.id) {
            if let known = try? Record(line: line, signedPrefix: writer.signedPrefix) {
                seen.formUnion(known.attestations.map(\.region))
                if record.attestations.isEmpty { return .known }
            }
        }
        let attesting = Set(record.attestations.map(\.region))
        if !attesting.isEmpty && attesting.isSubset(of: seen) { return .known }
        let result = try forward(record, sealing)
        return result.status == .rejected ? .ignored(result.reason ?? "") : .relayed(record.id)
    }
}
