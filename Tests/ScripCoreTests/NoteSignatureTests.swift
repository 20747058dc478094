import Testing

@testable import ScripCore

@Suite struct NoteSignatureTests {
    @Test func keepsNameHashAndPayload() throws {
        let signature = NoteSignature(name: "example.org/a", keyHash: 0x0102_0304, payload: [5, 6, 7])
        #expect(String(decoding: signature.line, as: UTF8.self) == "— example.org/a AQIDBAUGBw==")
        #expect(NoteSignature(parsing: signature.line[...]) == signature)
    }

    @Test func limitsNameAndPayload() {
        for (nameCount, payloadCount, isRead) in [
            (1, 1, true), (255, 8_192, true), (256, 1, false), (0, 1, false), (1, 0, false),
            (1, 8_200, false),
        ] {
            let signature = NoteSignature(
                name: String(repeating: "n", count: nameCount), keyHash: 1,
                payload: [UInt8](repeating: 9, count: payloadCount))
            #expect(
                (NoteSignature(parsing: signature.line[...]) != nil) == isRead,
                "\(nameCount) \(payloadCount)")
        }
    }
}
