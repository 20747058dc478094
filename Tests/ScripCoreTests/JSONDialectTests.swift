import Testing

@testable import ScripCore

/// The traps of format section 1: what JSON readers differ about, and what this one says.
@Suite struct JSONDialectTests {
    private static let control = "a control character stands in a string"

    /// Texts that are refused in any form, with the reason and the offset.
    static let refused: [(text: String, reason: String, offset: Int)] = [
        ("", "the text ends early", 0),
        ("  ", "the text ends early", 2),
        ("{\"a\":1", "a comma or a closing brace is missing", 6),
        ("{\"a\"", "a colon is missing", 4),
        ("{\"a", "the text ends early", 3),
        ("[1", "a comma or a closing bracket is missing", 2),
        ("\"a", "a string does not end", 1),
        ("\"\\", "a string does not end", 1),
        ("{\"a\":1,\"a\":2}", "the key 'a' stands twice", 8),
        ("{\"a\":1,\"b\":2,\"a\":1}", "the key 'a' stands twice", 14),
        ("{\"b\":{\"a\":1,\"a\":1}}", "the key 'a' stands twice", 13),
        ("\u{feff}{}", "no JSON value starts here", 0),
        ("{}\u{feff}", "bytes follow the value", 2),
        ("{\"a\":1,}", "a key in quotation marks is missing", 7),
        ("[1,]", "no JSON value starts here", 3),
        ("[,1]", "no JSON value starts here", 1),
        ("{,}", "a key in quotation marks is missing", 1),
        ("{} {}", "bytes follow the value", 3),
        ("1 2", "bytes follow the value", 2),
        ("{}\u{0}", "bytes follow the value", 2),
        ("{}\u{b}", "bytes follow the value", 2),
        ("{}\u{a0}", "bytes follow the value", 2),
        ("{'a':1}", "a key in quotation marks is missing", 1),
        ("{a:1}", "a key in quotation marks is missing", 1),
        ("{1:1}", "a key in quotation marks is missing", 1),
        ("// a\n1", "no JSON value starts here", 0),
        ("null", "null is not used: leave the field out", 0),
        ("{\"a\":null}", "null is not used: leave the field out", 5),
        ("True", "no JSON value starts here", 0),
        ("tru", "no JSON value starts here", 0),
        ("falsE", "no JSON value starts here", 0),
        ("NaN", "no JSON value starts here", 0),
        ("Infinity", "no JSON value starts here", 0),
        // Keys.
        ("{\"\":1}", "a key is empty", 2),
        ("{\"A\":1}", "a key holds a character other than a-z, 0-9 and _", 2),
        ("{\"_a\":1}", "a key starts with a letter", 2),
        ("{\"0a\":1}", "a key starts with a letter", 2),
        ("{\"a-b\":1}", "a key holds a character other than a-z, 0-9 and _", 3),
        ("{\"a\u{301}\":1}", "a key holds a character other than a-z, 0-9 and _", 3),
        ("{\"\u{e1}\":1}", "a key holds a character other than a-z, 0-9 and _", 2),
        ("{\"\u{212a}\":1}", "a key holds a character other than a-z, 0-9 and _", 2),
        ("{\"\u{ff41}\":1}", "a key holds a character other than a-z, 0-9 and _", 2),
        ("{\"a b\":1}", "a key holds a character other than a-z, 0-9 and _", 3),
        ("{\"\\u0061\":1}", "a key holds a character other than a-z, 0-9 and _", 2),
        ("{\"a\\n\":1}", "a key holds a character other than a-z, 0-9 and _", 3),
        // Numbers.
        ("-0", "an integer has a leading zero or is -0", 0),
        ("00", "an integer has a leading zero or is -0", 0),
        ("07", "an integer has a leading zero or is -0", 0),
        ("-07", "an integer has a leading zero or is -0", 0),
        ("+7", "no JSON value starts here", 0),
        ("-", "a digit is missing", 1),
        ("--1", "a digit is missing", 1),
        ("- 1", "a digit is missing", 1),
        (".5", "no JSON value starts here", 0),
        ("1.0", "a number is not an integer", 0),
        ("1.", "a number is not an integer", 0),
        ("-0.0", "a number is not an integer", 0),
        ("1e3", "a number is not an integer", 0),
        ("1E3", "a number is not an integer", 0),
        ("0e0", "a number is not an integer", 0),
        ("9007199254740992", "an integer is larger than 2^53 - 1", 0),
        ("-9007199254740992", "an integer is larger than 2^53 - 1", 0),
        ("9999999999999999", "an integer is larger than 2^53 - 1", 0),
        ("10000000000000000", "an integer is larger than 2^53 - 1", 0),
        ("18446744073709551617", "an integer is larger than 2^53 - 1", 0),
        ("1_000", "bytes follow the value", 1),
        ("0x10", "bytes follow the value", 1),
        ("\u{661}", "no JSON value starts here", 0),
        ("1\u{661}", "bytes follow the value", 1),
        // Escapes and surrogates.
        ("\"\\x41\"", "an escape that is not canonical JSON", 1),
        ("\"\\U0041\"", "an escape that is not canonical JSON", 1),
        ("\"\\'\"", "an escape that is not canonical JSON", 1),
        ("\"\\0\"", "an escape that is not canonical JSON", 1),
        ("\"\\u12\"", "a \\u escape needs four hexadecimal digits", 5),
        ("\"\\u12g4\"", "a \\u escape needs four hexadecimal digits", 5),
        ("\"\\u\u{661}234\"", "a \\u escape needs four hexadecimal digits", 3),
        ("\"\\ud800\"", "a surrogate stands alone", 1),
        ("\"\\udc00\"", "a surrogate stands alone", 1),
        ("\"\\udbff\\ud800\"", "a surrogate stands alone", 1),
        ("\"\\ud800\\n\"", "a surrogate stands alone", 1),
        ("\"\\ud800\\u0041\"", "a surrogate stands alone", 1),
        ("\"\\ud800x\"", "a surrogate stands alone", 1),
        ("\"\\ud800\\", "a surrogate stands alone", 1),
        ("\"\\ud800\\ud", "a \\u escape needs four hexadecimal digits", 10),
    ]

