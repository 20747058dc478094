/// Why one region owes another (protocol section 11).
public enum DebtKind: Int64, CaseIterable, Sendable {
    /// The buyer's region owes the seller's region the price.
    case trade = 0
    /// The issuer's region owes the merchant's region what was redeemed.
    case redemption = 1
    /// The merchant's region owes the issuer's region what was given back: a redemption, reversed.
    case refund = 2
}

/// Two regions of which the first owes the second.
public struct DebtPair: Hashable, Comparable, Sendable {
    public let debtor: RegionName
    public let creditor: RegionName

    public init(debtor: RegionName, creditor: RegionName) {
        self.debtor = debtor
        self.creditor = creditor
    }

    public static func < (left: DebtPair, right: DebtPair) -> Bool {
        (left.debtor, left.creditor) < (right.debtor, right.creditor)
    }
}

/// What one valid record makes one region owe another.
public struct Debt: Equatable, Sendable {
    public let pair: DebtPair
    public let currency: Currency
    public let kind: DebtKind
    /// In minor units of the currency. A record may carry thousands of vouchers, so it can be more than one amount.
    public let amount: Int128

    /// What follows from a valid record and its effects: nothing within one region. Debts of one record between the
    /// same regions in the same currency are one debt, so that counts are counts of records.
    public static func of(_ record: Record, _ effects: Effects) -> [Debt] {
        switch record.body {
        case .trade(let trade):
            guard let price = trade.price, trade.from.region != trade.to.region else { return [] }
            return [
                Debt(
                    pair: DebtPair(debtor: trade.to.region, creditor: trade.from.region),
                    currency: price.currency, kind: .trade, amount: Int128(price.amount))
            ]
        case .redeem(let redemption):
            let parts = zip(effects.changed, redemption.vouchers).map { ($0.kind, $1.amount) }
            return debts(.redemption, parts) { DebtPair(debtor: $0, creditor: redemption.merchant.region) }
        case .refund(let refund):
            let parts = effects.created.map { ($0.kind, $0.remaining) }
            return debts(.refund, parts) { DebtPair(debtor: refund.merchant.region, creditor: $0) }
        case .accredit, .issue, .split, .void: return []
        }
    }

    private static func debts(
        _ kind: DebtKind, _ parts: [(VoucherKind, Int64)], _ pair: (_ issuing: RegionName) -> DebtPair
    ) -> [Debt] {
        var debts: [Debt] = []
        for (voucher, amount) in parts {
            let pair = pair(voucher.issuer.region)
            if pair.debtor == pair.creditor { continue }
            let currency = voucher.terms.value.currency
            // A record has vouchers of one kind nearly always, so the list is short.
            if let known = debts.firstIndex(where: { $0.pair == pair && $0.currency == currency }) {
                debts[known] = Debt(
                    pair: pair, currency: currency, kind: kind,
                    amount: debts[known].amount + Int128(amount))
            } else {
                debts.append(Debt(pair: pair, currency: currency, kind: kind, amount: Int128(amount)))
            }
        }
        return debts
    }
}

/// A number of debts and their sum.
public struct DebtTotal: Equatable, Sendable {
    /// How many records.
    public var count: Int64
    /// In minor units.
    public var amount: Int128

    public init(count: Int64 = 0, amount: Int128 = 0) {
        self.count = count
        self.amount = amount
    }

    public mutating func add(_ other: DebtTotal) throws(SettlementOverflow) {
        let (count, isCountTooLarge) = self.count.addingReportingOverflow(other.count)
        let (amount, isAmountTooLarge) = self.amount.addingReportingOverflow(other.amount)
        if isCountTooLarge || isAmountTooLarge { throw SettlementOverflow() }
        self.count = count
        self.amount = amount
    }
}

/// A total beyond 127 bits.
public struct SettlementOverflow: Error, Sendable, Equatable, CustomStringConvertible {
    public init() {}
    public var description: String { "a total does not fit into 127 bits" }
}

/// The debts of one block, added up.
public struct BlockDebts: Sendable {
    public struct Key: Hashable, Sendable {
        public let pair: DebtPair
        public let currency: Currency
        public let kind: DebtKind
    }

    public private(set) var totals: [Key: DebtTotal] = [:]

    public init() {}

    public var isEmpty: Bool { totals.isEmpty }

    /// Adds what a valid record makes owed.
    public mutating func add(_ record: Record, _ effects: Effects) throws(SettlementOverflow) {
        for debt in Debt.of(record, effects) {
            let key = Key(pair: debt.pair, currency: debt.currency, kind: debt.kind)
            try totals[key, default: DebtTotal()].add(DebtTotal(count: 1, amount: debt.amount))
        }
    }
}
