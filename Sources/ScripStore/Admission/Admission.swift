internal import ScripCore
internal import ScripCrypto

/// Judges records that are not sealed yet: admits those that this region seals, attests those that others seal,
/// and passes on the rest (protocol section 6). `validate` and `sync` both come here.
final class Admission {
    private let writer: RegionWriter
    private let index: LedgerIndex
    private let chain: Int64
    private let now: Timestamp
    /// What this region may build on of the other chains.
    private let certified: [RegionName: Int]
    private let ownHead: ChainHead
    /// Made when the first record is to be attested: the keys are read then.
    private var unsigned: UnsignedAttestations?
    /// The results of records that were signed after they were judged, with their places.
    private var signedResults: [(place: Int, result: RecordResult)] = []

    init(_ writer: RegionWriter) throws {
        self.writer = writer
        index = writer.index
        chain = try writer.index.id(of: writer.name)
        now = writer.now
        certified = try writer.certifiedSizes()
        ownHead = try writer.index.head(of: writer.name, genesis: writer.genesis)
        try writer.deferred.look()
    }

    /// A record and whether its signatures are good as far as they are there, checked on any thread.
    struct Candidate: Sendable {
        let record: Record
        /// Why it is `bad-signature` whoever seals it; nil if it is not.
        let signatureFault: String?
        /// Whether only the attestations were checked, as `Need.attestations` says.
        var isOnlyAttested = false
    }

    /// The region whose chain seals a record (protocol section 4): for most that of its signer. A void goes where
    /// the voucher is, a refund where the redemption was sealed, as far as this region knows.
    ///
    /// For a region that is gone it is the one that came after it.
    static func sealingRegion(of record: Record, _ index: LedgerIndex) throws -> RegionName {
        index.charters.newestEpoch.custodian(of: try signerRegion(of: record, index))
    }

    private static func signerRegion(of record: Record, _ index: LedgerIndex) throws -> RegionName {
        switch record.body {
        case .accredit(let accreditation): return accreditation.issuer.region
        case .issue(let issue): return issue.issuer.region
        case .trade(let trade): return trade.from.region
        case .redeem(let redemption): return redemption.holder.region
        case .split(let split): return split.holder.region
        case .refund(let refund):
            return try index.redemption(refund.redemption, where: { _, _ in true })?.chain
                ?? refund.merchant.region
        case .void(let void):
            guard let first = void.vouchers.first,
                let entry = try index.lastEntry(of: first, where: { _, _ in true })
            else { return void.issuer.region }
            return entry.state.owner.region
        }
    }

    /// Whether it is known which chain seals a record. A refund of a redemption, or a void of a voucher, that no
    /// block here holds is taken to its signer's region until more is known.
    static func isPlaced(_ record: Record, _ index: LedgerIndex) throws -> Bool {
        switch record.body {
        case .accredit, .issue, .trade, .redeem, .split: true
        case .refund(let refund): try index.redemption(refund.redemption, where: { _, _ in true }) != nil
        case .void(let void):
            try void.vouchers.first.map { try index.lastEntry(of: $0, where: { _, _ in true }) != nil }
                ?? false
        }
    }

