internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The life of a voucher as a text for people.
struct VoucherStory {
    let life: VoucherLife
    /// The name under which an account's region accredited it as an issuer.
    let issuerName: (Address) throws -> String?

    /// Parts of a split that are named.
    private static let partsMax = 20
    private static let indent = String(repeating: " ", count: 25)

    func text() throws -> String {
        let state = life.report.state
        let terms = state.kind.terms
        let currency = terms.value.currency
        var lines = ["voucher \(state.id)"]
        func field(_ name: String, _ value: String) {
            let padding = String(repeating: " ", count: max(1, 12 - name.count))
            lines.append("  \(name)\(padding)\(DisplayText.safe(value))")
        }
        field("worth", Money.text(amount: Int128(life.report.value), currency: currency))
        field("left", Money.text(amount: Int128(state.remaining), currency: currency))
        field("status", "\(life.report.status.rawValue), \(Self.explained(life.report.certainty))")
        field("owner", try full(state.owner))
        field("custodian", state.owner.region.text)
        field("issuer", try full(state.kind.issuer))
        if let series = terms.series { field("series", series) }
        if let starts = terms.starts { field("from", Self.shown(starts)) }
        if let expires = terms.expires { field("until", Self.shown(expires)) }
        field(
            "terms",
            [
                terms.partial ? "in parts" : "all at once",
                terms.transferable ? "transferable" : "not transferable",
                terms.voidable ? "the issuer may withdraw it" : "the issuer cannot withdraw it",
            ].joined(separator: "; "))
        if let regions = terms.redeemIn {
            field("accepted in", regions.map(\.text).joined(separator: ", "))
        }
        if let text = terms.text { field("conditions", "SHA-256 \(text.hexadecimal)") }
        lines.append("")
        for event in life.events { lines += try story(event, currency) }
        if let pending = life.pending {
            lines.append(Self.stamped("not sealed yet", try sentence(pending, nil, currency)))
            lines.append("\(Self.indent)waits in this region's pool; record \(pending.id.hexadecimal)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func stamped(_ time: String, _ sentence: String) -> String {
        time + String(repeating: " ", count: max(2, indent.count - time.count)) + DisplayText.safe(sentence)
    }

    private static func shown(_ time: Timestamp) -> String {
        "\(time.text.prefix(10)) \(time.text.dropFirst(11).prefix(8)) UTC"
    }

    private static func explained(_ certainty: VoucherReport.Certainty) -> String {
        switch certainty {
        case .sealed: "sealed, not confirmed yet"
        case .confirmed: "confirmed"
        case .disputed: "disputed"
        }
    }

    private func full(_ address: Address) throws -> String {
        try issuerName(address).map { "\($0), \(address)" } ?? address.text
    }

    private func short(_ address: Address) throws -> String {
        let short = DisplayText.short(address)
        return try issuerName(address).map { "\($0) (\(short))" } ?? short
    }

    private func story(_ event: VoucherLife.Event, _ currency: Currency) throws -> [String] {
        var lines = [Self.stamped(Self.shown(event.place.time), try sentence(event.record, event, currency))]
        func more(_ text: String) { lines.append(Self.indent + DisplayText.safe(text)) }
        for part in event.parts.prefix(Self.partsMax) {
            more("part \(part.voucher): \(Money.text(amount: Int128(part.amount), currency: currency))")
        }
        if event.parts.count > Self.partsMax { more("and \(event.parts.count - Self.partsMax) more") }
        for note in Self.notes(event.record) { more(note) }
        more(Self.position(event.place, event.status, event.record.id))
        for refund in event.refunds {
            let amount = Money.text(amount: Int128(refund.amount), currency: currency)
            more("refunded \(amount) of it on \(Self.shown(refund.place.time)) as voucher \(refund.voucher)")
            more("  " + Self.position(refund.place, refund.status, refund.record))
        }
        return lines
    }

    /// In which block, how certain, and by what record.
    private static func position(_ place: RecordPlace, _ status: RecordStatus, _ record: Digest) -> String {
        "\(place.chain)/\(place.height), \(status.rawValue); record \(record.hexadecimal)"
    }

    /// What the record says in words of its own.
    private static func notes(_ record: Record) -> [String] {
        switch record.body {
        case .issue(let issue): ["ref \(issue.ref)"]
        case .trade(let trade): trade.memo.map { ["memo \($0)"] } ?? []
        case .redeem(let redemption):
            [redemption.ref.map { "ref \($0)" }, redemption.memo.map { "memo \($0)" }].compactMap { $0 }
        case .refund(let refund): refund.ref.map { ["ref \($0)"] } ?? []
        case .void(let void): ["reason: \(void.reason)"]
        case .accredit, .split: []
        }
    }

    /// Who did what to this voucher. `event` is nil for what has not happened yet.
    private func sentence(
        _ record: Record, _ event: VoucherLife.Event?, _ currency: Currency
    ) throws -> String {
        func amount(_ value: Int64) -> String { Money.text(amount: Int128(value), currency: currency) }
        switch record.body {
        case .accredit: return "accredited"
        case .issue(let issue):
            let owner = try event.map { try short($0.owner) } ?? ""
            let others = issue.count == 1 ? "" : ", one of \(HTMLText.grouped(Int128(issue.count)))"
            let worth = amount(event?.remaining ?? 0)
            return "issued by \(try short(issue.issuer)) to \(owner): \(worth)\(others)"
        case .trade(let trade):
            if trade.from.key == trade.to.key {
                let regions = "\(trade.from.region) to \(trade.to.region)"
                return "moved from \(regions) by its owner \(try short(trade.to))"
            }
            let count = trade.vouchers.count
            let all = count == 1 ? "" : ", the price of all \(count) vouchers of the trade"
            let price = trade.price.map { " for \($0.text)\(all)" } ?? ""
            return "handed over by \(try short(trade.from)) to \(try short(trade.to))\(price)"
        case .redeem(let redemption):
            let item = redemption.vouchers.first { $0.voucher == life.id }
            let left = event.map { "; \($0.remaining == 0 ? "nothing" : amount($0.remaining)) left" } ?? ""
            return
                "redeemed \(amount(item?.amount ?? 0)) by \(try short(redemption.holder)) at "
                + "\(try short(redemption.merchant))\(left)"
        case .refund(let refund):
            return
                "made by a refund of \(amount(event?.remaining ?? 0)) that \(try short(refund.merchant)) gave "
                + "for voucher \(life.origin?.description ?? "") (redemption \(refund.redemption.hexadecimal))"
        case .split(let split):
            if let event, event.before == nil {
                return
                    "split off voucher \(split.voucher.voucher) by \(try short(split.holder)): "
                    + amount(event.remaining)
            }
            return "divided into \(split.amounts.count) by \(try short(split.holder))"
        case .void(let void):
            let left = event.map { "; \(amount($0.remaining)) were left" } ?? ""
            return "withdrawn by \(try short(void.issuer))\(left)"
        }
    }
}
