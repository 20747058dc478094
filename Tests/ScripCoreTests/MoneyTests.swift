import ScripCore
import Testing

struct MoneyTests {
    static let good: [(text: String, amount: Int64, currency: String, canonical: String)] = [
        ("100.00CNY", 10_000, "CNY", "100.00CNY"),
        ("100CNY", 10_000, "CNY", "100.00CNY"),
        ("100.5CNY", 10_050, "CNY", "100.50CNY"),
        ("0.01CNY", 1, "CNY", "0.01CNY"),
        ("0.10CNY", 10, "CNY", "0.10CNY"),
        ("1JPY", 1, "JPY", "1JPY"),
        ("1.234KWD", 1_234, "KWD", "1.234KWD"),
        ("0.0001CLF", 1, "CLF", "0.0001CLF"),
        ("7MILES", 700, "MILES", "7.00MILES"),
        ("7.00A00", 700, "A00", "7.00A00"),
        ("90071992547409.91CNY", 9_007_199_254_740_991, "CNY", "90071992547409.91CNY"),
        ("9007199254740991JPY", 9_007_199_254_740_991, "JPY", "9007199254740991JPY"),
    ]

    @Test(arguments: good)
    func goodText(text: String, amount: Int64, currency: String, canonical: String) throws {
        let money = try Money(parsing: text)
        #expect(money.amount == amount)
        #expect(money.currency.text == currency)
        #expect(money.text == canonical)
        #expect(try Money(parsing: money.text) == money)
    }

    static let yen = Currency("JPY")
    static let yuan = Currency("CNY")

    static let bad: [(text: String, error: MoneyError?)] = [
        ("", .number), ("CNY", .number), (".CNY", .number), (".5CNY", .number), ("5.CNY", .number),
        ("5..0CNY", .number), ("1.2.3CNY", .number), ("05CNY", .number), ("00CNY", .number),
        ("07.00CNY", .number),
        ("+7CNY", .number), ("-7CNY", .number), (" 7CNY", .number), ("７CNY", .number), ("٧CNY", .number),
        ("7", .currency), ("7.00", .currency), ("7 CNY", .currency), ("7CN", .currency), ("7cny", .currency),
        ("7CNY\n", .currency), ("7CNY\r\n", .currency), ("7,00CNY", .currency), ("1e5CNY", .currency),
        ("7\u{212A}RW", .currency), ("7CNY7.0", .currency), ("7１CNY", .currency),
        ("7LUNCHTICKETS1", .currency),
        ("7.001CNY", yuan.map { .decimals($0) }), ("7.000CNY", yuan.map { .decimals($0) }),
        ("7.0JPY", yen.map { .decimals($0) }),
        ("0CNY", .zero), ("0.00CNY", .zero), ("0JPY", .zero),
        ("90071992547409.92CNY", .overflow), ("9007199254740992JPY", .overflow),
        ("9223372036854775808JPY", .overflow), ("184467440737095516160.00CNY", .overflow),
    ]

    @Test(arguments: bad) func badText(text: String, error: MoneyError?) throws {
        #expect(throws: try #require(error)) { try Money(parsing: text) }
    }

    @Test func limits() throws {
        let currency = try #require(Currency("CNY"))
        #expect(Money(amount: 0, currency: currency) == nil)
        #expect(Money(amount: -1, currency: currency) == nil)
        #expect(Money(amount: Money.amountMax + 1, currency: currency) == nil)
        #expect(Money(amount: Money.amountMax, currency: currency)?.text == "90071992547409.91CNY")
    }

    @Test func anyAmountIsWrittenAndRead() throws {
        var generator = SeededGenerator(seed: 8)
        for code in ["CNY", "JPY", "KWD", "CLF", "MILES"] {
            let currency = try #require(Currency(code))
            for _ in 0..<200 {
                let bits = Int64.random(in: 1...53, using: &generator)
                let amount = Int64.random(in: 1..<1 << bits, using: &generator)
                let money = try #require(Money(amount: amount, currency: currency))
                #expect(try Money(parsing: money.text) == money)
            }
        }
    }

    static let totals: [(amount: Int128, code: String, text: String)] = [
        (0, "CNY", "0.00CNY"), (-1, "CNY", "-0.01CNY"), (-12_345, "CNY", "-123.45CNY"), (-7, "JPY", "-7JPY"),
        (Int128(Int64.max) * 1_000, "CNY", "92233720368547758070.00CNY"), (5, "KWD", "0.005KWD"),
    ]

    @Test(arguments: totals) func total(amount: Int128, code: String, text: String) throws {
        #expect(Money.text(amount: amount, currency: try #require(Currency(code))) == text)
    }
}
