/// What a command says of one voucher: the line of type `voucher`.
public struct VoucherReport: Sendable {
    public enum Status: String, CaseIterable, Sendable {
        case held, reserved, redeemed, voided, expired
    }
    public enum Certainty: String, CaseIterable, Sendable {
        case sealed, confirmed, disputed
    }

    public var state: VoucherState
    /// What the voucher was worth when it was created, in minor units.
    public var value: Int64
    public var status: Status
    public var certainty: Certainty
    /// The region that seals for it, where that is not the owner's.
    public var custodian: RegionName?
    /// What changed it, oldest first, where that is asked for.
    public var history: [RecordResult]?

    public init(state: VoucherState, value: Int64, status: Status, certainty: Certainty) {
        self.state = state
        self.value = value
        self.status = status
        self.certainty = certainty
    }

    /// The line that is printed.
    public var json: JSON {
        var members = state.kind.terms.members
        members["type"] = "voucher"
        members["voucher"] = .string(state.id.description)
        members["owner"] = .string(state.owner.text)
        members["issuer"] = .string(state.kind.issuer.text)
        members["value"] = .object([
            "amount": .integer(value), "currency": .string(state.kind.terms.value.currency.text),
        ])
        members["remaining"] = .integer(state.remaining)
        members["head"] = .string(state.head.hexadecimal)
        members["status"] = .string(status.rawValue)
        members["custodian"] = .string((custodian ?? state.owner.region).text)
        members["certainty"] = .string(certainty.rawValue)
        if let history { members["history"] = .array(history.map(\.json)) }
        return .object(members)
    }
}
