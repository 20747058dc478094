/// How a settlement is written; scrip-settle(1) fixes the bytes of each.
public enum SettlementFormat: String, CaseIterable, Sendable {
    case ndjson, csv, hledger
}

/// Writes a settlement, currency after currency: the beginning, then `text(of:)` of each in the order of their codes.
public struct SettlementText: Sendable {
    public let cut: Cut
    public let format: SettlementFormat
    private let hash: String
    private var journal: SettlementJournal

    public init(_ cut: Cut, _ format: SettlementFormat) {
        self.cut = cut
        self.format = format
        hash = cut.hash.hexadecimal
        journal = SettlementJournal(cut)
    }

    /// What comes first: the cut, the column names, or the head of the journal.
    public var beginning: [UInt8] {
        switch format {
        case .ndjson: cut.line + [UInt8(ascii: "\n")]
        case .csv: SettlementTable.header
        case .hledger: journal.beginning
        }
    }

    /// The lines of one currency: debts, balances, payments.
    public mutating func text(of settlement: CurrencySettlement) -> [UInt8] {
        switch format {
        case .ndjson: SettlementLines(cut: hash).text(of: settlement)
        case .csv: SettlementTable(cut: hash, time: cut.time).text(of: settlement)
        case .hledger: journal.text(of: settlement)
        }
    }
}

/// A settlement as lines of canonical JSON:
/// ```
/// {"amount":340,"creditor":"south","currency":"CNY","cut":"<hex>","debtor":"north","redemptions":{"amount":300,"count":2},"refunds":{…},"trades":{…},"type":"debt"}
/// {"currency":"CNY","cut":"<hex>","net":-290,"payable":340,"receivable":50,"region":"north","type":"balance"}
/// {"amount":290,"currency":"CNY","cut":"<hex>","from":"north","to":"south","type":"payment"}
/// ```
struct SettlementLines {
    let cut: String

    func text(of settlement: CurrencySettlement) -> [UInt8] {
        var text: [UInt8] = []
        func line(_ type: String, _ members: [String: JSON]) {
            var members = members
            members["type"] = .string(type)
            members["cut"] = .string(cut)
            members["currency"] = .string(settlement.currency.text)
            text += JSON.object(members).canonical
            text.append(UInt8(ascii: "\n"))
        }
        for debt in settlement.debts {
            line(
                "debt",
                [
                    "debtor": .string(debt.pair.debtor.text), "creditor": .string(debt.pair.creditor.text),
                    "amount": Self.amount(debt.amount), "trades": Self.total(debt.trades),
                    "redemptions": Self.total(debt.redemptions), "refunds": Self.total(debt.refunds),
                ])
        }
        for balance in settlement.balances {
            line(
                "balance",
                [
                    "region": .string(balance.region.text), "net": Self.amount(balance.net),
                    "receivable": Self.amount(balance.receivable), "payable": Self.amount(balance.payable),
                ])
        }
        for payment in settlement.payments {
            line(
                "payment",
                [
                    "from": .string(payment.from.text), "to": .string(payment.to.text),
                    "amount": Self.amount(payment.amount),
                ])
        }
        return text
    }

    private static func total(_ total: DebtTotal) -> JSON {
        .object(["count": .integer(total.count), "amount": amount(total.amount)])
    }

    /// An integer, or, beyond what every reader of JSON holds exactly, its digits as a string.
    static func amount(_ amount: Int128) -> JSON {
        amount.magnitude <= UInt128(Money.amountMax)
            ? .integer(Int64(truncatingIfNeeded: amount)) : .string(String(amount))
    }
}

/// A settlement as a table (RFC 4180), with amounts in units of the currency: `12.50`.
struct SettlementTable {
    let cut: String
    let time: Timestamp

    private static let columns = [
        "cut", "time", "type", "currency", "from", "to", "amount", "trades", "trades_amount", "redemptions",
        "redemptions_amount", "refunds", "refunds_amount", "receivable", "payable",
    ]

    static let header = TableRow.text(columns)

    func text(of settlement: CurrencySettlement) -> [UInt8] {
        var text: [UInt8] = []
        let currency = settlement.currency
        func amount(_ amount: Int128) -> String { currency.decimal(amount) }
        func row(_ type: String, _ cells: [String]) {
            let cells = [cut, time.text, type, currency.text] + cells
            text += TableRow.text(cells + Array(repeating: "", count: Self.columns.count - cells.count))
        }
        for debt in settlement.debts {
            let kinds = [debt.trades, debt.redemptions, debt.refunds]
            row(
                "debt",
                [debt.pair.debtor.text, debt.pair.creditor.text, amount(debt.amount)]
                    + kinds.flatMap { [String($0.count), amount($0.amount)] })
        }
        for balance in settlement.balances {
            row(
                "balance",
                [balance.region.text, "", amount(balance.net), "", "", "", "", "", ""]
                    + [amount(balance.receivable), amount(balance.payable)])
        }
        for payment in settlement.payments {
            row("payment", [payment.from.text, payment.to.text, amount(payment.amount)])
        }
        return text
    }
}

/// A settlement as a journal for hledger: one transaction for each debt line. `regions:north:south` is what north has
/// to receive from south, below zero what it has to pay.
struct SettlementJournal: Sendable {
    let cut: Cut
    private let hash: String
    private var declared: Set<DebtPair> = []

    init(_ cut: Cut) {
        self.cut = cut
        hash = cut.hash.hexadecimal
    }

    var beginning: [UInt8] {
        Array(
            """
            ; scrip settlement of \(cut.federation.text) at \(cut.time.text)
            ; cut \(hash)
            ; \(String(decoding: cut.line, as: UTF8.self))
            decimal-mark .

            """.utf8)
    }

    mutating func text(of settlement: CurrencySettlement) -> [UInt8] {
        let currency = settlement.currency
        func amount(_ amount: Int128) -> String { JournalText.amount(amount, currency) }
        var text = "\n\(JournalText.commodity(currency))\n"
        for debt in settlement.debts {
            for pair in [debt.pair, DebtPair(debtor: debt.pair.creditor, creditor: debt.pair.debtor)]
            where declared.insert(pair).inserted {
                text += "account regions:\(pair.debtor.text):\(pair.creditor.text)\n"
            }
        }
        for debt in settlement.debts {
            let (debtor, creditor) = (debt.pair.debtor.text, debt.pair.creditor.text)
            text += """

                \(JournalText.date(cut.time)) * (\(hash.prefix(12))) \(debtor) owes \(creditor)
                    ; cut:\(hash)
                    ; trades: \(debt.trades.count), redemptions: \(debt.redemptions.count), \
                refunds: \(debt.refunds.count)
                    regions:\(creditor):\(debtor)  \(amount(debt.amount))
                    regions:\(debtor):\(creditor)  \(amount(-debt.amount))

                """
        }
        for payment in settlement.payments {
            text += "\n; payment: \(payment.from.text) pays \(payment.to.text) \(amount(payment.amount))\n"
        }
        return Array(text.utf8)
    }
}
