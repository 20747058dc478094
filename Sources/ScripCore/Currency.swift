/// A currency: an ISO 4217 code or a private code, `[A-Z][A-Z0-9]{2,11}` (format section 2).
///
/// In the ledger amounts are integers of the minor unit; the decimals matter only where people read and write
/// them. The bytes are held in place, padded with zeros to two big-endian words.
public struct Currency: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes that a code can have.
    public static let byteCountMax = 12

    private let first: UInt64
    private let second: UInt64

    /// The currency whose code `bytes` are; nil if they do not follow the grammar.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= 3, bytes.count <= Self.byteCountMax else { return nil }
        guard bytes[0] &- 0x41 < 26 else { return nil }
        var words: InlineArray<2, UInt64> = [0, 0]
        for position in bytes.indices {
            let byte = bytes[position]
            guard byte &- 0x41 < 26 || byte &- 0x30 < 10 else { return nil }
            words[position >> 3] |= UInt64(byte) << UInt64(56 - 8 * (position & 7))
        }
        (first, second) = (words[0], words[1])
    }

    /// The currency whose code `text` is; nil if it does not follow the grammar.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// The code.
    public var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// Appends the bytes of the code to `output`.
    public func append(to output: inout [UInt8]) {
        for word in [first, second] {
            var rest = word
            while rest != 0 {
                output.append(UInt8(truncatingIfNeeded: rest >> 56))
                rest <<= 8
            }
        }
    }

    /// How many digits of an amount stand after the point: the exponent of ISO 4217, 0 for a code without a
    /// minor unit such as `XAU`, 2 for a code outside ISO 4217.
    public var decimals: Int { Self.decimalsByCode[text] ?? 2 }

    /// Whether the code is outside ISO 4217, so that only the federation knows what it means.
    public var isPrivate: Bool { Self.decimalsByCode[text] == nil }

    public static func < (left: Currency, right: Currency) -> Bool {
        (left.first, left.second) < (right.first, right.second)
    }

    private static let decimalsByCode: [String: Int] = {
        var result: [String: Int] = [:]
        for (decimals, codes) in standard {
            for code in codes.split(separator: " ") { result[String(code)] = decimals }
        }
        return result
    }()

    /// The active codes of ISO 4217 (list one, January 2026), by the exponent of their minor unit.
    private static let standard: [(decimals: Int, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (0, "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"),
        (2, "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD"),
        (2, "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP"),
        (2, "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK"),
        (2, "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO"),
        (2, "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS"),
        (2, "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST"),
        (2, "XAD XCD XCG YER ZAR ZMW ZWG"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]
}
