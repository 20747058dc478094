internal import ScripCrypto

/// Steps 3 to 12 of protocol section 5: whether a well-formed, well-signed record is valid at its place, and what
/// it changes. The one rule set: `validate`, `seal`, `sync` and `verify` all come here.
///
/// The checks run in the order of the protocol, each over all the record's vouchers before the next.
public struct Rules: Sendable {
    /// The region whose chain seals.
    private let sealing: RegionName
    /// The time of the sealing block.
    private let time: Timestamp
    /// The regions that are gone and for which this one seals here.
    private let served: Set<RegionName>

    /// `served` are the lost regions that `sealing` comes after and whose chains it has seen to their ends
    /// (`Epoch.regions(servedBy:seen:)`).
    public init(sealing: RegionName, time: Timestamp, served: Set<RegionName> = []) {
        self.sealing = sealing
        self.time = time
        self.served = served
    }

    /// Whether this chain seals for accounts of `region`.
    private func seals(for region: RegionName) -> Bool {
        region == sealing || (!served.isEmpty && served.contains(region))
    }

    /// Judges `record` against `view`. Throws only what the view throws.
    public func evaluate<View: LedgerView>(
        _ record: Record, in view: View
    ) throws(View.Failure) -> Outcome {
        if let code = try repeated(record, view) { return .invalid(RuleFault(code)) }
        switch record.body {
        case .accredit(let accreditation): return accredit(accreditation)
        case .issue(let issue): return try self.issue(issue, record.id, view)
        case .trade(let trade): return try self.trade(trade, record.id, view)
        case .redeem(let redemption): return try redeem(redemption, record.id, view)
        case .refund(let refund): return try self.refund(refund, record.id, view)
        case .split(let split): return try self.split(split, record.id, view)
        case .void(let void): return try self.void(void, view)
        }
    }

    /// Step 3.
    private func repeated<View: LedgerView>(
        _ record: Record, _ view: View
    ) throws(View.Failure) -> RefusalCode? {
        if try view.hasRecord(record.id) { return .duplicate }
        if let reference = record.body.reference, try view.hasReference(reference) { return .duplicate }
        return nil
    }

    /// Step 4: the vouchers, in the record's order; or the first that the causal past does not know.
    private func vouchers<View: LedgerView>(
        _ ids: [VoucherID], _ view: View
    ) throws(View.Failure) -> Found {
        var states: [VoucherState] = []
        states.reserveCapacity(ids.count)
        for id in ids {
            guard let state = try view.voucher(id) else { return .fault(RuleFault(.unknownVoucher, id)) }
            states.append(state)
        }
        return .states(states)
    }

    private enum Found {
        case states([VoucherState])
        case fault(RuleFault)
    }

    /// The first voucher of which `isBad` holds, as a fault of `code`.
    private func first(
        _ states: [VoucherState], _ code: RefusalCode, where isBad: (Int, VoucherState) -> Bool
    ) -> RuleFault? {
        for (index, state) in states.enumerated() where isBad(index, state) {
            return RuleFault(code, state.id)
        }
        return nil
    }

    private func isPast(_ deadline: Timestamp?) -> Bool { deadline.map { time > $0 } ?? false }

    private func accredit(_ accreditation: RecordBody.Accreditation) -> Outcome {
        guard seals(for: accreditation.issuer.region) else { return .invalid(RuleFault(.wrongRegion)) }
        var effects = Effects()
        effects.accredited = Effects.AccreditedIssuer(
            issuer: accreditation.issuer,
            state: AccreditationState(isActive: accreditation.isActive, until: accreditation.until))
        return .valid(effects)
    }

