import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct CosignatureTests {
    @Test func theMessageIsThatOfTheStandard() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        #expect(
            Cosignature.message(timeSeconds: 1_679_315_147, text: Array(text.utf8))
                == Array("cosignature/v1\ntime 1679315147\n\(text)".utf8))
    }

    /// The time in the payload of the specification's example is that in its message.
    @Test func readsTheExampleOfTheStandard() throws {
        let line =
            "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2"
            + "oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
        let signature = try #require(NoteSignature(parsing: Array(line.utf8)[...]))
        let cosignature = try #require(Cosignature(payload: signature.payload))
        #expect(cosignature.timeSeconds == 1_679_315_147)
        #expect(cosignature.payload == signature.payload)
    }

    @Test func refusesOtherLengthsAndTimesBeyondTheStandard() {
        let signature = [UInt8](repeating: 3, count: 64)
        #expect(Cosignature(payload: signature) == nil)
        #expect(Cosignature(payload: signature + [UInt8](repeating: 0, count: 7)) == nil)
        #expect(Cosignature(payload: signature + [UInt8](repeating: 0, count: 9)) == nil)
        let last: [UInt8] = [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        #expect(Cosignature(payload: last + signature)?.timeSeconds == .max)
        #expect(Cosignature(payload: last + signature)?.payload == last + signature)
        #expect(Cosignature(payload: [0x80, 0, 0, 0, 0, 0, 0, 0] + signature) == nil)
    }

    @Test func theTimeIsSigned() throws {
        let text = Array("a\n".utf8)
        let witness = try TestFederation().keys("north").witness
        let line = witness.cosignature(on: text, timeSeconds: 7)
        let cosignature = try #require(Cosignature(payload: line.payload))
        let key = witness.verifierKey.key
        #expect(cosignature.isValid(by: key, on: text))
        let later = Cosignature(timeSeconds: 8, signature: cosignature.signature)
        #expect(!later.isValid(by: key, on: text))
        #expect(!cosignature.isValid(by: key, on: Array("b\n".utf8)))
        #expect(!key.isValid(cosignature.signature, for: text))
    }
}
