/// Sealed records as a table (RFC 4180): one row for each voucher of a record, one for a record without any.
public enum RecordTable {
    private static let columns = [
        "time", "chain", "height", "index", "type", "id", "status", "code", "voucher", "origin", "series",
        "issuer", "from", "to", "amount", "currency", "price", "price_currency", "expires", "ref", "memo",
    ]

    /// The names of the columns.
    public static let header = TableRow.text(columns)

    /// The rows of one record. The price of a trade stands in its first row only, so that a column adds up.
    public static func rows(_ exported: ExportedRecord) -> [UInt8] {
        let place = exported.place
        let body = exported.record?.body
        let beginning = [
            place.time.text, place.chain.text, String(place.height), String(place.index),
            body?.type.rawValue ?? "", exported.record?.id.hexadecimal ?? "", exported.status.rawValue,
            exported.code?.rawValue ?? "",
        ]
        let ending = [safe(body?.reference?.ref ?? accreditationReference(body)), safe(memo(body))]
        guard !exported.movements.isEmpty else {
            let party = party(body)
            return TableRow.text(
                beginning + ["", "", "", party.issuer, party.from, party.to, "", "", "", "", ""] + ending)
        }
        var rows: [UInt8] = []
        for (number, movement) in exported.movements.enumerated() {
            let terms = movement.kind.terms
            let currency = terms.value.currency
            let price = number == 0 ? price(body) : nil
            rows += TableRow.text(
                beginning + [
                    movement.voucher.description, movement.origin?.description ?? "",
                    safe(terms.series ?? ""), movement.kind.issuer.text, movement.from.text,
                    movement.to?.text ?? "", currency.decimal(Int128(movement.amount)), currency.text,
                    price.map { $0.currency.decimal(Int128($0.amount)) } ?? "", price?.currency.text ?? "",
                    terms.expires?.text ?? "",
                ] + ending)
        }
        return rows
    }

    private static func price(_ body: RecordBody?) -> Money? {
        if case .trade(let trade) = body { return trade.price }
        return nil
    }

    private static func memo(_ body: RecordBody?) -> String {
        switch body {
        case .trade(let trade): trade.memo ?? ""
        case .redeem(let redemption): redemption.memo ?? ""
        case .void(let void): void.reason
        case .accredit(let accreditation): accreditation.name
        default: ""
        }
    }

    private static func accreditationReference(_ body: RecordBody?) -> String {
        if case .accredit(let accreditation) = body { return accreditation.ref }
        return ""
    }

    /// The accounts of a record that moves nothing: an accreditation, or one that is not valid.
    private static func party(_ body: RecordBody?) -> (issuer: String, from: String, to: String) {
        switch body {
        case .accredit(let accreditation): (accreditation.issuer.text, "", "")
        case .trade(let trade): ("", trade.from.text, trade.to.text)
        case .redeem(let redemption): ("", redemption.holder.text, redemption.merchant.text)
        case .some(let body): ("", body.signer?.text ?? "", "")
        case nil: ("", "", "")
        }
    }

    /// Text that others wrote must not be a formula where a spreadsheet opens it, so an apostrophe stands before what
    /// could be one.
    private static func safe(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@".utf8.contains(first) else { return text }
        return "'\(text)"
    }
}
