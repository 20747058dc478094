/// A payment that settles: one region pays another, in minor units of a currency.
public struct Payment: Equatable, Sendable {
    public let from: RegionName
    public let to: RegionName
    public let amount: Int128

    public init(from: RegionName, to: RegionName, amount: Int128) {
        self.from = from
        self.to = to
        self.amount = amount
    }
}

/// Makes few payments out of many debts, in the same way on every machine.
///
/// As long as a region is owed anything, the region that owes most pays the region that is owed most, as much as both
/// allow; of equals the first by name comes first. Each payment brings one of the two to zero and the last one
/// both, so N regions make at most N − 1 payments.
public enum Netting {
    /// `balances` are what each region has to receive, or, below zero, to pay; they add up to zero.
    public static func payments(_ balances: [RegionName: Int128]) -> [Payment] {
        var open = balances.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        var payments: [Payment] = []
        while let debtor = first(in: open, { $0 < $1 }), let creditor = first(in: open, { $0 > $1 }),
            open[debtor].value < 0, open[creditor].value > 0
        {
            let amount = min(-open[debtor].value, open[creditor].value)
            payments.append(Payment(from: open[debtor].key, to: open[creditor].key, amount: amount))
            open[debtor].value += amount
            open[creditor].value -= amount
            open.removeAll { $0.value == 0 }
        }
        return payments
    }

    /// The first entry, by name, that none precedes.
    private static func first(
        in open: [(key: RegionName, value: Int128)], _ precedes: (Int128, Int128) -> Bool
    ) -> Int? {
        var best: Int?
        for index in open.indices where best.map({ precedes(open[index].value, open[$0].value) }) ?? true {
            best = index
        }
        return best
    }
}
