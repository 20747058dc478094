import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct HeadsNoteTests {
    let federation: TestFederation
    let heads: HeadsNote

    init() throws {
        let federation = try TestFederation()
        self.federation = federation
        let root = SHA256.hash(Array("root".utf8))
        heads = try HeadsNote(
            federation: federation.name, genesis: federation.charter.digest, region: region("north"),
            time: #require(Timestamp("2026-11-18T13:36:12Z")), charterEpoch: 1,
            chains: ["east", "north"].map {
                HeadsNote.Chain(region: try region($0), height: 6, size: 45, root: root)
            },
            votes: [("east", "east", 6), ("east", "north", 0), ("north", "east", 5)].map {
                HeadsNote.Votes(voter: try region($0), chain: try region($1), height: $2)
            },
            certificates: ["east", "north"].map { HeadsNote.Certificates(chain: try region($0), count: 6) },
            outbox: HeadsNote.Outbox(highest: 3, count: 1), evidenceCount: 0)
    }

    @Test func readsWhatItWrites() throws {
        #expect(try HeadsNote(parsing: heads.text) == heads)
        for name in ["north", "hq"] {
            let text = try heads.text.replacing("\nregion north\n", by: "\nregion \(name)\n")
            let spoken = try HeadsNote(parsing: text)
            let note = spoken.signed(by: try federation.keys(name).log)
            let read = try HeadsNote(
                SignedNote(parsing: note.bytes), charters: CharterHistory(federation.charter))
            #expect(read == spoken)
        }
    }

    @Test func aNewRegionHasNothing() throws {
        let empty = try HeadsNote(
            federation: heads.federation, genesis: heads.genesis, region: heads.region, time: heads.time,
            charterEpoch: 1, chains: [], votes: [], certificates: [],
            outbox: HeadsNote.Outbox(highest: 0, count: 0), evidenceCount: 0)
        #expect(try HeadsNote(parsing: empty.text) == empty)
        #expect(
            String(decoding: empty.text, as: UTF8.self).hasSuffix("\ncharter 1\noutbox 0 0\nevidence 0\n"))
    }

    @Test(arguments: [
        ("heads v1", "heads v2", HeadsError.line(1, expected: "scrip heads v1")),
        ("federation example", "federation Example", .line(2, expected: "federation NAME")),
        ("genesis ", "genesis 0", .line(3, expected: "genesis HEX")),
        ("region north", "region North", .line(4, expected: "region NAME")),
        ("time 2026-11-18T", "time 2026-11-31T", .line(5, expected: "time YYYY-MM-DDTHH:MM:SSZ")),
        ("charter 1", "charter 0", .number("charter")),
        ("charter 1", "charter 1\ncharter 1", .line(7, expected: "outbox NUMBER COUNT")),
        ("charter 1\n", "", .line(6, expected: "charter EPOCH")),
        ("chain east 6 45", "chain east 6", .line(7, expected: "chain REGION HEIGHT SIZE ROOT")),
        ("chain east 6 45", "chain east 06 45", .line(7, expected: "chain REGION HEIGHT SIZE ROOT")),
        ("chain east 6 45", "chain east 46 45", .number("chain")),
        ("chain east 6 45", "chain east 0 45", .number("chain")),
        ("chain east 6 45", "chain north 6 45", .order("chain")),
        ("chain east 6 45", "chain south 6 45", .order("chain")),
        ("vote east north 0", "vote east east 6", .order("vote")),
        ("vote east north 0", "vote south north 0", .order("vote")),
        ("vote east north 0", "vote east north", .line(10, expected: "vote VOTER CHAIN HEIGHT")),
        ("vote east north 0", "vote east north -1", .line(10, expected: "vote VOTER CHAIN HEIGHT")),
        ("certificate east 6", "certificate north 6", .order("certificate")),
        ("certificate east 6", "certificate east", .line(12, expected: "certificate CHAIN COUNT")),
        ("outbox 3 1", "outbox 3 4", .number("outbox")),
        ("outbox 3 1", "outbox 3", .line(14, expected: "outbox NUMBER COUNT")),
        ("outbox 3 1\n", "", .line(14, expected: "outbox NUMBER COUNT")),
        ("evidence 0\n", "", .line(15, expected: "evidence COUNT")),
        ("evidence 0", "evidence 00", .line(15, expected: "evidence COUNT")),
        ("evidence 0\n", "evidence 0\nevidence 0\n", .line(16, expected: "the end")),
    ])
    func refuses(change: (old: String, new: String, reason: HeadsError)) throws {
        let text = try heads.text.replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try HeadsNote(parsing: text) }
    }

    @Test func limitsTheLinesOfEachKind() throws {
        let names = (0...64).map { "r\($0 / 10)\($0 % 10)" }
        for (label, line) in [("chain", "chain NAME 6 45 ROOT"), ("certificate", "certificate NAME 6")] {
            for (count, isRead) in [(64, true), (65, false)] {
                let root = Base64.encode(heads.chains[0].root.bytes)
                let lines = names.prefix(count).map { name in
                    line.split(separator: " ").map { word in
                        word == "NAME" ? name : word == "ROOT" ? root : String(word)
                    }.joined(separator: " ") + "\n"
                }
                let kept = String(decoding: heads.text, as: UTF8.self).split(separator: "\n")
                    .filter { !$0.hasPrefix("\(label) ") && !$0.hasPrefix("vote ") }.map { "\($0)\n" }
                let place = try #require(
                    kept.firstIndex { $0.hasPrefix(label == "chain" ? "certificate " : "outbox ") })
                let text = Array(
                    (kept[..<place].joined() + lines.joined() + kept[place...].joined()).utf8)
                if isRead {
                    #expect(try HeadsNote(parsing: text).text == text)
                } else {
                    #expect(throws: HeadsError.count(label)) { try HeadsNote(parsing: text) }
                }
            }
        }
    }

    @Test func onlyTheRegionItselfSpeaks() throws {
        let charter = federation.charter
        let namesake = try TestFederation(quorum: .votes(3)).charter
        func refusal(_ note: SignedNote, of charter: Charter) -> HeadsError? {
            do {
                _ = try HeadsNote(note, charters: CharterHistory(charter))
                return nil
            } catch {
                return error
            }
        }
        func refusal(_ note: SignedNote) -> HeadsError? { refusal(note, of: charter) }
        let north = try federation.keys("north")
        let good = heads.signed(by: north.log)
        #expect(refusal(good) == nil)
        #expect(
            refusal(heads.signed(by: try federation.keys("south").log))
                == .signer("example.org/vouchers/south", expected: "example.org/vouchers/north"))
        let witness = north.witness.cosignature(on: heads.text, timeSeconds: 1)
        #expect(
            refusal(SignedNote(text: heads.text, signatures: [witness]))
                == .signer("example.org/vouchers/north/witness", expected: "example.org/vouchers/north"))
        #expect(
            refusal(SignedNote(text: heads.text, signatures: good.signatures + [witness]))
                == .signatureCount(2))
        #expect(
            refusal(
                SignedNote(
                    text: heads.text, signatures: [north.log.signature(on: federation.charter.text)]))
                == .badSignature(heads.region))
        #expect(refusal(good, of: namesake) == .federation)
        let foreign = try TestFederation(name: "example.net")
        let other = try HeadsNote(parsing: heads.text.replacing("example.org/vouchers", by: "example.net"))
        #expect(refusal(other.signed(by: try foreign.keys("north").log)) == .federation)
        let stranger = try HeadsNote(parsing: heads.text.replacing("\nregion north\n", by: "\nregion west\n"))
        #expect(refusal(stranger.signed(by: north.log)) == .stranger(try region("west")))
    }

    @Test func readsTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        let bytes = try sample.bytes("heads.note")
        let note = try SignedNote(parsing: bytes)
        let heads = try HeadsNote(note, charters: CharterHistory(charter))
        #expect(note.bytes == bytes && heads.text == note.text)
        #expect(heads.region.text == "north" && heads.chains.map(\.size) == [45, 44, 24])
        #expect(heads.votes.count == 9 && heads.certificates.map(\.count) == [6, 6, 6])
        #expect(heads.outbox == HeadsNote.Outbox(highest: 1, count: 1) && heads.evidenceCount == 0)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            #expect(throws: (any Error).self, "byte \(position)") {
                try HeadsNote(SignedNote(parsing: changed), charters: CharterHistory(charter))
            }
        }
    }
}
