/// What a valid record does with one voucher: an amount goes from one account to another.
public struct Movement: Sendable, Equatable {
    public let voucher: VoucherID
    /// The voucher that was split, or of which something was given back.
    public let origin: VoucherID?
    public let kind: VoucherKind
    /// The issuer of an issue, the merchant of a refund, else who owned the voucher.
    public let from: Address
    /// Nil for a void, after which nobody has anything.
    public let to: Address?
    /// In minor units of the kind's currency.
    public let amount: Int64

    /// What a valid record does, in its order. `stateAfter` gives each voucher as the record left it; throws
    /// `NoSuchState` where it does not have one.
    public static func of(
        _ record: Record, stateAfter: (VoucherID) throws -> VoucherState?
    ) throws -> [Movement] {
        func state(_ id: VoucherID) throws -> VoucherState {
            guard let state = try stateAfter(id) else { throw NoSuchState(voucher: id) }
            return state
        }
        func created(_ index: Int) -> VoucherID { VoucherID(createdBy: record.id, index: index) }
        switch record.body {
        case .accredit: return []
        case .issue(let issue):
            let kind = VoucherKind(issuer: issue.issuer, terms: issue.terms)
            let owners = issue.owners.flatMap { Array(repeating: $0.owner, count: $0.count) }
            return owners.enumerated().map { index, owner in
                Movement(
                    voucher: created(index), origin: nil, kind: kind, from: issue.issuer, to: owner,
                    amount: issue.terms.value.amount)
            }
        case .trade(let trade):
            return try trade.vouchers.map {
                let state = try state($0.voucher)
                return Movement(
                    voucher: state.id, origin: nil, kind: state.kind, from: trade.from, to: trade.to,
                    amount: state.remaining)
            }
        case .redeem(let redemption):
            return try redemption.vouchers.map {
                let state = try state($0.voucher)
                return Movement(
                    voucher: state.id, origin: nil, kind: state.kind, from: redemption.holder,
                    to: redemption.merchant, amount: $0.amount)
            }
        case .refund(let refund):
            return try refund.vouchers.enumerated().map { index, part in
                let state = try state(created(index))
                return Movement(
                    voucher: state.id, origin: part.voucher, kind: state.kind, from: refund.merchant,
                    to: state.owner, amount: part.amount)
            }
        case .split(let split):
            return try split.amounts.enumerated().map { index, amount in
                let state = try state(created(index))
                return Movement(
                    voucher: state.id, origin: split.voucher.voucher, kind: state.kind, from: split.holder,
                    to: split.holder, amount: amount)
            }
        case .void(let void):
            return try void.vouchers.map {
                let state = try state($0)
                return Movement(
                    voucher: state.id, origin: nil, kind: state.kind, from: state.owner, to: nil,
                    amount: state.remaining)
            }
        }
    }

    /// A voucher of a valid record is not where the record left it.
    public struct NoSuchState: Error, Sendable, Equatable {
        public let voucher: VoucherID
    }
}

/// A sealed record as an export sees it.
public struct ExportedRecord: Sendable {
    public let place: RecordPlace
    public let status: RecordStatus
    /// Nil if it is valid.
    public let code: RefusalCode?
    /// Nil if the line is no record.
    public let record: Record?
    /// Empty if it is not valid.
    public let movements: [Movement]

    public init(
        place: RecordPlace, status: RecordStatus, code: RefusalCode?, record: Record?, movements: [Movement]
    ) {
        self.place = place
        self.status = status
        self.code = code
        self.record = record
        self.movements = movements
    }
}
