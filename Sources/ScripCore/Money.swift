/// Why a text is no amount of money.
public enum MoneyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What stands before the currency is not digits, without a leading zero, and perhaps a point and digits.
    case number
    /// What follows the number is not the code of a currency.
    case currency
    /// More digits follow the point than the currency has.
    case decimals(Currency)
    /// Nothing: an amount is at least one minor unit.
    case zero
    /// More than 2^53−1 minor units.
    case overflow

    public var description: String {
        switch self {
        case .number: "an amount is written like 100.00CNY: digits, and no sign, space or leading zero"
        case .currency: "an amount ends with a currency of 3 to 12 capital letters and digits, like 100.00CNY"
        case .decimals(let currency) where currency.decimals == 0: "\(currency) has no decimals"
        case .decimals(let currency): "\(currency) has \(currency.decimals) decimals, not more"
        case .zero: "an amount is more than zero"
        case .overflow: "an amount is at most 9007199254740991 of the smallest unit of its currency"
        }
    }
}

/// An amount of a currency, `100.00CNY` on the command line: 1 to 2^53−1 of its minor units (format section 2).
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// The largest amount in minor units, 2^53−1: what every reader of JSON holds exactly.
    public static let amountMax: Int64 = 9_007_199_254_740_991

    /// The amount in minor units, 1 to `amountMax`.
    public let amount: Int64

    /// The currency whose minor units are counted.
    public let currency: Currency

    /// An amount in minor units; nil if it is not 1 to `amountMax`.
    public init?(amount: Int64, currency: Currency) {
        guard amount >= 1, amount <= Self.amountMax else { return nil }
        self.amount = amount
        self.currency = currency
    }

    /// The amount that `text` writes: `100.00CNY`; `100.5CNY` and `100CNY` lack zeros and mean what they say.
    ///
    /// - Throws: `MoneyError`; a fault in the number is told before one in the currency.
    public init(parsing text: String) throws(MoneyError) {
        let bytes = Array(text.utf8)
        let number = bytes.prefix { $0 == 0x2e || $0 &- 0x30 < 10 }
        let parts = number.split(separator: 0x2e, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, let leading = whole.first else { throw .number }
        guard leading != 0x30 || whole.count == 1 else { throw .number }
        let fraction = parts.count == 2 ? parts[1] : []
        guard parts.count == 1 || !fraction.isEmpty, !fraction.contains(0x2e) else { throw .number }
        guard let currency = Currency(bytes.span.extracting(number.endIndex...)) else { throw .currency }
        let decimals = currency.decimals
        guard fraction.count <= decimals else { throw .decimals(currency) }
        var amount: Int64 = 0
        for digit in whole + fraction + repeatElement(0x30, count: decimals - fraction.count) {
            amount = amount * 10 + Int64(digit - 0x30)
            guard amount <= Self.amountMax else { throw .overflow }
        }
        guard amount > 0 else { throw .zero }
        self.amount = amount
        self.currency = currency
    }

    /// The amount with all decimals of its currency, `100.00CNY`.
    public var text: String { Self.text(amount: Int128(amount), currency: currency) }

    public var description: String { text }

    /// A total of any size and sign, written as an amount of `currency` is.
    public static func text(amount: Int128, currency: Currency) -> String {
        let decimals = currency.decimals
        var digits = String(amount.magnitude)
        if digits.utf8.count <= decimals {
            digits = String(repeating: "0", count: decimals + 1 - digits.utf8.count) + digits
        }
        let sign = amount < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(digits)\(currency.text)" }
        return "\(sign)\(digits.dropLast(decimals)).\(digits.suffix(decimals))\(currency.text)"
    }
}
