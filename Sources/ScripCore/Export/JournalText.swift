/// The words of a journal that hledger reads.
enum JournalText {
    /// `2026-11-20`.
    static func date(_ time: Timestamp) -> String { String(time.text.prefix(10)) }

    /// `12.50 CNY`.
    static func amount(_ amount: Int128, _ currency: Currency) -> String {
        "\(currency.decimal(amount)) \(symbol(currency))"
    }

    /// The directive that declares a currency and says how its amounts are written: `commodity 1000.00 CNY`.
    static func commodity(_ currency: Currency) -> String {
        let point = currency.decimals == 0 ? "." : ""
        return "commodity \(currency.decimal(Self.unit(currency)))\(point) \(symbol(currency))"
    }

    /// 1,000 units of the currency, in minor units.
    private static func unit(_ currency: Currency) -> Int128 {
        (0..<currency.decimals + 3).reduce(1) { product, _ in product * 10 }
    }

    /// A symbol with a digit would be read as a part of the number.
    private static func symbol(_ currency: Currency) -> String {
        let hasDigit = currency.text.utf8.contains { $0 <= UInt8(ascii: "9") }
        return hasDigit ? "\"\(currency.text)\"" : currency.text
    }

    /// A text as one component of an account's name: bytes that mean something there are written as `%3A` is for the
    /// colon, and so are the percent sign and whatever is neither printable ASCII nor a part of a longer character.
    static func component(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                byte >= 0x80 || byte &- 0x30 < 10 || byte &- 0x41 < 26 || byte &- 0x61 < 26
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            if isPlain {
                bytes.append(byte)
            } else {
                bytes += "%\(Hexadecimal.encode([byte]).uppercased())".utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
