import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct VoteTests {
    let federation: TestFederation
    let south: RegionName
    let vote: Vote

    init() throws {
        federation = try TestFederation()
        south = try region("south")
        vote = try federation.vote("south", invalid: [VerdictText.Invalid(index: 22, code: .spent)])
    }

    private func refusal(
        _ vote: Vote, seal: VerifiedCheckpoint? = nil, charter: Charter? = nil
    ) -> VoteError? {
        do {
            _ = try vote.check(charter: charter ?? federation.charter, seal: seal)
            return nil
        } catch {
            return error
        }
    }

    @Test func countsWhenAllIsGood() throws {
        #expect(try Vote(parsing: vote.line) == vote)
        let seal = try federation.seal()
        for known in [nil, seal] {
            let checked = try vote.check(charter: federation.charter, seal: known)
            #expect(checked.voter == south && checked.voterIndex == 2)
            #expect(checked.seal == seal)
            #expect(checked.verdict.invalid.map(\.index) == [22])
            #expect(checked.cosignatureTimeSeconds == 1_795_003_912)
            #expect(checked.verdictDigest == SHA256.hash(vote.verdict.text))
            #expect(checked.ballot == Ballot(voter: south, verdict: checked.verdictDigest))
        }
    }

    /// A region votes on its own blocks too: the log key's line is then of the voter as well.
    @Test func aRegionVotesOnItsOwnBlocks() throws {
        #expect(refusal(try federation.vote("north")) == nil)
    }

    @Test(arguments: [
        ("\"type\":\"vote\"", "\"type\":\"certificate\"", VoteError.field("type")),
        ("\"chain\":\"north\",", "", .field("chain")),
        ("\"chain\":\"north\"", "\"chain\":\"North\"", .field("chain")),
        ("\"chain\":\"north\"", "\"chain\":\"scrip\"", .field("chain")),
        ("\"chain\":\"north\"", "\"chain\":1", .field("chain")),
        ("\"voter\":\"south\"", "\"voter\":\"so uth\"", .field("voter")),
        ("\"voter\":\"south\"", "\"voter\":\"\"", .field("voter")),
        ("\"height\":17", "\"height\":\"17\"", .field("height")),
        ("\"height\":17", "\"height\":0", .field("height")),
        ("\"height\":17", "\"height\":-17", .field("height")),
        ("\"voter\":\"south\"}", "\"voter\":\"south\",\"x\":1}", .field("an unknown one")),
    ])
    func refusesFields(change: (old: String, new: String, reason: VoteError)) throws {
        let line = try vote.line.replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try Vote(parsing: line) }
    }

    @Test func refusesOtherLayouts() throws {
        for (old, new) in [
            ("{\"chain\"", "{ \"chain\""), ("\"height\":17", "\"height\":17.0"),
            ("\"height\":17", "\"height\":1,\"height\":17"),
        ] {
            let line = try vote.line.replacing(old, by: new)
            do {
                _ = try Vote(parsing: line)
                Issue.record("'\(new)' was read")
            } catch VoteError.json {
            } catch {
                Issue.record("\(error)")
            }
        }
        #expect(throws: VoteError.self) { try Vote(parsing: vote.line + [UInt8(ascii: "\n")]) }
        #expect(throws: VoteError.self) { try Vote(parsing: []) }
        #expect(throws: VoteError.field("an unknown one")) { try Vote(parsing: Array("[]".utf8)) }
        #expect(throws: VoteError.checkpointNote(.noSignatures)) {
            try forgedVote(
                checkpoint: SignedNote(text: vote.checkpoint.text, signatures: []), verdict: vote.verdict)
        }
        #expect(throws: VoteError.verdictNote(.noSignatures)) {
            try forgedVote(
                checkpoint: vote.checkpoint, verdict: SignedNote(text: vote.verdict.text, signatures: []))
        }
    }

    /// Every field says what the signed notes say, or the vote does not count.
    @Test func fieldsMustAgreeWithTheNotes() throws {
        let notes = (vote.checkpoint, vote.verdict)
        func forged(chain: String = "north", height: Int = 17, voter: String = "south") throws -> VoteError? {
            refusal(
                try forgedVote(
                    chain: chain, checkpoint: notes.0, height: height, verdict: notes.1, voter: voter))
        }
        #expect(try forged() == nil)
        #expect(
            try forged(chain: "east")
                == .checkpoint(
                    .origin("example.org/vouchers/north", expected: "example.org/vouchers/east")))
        #expect(try forged(chain: "hq") == .checkpoint(.noChain(region("hq"))))
        #expect(try forged(chain: "west") == .checkpoint(.noChain(region("west"))))
        #expect(try forged(height: 16) == .height(17, expected: 16))
        #expect(
            try forged(voter: "east")
                == .checkpointSigner(
                    "example.org/vouchers/south/witness", expected: "example.org/vouchers/east/witness"))
        #expect(try forged(voter: "hq") == .observer(region("hq")))
        #expect(try forged(voter: "west") == .stranger(region("west")))
    }

    /// A seal that is known spares a verification and nothing else.
    @Test func aKnownSealIsNoExcuse() throws {
        let seal = try federation.seal()
        let forged = try forgedVote(
            chain: "east", checkpoint: vote.checkpoint, verdict: vote.verdict)
        #expect(
            refusal(forged, seal: seal)
                == .checkpoint(
                    .origin("example.org/vouchers/north", expected: "example.org/vouchers/east")))
        // Under a charter with another key for the chain the seal says nothing.
        let namesake = try TestFederation(salt: "another ")
        let theirs = try forgedVote(
            checkpoint: SignedNote(
                text: vote.checkpoint.text,
                signatures: [try namesake.seal().signature, vote.checkpoint.signatures[1]]),
            verdict: vote.verdict)
        #expect(
            refusal(theirs, seal: try namesake.seal()) == .checkpoint(.notSigned(by: try region("north"))))
        // Another tree than that of the seal is verified by itself.
        let other = try federation.vote("south", root: "other")
        #expect(refusal(other, seal: seal) == nil)
        let copied = try forgedVote(
            checkpoint: SignedNote(
                text: other.checkpoint.text, signatures: [seal.signature, other.checkpoint.signatures[1]]),
            verdict: other.verdict)
        #expect(refusal(copied, seal: seal) == .checkpoint(.badSignature(try region("north"))))
    }

    /// Checkpoint and verdict of different votes, each good by itself.
    @Test func notesMustAgreeWithEachOther() throws {
        for other in [
            try federation.vote("south", root: "other"), try federation.vote("south", on: "east"),
        ] {
            #expect(
                refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: other.verdict)) == .disagreement)
        }
        let seal = try federation.seal(size: 30)
        let smaller = Vote(
            casting: try federation.verdict(), on: seal, voter: south, log: try federation.keys("south").log,
            witness: try federation.keys("south").witness, timeSeconds: 1)
        #expect(refusal(smaller) == .disagreement)
        let higher = try federation.vote("south", height: 18)
        #expect(
            refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: higher.verdict))
                == .height(18, expected: 17))
    }

    @Test func anotherEpochDoesNotCount() throws {
        let text = try federation.verdict(epoch: 2)
        let verdict = SignedNote(
            text: text.text, signatures: [try federation.keys("south").log.signature(on: text.text)])
        #expect(
            refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: verdict))
                == .epoch(2, expected: 1))
    }

    @Test func aVerdictMustBeOne() throws {
        for (old, new, reason) in [
            ("invalid 22 spent", "invalid 20 spent", VerdictError.invalidIndex(20)),
            ("invalid 22 spent", "invalid 31 spent", .invalidIndex(31)),
            ("invalid 22 spent", "invalid 22 reserved", .code("reserved")),
            ("invalid 22 spent", "invalid 23 spent\ninvalid 22 spent", .invalidIndex(22)),
            ("scrip verdict v1", "scrip charter v1", .line(1, expected: "scrip verdict v1")),
        ] {
            let text = try vote.verdict.text.replacing(old, by: new)
            let note = SignedNote(
                text: text, signatures: [try federation.keys("south").log.signature(on: text)])
            #expect(
                refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: note)) == .verdict(reason))
        }
        let text = vote.checkpoint.text + Array("extension\n".utf8)
        let keys = try federation.keys("south")
        let extended = SignedNote(
            text: text,
            signatures: [
                try federation.keys("north").log.signature(on: text),
                keys.witness.cosignature(on: text, timeSeconds: 1),
            ])
        #expect(
            refusal(try forgedVote(checkpoint: extended, verdict: vote.verdict))
                == .checkpoint(.checkpoint(.lines)))
    }

    /// Lines that are missing, too many, or not in their order.
    @Test func exactlyTheLinesThatShouldBeThere() throws {
        let lines = vote.checkpoint.signatures
        let signature = vote.verdict.signatures[0]
        let text = vote.checkpoint.text
        let east = try federation.keys("east")
        let stuffed = east.witness.cosignature(on: text, timeSeconds: 1)
        for signatures in [
            [lines[0]], [lines[1]], lines + [stuffed], lines + [lines[1]], lines + [lines[0]],
            [lines[0], stuffed, lines[1]],
        ] {
            let note = SignedNote(text: text, signatures: signatures)
            #expect(
                refusal(try forgedVote(checkpoint: note, verdict: vote.verdict))
                    == .checkpointLines(count: signatures.count))
        }
        let swapped = SignedNote(text: text, signatures: lines.reversed())
        #expect(
            refusal(try forgedVote(checkpoint: swapped, verdict: vote.verdict))
                == .checkpointSigner(
                    "example.org/vouchers/north", expected: "example.org/vouchers/south/witness"))
        let twice = SignedNote(text: text, signatures: [lines[1], lines[1]])
        #expect(
            refusal(try forgedVote(checkpoint: twice, verdict: vote.verdict))
                == .checkpoint(.notSigned(by: try region("north"))))
        for signatures in [
            [signature, signature], [signature, east.log.signature(on: vote.verdict.text)],
            [signature, NoteSignature(name: "x", keyHash: 1, payload: [1])],
        ] {
            let note = SignedNote(text: vote.verdict.text, signatures: signatures)
            #expect(
                refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: note))
                    == .verdictLines(count: 2))
        }
    }

    /// Each of the three lines by every key that is not the one it should be by.
    @Test func everyLineByEveryWrongKey() throws {
        let checkpointText = vote.checkpoint.text
        let verdictText = vote.verdict.text
        let foreign = try TestFederation(name: "example.net/vouchers")
        let namesake = try TestFederation(salt: "another ")
        var lines: [(who: String, checkpoint: NoteSignature, verdict: NoteSignature)] = []
        for (label, other) in [("own", federation), ("foreign", foreign), ("namesake", namesake)] {
            for name in ["east", "hq", "north", "south"] {
                let keys = try other.keys(name)
                lines.append(
                    (
                        "\(label) \(name) log", keys.log.signature(on: checkpointText),
                        keys.log.signature(on: verdictText)
                    ))
                lines.append(
                    (
                        "\(label) \(name) witness",
                        keys.witness.cosignature(on: checkpointText, timeSeconds: 9),
                        keys.witness.cosignature(on: verdictText, timeSeconds: 9)
                    ))
            }
        }
        var refused = 0
        for line in lines {
            for (place, rightful) in [
                (0, "own north log"), (1, "own south witness"), (2, "own south log"),
            ] where line.who != rightful {
                var checkpoint = vote.checkpoint.signatures
                var verdict = vote.verdict.signatures
                if place < 2 { checkpoint[place] = line.checkpoint } else { verdict[0] = line.verdict }
                let forged = try forgedVote(
                    checkpoint: SignedNote(text: checkpointText, signatures: checkpoint),
                    verdict: SignedNote(text: verdictText, signatures: verdict))
                for seal in [nil, try federation.seal()] {
                    switch (place, refusal(forged, seal: seal)) {
                    case (0, .checkpoint(.notSigned)), (1, .checkpointSigner), (2, .verdictSigner):
                        refused += 1
                    case (_, let reason):
                        Issue.record("\(line.who) at \(place): \(String(describing: reason))")
                    }
                }
            }
        }
        #expect(refused == 2 * (3 * 24 - 3))
    }

    /// A line that bears the right name and hash, with the signature of another key or on another text.
    @Test func everyLineWithAWrongSignature() throws {
        let checkpointText = vote.checkpoint.text
        let verdictText = vote.verdict.text
        let other = try TestFederation(salt: "another ")
        func disguised(_ payload: [UInt8], as line: NoteSignature) -> NoteSignature {
            NoteSignature(name: line.name, keyHash: line.keyHash, payload: payload)
        }
        let log = vote.checkpoint.signatures[0]
        let cosignature = vote.checkpoint.signatures[1]
        let signature = vote.verdict.signatures[0]
        let keys = try federation.keys("south")
        for payload in [
            try other.keys("north").log.signature(on: checkpointText).payload,
            try federation.keys("north").log.signature(on: verdictText).payload,
            cosignature.payload, log.payload.dropLast(), [UInt8](repeating: 0, count: 64),
        ] {
            let note = SignedNote(
                text: checkpointText, signatures: [disguised(payload, as: log), cosignature])
            for seal in [nil, try federation.seal()] {
                #expect(
                    refusal(try forgedVote(checkpoint: note, verdict: vote.verdict), seal: seal)
                        == .checkpoint(.badSignature(try region("north"))))
            }
        }
        var earlier = cosignature.payload
        earlier[7] ^= 1
        for payload in [
            try other.keys("south").witness.cosignature(on: checkpointText, timeSeconds: 1).payload,
            keys.witness.cosignature(on: verdictText, timeSeconds: 1).payload,
            keys.log.signature(on: checkpointText).payload, earlier, cosignature.payload + [0],
            [UInt8](repeating: 0xff, count: 72), [UInt8](repeating: 0, count: 72),
        ] {
            let note = SignedNote(
                text: checkpointText, signatures: [log, disguised(payload, as: cosignature)])
            #expect(
                refusal(try forgedVote(checkpoint: note, verdict: vote.verdict)) == .badCosignature(south))
        }
        for payload in [
            try other.keys("south").log.signature(on: verdictText).payload,
            keys.log.signature(on: checkpointText).payload, signature.payload + [0], cosignature.payload,
            try federation.vote("south").verdict.signatures[0].payload,
        ] {
            let note = SignedNote(text: verdictText, signatures: [disguised(payload, as: signature)])
            #expect(
                refusal(try forgedVote(checkpoint: vote.checkpoint, verdict: note))
                    == .badVerdictSignature(south))
        }
    }

    @Test func votesOfObserversAndStrangersDoNotCount() throws {
        #expect(refusal(try federation.vote("hq")) == .observer(try region("hq")))
        let larger = try TestFederation(voters: ["east", "north", "south", "west"])
        #expect(refusal(try larger.vote("west")) == .stranger(try region("west")))
    }

    @Test func votesOfAnotherFederationDoNotCount() throws {
        let foreign = try TestFederation(name: "example.net/vouchers")
        #expect(
            refusal(try foreign.vote("south"))
                == .checkpointSigner(
                    "example.net/vouchers/south/witness", expected: "example.org/vouchers/south/witness"))
        // Of the same name, with keys of its own: the names agree, and the key hashes do not.
        let namesake = try TestFederation(salt: "another ")
        #expect(
            refusal(try namesake.vote("south"))
                == .checkpointSigner(
                    "example.org/vouchers/south/witness", expected: "example.org/vouchers/south/witness"))
    }

    @Test func readsAndChecksEveryVoteOfTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        var seals: [String: VerifiedCheckpoint] = [:]
        var count = 0
        for path in try sample.files(below: "votes") {
            let words = path.split(separator: "/")
            for line in try sample.lines(path) {
                let vote = try Vote(parsing: line)
                #expect(vote.line == line)
                #expect(vote.voter.text == words[1] && vote.chain.text == words[2])
                let block = "\(vote.chain) \(vote.height)"
                let alone = try vote.check(charter: charter)
                let withSeal = try vote.check(charter: charter, seal: seals[block])
                #expect(alone == withSeal)
                seals[block] = alone.seal
                count += 1
            }
        }
        #expect(count >= 54 && seals.count == 18)
    }

    @Test func findsEveryChangedBitOfAVoteOfTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        let path = try #require(try sample.files(below: "votes/south").first)
        let line = try sample.lines(path)[0]
        for position in line.indices {
            for bit in 0..<8 {
                var changed = line
                changed[position] ^= 1 << UInt8(bit)
                #expect(throws: VoteError.self, "byte \(position), bit \(bit)") {
                    try Vote(parsing: changed).check(charter: charter)
                }
            }
        }
    }
}
