import ScripCore
import ScripCrypto
import Testing

struct Base64Tests {
    /// RFC 4648 section 10, and both digits that are neither letter nor number.
    static let good: [(bytes: [UInt8], text: String)] = [
        ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="), (Array("foo".utf8), "Zm9v"),
        (Array("foob".utf8), "Zm9vYg=="), (Array("fooba".utf8), "Zm9vYmE="),
        (Array("foobar".utf8), "Zm9vYmFy"), ([0xfb, 0xff, 0xbf], "+/+/"),
        ([0x00], "AA=="), ([0xff, 0xff], "//8="),
    ]

    @Test(arguments: good) func goodText(bytes: [UInt8], text: String) {
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(text.utf8) == bytes)
    }

    /// Among them padding bits that are not zero (`Zh==`, `Zm9=`), which lenient readers accept.
    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "=", "==", "====", "Zh==", "Zm9=", "Z===", "Zm9v=", "Zm9v====", "Zg==Zg==",
        "Zm=v",
        "=m9v", "Zm9v\n", "Zm9v\r\n", " Zm9v", "Zm 9v", "Zm-_", "Zm9v ", "Ｚm9v", "Zm9\u{0}", "Zg=A", "////\n",
    ])
    func badText(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func whatIsReadIsWrittenBack() {
        var generator = SeededGenerator(seed: 2)
        for count in 0..<100 {
            let bytes = generator.bytes(count)
            let text = Base64.encode(bytes)
            #expect(text.utf8.count == (count + 2) / 3 * 4)
            #expect(Base64.decode(text.utf8) == bytes)
        }
    }

    /// Every two texts that differ mean different bytes, or one of them is refused.
    @Test func textsAreCanonical() {
        let text = Array(Base64.encode([1, 2, 3, 4]).utf8)
        for position in text.indices {
            for byte in UInt8.min ... .max where byte != text[position] {
                var other = text
                other[position] = byte
                guard let bytes = Base64.decode(other) else { continue }
                #expect(bytes != [1, 2, 3, 4])
                #expect(Array(Base64.encode(bytes).utf8) == other)
            }
        }
    }

    @Test func fixedLengths() throws {
        var generator = SeededGenerator(seed: 3)
        let digest = try #require(Bytes32(generator.bytes(32)))
        let bytes = generator.bytes(64)
        // The macro cannot hold a span.
        let made = Ed25519Signature(bytes.span)
        let signature = try #require(made)
        let shortText = Array(digest.base64.utf8)
        let longText = Array(signature.base64.utf8)
        #expect(shortText.count == 44 && longText.count == 88)
        #expect(Bytes32(base64: shortText.span) == digest)
        #expect(Ed25519Signature(base64: longText.span) == signature)
        #expect(Bytes32(base64: longText.span) == nil)
        #expect(Ed25519Signature(base64: shortText.span) == nil)
        #expect(Bytes32(base64: shortText.span.extracting(first: 43)) == nil)
        #expect(Ed25519Signature(base64: longText.span.extracting(first: 84)) == nil)
    }
}
