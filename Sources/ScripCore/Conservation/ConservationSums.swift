/// What must balance, per issuer, series and currency (format section 9):
///
///     issued + refunded = outstanding + redeemed + voided + expired
///
/// It is counted twice. The flows come from the valid records, as they name them; the stock from the states that the
/// vouchers are in at the end. A rule that makes or loses value, and an index that does, show as a difference.
/// All in minor units of the currency.
public struct ConservationSums: Sendable, Equatable {
    // Flows.
    public var issued: Int128 = 0
    public var refunded: Int128 = 0
    public var redeemed: Int128 = 0
    /// What was left on vouchers when a record withdrew them.
    public var withdrawn: Int128 = 0

    // Stock.
    /// What is left on vouchers that can still be used.
    public var outstanding: Int128 = 0
    /// What is left on withdrawn ones.
    public var voided: Int128 = 0
    /// What is left past its term at the last block of the owner's chain.
    public var expired: Int128 = 0

    public init() {}

    /// The sums in a fixed order, and back.
    public static let count = 7
    public var values: [Int128] {
        [issued, refunded, redeemed, withdrawn, outstanding, voided, expired]
    }
    public init?(values: [Int128]) {
        guard values.count == Self.count else { return nil }
        (issued, refunded, redeemed, withdrawn) = (values[0], values[1], values[2], values[3])
        (outstanding, voided, expired) = (values[4], values[5], values[6])
    }

    /// Calls `body` with what a valid record makes flow, as the record says it: issues by their value and count,
    /// redemptions and refunds by their amounts. Only what a void withdraws stands in no record; that is what was
    /// left in the state that it met.
    public static func flows(
        of body: RecordBody, _ effects: Effects,
        _ add: (BookKey, WritableKeyPath<ConservationSums, Int128>, Int128) throws -> Void
    ) rethrows {
        switch body {
        case .accredit, .trade, .split: break
        case .issue(let issue):
            let key = BookKey(VoucherKind(issuer: issue.issuer, terms: issue.terms))
            try add(key, \.issued, Int128(issue.terms.value.amount) * Int128(issue.count))
        case .redeem(let redemption):
            for (item, state) in zip(redemption.vouchers, effects.changed) {
                try add(BookKey(state.kind), \.redeemed, Int128(item.amount))
            }
        case .refund(let refund):
            for (part, state) in zip(refund.vouchers, effects.created) {
                try add(BookKey(state.kind), \.refunded, Int128(part.amount))
            }
        case .void:
            for state in effects.changed {
                try add(BookKey(state.kind), \.withdrawn, Int128(state.remaining))
            }
        }
    }

    /// Adds to one sum.
    ///
    /// - Throws: if it does not fit 128 bits.
    public mutating func add(
        _ sum: WritableKeyPath<ConservationSums, Int128>, _ amount: Int128
    ) throws(SumOverflow) {
        self[keyPath: sum] = try SumOverflow.checked(self[keyPath: sum], amount)
    }

    /// Counts what is left on a voucher.
    public mutating func addStock(
        _ remaining: Int128, isVoided: Bool, isExpired: Bool
    ) throws(SumOverflow) {
        try add(isVoided ? \.voided : isExpired ? \.expired : \.outstanding, remaining)
    }

    /// Why the books do not balance; nil if they do.
    public func imbalance() throws(SumOverflow) -> Imbalance? {
        let created = try SumOverflow.checked(issued, refunded)
        let accounted = try SumOverflow.checked(
            try SumOverflow.checked(outstanding, redeemed), try SumOverflow.checked(voided, expired))
        if created != accounted {
            return Imbalance(
                reason:
                    "what was issued and refunded is not what is outstanding, redeemed, voided and expired",
                created: created, accounted: accounted)
        }
        if withdrawn != voided {
            return Imbalance(
                reason: "what records withdrew is not what is left on voided vouchers", created: withdrawn,
                accounted: voided)
        }
        return nil
    }

    /// Two sums that should be one.
    public struct Imbalance: Sendable, Equatable {
        public let reason: String
        public let created: Int128
        public let accounted: Int128
    }

    /// The sums of the equation.
    public var members: [String: JSON] {
        [
            "issued": .sum(issued), "refunded": .sum(refunded), "outstanding": .sum(outstanding),
            "redeemed": .sum(redeemed), "voided": .sum(voided), "expired": .sum(expired),
        ]
    }
}

/// A sum that does not fit 128 bits. No ledger can come near that; sums are checked all the same.
public struct SumOverflow: Error, Sendable, Equatable, CustomStringConvertible {
    public init() {}

    public var description: String { "a sum of amounts does not fit 128 bits" }

    /// `left` + `right`.
    public static func checked(_ left: Int128, _ right: Int128) throws(SumOverflow) -> Int128 {
        let (sum, isOverflow) = left.addingReportingOverflow(right)
        if isOverflow { throw SumOverflow() }
        return sum
    }
}
