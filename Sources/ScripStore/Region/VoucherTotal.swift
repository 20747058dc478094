public import ScripCore

/// What the vouchers of one issuer, series and currency come to: a line
/// `{"currency":"CNY","issuer":…,"remaining":1500,"series"?,"type":"total","value":2000,"vouchers":4}`.
public struct VoucherTotal: Sendable {
    public let key: BookKey
    public let vouchers: Int128
    /// What they were worth when they were created, in minor units.
    public let value: Int128
    /// What is left on them, in minor units.
    public let remaining: Int128

    public var json: JSON {
        var members = key.members
        members["type"] = "total"
        members["vouchers"] = .sum(vouchers)
        members["value"] = .sum(value)
        members["remaining"] = .sum(remaining)
        return .object(members)
    }
}

extension Ledger {
    /// Calls `body` with the total of the vouchers that the filter admits, for each issuer, currency and series in
    /// this order. Memory does not grow with either.
    public func forEachTotal(_ filter: VoucherFilter, _ body: (VoucherTotal) throws -> Void) throws {
        let sums = KeyedSums<BookKey>(width: 3)
        try forEachVoucher(filter) { report in
            let key = BookKey(report.state.kind)
            try sums.add(key, 0, 1)
            try sums.add(key, 1, Int128(report.value))
            try sums.add(key, 2, Int128(report.state.remaining))
            return true
        }
        try sums.visit { key, values in
            try body(VoucherTotal(key: key, vouchers: values[0], value: values[1], remaining: values[2]))
            return true
        }
    }
}