    @Test(arguments: refused) func isRefused(text: String, reason: String, offset: Int) {
        for allowsNewlines in [false, true] {
            do {
                _ = try JSONDocument(Array(text.utf8), form: .any, allowsNewlines: allowsNewlines)
                Issue.record("'\(text)' is read")
            } catch {
                #expect(error.reason == reason)
                #expect(error.offset == offset)
            }
            #expect(throws: JSONError.self) {
                try JSONDocument(Array(text.utf8), form: .canonical, allowsNewlines: allowsNewlines)
            }
        }
    }

    /// U+0000–001F and U+007F–009F stand in no string, neither as they are nor escaped; but `\n` does where
    /// the caller allows it.
    @Test func controlCharacters() throws {
        for value in UInt32(0)...0xa1 {
            let scalar = try #require(Unicode.Scalar(value))
            let isControl = value < 0x20 || (0x7f...0x9f).contains(value)
            let digits = String(value, radix: 16)
            let escaped = "\"a\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)b\""
            let isQuoted = scalar == "\"" || scalar == "\\"
            let plain = isQuoted ? "\"a\\\(scalar)b\"" : "\"a\(scalar)b\""
            for (text, isEscape) in [(plain, false), (escaped, true)] {
                for allowsNewlines in [false, true] {
                    let isGood = !isControl || (allowsNewlines && value == 0x0a && isEscape)
                    let read = try? JSONDocument(
                        Array(text.utf8), form: .any, allowsNewlines: allowsNewlines)
                    #expect(read?.root.text == (isGood ? "a\(scalar)b" : nil), "U+\(digits) \(isEscape)")
                    // The canonical form has no escape for anything that may stand in a string but \n.
                    let canonical = try? JSONDocument(
                        Array(text.utf8), form: .canonical, allowsNewlines: allowsNewlines)
                    #expect((canonical != nil) == (!isControl && !isEscape), "U+\(digits) \(isEscape)")
                }
            }
        }
    }

    @Test(arguments: ["\\b", "\\f", "\\r", "\\t"]) func shortEscapesOfControlCharacters(_ escape: String) {
        for form in [JSONDocument.Form.any, .canonical] {
            for allowsNewlines in [false, true] {
                #expect(throws: JSONError(Self.control, at: 1)) {
                    try JSONDocument(Array("\"\(escape)\"".utf8), form: form, allowsNewlines: allowsNewlines)
                }
            }
        }
    }

    @Test func newlinesStandOnlyWhereTheyAreAllowed() throws {
        let text = Array(#""a\nb""#.utf8)
        for form in [JSONDocument.Form.any, .canonical] {
            #expect(throws: JSONError(Self.control, at: 2)) { try JSONDocument(text, form: form) }
            let document = try JSONDocument(text, form: form, allowsNewlines: true)
            #expect(document.root.string == Array("a\nb".utf8))
            #expect(document.root.json.canonical == text)
            // Never as it is.
            #expect(throws: JSONError(Self.control, at: 2)) {
                try JSONDocument(Array("\"a\nb\"".utf8), form: form, allowsNewlines: true)
            }
            #expect(throws: JSONError(Self.control, at: 2)) {
                try JSONDocument(Array("\"a\r\nb\"".utf8), form: form, allowsNewlines: true)
            }
        }
    }

    /// Between tokens all four kinds of white space stand, `\r\n` among them, which Swift takes for one
    /// character.
    @Test func whiteSpaceIsFourBytes() throws {
        let text = "\r\n\t {\r\n\"a\"\t:\r\n[ 1 ,\r\n2\r]\n}\r\n"
        #expect(
            try JSONDocument(Array(text.utf8), form: .any).root.json.canonical == Array(#"{"a":[1,2]}"#.utf8))
        for byte in UInt8.min ... .max {
            let isSpace = [0x20, 0x09, 0x0a, 0x0d].contains(byte)
            let read = try? JSONDocument([UInt8(ascii: "1"), byte], form: .any)
            let isDigit = (0x30...0x39).contains(byte)
            #expect((read != nil) == (isSpace || isDigit), "byte \(byte)")
        }
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("-1", -1), ("10", 10), ("9007199254740991", 9_007_199_254_740_991),
        ("-9007199254740991", -9_007_199_254_740_991), ("9007199254740990", 9_007_199_254_740_990),
    ])
    func integers(text: String, value: Int64) throws {
        for form in [JSONDocument.Form.any, .canonical] {
            let document = try JSONDocument(Array(text.utf8), form: form)
            #expect(document.root.integer == value)
            #expect(document.root.json.canonical == Array(text.utf8))
        }
    }

    /// Eight levels, the top one counted; what is no container has no level of its own.
    @Test(arguments: [("[", "]"), ("{\"a\":", "}")]) func depth(open: String, close: String) throws {
        func nested(_ levels: Int, _ inner: String) -> [UInt8] {
            let parts = [String](repeating: open, count: levels) + [inner]
            return Array((parts + [String](repeating: close, count: levels)).joined().utf8)
        }
        for form in [JSONDocument.Form.any, .canonical] {
            for inner in ["1", "\"a\"", "true"] {
                _ = try JSONDocument(nested(8, inner), form: form)
                #expect(throws: JSONError("nested deeper than 8 levels", at: open.utf8.count * 8)) {
                    try JSONDocument(nested(9, inner), form: form)
                }
            }
            for inner in ["[]", "{}"] {
                _ = try JSONDocument(nested(7, inner), form: form)
                #expect(throws: JSONError("nested deeper than 8 levels", at: open.utf8.count * 8)) {
                    try JSONDocument(nested(8, inner), form: form)
                }
            }
            // The reader does not go down with its input.
            #expect(throws: JSONError.self) { try JSONDocument(nested(100_000, "1"), form: form) }
        }
        // Containers beside each other are not deeper.
        let beside = "[" + [String](repeating: "[[[[[[[1]]]]]]]", count: 50).joined(separator: ",") + "]"
        _ = try JSONDocument(Array(beside.utf8), form: .canonical)
    }

    /// Texts that Swift calls equal are other bytes, and stay so.
    @Test(arguments: [
        ("\u{e9}", "e\u{301}"), ("K", "\u{212a}"), ("\u{c5}", "\u{212b}"), ("\u{3a9}", "\u{2126}"),
        ("\u{ac00}", "\u{1100}\u{1161}"),
    ])
    func equivalentTextsStayApart(first: String, second: String) throws {
        try #require(first == second)
        let firstLine = Array("\"\(first)\"".utf8)
        let secondLine = Array("\"\(second)\"".utf8)
        let firstRead = try JSONDocument(firstLine, form: .canonical).root
        let secondRead = try JSONDocument(secondLine, form: .canonical).root
        #expect(firstRead.string != secondRead.string)
        #expect(firstRead.json.canonical == firstLine && secondRead.json.canonical == secondLine)
        #expect(firstRead.json != secondRead.json)
    }

    /// Every scalar, in every way of writing it, is the same text again.
    @Test func scalarsOfEveryLength() throws {
        let edges: [UInt32] = [
            0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7e, 0xa0, 0xff, 0x100, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff,
            0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f602, 0xfffff, 0x100000, 0x10ffff, 0x202e,
            0x2028,
        ]
        for value in edges {
            let scalar = try #require(Unicode.Scalar(value))
            let plain = Array("\"\(scalar)\"".utf8)
            let escaped = String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
            #expect(
                try JSONDocument(plain, form: .canonical).root.text?.unicodeScalars.map(\.value) == [value])
            for text in [escaped, escaped.uppercased().replacing("\\U", with: "\\u")] {
                let document = try JSONDocument(Array("\"\(text)\"".utf8), form: .any)
                #expect(document.root.json.canonical == plain, "\(text)")
                #expect(document.root.string == Array(String(scalar).utf8))
                #expect(throws: JSONError.self) {
                    try JSONDocument(Array("\"\(text)\"".utf8), form: .canonical)
                }
            }
        }
    }

    /// RFC 3629, table 3-7 of the Unicode standard: no overlong forms, surrogates, or scalars above U+10FFFF.
    @Test(arguments: [
        [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x20], [0xc2, 0xc2], [0xdf, 0x7f],
        [0xe0, 0x9f, 0xbf], [0xe0, 0xa0], [0xe1, 0x80], [0xe1, 0x80, 0x20], [0xed, 0xa0, 0x80],
        [0xed, 0xbf, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x90, 0x80], [0xf4, 0x90, 0x80, 0x80],
        [0xf5, 0x80, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff], [0xe2, 0x82, 0x22],
        [0xf0, 0x9f, 0x98, 0x22],
    ])
    func badUTF8(_ bytes: [UInt8]) {
        for form in [JSONDocument.Form.any, .canonical] {
            #expect(throws: JSONError("the text is not UTF-8", at: 2)) {
                try JSONDocument([0x22, 0x61] + bytes + [0x61, 0x22], form: form)
            }
            // Cut off right there, too.
            #expect(throws: JSONError.self) { try JSONDocument([0x22, 0x61] + bytes, form: form) }
        }
    }
}
