import Testing

@testable import ScripCore

@Suite struct CanonicalWriterTests {
    @Test func tokens() {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.member("a", "x")
        writer.member("b", 7)
        writer.member("c", Int64(-9_007_199_254_740_991))
        writer.member("d", true)
        writer.key("e")
        writer.beginArray()
        writer.integer(1)
        writer.boolean(false)
        writer.string([0x78])
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.raw(Array(#"{"z":1}"#.utf8))
        writer.endArray()
        writer.key("f")
        writer.raw(Array("2".utf8))
        writer.endObject()
        #expect(
            writer.bytes
                == Array(
                    #"{"a":"x","b":7,"c":-9007199254740991,"d":true,"e":[1,false,"x",{},[],{"z":1}],"f":2}"#
                        .utf8)
        )
    }

    /// RFC 8785 section 3.2.2.2: two-character escapes where JSON has one, four lower-case digits for the
    /// other characters below U+0020, and everything else as it is.
    @Test func escapes() throws {
        let short: [UInt32: String] = [
            0x08: "\\b", 0x09: "\\t", 0x0a: "\\n", 0x0c: "\\f", 0x0d: "\\r", 0x22: "\\\"", 0x5c: "\\\\",
        ]
        for value in UInt32(0)...0x2100 {
            let scalar = try #require(Unicode.Scalar(value))
            let expected: String =
                if let escape = short[value] {
                    escape
                } else if value < 0x20 {
                    "\\u00" + (value < 0x10 ? "0" : "") + String(value, radix: 16)
                } else {
                    String(scalar)
                }
            var writer = CanonicalWriter()
            writer.string(String(scalar))
            #expect(writer.bytes == Array("\"\(expected)\"".utf8), "U+\(String(value, radix: 16))")
        }
    }

    /// An object in memory has no order; what is written has.
    @Test func membersAreSortedByTheirBytes() {
        let value = JSON.object([
            "b": 1, "a_": 2, "a0": 3, "a": 4, "aa": 5, "abc": .array(["x", true]),
            "ab": .object(["d": 1, "c": 2]),
        ])
        let text = #"{"a":4,"a0":3,"a_":2,"aa":5,"ab":{"c":2,"d":1},"abc":["x",true],"b":1}"#
        #expect(value.canonical == Array(text.utf8))
    }

    /// Values are equal if they are written the same, which `String` is not a judge of.
    @Test func equality() {
        #expect(JSON.string("\u{e9}") != JSON.string("e\u{301}"))
        #expect(JSON.object(["a": "K"]) != JSON.object(["a": "\u{212a}"]))
        #expect(JSON.object(["a": 1, "b": 2]) == JSON.object(["b": 2, "a": 1]))
        #expect(JSON.array([1, 2]) != JSON.array([2, 1]))
        #expect(JSON.integer(1) != JSON.string("1"))
        #expect(JSON.boolean(true) != JSON.integer(1))
        #expect(JSON.raw(Array("[1]".utf8)) == JSON.array([1]))
    }
}
