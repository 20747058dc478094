internal import ScripCore

/// How much of one voucher a request asks for.
enum RequestedAmount {
    /// `30.00CNY`, or an object of amount and currency: good for a voucher of that currency only.
    case money(Money)
    case minorUnits(Int64)

    /// The amount under `key` of a line; nil if there is none.
    static func reading(
        _ reader: RequestReader, _ key: StaticString
    ) throws(RequestFault) -> RequestedAmount? {
        if reader.value(key)?.integer != nil { return try reader.minorUnits(key).map { .minorUnits($0) } }
        return try reader.money(key).map { .money($0) }
    }

    /// The amounts under `key` of a line, which is a list; nil if there is none.
    static func readingList(
        _ reader: RequestReader, _ key: StaticString
    ) throws(RequestFault) -> [RequestedAmount]? {
        guard let elements = try reader.elements(key) else { return nil }
        var amounts: [RequestedAmount] = []
        for element in elements {
            if let minorUnits = element.integer {
                amounts.append(.minorUnits(try RequestReader.minorUnits(minorUnits, key)))
            } else if let text = element.text {
                do {
                    amounts.append(.money(try Money(parsing: text)))
                } catch {
                    throw .malformed("'\(key)': '\(text)' is no amount: \(error)")
                }
            } else {
                throw .malformed("'\(key)' holds what is no amount")
            }
        }
        return amounts
    }

    /// The amount in minor units of `voucher`, whose currency is looked up if `currency` is nil.
    func minorUnits(
        of voucher: VoucherID, in currency: Currency?, _ writer: RecordWriter
    ) throws -> Int64 {
        switch self {
        case .minorUnits(let units): return units
        case .money(let money):
            // An amount with a currency says how many minor units only if it is the voucher's currency.
            try writer.requireCurrency(money.currency, of: voucher, known: currency)
            return money.amount
        }
    }
}
