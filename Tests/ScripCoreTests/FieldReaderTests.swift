import Testing

@testable import ScripCore

/// Objects whose fields lie far apart, as behind a long list, are read like any others.
@Suite struct FieldReaderTests {
    private func reader(listed count: Int, _ rest: String) throws -> FieldReader {
        let list = (0..<count).map(String.init).joined(separator: ",")
        let text = #"{"a":1,"list":[\#(list)],\#(rest)}"#
        return FieldReader(try JSONDocument(Array(text.utf8), form: .canonical).root)
    }

    /// From lists that end before the bits that mark near fields do to those that end behind them.
    @Test(arguments: [1, 50, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 400])
    func fieldsBehindALongList(count: Int) throws {
        var fields = try reader(listed: count, #""x":7,"y":8,"z":9"#)
        #expect(try fields.integer("z") == 9)
        #expect(try fields.integer("x") == 7)
        #expect(throws: MalformedRecord("unknown field 'a'")) { try fields.refuseOthers() }
        let list = try fields.list("list", most: 1_000)
        #expect(list.count == count)
        #expect(try fields.integer("a") == 1)
        // Asked for twice is no other field.
        #expect(try fields.integer("x") == 7)
        #expect(throws: MalformedRecord("unknown field 'y'")) { try fields.refuseOthers() }
        #expect(fields.value("absent") == nil)
        fields.admit(["y"])
        try fields.refuseOthers()
    }
}
