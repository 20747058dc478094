/// Whose books a sum belongs to: one issuer, series and currency.
public struct BookKey: Hashable, Sendable {
    public let issuer: Address
    /// The bytes of the name: two series that only look alike are two.
    private let seriesBytes: [UInt8]?
    public let currency: Currency

    public init(issuer: Address, series: String?, currency: Currency) {
        self.issuer = issuer
        seriesBytes = series.map { Array($0.utf8) }
        self.currency = currency
    }

    public init(_ kind: VoucherKind) {
        self.init(issuer: kind.issuer, series: kind.terms.series, currency: kind.terms.value.currency)
    }

    public var series: String? { seriesBytes.map { String(decoding: $0, as: UTF8.self) } }

    /// Issuer, NUL, currency, NUL, and, if there is a series, 0x01 and its name. No text of a record holds a NUL, so
    /// keys differ if their bytes do, and they sort by issuer, currency and series.
    public var bytes: [UInt8] {
        var bytes = Array(issuer.text.utf8)
        bytes.append(0)
        currency.append(to: &bytes)
        bytes.append(0)
        if let seriesBytes {
            bytes.append(1)
            bytes += seriesBytes
        }
        return bytes
    }

    /// The key with these `bytes`; nil if there is none.
    public init?(bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let issuer = try? Address(parsing: String(decoding: parts[0], as: UTF8.self)),
            let currency = Currency(String(decoding: parts[1], as: UTF8.self)),
            parts[2].isEmpty || parts[2].first == 1
        else { return nil }
        self.issuer = issuer
        self.currency = currency
        seriesBytes = parts[2].isEmpty ? nil : Array(parts[2].dropFirst())
    }

    /// The members `issuer`, `series` if there is one, and `currency`.
    public var members: [String: JSON] {
        var members: [String: JSON] = [
            "issuer": .string(issuer.text), "currency": .string(currency.text),
        ]
        if let series { members["series"] = .string(series) }
        return members
    }
}

extension JSON {
    /// A sum of amounts, which may be larger than any amount: an integer all the same.
    public static func sum(_ value: Int128) -> JSON { .raw(Array(String(value).utf8)) }
}
