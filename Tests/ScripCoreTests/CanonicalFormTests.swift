import Testing

@testable import ScripCore

/// The one form of a value: any other layout of it is read as input, and never in a segment.
@Suite struct CanonicalFormTests {
    static let texts: [String] = [
        "{}", "[]", "0", "true", "\"\"", "\"a\"",
        #"{"a":1}"#,
        #"{"a":[],"b":{},"c":"","d":false,"e":-12}"#,
        #"{"a":{"b":{"c":[1,[2,[3]]]}}}"#,
        #"{"a":1,"a0":2,"a_":3,"aa":4,"ab":5,"b":6}"#,
        #"["\"","\\","/","é","e\#u{301}","\#u{1f602}","a\"b\\c/d"]"#,
        #"[{"x":"a"},{"x":"b"},true,false,0,9007199254740991]"#,
    ]

    @Test(arguments: texts) func canonicalTextIsReadInBothForms(_ text: String) throws {
        let bytes = Array(text.utf8)
        for form in [JSONDocument.Form.any, .canonical] {
            let document = try JSONDocument(bytes, form: form)
            #expect(document.root.json.canonical == bytes)
            #expect(document.bytes == bytes)
        }
    }

    /// White space of each kind before and behind each token.
    @Test(arguments: texts) func whiteSpace(_ text: String) throws {
        let bytes = Array(text.utf8)
        for place in Self.boundaries(bytes) {
            for space in [" ", "\t", "\n", "\r", "\r\n", "  "] {
                var spaced = bytes
                spaced.insert(contentsOf: Array(space.utf8), at: place)
                try expectOnlyAsInput(spaced, canonical: bytes)
            }
        }
    }

    /// Escapes of characters that need none, one at a time.
    @Test(arguments: texts) func needlessEscapes(_ text: String) throws {
        let bytes = Array(text.utf8)
        for (range, scalar) in Self.valueScalars(text) {
            let units = String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            var escapes = [units.joined()]
            if scalar == "/" { escapes.append("\\/") }
            for escape in escapes {
                var escaped = bytes
                escaped.replaceSubrange(range, with: Array(escape.utf8))
                try expectOnlyAsInput(escaped, canonical: bytes)
            }
        }
    }

    @Test(arguments: [
        (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#),
        (#"{"aa":1,"a":2}"#, #"{"a":2,"aa":1}"#),
        (#"{"a_":1,"a0":2}"#, #"{"a0":2,"a_":1}"#),
        (#"{"aa":1,"a_":2}"#, #"{"a_":2,"aa":1}"#),
        (#"{"a":{"c":1,"b":2}}"#, #"{"a":{"b":2,"c":1}}"#),
        (#"[{"b":1,"a":2}]"#, #"[{"a":2,"b":1}]"#),
        (
            #"{"c":{"z":1,"y":[]},"b":[{"k":1,"j":2}],"a":3}"#,
            #"{"a":3,"b":[{"j":2,"k":1}],"c":{"y":[],"z":1}}"#
        ),
    ])
    func orderOfKeys(text: String, canonical: String) throws {
        try expectOnlyAsInput(Array(text.utf8), canonical: Array(canonical.utf8))
    }

    /// Every order of four keys but one is refused.
    @Test func everyOrderOfKeys() throws {
        let members = [#""a":1"#, #""ab":2"#, #""b":3"#, #""b0":4"#]
        let sorted = Array("{\(members.joined(separator: ","))}".utf8)
        var count = 0
        for order in Self.permutations(members) {
            let bytes = Array("{\(order.joined(separator: ","))}".utf8)
            if bytes == sorted { continue }
            try expectOnlyAsInput(bytes, canonical: sorted)
            count += 1
        }
        #expect(count == 23)
    }

    @Test func duplicateKeysAreNoLayout() {
        for text in [#"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":1}"#, #"{"b":{"c":1,"c":1}}"#] {
            for form in [JSONDocument.Form.any, .canonical] {
                #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8), form: form) }
            }
        }
    }

    private func expectOnlyAsInput(_ bytes: [UInt8], canonical: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(throws: JSONError.self, "\(text)") { try JSONDocument(bytes, form: .canonical) }
        #expect(try JSONDocument(bytes, form: .any).root.json.canonical == canonical, "\(text)")
    }

    /// The offsets at which a token begins or ends.
    private static func boundaries(_ bytes: [UInt8]) -> [Int] {
        var result: Set<Int> = [0, bytes.count]
        var isInString = false
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    position += 1
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                    result.insert(position + 1)
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
                result.insert(position)
            } else if "{}[]:,".utf8.contains(byte) {
                result.formUnion([position, position + 1])
            }
            position += 1
        }
        return result.sorted()
    }

    /// The scalars in strings that are no keys, with the bytes that write each.
    private static func valueScalars(_ text: String) -> [(Range<Int>, Unicode.Scalar)] {
        var result: [(Range<Int>, Unicode.Scalar)] = []
        var string: [(Range<Int>, Unicode.Scalar)]?
        var position = 0
        var isEscaped = false
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let end = position + scalar.utf8.count
            if isEscaped {
                string?.append((position - 1..<end, scalar))
                isEscaped = false
            } else if string != nil, scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                if let complete = string {
                    let isKey = index + 1 < scalars.count && scalars[index + 1] == ":"
                    if !isKey { result += complete }
                    string = nil
                } else {
                    string = []
                }
            } else {
                string?.append((position..<end, scalar))
            }
            position = end
        }
        return result
    }

    private static func permutations(_ items: [String]) -> [[String]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
