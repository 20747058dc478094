import Testing

@testable import ScripCore

/// Reading a record as a person or a program may lay it out.
@Suite struct RecordReadingTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    @Test(arguments: RecordType.allCases) func anyLayoutIsTheSameRecord(_ type: RecordType) throws {
        let record = try samples.complete(type) { members in
            if members["memo"] != nil { members["memo"] = "caf\u{e9} / \u{1f602}" }
        }
        let text = String(decoding: record.line, as: UTF8.self)
        // The members, in another order.
        let root = try JSONDocument(record.line, form: .canonical).root
        let members = root.members.reversed().map {
            "\"\($0.key)\" :\r\n " + String(decoding: $0.value.json.canonical, as: UTF8.self)
        }
        let layouts = [
            text, text + "\n", text + "\r\n", "\t \(text) ",
            "{\n" + members.joined(separator: " ,\n") + "\n}",
            text.replacing("caf\u{e9}", with: "caf\\u00e9").replacing("/", with: "\\/"),
            text.replacing("\u{1f602}", with: "\\uD83D\\ude02"), text.replacing("north", with: "\\u006eorth"),
        ]
        for layout in layouts {
            let read = try Record.reading(Array(layout.utf8), signedPrefix: samples.prefix)
            #expect(read == record, "\(layout)")
            #expect(read.line == record.line)
        }
    }

    @Test func faultsAreTold() {
        let cases: [(String, String)] = [
            ("", "the text ends early (byte 1)"),
            ("hello", "no JSON value starts here (byte 1)"),
            ("{\"v\":1,\"v\":1}", "the key 'v' stands twice (byte 9)"),
            ("{\"v\":1,}", "a key in quotation marks is missing (byte 8)"),
            ("\u{feff}{}", "no JSON value starts here (byte 1)"),
            ("{\"v\":1.0}", "a number is not an integer (byte 6)"),
            ("{\"v\":null}", "null is not used: leave the field out (byte 6)"),
            ("{ \"v\": 2 }", "'v' is not 1"),
            ("{ \"v\": 1 }", "'type' is missing"),
            ("[ ]", "the line is not a JSON object"),
        ]
        for (text, reason) in cases {
            #expect(throws: MalformedRecord(reason)) {
                try Record.reading(Array(text.utf8), signedPrefix: samples.prefix)
            }
        }
    }
}
