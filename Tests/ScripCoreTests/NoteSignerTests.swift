import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct NoteSignerTests {
    @Test func signsUnderTheNamesOfTheRegion() throws {
        let keys = try TestFederation().keys("north")
        #expect(keys.log.verifierKey.name == "example.org/vouchers/north")
        #expect(keys.log.verifierKey.kind == .log)
        #expect(keys.witness.verifierKey.name == "example.org/vouchers/north/witness")
        #expect(keys.witness.verifierKey.kind == .witness)
    }

    /// Ed25519 is deterministic, so signing gives the outside note byte for byte.
    @Test func signsAsAnOutsideSignerDoes() throws {
        let note = try SignedNote(parsing: Array(VerifierKeyTests.outsideNote.utf8))
        let typedSeed = try #require(
            Base64.decode(Array("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz".utf8)))
        let key = Ed25519PrivateKey(seed: try #require(Bytes32(typedSeed.dropFirst())))
        #expect(try VerifierKey(parsing: VerifierKeyTests.outside).key == key.publicKey)
        #expect(key.signature(for: note.text).bytes == note.signatures[0].payload)
    }

    @Test func aTimeBefore1970CountsAsZero() throws {
        let line = try TestFederation().keys("north").witness.cosignature(
            on: Array("a\n".utf8), timeSeconds: -5)
        #expect(Cosignature(payload: line.payload)?.timeSeconds == 0)
    }
}
