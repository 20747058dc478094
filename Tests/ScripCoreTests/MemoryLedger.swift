import ScripCrypto

@testable import ScripCore

/// A ledger in memory, in which every chain has seen all of every other: what one record after the other
/// makes of it, by the rules alone.
struct MemoryLedger: LedgerView {
    /// A part of a redemption that was given back.
    struct RefundedPart: Hashable {
        let redemption: Digest
        let voucher: VoucherID
    }

    /// The chain that the next record is judged for.
    var chain: RegionName
    var records: [RegionName: Set<Digest>] = [:]
    var references: [RegionName: Set<RecordReference>] = [:]
    var vouchers: [VoucherID: VoucherState] = [:]
    var redemptions: [Digest: SealedRedemption] = [:]
    var refunds: [RefundedPart: Int64] = [:]
    var accreditations: [Address: AccreditationState] = [:]

    init(chain: RegionName) { self.chain = chain }

    func hasRecord(_ id: Digest) -> Bool { records[chain]?.contains(id) ?? false }
    func hasReference(_ reference: RecordReference) -> Bool {
        references[chain]?.contains(reference) ?? false
    }
    func voucher(_ id: VoucherID) -> VoucherState? { vouchers[id] }
    func redemption(_ id: Digest) -> SealedRedemption? { redemptions[id] }
    func refunded(_ redemption: Digest, _ voucher: VoucherID) -> Int64 {
        refunds[RefundedPart(redemption: redemption, voucher: voucher)] ?? 0
    }
    func accreditation(of issuer: Address) -> AccreditationState? { accreditations[issuer] }

    /// Puts a record into `chain` at that time: it counts as an earlier one from now on, valid or not.
    mutating func seal(_ record: Record, at time: Timestamp) -> Outcome {
        let outcome = Rules(sealing: chain, time: time).evaluate(record, in: self)
        records[chain, default: []].insert(record.id)
        if let reference = record.body.reference { references[chain, default: []].insert(reference) }
        guard case .valid(let effects) = outcome else { return outcome }
        for state in effects.created + effects.changed { vouchers[state.id] = state }
        if let accredited = effects.accredited { accreditations[accredited.issuer] = accredited.state }
        redemptions[record.id] = effects.redeemed ?? redemptions[record.id]
        for part in effects.refunded?.parts ?? [] {
            guard let redemption = effects.refunded?.redemption else { continue }
            refunds[RefundedPart(redemption: redemption, voucher: part.voucher), default: 0] += part.amount
        }
        return outcome
    }
}

extension Outcome {
    /// The verdict's code; nil if the record is valid.
    var code: RefusalCode? {
        switch self {
        case .valid: nil
        case .invalid(let fault): fault.code
        }
    }

    /// What a valid record changes.
    var effects: Effects? {
        switch self {
        case .valid(let effects): effects
        case .invalid: nil
        }
    }
}
