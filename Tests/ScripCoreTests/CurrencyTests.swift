import ScripCore
import Testing

struct CurrencyTests {
    static let decimals: [(text: String, decimals: Int, isPrivate: Bool)] = [
        ("CNY", 2, false), ("EUR", 2, false), ("USD", 2, false), ("HUF", 2, false), ("JPY", 0, false),
        ("KRW", 0, false), ("VND", 0, false), ("ISK", 0, false), ("UGX", 0, false), ("CLP", 0, false),
        ("XOF", 0, false), ("UYI", 0, false), ("KWD", 3, false), ("BHD", 3, false), ("TND", 3, false),
        ("CLF", 4, false), ("UYW", 4, false), ("XAU", 0, false), ("XTS", 0, false), ("ZWG", 2, false),
        ("XCG", 2, false), ("VED", 2, false), ("MIL", 2, true), ("MILES", 2, true), ("A00", 2, true),
        ("LUNCHTICKETS", 2, true), ("FRF", 2, true),
    ]

    @Test(arguments: decimals) func goodText(text: String, decimals: Int, isPrivate: Bool) throws {
        let currency = try #require(Currency(text))
        #expect(currency.text == text)
        #expect(currency.decimals == decimals)
        #expect(currency.isPrivate == isPrivate)
        var output: [UInt8] = []
        currency.append(to: &output)
        #expect(output == Array(text.utf8))
    }

    @Test(arguments: [
        "", "C", "CN", "cny", "Cny", "CNy", "1CN", "C-Y", "C Y", "CNY ", " CNY", "CNY\n", "CNY\r\n",
        "CNY\u{0}",
        "\u{212A}RW", "ＣＮＹ", "É00", "E\u{301}00", "CN¥", "LUNCHTICKETS1",
    ])
    func badText(_ text: String) {
        #expect(Currency(text) == nil)
    }

    @Test func everyCodeOfThreeLettersIsReadAndWritten() throws {
        var decimalsCounts = [0, 0, 0, 0, 0]
        for code in 0..<26 * 26 * 26 {
            let letters = [code / 676, code / 26 % 26, code % 26].map { UInt8(0x41 + $0) }
            let text = String(decoding: letters, as: UTF8.self)
            let currency = try #require(Currency(text))
            if currency.text != text { Issue.record("\(text) is written \(currency.text)") }
            if !currency.isPrivate { decimalsCounts[currency.decimals] += 1 }
        }
        #expect(decimalsCounts == [30, 0, 139, 7, 2])
    }

    @Test func orderIsThatOfTheBytes() throws {
        let texts = ["A00", "A000", "AAA", "ABCDEFGH", "ABCDEFGHI", "ABCDEFGI", "CNY", "CNY1", "ZZZ"]
        let currencies = try texts.map { try #require(Currency($0)) }
        #expect(currencies.shuffled().sorted() == currencies)
    }
}
