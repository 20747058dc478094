import ScripCore
import Testing

struct RegionNameTests {
    @Test(arguments: [
        "a", "z", "north", "hq", "a0", "a-", "a--b", "south-east-2", "scrip1", "scri", "scrips", "abcdefg",
        "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopqrstuvwxyz-0123",
    ])
    func goodText(_ text: String) throws {
        let name = try #require(RegionName(text))
        #expect(name.text == text)
        #expect(name.description == text)
        #expect(name.count == text.utf8.count)
        var output: [UInt8] = [0x2a]
        name.append(to: &output)
        #expect(output == [0x2a] + Array(text.utf8))
    }

    @Test(arguments: [
        "", "scrip", "0a", "-a", "A", "North", "north ", " north", "no rth", "no_rth", "no.rth", "north\n",
        "north\r\n",
        "north\u{0}", "\u{0}", "norđ", "e\u{301}st", "\u{e9}st", "\u{212A}orth", "ｎorth", "north/witness",
        "abcdefghijklmnopqrstuvwxyz-01234",
    ])
    func badText(_ text: String) {
        #expect(RegionName(text) == nil)
    }

    @Test func everyByteInEveryPlace() {
        for byte in UInt8.min ... .max {
            let first = [byte]
            let later = [0x61, byte]
            let isLetter = (0x61...0x7a).contains(byte)
            let isAllowed = isLetter || (0x30...0x39).contains(byte) || byte == 0x2d
            #expect((RegionName(first.span) != nil) == isLetter)
            #expect((RegionName(later.span) != nil) == isAllowed)
        }
    }

    @Test func orderIsThatOfTheBytes() throws {
        let texts = [
            "a", "a-", "a-b", "a0", "aa", "abcdefgh", "abcdefgh-", "abcdefghijklmnop",
            "abcdefghijklmnopqrstuvwx",
            "abcdefghijklmnopqrstuvwxyz-0123", "abcdefgi", "b", "north", "north-2", "north2",
        ]
        let names = try texts.map { try #require(RegionName($0)) }
        for (left, leftText) in zip(names, texts) {
            for (right, rightText) in zip(names, texts) {
                #expect((left < right) == leftText.utf8.lexicographicallyPrecedes(rightText.utf8))
                #expect((left == right) == (leftText == rightText))
            }
        }
    }
}