    // MARK: What validate does

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
        if let known = try writer.ledger.result(of: record.id) { return try again(known, candidate) }
        let sealing = try Self.sealingRegion(of: record, index)
        if let fault = try candidate.signatureFault ?? needlessAttestation(record, sealing) {
            return .rejected(record, .badSignature, reason: fault)
        }
        if let earlier = try earlier(record, sealing) { return earlier }
        return try judge(record, sealing, place: place)
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
            try keep(attested, signed.item.sealing)
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
            try writer.pool.drop(record, chain, code, reason: result.reason ?? "")
        }
        return result
    }

    /// Admits, attests or passes on a record that is new, or waits for the policy and is then kept.
    private func judge(_ record: Record, _ sealing: RegionName, place: Int?) throws -> RecordResult {
        if sealing == writer.name { return try admitHere(record, keeps: true) }
        if try writer.hasLostHead(record, sealing: sealing, certified: certified) {
            return .rejected(record, .spent, reason: Explanation.text(RuleFault(.spent), record))
        }
        let attesting = writer.signatureRules(sealing: sealing).attestingRegions(record)
        if let fault = try deadlineFault(record, waits: true) { return fault }
        var reason: String?
        if attesting.contains(writer.name) {
            let answered = try answer(record, sealing, place: place)
            if answered.kind != .later { return answered.result }
            // It goes on its way all the same: this region answers once it can tell.
            if answered.result.isDeferred { reason = answered.result.reason }
        }
        var result = try forward(record, sealing)
        if let reason, result.status == .awaiting {
            try writer.deferred.put(record, reason: reason, write: true)
            result.isDeferred = true
            result.reason = reason
        }
        return result
    }

    /// What the region's own policy says of a record that passes all rules: asked last, before anything is changed.
    private func policy(_ record: Record, _ action: PolicyHook.Action) throws -> PolicyAnswer {
        guard let policy = writer.policy else { return .accept }
        return try policy.answer(record, action)
    }

    private var isRehearsal: Bool { writer.policy?.isRehearsal ?? false }

    /// A record that is known already. New attestations or an acceptance that it brings are taken over.
    private func again(_ known: RecordResult, _ candidate: Candidate) throws -> RecordResult {
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
    private func earlier(_ record: Record, _ sealing: RegionName) throws -> RecordResult? {
        guard let reference = record.body.reference, record.type == .redeem || record.type == .refund else {
            return nil
        }
        guard
            var result = try writer.ledger.result(of: reference, sealedBy: sealing)
                ?? onItsWay(reference, sealing)
        else { return nil }
        if result.status == .rejected { return nil }
        result.reason = "already"
        return result
    }

    /// The record of that reference that came just before, and lies in no file yet.
    private func onItsWay(_ reference: RecordReference, _ sealing: RegionName) throws -> RecordResult? {
        guard let id = try writer.outbox.record(with: reference, sealedBy: sealing) else { return nil }
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

    private func rules(_ sealing: RegionName, _ head: ChainHead) -> Rules {
        rules(sealing, at: max(now, head.time ?? now))
    }

    private func rules(_ sealing: RegionName, at time: Timestamp) -> Rules {
        Rules(
            sealing: sealing, time: time,
            served: writer.charters.newestEpoch.regions(servedBy: sealing, seen: certified))
    }

    private func admitHere(_ record: Record, keeps: Bool) throws -> RecordResult {
        let missing = writer.signatureRules(sealing: writer.name).missingAttestations(record)
        let view = try IndexView(index, chain: writer.name, seen: certified)
        view.startRecord(isRepeat: nil)
        let outcome = try rules(writer.name, ownHead).evaluate(
            record, in: PooledView(base: view, pool: writer.pool))
        if case .invalid(let fault) = outcome {
            return .rejected(record, fault.code, reason: Explanation.text(fault, record))
        }
        if let reference = record.body.reference, try writer.pool.record(with: reference, chain) != nil {
            return .rejected(
                record, .duplicate, reason: "a record with the same ref waits in the pool")
        }
        if let fault = try reservationFault(record) { return fault }
        if let fault = try deadlineFault(record, waits: !missing.isEmpty) { return fault }
        switch try policy(record, .admit) {
        case .accept: break
        case .refuse(let reason): return try refuseHere(record, reason)
        case .later(let reason):
            if keeps { try writer.deferred.put(record, reason: reason, write: true) }
            return deferred(record, reason)
        }
        try writer.pool.put(record, isComplete: missing.isEmpty, chain, write: true)
        if !missing.isEmpty { try publish(record, record.line, sealing: writer.name) }
        return pooled(record, missing)
    }

    /// Refuses a record of this region's own, for good.
    private func refuseHere(_ record: Record, _ reason: String) throws -> RecordResult {
        let refusal = try writer.refuse(record.id, .policy, reason, at: now)
        try writer.pool.refuse(record, chain, refusal)
        // Whoever is to attest it may have heard of it.
        if !writer.signatureRules(sealing: writer.name).attestingRegions(record).isEmpty {
            try publish(record, refusal.line, sealing: writer.name)
        }
        return .rejected(record, .policy, reason: refusal.reason)
    }

    private func deferred(_ record: Record, _ reason: String) -> RecordResult {
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
    private func needlessAttestation(_ record: Record, _ sealing: RegionName) throws -> String? {
        if try record.attestations.isEmpty || !Self.isPlaced(record, index) { return nil }
        return writer.signatureRules(sealing: sealing).needlessAttestation(record)
    }

    /// Takes over the attestations of `copy`, which are good, that the pool does not have yet.
    private func merge(_ copy: Record, into pooled: Record) throws -> RecordResult {
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

    // MARK: Records that others seal

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
    private func answer(_ record: Record, _ sealing: RegionName, place: Int?) throws -> Answered {
        if let answer = try writer.answers.answer(record.id) {
            return try repeatAnswer(answer, record, sealing)
        }
        switch try judge(record, sealing) {
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
                unsigned.add(record, sealing: sealing, place: place)
                return Answered(kind: .attested, result: waiting(record, sealing))
            }
            let attested = try writer.attester(at: now).attest(record)
            try keep(attested, sealing)
            return Answered(kind: .attested, result: waiting(attested, sealing))
        }
    }

    /// Keeps the answer and passes it on.
    private func keep(_ attested: Record, _ sealing: RegionName) throws {
        try writer.answers.attest(attested)
        try publish(attested, attested.line, sealing: sealing)
    }

    private func refuse(
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

    private func waiting(_ record: Record, _ sealing: RegionName) -> RecordResult {
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
    private func judge(_ record: Record, _ sealing: RegionName) throws -> Judgment {
        var seen = certified
        seen[writer.name] = ownHead.size
        let size = certified[sealing] ?? 0
        let view = try IndexView(index, chain: sealing, size: size, seen: seen)
        for head in record.body.heads {
            guard let state = try view.voucher(head.voucher) else {
                return .later("voucher \(head.voucher) is not confirmed here yet")
            }
            if state.head == head.head { continue }
            let past = try index.line(of: head.voucher)
            if past.contains(where: { $0.state.head == head.head && $0.state.head != state.head }) {
                return .refuse(.spent, "voucher \(head.voucher) was changed since")
            }
            return .later("the change before it of voucher \(head.voucher) is not confirmed here yet")
        }
        if case .void(let void) = record.body, let reason = try custodyDoubt(void, sealing, view) {
            return .later(reason)
        }
        view.startRecord(isRepeat: nil)
        let time = max(now, try index.block(sealing, size: size)?.time ?? now)
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
    private func forward(_ record: Record, _ sealing: RegionName) throws -> RecordResult {
        for head in record.body.heads {
            guard let entry = try index.lastEntry(of: head.voucher, where: { _, _ in true }) else { continue }
            if entry.state.head == head.head, entry.state.owner != record.body.signer {
                return .rejected(
                    record, .notOwner, reason: "the signer does not own voucher \(head.voucher)")
            }
        }
        try publish(record, record.line, sealing: sealing)
        return waiting(record, sealing)
    }

    private func publish(_ record: Record, _ line: [UInt8], sealing: RegionName) throws {
        _ = try writer.outbox.put(
            Outbox.Item(
                id: record.id, line: line, sealing: sealing, deadline: record.body.deadline,
                reference: record.body.reference))
    }

    // MARK: What sync does with a line of a peer's outbox

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
        if try writer.hasLostHead(record, sealing: sealing, certified: certified) { return .known }
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
                if !isDropped { try writer.pool.refuse(record, chain, refusal) }
                try publish(record, refusal.line, sealing: writer.name)
            } else if !isDropped {
                try writer.pool.drop(record, chain, code, reason: reason)
            }
        }
        return .admitted(result)
    }

    /// Judges a refusal from a peer's outbox.
    func take(_ refusal: Refusal) throws -> Taken {
        guard let region = writer.charter.voter(named: refusal.region),
            refusal.isSigned(by: region.log.key, genesis: writer.genesis)
        else { return .ignored("a refusal whose signature is not good") }
        if let entry = try writer.pool.entry(refusal.id) {
            let required = writer.signatureRules(sealing: writer.name).attestingRegions(entry.record)
            guard required.contains(refusal.region),
                !entry.record.attestations.contains(where: { $0.region == refusal.region })
            else { return .ignored("a refusal that does not count") }
            try writer.pool.drop(entry.record, chain, refusedBy: refusal, write: true)
            return .refusal(refusal)
        }
        // Passed on only beside a record that was passed on: its outbox lines tell who seals it.
        guard let line = try writer.outbox.lines(of: refusal.id).first,
            let record = try? Record(line: line, signedPrefix: writer.signedPrefix),
            refusal.region != writer.name
        else { return .known }
        let sealing = try Self.sealingRegion(of: record, index)
        if sealing == writer.name { return .known }
        if refusal.region == sealing {
            // Who seals has the last word: the record is dead.
            if try writer.pool.dropped(record.id) != nil { return .known }
            try writer.pool.drop(record, chain, refusal.code, reason: refusal.dropReason)
            return .refusal(refusal)
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
