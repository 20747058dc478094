import ScripCore
import Testing

@Suite struct SheetTests {
    private func slip() throws -> VoucherSlip {
        var slip = VoucherSlip(code: try BearerCode(parsing: "scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5"))
        slip.value = try Money(parsing: "1234.50CNY")
        slip.series = "a<b & \"c\"\u{202e}\u{07}"
        slip.issuer = "Corner shop"
        slip.number = (2, 3)
        return slip
    }

    /// 21 rows, the least that a QR code has.
    private static let drawing = (0..<21).map { row in
        String(repeating: row % 2 == 0 ? "##  " : "  ##", count: 10) + "##\n"
    }.joined()

    @Test func drawingIsRead() throws {
        let matrix = try #require(QRMatrix(drawing: Array(Self.drawing.utf8)))
        #expect(matrix.size == 21)
        #expect(matrix.isDark(row: 0, column: 0) && !matrix.isDark(row: 0, column: 1))
        #expect(!matrix.isDark(row: 1, column: 0) && matrix.isDark(row: 1, column: 20))
        #expect(matrix.path.hasPrefix("M0 0h1v1h-1zM2 0h1v1h-1z"))
        // Row 1 ends with two dark squares, which are one run.
        #expect(matrix.path.contains("M19 1h2v1h-2z"))
    }

    @Test(arguments: [
        "", "\n", "##\n", drawing + "##\n", String(drawing.dropLast(4)), drawing.replacingFirst("##", "#x"),
        drawing.replacingFirst("##", "# "), drawing.replacingFirst("##", ""), "\u{1b}[31m" + drawing,
    ])
    func otherDrawingsAreRefused(text: String) {
        #expect(QRMatrix(drawing: Array(text.utf8)) == nil)
    }

    @Test func textIsAligned() throws {
        var slip = try slip()
        slip.expires = Timestamp("2027-11-20T10:00:00Z")
        let lines = TextSheet.page([slip], isFirst: true).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1] == "Corner shop" + String(repeating: " ", count: 50) + "1234.50 CNY")
        #expect(lines[2].hasSuffix("No. 2 of 3") && lines[2].hasPrefix("a<b & \"c\"?? "))
        #expect(lines[3] == "good until 2027-11-20 10:00 UTC")
        #expect(lines[5] == "    scrip1 qqqs yqcy q5rq wzqf pg9s crgw pudt p7k5")
        #expect(TextSheet.page([slip], isFirst: false).hasPrefix("\u{0c}---"))
    }

    /// Wide characters take two columns, and what is too long is cut.
    @Test func textIsFitted() throws {
        var slip = try slip()
        slip.issuer = String(repeating: "街角商店", count: 20)
        let line = TextSheet.page([slip], isFirst: true).split(separator: "\n")[1]
        let wide = line.unicodeScalars.filter { $0.value > 0x2e80 }.count
        #expect(line.unicodeScalars.count + wide == 72)
        #expect(line.contains("…") && line.hasSuffix(" 1234.50 CNY"))
    }

    @Test func aPageHasRoomForItsSlips() throws {
        let slip = try slip()
        let text = TextSheet.page(Array(repeating: slip, count: TextSheet.slipCount), isFirst: true)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
        let svg = SVGSheet.page(Array(repeating: slip, count: SVGSheet.slipCount))
        #expect(svg.contains("translate(10 11)") && svg.contains("translate(105 231)"))
    }

    @Test func foreignTextsAreEscaped() throws {
        var slip = try slip()
        slip.drawing = QRMatrix(drawing: Array(Self.drawing.utf8))
        let svg = SVGSheet.page([slip])
        #expect(svg.contains(">a&lt;b &amp; &quot;c&quot;??</text>"))
        #expect(svg.contains("M19 1h2v1h-2z"))
        #expect(svg.contains(">scrip1 qqqs yqcy q5rq wzqf</text>"))
    }

    /// A code alone is a slip, too.
    @Test func aCodeAlone() throws {
        let slip = VoucherSlip(code: try BearerCode(parsing: "scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5"))
        #expect(TextSheet.page([slip], isFirst: true).contains("\n\n    scrip1 qqqs"))
        #expect(SVGSheet.page([slip]).contains("scrip1"))
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, _ other: String) -> String {
        guard let range = self.firstRange(of: part) else { return self }
        return replacingCharacters(range, other)
    }

    private func replacingCharacters(_ range: Range<String.Index>, _ other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
