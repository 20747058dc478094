/// What one region owes another in one currency, before anything is netted.
public struct GrossDebt: Equatable, Sendable {
    public let pair: DebtPair
    public let trades: DebtTotal
    public let redemptions: DebtTotal
    public let refunds: DebtTotal
    /// The three together, in minor units.
    public let amount: Int128
}

/// What one region is owed and owes in one currency, in minor units.
public struct RegionBalance: Equatable, Sendable {
    public let region: RegionName
    public let receivable: Int128
    public let payable: Int128
    /// To receive, or, below zero, to pay. The balances of a currency add up to zero.
    public var net: Int128 { receivable - payable }
}

/// The settlement of one currency: who owes whom, what remains of it for each region, and who pays whom.
public struct CurrencySettlement: Equatable, Sendable {
    public let currency: Currency
    /// By debtor and creditor.
    public let debts: [GrossDebt]
    /// By region; those that take part.
    public let balances: [RegionBalance]
    /// In the order of `Netting`.
    public let payments: [Payment]

    /// Nets `totals`, which are sums of `BlockDebts`.
    public init(
        _ currency: Currency, _ totals: [DebtPair: [DebtKind: DebtTotal]]
    ) throws(SettlementOverflow) {
        var debts: [GrossDebt] = []
        var receivable: [RegionName: DebtTotal] = [:]
        var payable: [RegionName: DebtTotal] = [:]
        for pair in totals.keys.sorted() {
            let kinds = totals[pair] ?? [:]
            var sum = DebtTotal()
            for kind in DebtKind.allCases { try sum.add(kinds[kind] ?? DebtTotal()) }
            debts.append(
                GrossDebt(
                    pair: pair, trades: kinds[.trade] ?? DebtTotal(),
                    redemptions: kinds[.redemption] ?? DebtTotal(),
                    refunds: kinds[.refund] ?? DebtTotal(), amount: sum.amount))
            try payable[pair.debtor, default: DebtTotal()].add(sum)
            try receivable[pair.creditor, default: DebtTotal()].add(sum)
        }
        self.currency = currency
        self.debts = debts
        balances = Set(receivable.keys).union(payable.keys).sorted().map { region in
            RegionBalance(
                region: region, receivable: receivable[region]?.amount ?? 0,
                payable: payable[region]?.amount ?? 0)
        }
        payments = Netting.payments(
            Dictionary(balances.map { ($0.region, $0.net) }, uniquingKeysWith: { first, _ in first }))
    }
}
