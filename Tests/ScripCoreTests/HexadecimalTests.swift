import ScripCore
import ScripCrypto
import Testing

struct HexadecimalTests {
    static let good: [(bytes: [UInt8], text: String)] = [
        ([], ""), ([0x00], "00"), ([0xff], "ff"), ([0x09, 0x0a, 0x90, 0xa0], "090a90a0"),
        ([0xde, 0xad, 0xbe, 0xef], "deadbeef"),
    ]

    @Test(arguments: good) func goodText(bytes: [UInt8], text: String) {
        #expect(Hexadecimal.encode(bytes) == text)
        #expect(Hexadecimal.decode(text.utf8) == bytes)
        var output: [UInt8] = [0x2a]
        Hexadecimal.append(bytes.span, to: &output)
        #expect(output == [0x2a] + Array(text.utf8))
    }

    @Test(arguments: [
        "0", "000", "0G", "g0", "A0", "0F", " 0", "0 ", "0x", "+7", "-1", "00\n", "0\r", "٠٠", "０",
    ])
    func badText(_ text: String) {
        #expect(Hexadecimal.decode(text.utf8) == nil)
    }

    @Test func everyByteIsADigitOrNone() {
        for byte in UInt8.min ... .max {
            let isDigit = "0123456789abcdef".utf8.contains(byte)
            #expect((Hexadecimal.decode([0x30, byte]) != nil) == isDigit)
            #expect((Hexadecimal.decode([byte, 0x30]) != nil) == isDigit)
        }
    }

    @Test func fixedLengths() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let bytes = generator.bytes(32)
            let long = try #require(Bytes32(bytes))
            #expect(Bytes32(hexadecimal: long.hexadecimal.utf8) == long)
            #expect(Hexadecimal.decode(long.hexadecimal.utf8) == bytes)
            #expect(long.prefix.hexadecimal == String(long.hexadecimal.prefix(32)))
            #expect(Bytes16(hexadecimal: long.prefix.hexadecimal.utf8) == long.prefix)
            var output: [UInt8] = []
            long.appendHexadecimal(to: &output)
            long.prefix.appendHexadecimal(to: &output)
            #expect(output == Array((long.hexadecimal + long.prefix.hexadecimal).utf8))
        }
    }

    @Test(arguments: [0, 1, 31, 33, 62, 63, 65, 66, 128]) func otherLengths(_ count: Int) {
        let text = [UInt8](repeating: 0x61, count: count)
        #expect(Bytes32(hexadecimal: text) == nil)
        #expect(Bytes16(hexadecimal: text) == nil)
    }

    @Test func aWrongDigitAnywhereIsFound() {
        let good = [UInt8](repeating: 0x61, count: 64)
        #expect(Bytes32(hexadecimal: good.span) != nil)
        for position in good.indices {
            for wrong: UInt8 in [0x00, 0x2f, 0x3a, 0x40, 0x41, 0x46, 0x60, 0x67, 0x80, 0xb1, 0xe1, 0xff] {
                var text = good
                text[position] = wrong
                #expect(Bytes32(hexadecimal: text.span) == nil)
                #expect(Bytes16(hexadecimal: text.span.extracting(first: 32)) == nil || position >= 32)
            }
        }
    }
}
