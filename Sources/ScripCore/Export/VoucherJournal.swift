/// Sealed records as a journal for hledger: a transaction for each valid record that changes what issuers owe the
/// holders of their vouchers. Trades and splits do not.
///
/// ```
/// 2026-11-20 * (1a2b3c4d5e6f) redeem  ; id:1a2b…, chain:north, height:3, index:7
///     liabilities:outstanding:north1…:gift  30.00 CNY
///     liabilities:redeemed:north1…:gift:south  -30.00 CNY
/// ```
public enum VoucherJournal {
    /// Vouchers of one issuer and series, which have accounts of their own.
    public struct Series: Hashable, Sendable {
        public let issuer: Address
        /// Nil for vouchers of no series.
        public let name: String?

        public init(issuer: Address, name: String?) {
            self.issuer = issuer
            self.name = name
        }

        init(_ kind: VoucherKind) { self.init(issuer: kind.issuer, name: kind.terms.series) }

        // Swift compares texts by canonical equivalence; series that only look alike are two.
        public static func == (left: Series, right: Series) -> Bool { left.account == right.account }
        public func hash(into hasher: inout Hasher) { hasher.combine(account) }

        /// The components that name it: the issuer's address, and the series behind it.
        fileprivate var account: [UInt8] {
            Array("\(issuer.text)\(name.map { ":\(JournalText.component($0))" } ?? "")".utf8)
        }

        fileprivate var text: String { String(decoding: account, as: UTF8.self) }
    }

    /// The first lines.
    public static func beginning(_ federation: FederationName) -> [UInt8] {
        Array("; scrip vouchers of \(federation.text)\ndecimal-mark .\n\n".utf8)
    }

    /// The line that declares a currency.
    public static func declaration(_ currency: Currency) -> [UInt8] {
        Array("\(JournalText.commodity(currency))\n".utf8)
    }

    /// The lines that declare the accounts of a series.
    public static func declarations(_ series: Series, merchants: [RegionName]) -> [UInt8] {
        var text = ""
        for account in [issued(series), outstanding(series), voided(series), expired(series)] {
            text += "account \(account)\n"
        }
        for region in merchants { text += "account \(redeemed(series, region))\n" }
        return Array(text.utf8)
    }

    private static func outstanding(_ series: Series) -> String { "liabilities:outstanding:\(series.text)" }
    private static func issued(_ series: Series) -> String { "equity:issued:\(series.text)" }
    private static func voided(_ series: Series) -> String { "equity:voided:\(series.text)" }
    private static func expired(_ series: Series) -> String { "revenues:expired:\(series.text)" }
    private static func redeemed(_ series: Series, _ merchant: RegionName) -> String {
        "liabilities:redeemed:\(series.text):\(merchant.text)"
    }

    /// The transaction of one record; nothing if it changes nothing.
    public static func transaction(_ exported: ExportedRecord) -> [UInt8] {
        guard exported.code == nil, let record = exported.record, !exported.movements.isEmpty else {
            return []
        }
        // What is credited is booked with a minus.
        let accounts: (Movement) -> (debit: String, credit: String)
        switch record.body {
        case .accredit, .trade, .split: return []
        case .issue:
            accounts = { (issued(Series($0.kind)), outstanding(Series($0.kind))) }
        case .redeem(let redemption):
            accounts = {
                (outstanding(Series($0.kind)), redeemed(Series($0.kind), redemption.merchant.region))
            }
        case .refund(let refund):
            accounts = { (redeemed(Series($0.kind), refund.merchant.region), outstanding(Series($0.kind))) }
        case .void:
            accounts = { (outstanding(Series($0.kind)), voided(Series($0.kind))) }
        }
        var sums: [(debit: String, credit: String, currency: Currency, amount: Int128)] = []
        for movement in exported.movements {
            let (debit, credit) = accounts(movement)
            let currency = movement.kind.terms.value.currency
            let amount = Int128(movement.amount)
            let known = sums.firstIndex {
                $0.debit.utf8.elementsEqual(debit.utf8) && $0.currency == currency
            }
            if let known {
                sums[known].amount += amount
            } else {
                sums.append((debit, credit, currency, amount))
            }
        }
        let place = exported.place
        let id = record.id.hexadecimal
        let mark = exported.status == .confirmed ? "*" : "!"
        let head = "\(JournalText.date(place.time)) \(mark) (\(id.prefix(12))) \(record.type.rawValue)"
        let tags =
            "id:\(id), chain:\(place.chain.text), height:\(place.height), index:\(place.index)"
        var text = "\n\(head)  ; \(tags)\n"
        for sum in sums {
            text += postings(sum.debit, sum.credit, sum.amount, sum.currency)
        }
        return Array(text.utf8)
    }

    /// What is left of vouchers past their term, which nobody can redeem any more.
    public static func expiry(_ kind: VoucherKind, _ amount: Int128, at time: Timestamp) -> [UInt8] {
        let series = Series(kind)
        let head = "\n\(JournalText.date(time)) * expired\n"
        return Array(
            (head + postings(outstanding(series), expired(series), amount, kind.terms.value.currency)).utf8)
    }

    private static func postings(
        _ debit: String, _ credit: String, _ amount: Int128, _ currency: Currency
    ) -> String {
        """
            \(debit)  \(JournalText.amount(amount, currency))
            \(credit)  \(JournalText.amount(-amount, currency))

        """
    }
}
