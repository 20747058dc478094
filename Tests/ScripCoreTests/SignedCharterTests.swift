import Testing

@testable import ScripCore

@Suite struct SignedCharterTests {
    /// All that the regions do in turn, in an order that is not the charter's.
    @Test func isInForceOnceEveryRegionHasSigned() throws {
        let federation = try TestFederation()
        var signed = SignedCharter(draft: federation.charter)
        #expect(try SignedCharter(parsing: signed.bytes) == signed)
        var missing = ["east", "hq", "north", "south"]
        for name in ["south", "hq", "east", "north"] {
            #expect(signed.missingSigners.map(\.text) == missing)
            #expect(throws: SignedCharterError.missing(try missing.map(region))) { try signed.check() }
            try signed.checkSignatures()
            signed = try signed.signed(by: federation.keys(name).log)
            missing.removeAll { $0 == name }
            #expect(try SignedCharter(parsing: signed.bytes) == signed)
            #expect(try signed.signed(by: federation.keys(name).log) == signed)
        }
        try signed.check()
        #expect(
            signed.signatures.map(\.name).map { $0.split(separator: "/").last } == [
                "east", "hq", "north", "south",
            ])
    }

    /// Signatures in any order are good; only what is written here has an order.
    @Test func takesSignaturesInAnyOrder() throws {
        let signed = try signedCharter()
        let reversed = SignedNote(
            text: signed.charter.text, signatures: signed.signatures.reversed())
        let read = try SignedCharter(parsing: reversed.bytes)
        try read.check()
        #expect(read.bytes == reversed.bytes)
    }

    @Test func everyRegionMustSign() throws {
        let signed = try signedCharter()
        for position in signed.signatures.indices {
            var fewer = signed.signatures
            fewer.remove(at: position)
            let note = SignedNote(text: signed.charter.text, signatures: fewer)
            let read = try SignedCharter(parsing: note.bytes)
            #expect(throws: SignedCharterError.missing([signed.charter.regions[position].name])) {
                try read.check()
            }
        }
    }

    @Test func refusesOtherLines() throws {
        let federation = try TestFederation()
        let signed = try signedCharter()
        let text = signed.charter.text
        let north = try region("north")
        let stranger = LogSigner(region: north, federation: federation.name, privateKey: privateKey("x"))
        let witness = try federation.keys("north").witness.cosignature(on: text, timeSeconds: 1)
        let bad = try federation.keys("north").log.signature(on: Array("x\n".utf8))
        for (line, reason) in [
            (stranger.signature(on: text), SignedCharterError.stranger("example.org/vouchers/north")),
            (witness, .stranger("example.org/vouchers/north/witness")),
            (signed.signatures[2], .twice(north)),
        ] {
            let note = SignedNote(text: text, signatures: signed.signatures + [line])
            #expect(throws: reason) { try SignedCharter(parsing: note.bytes).check() }
            #expect(throws: reason) { try signed.adding(line) }
        }
        var spoiled = signed.signatures
        spoiled[2] = bad
        #expect(throws: SignedCharterError.badSignature(north)) {
            try SignedCharter(parsing: SignedNote(text: text, signatures: spoiled).bytes).check()
        }
        #expect(throws: SignedCharterError.badSignature(north)) {
            try SignedCharter(draft: signed.charter).adding(bad)
        }
    }

    /// A federation of the same name and the same keys but another roster is another one.
    @Test func signaturesBindTheText() throws {
        let signed = try signedCharter()
        let other = try TestFederation(quorum: .votes(3)).charter
        let note = SignedNote(text: other.text, signatures: signed.signatures)
        #expect(throws: SignedCharterError.badSignature(try region("east"))) {
            try SignedCharter(parsing: note.bytes).check()
        }
    }

    @Test func saysWhatIsWrongWithANoteOrADraft() throws {
        #expect(throws: SignedCharterError.charter(.line(1, expected: "scrip charter v1"))) {
            try SignedCharter(parsing: Array("hello\n".utf8))
        }
        #expect(throws: SignedCharterError.charter(.line(1, expected: "scrip charter v1"))) {
            try SignedCharter(parsing: Array(SignedNoteTests.example.utf8))
        }
        #expect(throws: SignedCharterError.note(.noFinalNewline)) { try SignedCharter(parsing: []) }
    }

    @Test func findsEveryChangedByteOfTheSample() throws {
        let bytes = try SampleFederation().bytes("charter/1.note")
        let good = try SignedCharter(parsing: bytes)
        try good.check()
        #expect(good.bytes == bytes)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            #expect(throws: SignedCharterError.self, "byte \(position)") {
                try SignedCharter(parsing: changed).check()
            }
        }
        for count in 0..<bytes.count {
            #expect(throws: SignedCharterError.self, "\(count) bytes") {
                try SignedCharter(parsing: Array(bytes[..<count])).check()
            }
        }
    }

    private func signedCharter() throws -> SignedCharter {
        let federation = try TestFederation()
        var signed = SignedCharter(draft: federation.charter)
        for region in federation.charter.regions {
            signed = try signed.signed(by: federation.keys(region.name.text).log)
        }
        return signed
    }
}
