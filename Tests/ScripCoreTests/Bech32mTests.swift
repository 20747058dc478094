import ScripCore
import Testing

struct Bech32mTests {
    private static func decode(_ text: String) throws(Bech32mError) -> (prefix: String, bytes: [UInt8]) {
        let bytes = Array(text.utf8)
        return try Bech32m.decode(bytes.span)
    }

    /// The valid strings of BIP 350 that hold whole bytes, and one made with its reference code.
    static let good: [(text: String, prefix: String, bytes: [UInt8])] = [
        ("a1lqfn3a", "a", []),
        ("?1v759aa", "?", []),
        (
            "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
            "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber1", []
        ),
        (
            "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "abcdef",
            [
                0xff, 0xbb, 0xcd, 0xeb, 0x38, 0xbd, 0xab, 0x49, 0xca, 0x30, 0x7b, 0x9a, 0xc5, 0xa9, 0x28,
                0x39,
                0x8a, 0x41, 0x88, 0x20,
            ]
        ),
        (
            "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "split",
            [
                0xc5, 0xf3, 0x8b, 0x70, 0x30, 0x5f, 0x51, 0x9b, 0xf6, 0x6d, 0x85, 0xfb, 0x6c, 0xf0, 0x30,
                0x58,
                0xf3, 0xdd, 0xe4, 0x63, 0xec, 0xd7, 0x91, 0x8f, 0x2d, 0xc7, 0x43, 0x91, 0x8f, 0x2d,
            ]
        ),
        ("a1qq43hjaz", "a", [0x00]),
        ("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5", "scrip", Array(0..<16)),
    ]

    @Test(arguments: good) func goodText(text: String, prefix: String, bytes: [UInt8]) throws {
        let value = try Self.decode(text)
        #expect(value.prefix == prefix)
        #expect(value.bytes == bytes)
        #expect(Bech32m.encode(prefix: prefix, bytes: bytes) == text)
    }

    /// The invalid strings of BIP 350; its valid ones in upper case or with bits left over; and our own.
    static let bad: [(text: String, error: Bech32mError)] = [
        ("\u{20}1xj0phk", .character(position: 0)),
        ("\u{7f}1g6xzxy", .character(position: 0)),
        (
            "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
            .length
        ),
        ("qyrz8wqd2c9m", .separator),
        ("1qyrz8wqd2c9m", .separator),
        ("y1b0jsk6g", .character(position: 2)),
        ("lt1igcx5c0", .character(position: 3)),
        ("in1muywd", .length),
        ("mm1crxm3i", .character(position: 8)),
        ("au1s5cgom", .character(position: 7)),
        ("M1VUXWEZ", .upperCase(position: 0)),
        ("16plkw9", .separator),
        ("1p2gdwpf", .separator),
        ("A1LQFN3A", .upperCase(position: 0)),
        ("a1lqfn3A", .upperCase(position: 7)),
        ("11" + String(repeating: "l", count: 82) + "ludsr8", .padding),
        ("a1qy52hkn", .padding),
        ("a1qpg8r8qs", .padding),
        ("a1qqqcmw5yr", .padding),
        ("", .separator),
        ("1", .separator),
        ("a1lqfn3a\n", .character(position: 8)),
        ("a1lqfn3a\r\n", .character(position: 8)),
        ("é1lqfn3a", .character(position: 0)),
    ]

    @Test(arguments: bad) func badText(text: String, error: Bech32mError) {
        #expect(throws: error) { try Self.decode(text) }
    }

    @Test func whatIsWrittenIsRead() throws {
        var generator = SeededGenerator(seed: 4)
        for count in 0...45 {
            let bytes = generator.bytes(count)
            let text = Bech32m.encode(prefix: "a-1", bytes: bytes)
            let value = try Self.decode(text)
            #expect(value.prefix == "a-1" && value.bytes == bytes)
        }
    }

    /// BIP 173 promises that up to four wrong characters are found; one is also located.
    @Test func aSingleWrongCharacterIsLocated() throws {
        let good = Array("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5".utf8)
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        for position in good.indices where position != 5 {
            let replacements = position < 5 ? Array("abcdefghijklmnopqrstuvwxyz0123456789-".utf8) : alphabet
            for replacement in replacements where replacement != good[position] {
                var text = good
                text[position] = replacement
                #expect(throws: Bech32mError.checksum(position: position)) { try Bech32m.decode(text.span) }
            }
        }
    }

    @Test func upToFourWrongCharactersAreFound() {
        let good = Array("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5".utf8)
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var text = good
            for _ in 0..<Int.random(in: 2...4, using: &generator) {
                let position = Int.random(in: 6..<text.count, using: &generator)
                text[position] = alphabet[Int.random(in: 0..<32, using: &generator)]
            }
            guard text != good else { continue }
            #expect(throws: Bech32mError.self) { try Bech32m.decode(text.span) }
        }
    }

    @Test func descriptionsCountFromOne() {
        #expect(Bech32mError.checksum(position: 0).description.contains("character 1 "))
        #expect(Bech32mError.upperCase(position: 4).description == "character 5 is upper case")
        #expect(Bech32mError.checksum(position: nil).position == nil)
    }
}
