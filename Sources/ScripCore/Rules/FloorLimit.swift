/// Up to how much a merchant gives away for a redemption that another region must still attest or seal, at its own
/// risk (protocol section 6).
public struct FloorLimit: Sendable, Equatable {
    /// The limit for one redemption.
    public let money: Money

    public init(_ money: Money) {
        self.money = money
    }

    /// Whether `record` is a redemption of at most the limit, all of it in the limit's currency, of vouchers that
    /// allow it as far as `voucher` knows them: what is unknown, changed since, or too little is no risk that
    /// somebody chose to take.
    public func covers<Failure: Error>(
        _ record: Record, voucher: (VoucherID) throws(Failure) -> VoucherState?
    ) throws(Failure) -> Bool {
        guard case .redeem(let redemption) = record.body else { return false }
        var total: Int128 = 0
        for item in redemption.vouchers {
            total += Int128(item.amount)
            guard total <= Int128(money.amount), let state = try voucher(item.voucher) else { return false }
            guard state.kind.terms.value.currency == money.currency, state.owner == redemption.holder,
                state.head == item.head, !state.isVoided, item.amount <= state.remaining
            else { return false }
        }
        return true
    }
}
