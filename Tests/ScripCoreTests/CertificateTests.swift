import Testing

@testable import ScripCore

@Suite struct CertificateTests {
    static let names = ["r1", "r2", "r3", "r4", "r5"]

    let federation: TestFederation
    let charter: Charter
    /// The certificate of r1, r2 and r4, with the signatures of each on both notes.
    let certificate: Certificate
    let votes: [CheckedVote]

    init() throws {
        let federation = try TestFederation(voters: Self.names + ["north"], quorum: .votes(4))
        self.federation = federation
        charter = federation.charter
        votes = try ["r5", "r4", "r2", "north", "r1"].map { try federation.checkedVote($0) }
        certificate = try #require(Certificate(assembling: votes, charter: federation.charter))
    }

    private func refusal(_ certificate: Certificate) -> CertificateError? {
        do {
            _ = try certificate.check(charter: charter)
            return nil
        } catch {
            return error
        }
    }

    private func forged(
        chain: String = "north", checkpoint: [NoteSignature]? = nil, checkpointText: [UInt8]? = nil,
        height: Int = 17, verdict: [NoteSignature]? = nil, verdictText: [UInt8]? = nil
    ) throws -> CertificateError? {
        refusal(
            try forgedCertificate(
                chain: chain,
                checkpoint: SignedNote(
                    text: checkpointText ?? certificate.checkpoint.text,
                    signatures: checkpoint ?? certificate.checkpoint.signatures), height: height,
                verdict: SignedNote(
                    text: verdictText ?? certificate.verdict.text,
                    signatures: verdict ?? certificate.verdict.signatures)))
    }

    @Test func holdsTheFirstVotersOfTheClassInTheOrderOfTheCharter() throws {
        for known in [nil, try federation.seal()] {
            let checked = try certificate.check(charter: charter, seal: known)
            #expect(checked.voters.map(\.text) == ["north", "r1", "r2", "r4"])
            #expect(checked.verdict == votes[0].verdict && checked.verdictDigest == votes[0].verdictDigest)
            #expect(checked.seal == votes[0].seal)
        }
        #expect(certificate.checkpoint.signatures.count == 5)
        #expect(certificate.verdict.signatures.count == 4)
        #expect(try Certificate(parsing: certificate.line) == certificate)
        #expect(try Certificate(parsingFile: certificate.fileBytes) == certificate)
        #expect(throws: CertificateError.noFinalNewline) { try Certificate(parsingFile: certificate.line) }
    }

    @Test func theOrderOfTheVotesDoesNotMatter() throws {
        let later = try federation.checkedVote("r1", timeSeconds: 2_000_000_000)
        for votes in [votes + [later], [later] + votes, [later] + votes.reversed()] {
            #expect(Certificate(assembling: votes, charter: charter) == certificate)
        }
    }

    @Test func needsTheQuorumOfOneClass() throws {
        #expect(Certificate(assembling: [], charter: charter) == nil)
        #expect(Certificate(assembling: Array(votes.prefix(3)), charter: charter) == nil)
        let doubled = votes.prefix(3) + votes.prefix(3)
        #expect(Certificate(assembling: Array(doubled), charter: charter) == nil)
        // Another verdict, block or chain is no vote for this one; a second verdict takes the first away.
        let invalid = [VerdictText.Invalid(index: 22, code: .spent)]
        for other in [
            try federation.checkedVote("r3", invalid: invalid), try federation.checkedVote("r3", height: 18),
            try federation.checkedVote("r3", on: "r1"), try federation.checkedVote("r3", root: "other"),
        ] {
            #expect(Certificate(assembling: votes.prefix(3) + [other], charter: charter) == nil)
        }
        let contradiction = try federation.checkedVote("r5", invalid: invalid)
        #expect(Certificate(assembling: votes.prefix(4) + [contradiction], charter: charter) == nil)
        let five = try #require(Certificate(assembling: votes + [contradiction], charter: charter))
        #expect(try five.check(charter: charter).voters.map(\.text) == ["north", "r1", "r2", "r4"])
    }

