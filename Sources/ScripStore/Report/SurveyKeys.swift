internal import ScripCore

/// A currency and two numbers: a day and a region, or two regions.
struct NumbersKey: SumKey {
    let currency: Currency
    let first: Int64
    let second: Int64

    init(_ currency: Currency, _ first: Int64, _ second: Int64) {
        self.currency = currency
        self.first = first
        self.second = second
    }

    /// Both numbers as 8 bytes each, moved up so that negative ones come first, and the currency.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for value in [first, second] {
            let moved = UInt64(bitPattern: value) ^ 1 << 63
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: moved >> UInt64(shift)))
            }
        }
        currency.append(to: &bytes)
        return bytes
    }

    init?(bytes: [UInt8]) {
        guard bytes.count > 16, let currency = Currency(bytes.span.extracting(16...)) else { return nil }
        func number(_ range: Range<Int>) -> Int64 {
            Int64(bitPattern: bytes[range].reduce(0) { $0 << 8 | UInt64($1) } ^ 1 << 63)
        }
        self.init(currency, number(0..<8), number(8..<16))
    }
}

/// A merchant's sales in one currency.
struct MerchantKey: SumKey {
    let currency: Currency
    /// The text of the address.
    let merchant: [UInt8]

    init(_ currency: Currency, _ merchant: [UInt8]) {
        self.currency = currency
        self.merchant = merchant
    }

    /// Currency, NUL, address.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        currency.append(to: &bytes)
        bytes.append(0)
        return bytes + merchant
    }

    init?(bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let currency = Currency(String(decoding: parts[0], as: UTF8.self)) else {
            return nil
        }
        self.init(currency, Array(parts[1]))
    }
}

extension Currency: SumKey {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    init?(bytes: [UInt8]) { self.init(bytes.span) }
}