    private func issue<View: LedgerView>(
        _ issue: RecordBody.Issue, _ id: Digest, _ view: View
    ) throws(View.Failure) -> Outcome {
        guard seals(for: issue.issuer.region) else { return .invalid(RuleFault(.wrongRegion)) }
        guard let standing = try view.accreditation(of: issue.issuer), standing.isActive,
            !isPast(standing.until)
        else { return .invalid(RuleFault(.unknownIssuer)) }
        if isPast(issue.deadline) { return .invalid(RuleFault(.deadline)) }
        let kind = VoucherKind(issuer: issue.issuer, terms: issue.terms)
        var effects = Effects()
        effects.created.reserveCapacity(issue.count)
        for share in issue.owners {
            for _ in 0..<share.count {
                effects.created.append(
                    VoucherState(
                        id: VoucherID(createdBy: id, index: effects.created.count), kind: kind,
                        owner: share.owner, remaining: issue.terms.value.amount, head: id, isVoided: false))
            }
        }
        return .valid(effects)
    }

    private func trade<View: LedgerView>(
        _ trade: RecordBody.Trade, _ id: Digest, _ view: View
    ) throws(View.Failure) -> Outcome {
        let states: [VoucherState]
        switch try vouchers(trade.vouchers.map(\.voucher), view) {
        case .fault(let fault): return .invalid(fault)
        case .states(let found): states = found
        }
        guard seals(for: trade.from.region) else { return .invalid(RuleFault(.wrongRegion)) }
        let isRelocation = trade.from.key == trade.to.key
        let fault =
            first(states, .notOwner) { $1.owner != trade.from }
            ?? first(states, .spent) { $1.isVoided || $1.head != trade.vouchers[$0].head }
            ?? first(states, .overspent) { $1.remaining == 0 }
            ?? expired(states)
            ?? first(states, .notTransferable) { !$1.kind.terms.transferable && !isRelocation }
        if let fault { return .invalid(fault) }
        if isPast(trade.deadline) { return .invalid(RuleFault(.deadline)) }
        var effects = Effects()
        effects.changed = states.map { $0.changed(by: id, owner: trade.to) }
        return .valid(effects)
    }

    private func redeem<View: LedgerView>(
        _ redemption: RecordBody.Redemption, _ id: Digest, _ view: View
    ) throws(View.Failure) -> Outcome {
        let items = redemption.vouchers
        let states: [VoucherState]
        switch try vouchers(items.map(\.voucher), view) {
        case .fault(let fault): return .invalid(fault)
        case .states(let found): states = found
        }
        let merchantRegion = redemption.merchant.region
        let fault =
            first(states, .wrongRegion) { !seals(for: $1.owner.region) }
            ?? first(states, .notOwner) { $1.owner != redemption.holder }
            ?? first(states, .spent) { $1.isVoided || $1.head != items[$0].head }
            ?? first(states, .overspent) {
                let amount = items[$0].amount
                return amount > $1.remaining || (!$1.kind.terms.partial && amount != $1.remaining)
            }
            ?? first(states, .notStarted) { _, state in state.kind.terms.starts.map { time < $0 } ?? false }
            ?? expired(states)
            ?? first(states, .notRedeemableHere) { _, state in
                state.kind.terms.redeemIn.map { !$0.contains(merchantRegion) } ?? false
            }
        if let fault { return .invalid(fault) }
        if isPast(redemption.deadline) { return .invalid(RuleFault(.deadline)) }
        var effects = Effects()
        effects.changed = states.enumerated().map { index, state in
            state.changed(by: id, remaining: state.remaining - items[index].amount)
        }
        effects.redeemed = SealedRedemption(
            chain: sealing, holder: redemption.holder, merchant: redemption.merchant,
            parts: items.map { RecordBody.Part(voucher: $0.voucher, amount: $0.amount) })
        return .valid(effects)
    }

