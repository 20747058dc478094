import Testing

@testable import ScripCore

@Suite struct VerifiedCheckpointTests {
    @Test func takesTheSealOfItsChainOnly() throws {
        let federation = try TestFederation()
        let charter = federation.charter
        let north = try region("north")
        let checkpoint = try federation.checkpoint()
        let log = try federation.keys("north").log
        let note = checkpoint.signed(by: log)
        let verified = try VerifiedCheckpoint(sealing: note, chain: north, charter: charter)
        #expect(verified.checkpoint == checkpoint && verified.text == checkpoint.text)

        #expect(
            throws: VerifiedCheckpointError.origin(
                "example.org/vouchers/north", expected: "example.org/vouchers/south")
        ) { try VerifiedCheckpoint(sealing: note, chain: region("south"), charter: charter) }
        #expect(throws: VerifiedCheckpointError.noChain(try region("hq"))) {
            try VerifiedCheckpoint(sealing: note, chain: region("hq"), charter: charter)
        }
        #expect(throws: VerifiedCheckpointError.noChain(try region("west"))) {
            try VerifiedCheckpoint(sealing: note, chain: region("west"), charter: charter)
        }
        #expect(throws: VerifiedCheckpointError.notSigned(by: north)) {
            try VerifiedCheckpoint(
                sealing: checkpoint.signed(by: federation.keys("south").log), chain: north, charter: charter)
        }
        let stranger = LogSigner(
            region: north, federation: federation.name, privateKey: privateKey("a stranger"))
        #expect(throws: VerifiedCheckpointError.notSigned(by: north)) {
            try VerifiedCheckpoint(
                sealing: checkpoint.signed(by: stranger), chain: north, charter: charter)
        }
        let copied = SignedNote(
            text: checkpoint.text, signatures: [log.signature(on: Array("other\n".utf8))])
        #expect(throws: VerifiedCheckpointError.badSignature(north)) {
            try VerifiedCheckpoint(sealing: copied, chain: north, charter: charter)
        }
        #expect(throws: VerifiedCheckpointError.checkpoint(.size)) {
            try VerifiedCheckpoint(
                sealing: SignedNote(text: Array("a\n".utf8), signatures: note.signatures), chain: north,
                charter: charter)
        }
    }

    @Test func aSealIsSignedOnce() throws {
        let federation = try TestFederation()
        let vote = try federation.vote("south")
        #expect(throws: VerifiedCheckpointError.signatureCount(2)) {
            try VerifiedCheckpoint(
                sealing: vote.checkpoint, chain: region("north"), charter: federation.charter)
        }
        // With the voter's line behind it the checkpoint is that of a vote.
        _ = try VerifiedCheckpoint(
            vote.checkpoint, chain: region("north"), charters: CharterHistory(federation.charter))
    }

    @Test func readsEverySealOfTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        var count = 0
        for path in try sample.files(below: "segments") {
            let chain = try region(String(path.split(separator: "/")[1]))
            for block in try sample.blocks(path) {
                let seal = try #require(block.last)
                let document = try JSONDocument(seal, form: .canonical, allowsNewlines: true)
                let note = try SignedNote(parsing: try #require(document.root.member("checkpoint")?.string))
                _ = try VerifiedCheckpoint(sealing: note, chain: chain, charter: charter)
                count += 1
            }
        }
        #expect(count >= 18)
    }
}