    /// More than k good voters are accepted from others, and never fewer.
    @Test func takesMoreVotersButNotFewer() throws {
        let all = votes.sorted { $0.voterIndex < $1.voterIndex }
        let checkpoint = [all[0].seal.signature] + all.map(\.cosignatureLine)
        #expect(try forged(checkpoint: checkpoint, verdict: all.map(\.verdictLine)) == nil)
        for count in 1..<4 {
            #expect(
                try forged(
                    checkpoint: Array(checkpoint.prefix(count + 1)),
                    verdict: all.prefix(count).map(\.verdictLine)) == .voterCount(count, expected: 4))
        }
    }

    @Test func holdsAtMostFifteenVoters() throws {
        let names = (1...16).map { $0 < 10 ? "v0\($0)" : "v\($0)" }
        let large = try TestFederation(voters: names)
        let votes = try names.map { try large.checkedVote($0, on: "v01") }
        let made = try #require(Certificate(assembling: votes, charter: large.charter))
        #expect(try made.check(charter: large.charter).voters.count == 9)
        func certificate(of count: Int) throws -> Certificate {
            try forgedCertificate(
                chain: "v01",
                checkpoint: SignedNote(
                    text: made.checkpoint.text,
                    signatures: [votes[0].seal.signature] + votes.prefix(count).map(\.cosignatureLine)),
                verdict: SignedNote(
                    text: made.verdict.text, signatures: votes.prefix(count).map(\.verdictLine)))
        }
        #expect(try certificate(of: 15).check(charter: large.charter).voters.count == 15)
        #expect(throws: CertificateError.tooManyVoters(16)) {
            try certificate(of: 16).check(charter: large.charter)
        }
    }

    @Test func fieldsMustAgreeWithTheNotes() throws {
        #expect(try forged() == nil)
        #expect(try forged(height: 16) == .height(17, expected: 16))
        #expect(
            try forged(chain: "r1")
                == .checkpoint(.origin("example.org/vouchers/north", expected: "example.org/vouchers/r1")))
        #expect(try forged(chain: "hq") == .checkpoint(.noChain(region("hq"))))
    }

    @Test(arguments: [
        ("\"type\":\"certificate\"", "\"type\":\"vote\"", CertificateError.field("type")),
        ("\"chain\":\"north\"", "\"chain\":\"\"", .field("chain")),
        ("\"height\":17", "\"height\":0", .field("height")),
        ("{\"chain\"", "{\"a\":1,\"chain\"", .field("an unknown one")),
    ])
    func refusesFields(change: (old: String, new: String, reason: CertificateError)) throws {
        let line = try certificate.line.replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try Certificate(parsing: line) }
    }

    /// Lines doubled, out of order, missing on one side, of observers, of strangers: each by itself a good
    /// signature.
    @Test func refusesStuffedLines() throws {
        let c = certificate.checkpoint.signatures
        let v = certificate.verdict.signatures
        let text = certificate.checkpoint.text
        let r1 = try region("r1")
        #expect(try forged(checkpoint: c + [c[4]], verdict: v + [v[3]]) == .order(region("r4")))
        #expect(
            try forged(checkpoint: [c[0], c[1], c[1], c[2], c[3]], verdict: [v[0], v[0], v[1], v[2]])
                == .order(region("north")))
        #expect(
            try forged(checkpoint: [c[0], c[1], c[3], c[2], c[4]], verdict: [v[0], v[2], v[1], v[3]])
                == .order(r1))
        #expect(try forged(checkpoint: [c[0], c[1], c[3], c[2], c[4]]) == .linesDiffer)
        #expect(try forged(checkpoint: Array(c.dropLast())) == .linesDiffer)
        #expect(try forged(checkpoint: Array(c.dropFirst())) == .linesDiffer)
        #expect(try forged(checkpoint: c + [c[0]]) == .linesDiffer)
        #expect(try forged(verdict: Array(v.dropLast())) == .linesDiffer)
        #expect(try forged(verdict: v + [v[0]]) == .linesDiffer)
        // The log key's own line does not stand for its witness key's.
        #expect(try forged(checkpoint: [c[0], c[0], c[2], c[3], c[4]]) == .linesDiffer)

        let hq = try federation.keys("hq")
        let observer = hq.witness.cosignature(on: text, timeSeconds: 1)
        let observerVerdict = hq.log.signature(on: certificate.verdict.text)
        let lines = (c.dropLast() + [observer], v.dropLast() + [observerVerdict])
        #expect(
            try forged(checkpoint: Array(lines.0), verdict: Array(lines.1))
                == .stranger("example.org/vouchers/hq"))
        #expect(
            try forged(checkpoint: c + [observer], verdict: v + [observerVerdict])
                == .stranger("example.org/vouchers/hq"))
        let namesake = try TestFederation(voters: Self.names + ["north"], salt: "another ").keys("r4")
        #expect(
            try forged(verdict: v.dropLast() + [namesake.log.signature(on: certificate.verdict.text)])
                == .stranger("example.org/vouchers/r4"))
        #expect(
            try forged(checkpoint: c.dropLast() + [namesake.witness.cosignature(on: text, timeSeconds: 1)])
                == .linesDiffer)
    }

    /// Every line of both notes with the signature of another key under the right name and hash.
    @Test func everyLineMustBeGood() throws {
        let other = try TestFederation(voters: Self.names + ["north"], salt: "another ")
        let voters = ["north", "r1", "r2", "r4"]
        var checkpoint = certificate.checkpoint.signatures
        let logLine = try other.keys("north").log.signature(on: certificate.checkpoint.text)
        checkpoint[0] = disguised(logLine, as: checkpoint[0])
        #expect(try forged(checkpoint: checkpoint) == .checkpoint(.badSignature(region("north"))))
        for (place, name) in voters.enumerated() {
            let keys = try other.keys(name)
            var checkpoint = certificate.checkpoint.signatures
            checkpoint[place + 1] = disguised(
                keys.witness.cosignature(on: certificate.checkpoint.text, timeSeconds: 1),
                as: checkpoint[place + 1])
            #expect(try forged(checkpoint: checkpoint) == .badCosignature(region(name)))
            var verdict = certificate.verdict.signatures
            verdict[place] = disguised(keys.log.signature(on: certificate.verdict.text), as: verdict[place])
            #expect(try forged(verdict: verdict) == .badVerdictSignature(region(name)))
        }
    }

    @Test func notesMustAgreeAndBeOfTheEpoch() throws {
        let other = try #require(
            Certificate(
                assembling: votes.map(\.voter.text).map { try federation.checkedVote($0, root: "other") },
                charter: charter))
        #expect(
            try forged(verdict: other.verdict.signatures, verdictText: other.verdict.text) == .disagreement)
        let text = try federation.verdict(epoch: 2).text
        #expect(try forged(verdictText: text) == .epoch(2, expected: 1))
        #expect(
            try forged(verdictText: Array("a\n".utf8)) == .verdict(.line(1, expected: "scrip verdict v1")))
        #expect(try forged(checkpointText: Array("a\n".utf8)) == .checkpoint(.checkpoint(.size)))
    }

    @Test func isOfItsFederationOnly() throws {
        let foreign = try TestFederation(
            name: "example.net", voters: Self.names + ["north"], quorum: .votes(4))
        let votes = try Self.names.map { try foreign.checkedVote($0) }
        let certificate = try #require(Certificate(assembling: votes, charter: foreign.charter))
        #expect(refusal(certificate) == .stranger("example.net/r1"))
    }

    private func disguised(_ signature: NoteSignature, as line: NoteSignature) -> NoteSignature {
        NoteSignature(name: line.name, keyHash: line.keyHash, payload: signature.payload)
    }

    /// The sample's certificates are good, and its votes give the same bytes.
    @Test func readsChecksAndMakesEveryCertificateOfTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        var votes: [String: [CheckedVote]] = [:]
        for (_, vote) in try sample.votes() {
            votes["\(vote.chain) \(vote.height)", default: []].append(try vote.check(charter: charter))
        }
        let paths = try sample.files(below: "certificates")
        #expect(paths.count == 18)
        for path in paths {
            let bytes = try sample.bytes(path)
            let certificate = try Certificate(parsingFile: bytes)
            #expect(certificate.fileBytes == bytes)
            let checked = try certificate.check(charter: charter)
            #expect(checked.voters.map(\.text) == ["east", "north"])
            let made = Certificate(
                assembling: votes["\(certificate.chain) \(certificate.height)"] ?? [], charter: charter)
            #expect(made == certificate, "\(path)")
        }
    }

    @Test func findsEveryChangedByteOfACertificateOfTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        let bytes = try sample.bytes(try #require(try sample.files(below: "certificates").first))
        for position in bytes.indices {
            for bit in [position % 8, (position + 3) % 8] {
                var changed = bytes
                changed[position] ^= 1 << UInt8(bit)
                #expect(throws: CertificateError.self, "byte \(position), bit \(bit)") {
                    try Certificate(parsingFile: changed).check(charter: charter)
                }
            }
        }
        for count in 0..<bytes.count {
            #expect(throws: CertificateError.self, "\(count) bytes") {
                try Certificate(parsingFile: Array(bytes[..<count]))
            }
        }
    }
}