    private func refund<View: LedgerView>(
        _ refund: RecordBody.Refund, _ id: Digest, _ view: View
    ) throws(View.Failure) -> Outcome {
        guard let redemption = try view.redemption(refund.redemption) else {
            return .invalid(RuleFault(.unknownVoucher))
        }
        guard seals(for: redemption.chain) else { return .invalid(RuleFault(.wrongRegion)) }
        guard redemption.merchant == refund.merchant else { return .invalid(RuleFault(.notOwner)) }
        var effects = Effects()
        for (index, part) in refund.vouchers.enumerated() {
            let limit = redemption.parts.first { $0.voucher == part.voucher }?.amount ?? 0
            let before = try view.refunded(refund.redemption, part.voucher)
            guard part.amount <= limit - before, let parent = try view.voucher(part.voucher) else {
                return .invalid(RuleFault(.overspent, part.voucher))
            }
            effects.created.append(
                VoucherState(
                    id: VoucherID(createdBy: id, index: index), kind: parent.kind,
                    owner: redemption.holder, remaining: part.amount, head: id, isVoided: false))
        }
        if isPast(refund.deadline) { return .invalid(RuleFault(.deadline)) }
        effects.refunded = Effects.RefundedParts(redemption: refund.redemption, parts: refund.vouchers)
        return .valid(effects)
    }

    private func split<View: LedgerView>(
        _ split: RecordBody.Split, _ id: Digest, _ view: View
    ) throws(View.Failure) -> Outcome {
        guard let state = try view.voucher(split.voucher.voucher) else {
            return .invalid(RuleFault(.unknownVoucher, split.voucher.voucher))
        }
        func refused(_ code: RefusalCode) -> Outcome { .invalid(RuleFault(code, state.id)) }
        guard seals(for: state.owner.region) else { return refused(.wrongRegion) }
        guard state.owner == split.holder else { return refused(.notOwner) }
        guard !state.isVoided, state.head == split.voucher.head else { return refused(.spent) }
        guard state.kind.terms.partial, state.remaining > 0, sumsTo(state.remaining, split.amounts) else {
            return refused(.overspent)
        }
        if let fault = expired([state]) { return .invalid(fault) }
        var effects = Effects()
        effects.changed = [state.changed(by: id, remaining: 0)]
        effects.created = split.amounts.enumerated().map { index, amount in
            VoucherState(
                id: VoucherID(createdBy: id, index: index), kind: state.kind, owner: state.owner,
                remaining: amount, head: id, isVoided: false)
        }
        return .valid(effects)
    }

    private func sumsTo(_ total: Int64, _ amounts: [Int64]) -> Bool {
        var rest = total
        for amount in amounts {
            if amount > rest { return false }
            rest -= amount
        }
        return rest == 0
    }

    private func void<View: LedgerView>(
        _ void: RecordBody.Void, _ view: View
    ) throws(View.Failure) -> Outcome {
        let states: [VoucherState]
        switch try vouchers(void.vouchers, view) {
        case .fault(let fault): return .invalid(fault)
        case .states(let found): states = found
        }
        // That the issuer's region vouches (step 6) is its attestation, or its own seal.
        let fault =
            first(states, .wrongRegion) { !seals(for: $1.owner.region) }
            ?? first(states, .notOwner) { $1.kind.issuer != void.issuer }
            ?? first(states, .overspent) { $1.isVoided || $1.remaining == 0 }
            ?? first(states, .notVoidable) { !$1.kind.terms.voidable }
        if let fault { return .invalid(fault) }
        if isPast(void.deadline) { return .invalid(RuleFault(.deadline)) }
        var effects = Effects()
        effects.changed = states.map { state in
            VoucherState(
                id: state.id, kind: state.kind, owner: state.owner, remaining: state.remaining,
                head: state.head, isVoided: true)
        }
        return .valid(effects)
    }

    private func expired(_ states: [VoucherState]) -> RuleFault? {
        first(states, .expired) { isPast($1.kind.terms.expires) }
    }
}

extension VoucherState {
    /// The state after `record` changed the owner or what is left.
    fileprivate func changed(
        by record: Digest, owner: Address? = nil, remaining: Int64? = nil
    ) -> VoucherState {
        VoucherState(
            id: id, kind: kind, owner: owner ?? self.owner, remaining: remaining ?? self.remaining,
            head: record, isVoided: isVoided)
    }
}
