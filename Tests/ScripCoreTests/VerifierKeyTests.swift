import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct VerifierKeyTests {
    /// The key, the note and the signature of the tests of golang.org/x/mod/sumdb/note.
    static let outside = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let outsideNote = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR\
        Zb6KE6RyyBwJnAM=

        """

    @Test func verifiesAnOutsideNote() throws {
        let key = try VerifierKey(parsing: Self.outside)
        #expect(key.name == "PeterNeumann" && key.kind == .log && key.keyHash == 0xc74f_20a3)
        #expect(key.text == Self.outside)
        let note = try SignedNote(parsing: Array(Self.outsideNote.utf8))
        #expect(key.isValid(note.signatures[0], on: note.text))
        #expect(!key.isValid(note.signatures[0], on: note.text + [UInt8(ascii: "\n")]))
    }

    @Test func refusesEveryPartAndEveryChangedByteOfAKey() throws {
        let bytes = Array(Self.outside.utf8)
        for start in 0...bytes.count {
            for end in start...bytes.count where end - start < bytes.count {
                #expect(throws: VerifierKeyError.self) { try VerifierKey(parsing: bytes[start..<end]) }
            }
        }
        for position in bytes.indices {
            var changed = bytes
            changed[position] += 1
            #expect(throws: VerifierKeyError.self) { try VerifierKey(parsing: changed[...]) }
        }
    }

    @Test(arguments: [
        ("", VerifierKeyError.form),
        ("a", .form),
        ("a+00000000", .form),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .name),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .name),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .hash),
        ("PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .hash),
        ("PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .kind(2)),
        ("PeterNeumann+c74f20a3+", .kind(nil)),
        ("PeterNeumann+c74f20a3+ARpc", .keyLength(bytes: 2)),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==", .keyLength(bytes: 33)),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW", .form),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n", .form),
    ])
    func refuses(key: (text: String, reason: VerifierKeyError)) {
        #expect(throws: key.reason) { try VerifierKey(parsing: key.text) }
    }

    @Test func aNameIsNeitherEmptyNorSpacedNorPlus() throws {
        let key = privateKey("one").publicKey
        for name in ["", "a b", "a+b", "é", "a\n", String(repeating: "n", count: 256)] {
            #expect(VerifierKey(name: name, kind: .log, key: key) == nil)
        }
        let made = try #require(VerifierKey(name: "a/b", kind: .witness, key: key))
        #expect(try VerifierKey(parsing: made.text) == made)
    }

    @Test func theSameKeyHasAnotherHashUnderAnotherNameOrKind() throws {
        let key = privateKey("one").publicKey
        let hashes = try [("a", VerifierKey.Kind.log), ("b", .log), ("a", .witness)].map { name, kind in
            try #require(VerifierKey(name: name, kind: kind, key: key)).keyHash
        }
        #expect(Set(hashes).count == 3)
    }

    /// A line counts only if name, key hash, length and signature are all this key's.
    @Test func refusesLinesOfOtherKeys() throws {
        let federation = try TestFederation()
        let text = Array("a\n".utf8)
        let north = try federation.keys("north")
        let good = north.log.signature(on: text)
        let key = north.log.verifierKey
        #expect(key.isValid(good, on: text))
        let cosignature = north.witness.cosignature(on: text, timeSeconds: 7)
        #expect(north.witness.verifierKey.isValid(cosignature, on: text))

        let others = [
            try federation.keys("south").log.signature(on: text),
            cosignature,
            NoteSignature(name: "other", keyHash: good.keyHash, payload: good.payload),
            NoteSignature(name: good.name, keyHash: good.keyHash &+ 1, payload: good.payload),
            NoteSignature(name: good.name, keyHash: good.keyHash, payload: good.payload.dropLast()),
            NoteSignature(name: good.name, keyHash: good.keyHash, payload: good.payload + [0]),
            NoteSignature(name: good.name, keyHash: good.keyHash, payload: cosignature.payload),
            NoteSignature(
                name: good.name, keyHash: good.keyHash, payload: [UInt8](repeating: 0, count: 64)),
        ]
        for line in others { #expect(!key.isValid(line, on: text)) }
        for position in good.payload.indices {
            var payload = good.payload
            payload[position] ^= 0x10
            #expect(
                !key.isValid(
                    NoteSignature(name: good.name, keyHash: good.keyHash, payload: payload), on: text))
        }
    }
}
