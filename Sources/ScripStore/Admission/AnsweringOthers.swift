internal import ScripCore
internal import ScripCrypto

/// Records that others seal: attested or refused once and for all, or passed on.
extension Admission {
    /// What came of a record that another region seals and this one attests.
    struct Answered {
        enum Kind {
            case attested, refused, later
        }
        let kind: Kind
        let result: RecordResult
    }

    /// Attests or refuses, once and for all; or says that it cannot be told yet. With a `place` the attestation is
    /// signed later, see `finishSigning`.
    func answer(
        _ record: Record, _ sealing: RegionName, place: Int?, isNew: Bool = false
    ) throws -> Answered {
        if !isNew, let answer = try writer.answers.answer(record.id) {
            return try repeatAnswer(answer, record, sealing)
        }
        switch try judge(record, sealing, isNew: isNew) {
        case .later(let reason):
            var result = RecordResult(id: record.id, status: .awaiting, record: record.line)
            result.waitingFor = [writer.name]
            result.reason = reason
            return Answered(kind: .later, result: result)
        case .refuse(let code, let reason): return try refuse(record, sealing, code, reason)
        case .attest:
            switch try policy(record, .attest) {
            case .accept:
                // Nothing in the same breath depends on the signature.
                if isRehearsal { return Answered(kind: .later, result: deferred(record, "")) }
            case .refuse(let reason): return try refuse(record, sealing, .policy, reason)
            case .later(let reason): return Answered(kind: .later, result: deferred(record, reason))
            }
            if let place {
                let unsigned = try unsigned ?? UnsignedAttestations(writer, at: now)
                self.unsigned = unsigned
                unsigned.add(record, sealing: sealing, place: place, isNew: isNew)
                return Answered(kind: .attested, result: waiting(record, sealing))
            }
            let attested = try writer.attester(at: now).attest(record)
            try keep(attested, sealing)
            return Answered(kind: .attested, result: waiting(attested, sealing))
        }
    }

    /// Keeps the answer and passes it on.
    func keep(_ attested: Record, _ sealing: RegionName, isNew: Bool = false) throws {
        let isAnswer = try writer.answers.attest(attested, isPublished: true)
        try publish(attested, attested.line, sealing: sealing, isNew: isNew, isAnswer: isAnswer)
    }

    func refuse(
        _ record: Record, _ sealing: RegionName, _ code: RefusalCode, _ reason: String
    ) throws -> Answered {
        let refusal = try writer.refuse(record.id, code, reason, at: now)
        try writer.answers.refuse(record, refusal)
        try publish(record, refusal.line, sealing: sealing)
        return Answered(kind: .refused, result: .rejected(record, code, reason: refusal.reason))
    }

    /// The answer that was given stays; it is published again if it lies nowhere.
    private func repeatAnswer(
        _ answer: Answers.Answer, _ record: Record, _ sealing: RegionName
    ) throws -> Answered {
        try publish(record, answer.line, sealing: sealing)
        if answer.isRefusal {
            let document = try? JSONDocument(answer.line, form: .canonical)
            let refusal = try document.map { try Refusal($0.root) }
            return Answered(
                kind: .refused,
                result: .rejected(
                    record, refusal?.code ?? .policy, reason: refusal?.reason ?? "it was refused before"))
        }
        let attested = try Record(line: answer.line, signedPrefix: writer.signedPrefix)
        return Answered(kind: .attested, result: waiting(attested, sealing))
    }

    func waiting(_ record: Record, _ sealing: RegionName) -> RecordResult {
        var result = RecordResult(id: record.id, status: .awaiting, record: record.line)
        let missing = writer.signatureRules(sealing: sealing).missingAttestations(record)
        result.waitingFor = (missing + [sealing]).sorted()
        return result
    }

    private enum Judgment {
        case attest
        case refuse(RefusalCode, String)
        case later(String)
    }

    /// The rules, on what is certified of the sealing chain. Only what that chain cannot heal is refused.
    private func judge(_ record: Record, _ sealing: RegionName, isNew: Bool) throws -> Judgment {
        let view = try view(of: sealing)
        view.startRecord(isRepeat: isNew ? false : nil)
        for head in record.body.heads {
            guard let state = try view.voucher(head.voucher) else {
                return .later("voucher \(head.voucher) is not confirmed here yet")
            }
            if state.head == head.head { continue }
            if try view.hasReplaced(head.head, of: head.voucher) {
                return .refuse(.spent, "voucher \(head.voucher) was changed since")
            }
            return .later("the change before it of voucher \(head.voucher) is not confirmed here yet")
        }
        if case .void(let void) = record.body, let reason = try custodyDoubt(void, sealing, view) {
            return .later(reason)
        }
        let time = max(now, try certifiedTime(of: sealing) ?? now)
        switch try rules(sealing, at: time).evaluate(record, in: view) {
        case .valid: return .attest
        case .invalid(let fault):
            let reason = Explanation.text(fault, record)
            switch fault.code {
            case .unknownVoucher: return .later(reason)
            case .unknownIssuer:
                guard case .issue(let issue) = record.body,
                    try view.accreditation(of: issue.issuer) != nil
                else { return .later(reason) }
                return .refuse(fault.code, reason)
            default: return .refuse(fault.code, reason)
            }
        }
    }

    /// Why it cannot be told yet whether `sealing` has the vouchers in its custody; nil if it can.
    private func custodyDoubt(
        _ void: RecordBody.Void, _ sealing: RegionName, _ view: IndexView
    ) throws -> String? {
        for voucher in void.vouchers {
            guard let state = try view.voucher(voucher) else {
                return "voucher \(voucher) is not confirmed here yet"
            }
            if state.owner.region == sealing { continue }
            let last = try index.lastEntry(of: voucher, where: { _, _ in true })
            if last?.state.owner.region == sealing {
                return "the trade of voucher \(voucher) to '\(sealing)' is not confirmed here yet"
            }
        }
        return nil
    }

    /// Passes on a record that other regions seal and attest, if its signer owns the named heads as far as this
    /// region knows.
    func forward(_ record: Record, _ sealing: RegionName, isNew: Bool = false) throws -> RecordResult {
        for head in record.body.heads {
            guard let entry = try index.lastEntry(of: head.voucher, where: { _, _ in true }) else { continue }
            if entry.state.head == head.head, entry.state.owner != record.body.signer {
                return .rejected(
                    record, .notOwner, reason: "the signer does not own voucher \(head.voucher)")
            }
        }
        try publish(record, record.line, sealing: sealing, isNew: isNew)
        return waiting(record, sealing)
    }

    func publish(
        _ record: Record, _ line: [UInt8], sealing: RegionName, isNew: Bool = false, isAnswer: Bool = false
    ) throws {
        _ = try writer.outbox.put(
            Outbox.Item(
                id: record.id, line: line, sealing: sealing, deadline: record.body.deadline,
                reference: record.body.reference, isAnswer: isAnswer), isNew: isNew)
    }
}
