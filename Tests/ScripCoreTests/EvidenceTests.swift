import ScripCrypto
import Testing

@testable import ScripCore

/// Two statements that cannot both be honest prove something; two that can be prove nothing, whoever says so.
@Suite struct EvidenceTests {
    let federation: TestFederation
    let north: RegionName
    let south: RegionName

    init() throws {
        federation = try TestFederation()
        north = try region("north")
        south = try region("south")
    }

    private func proof(_ evidence: Evidence?) throws -> ProvenEvidence {
        let evidence = try #require(evidence)
        // What was read back is what was written.
        #expect(try Evidence(parsingFile: evidence.fileBytes) == evidence)
        return try evidence.prove(by: CharterHistory(federation.charter))
    }

    private func proves(_ evidence: Evidence?) -> Bool { evidence != nil && (try? proof(evidence)) != nil }

    private func checkpoint(
        _ chain: String = "north", size: Int = 31, root: String = "root", signer: String? = nil
    ) throws -> SignedNote {
        try federation.checkpoint(chain, size: size, root: root).signed(
            by: federation.keys(signer ?? chain).log)
    }

    private func verdict(
        _ voter: String, _ chain: String = "north", height: Int = 17, root: String = "root", epoch: Int = 1,
        invalid: [VerdictText.Invalid] = []
    ) throws -> [UInt8] {
        let text = try federation.verdict(chain, height: height, root: root, epoch: epoch, invalid: invalid)
            .text
        return SignedNote(text: text, signatures: [try federation.keys(voter).log.signature(on: text)]).bytes
    }

    private let spent = [VerdictText.Invalid(index: 22, code: .spent)]

    // MARK: The file

    @Test func theFileIsReadStrictly() throws {
        let evidence = try #require(Evidence(.vote, Array("b".utf8), Array("a".utf8)))
        #expect(evidence.a == Array("a".utf8) && evidence.b == Array("b".utf8))
        let text = #"{"a":"a","b":"b","kind":"vote","type":"evidence"}"# + "\n"
        #expect(evidence.fileBytes == Array(text.utf8))
        #expect(evidence.digest == SHA256.hash(Array(text.utf8)))
        let wrong: [(String, String)] = [
            (#"{"a":"a""#, #"{"a":"c""#), (#""a":"a""#, #""a":"b""#), ("vote", "gossip"),
            ("evidence", "proof"), (#""type""#, #""note":"x","type""#), (#""a":"a","#, ""),
            (#""a":"a""#, #""a":1"#), (#""a":"a","#, #""a": "a","#), ("\n", ""), ("\n", "\n\n"),
        ]
        for (old, new) in wrong {
            let bytes = try Array(text.utf8).replacing(old, by: new)
            #expect(throws: EvidenceError.self, "\(old) by \(new)") { try Evidence(parsingFile: bytes) }
        }
        #expect(Evidence(.fork, [1], [1]) == nil)
        let long = [UInt8](repeating: 0x61, count: Evidence.bytesMax)
        #expect(Evidence(.block, long, [0x62]) == nil)
        #expect(throws: EvidenceError.tooLong) { try Evidence(parsing: long) }
        // Values that evidence cannot have are not collected.
        let many = Array("[\(Array(repeating: "0", count: 1_000).joined(separator: ","))]".utf8)
        #expect(throws: EvidenceError.json(JSONError("the text has too many values", at: 127))) {
            try Evidence(parsing: many)
        }
    }

    // MARK: Forks

    @Test func twoRootsOfOneSize() throws {
        let evidence = Evidence.fork(try checkpoint(), try checkpoint(root: "other"))
        let proven = try proof(evidence)
        #expect(proven.chain == north && proven.signers == [north])
        #expect(proven.code == .fork && proven.first == 30)
        // Whoever comes first, and whatever voters have added, makes the same file.
        let vote = try federation.vote("south", root: "other")
        #expect(Evidence.fork(vote.checkpoint, try checkpoint()) == evidence)
    }

    @Test func honestCheckpointsProveNothing() throws {
        #expect(!proves(Evidence.fork(try checkpoint(), try checkpoint(size: 32, root: "larger"))))
        #expect(!proves(Evidence.fork(try checkpoint(), try checkpoint("south", root: "other"))))
        #expect(Evidence.fork(try checkpoint(), try checkpoint()) == nil)
        // The same text, signed and cosigned, at two times.
        let early = try federation.vote("south").checkpoint
        let late = try federation.vote("south", timeSeconds: 1_795_003_999).checkpoint
        #expect(Evidence.fork(early, late) == nil)
        #expect(!proves(Evidence(.fork, early.bytes, late.bytes)))
        #expect(!proves(Evidence(.fork, try checkpoint().bytes, early.bytes)))
    }

    @Test func whatALaterCharterHasSettledFreezesNothing() throws {
        let first = federation.charter
        func history(_ regions: [CharterRegion], _ changes: CharterChanges) throws -> CharterHistory {
            let second = try Charter(
                federation: first.federation, epoch: 2, previous: first.digest, quorum: first.quorum,
                regions: regions, changes: changes)
            return try CharterHistory(first).adding(second)
        }
        let end = ChainPoint(region: north, size: 31, root: SHA256.hash([1]))
        let log = LogSigner(region: north, federation: federation.name, privateKey: privateKey("new log"))
        let rekeyed = try history(
            first.regions.map { old in
                old.name != north
                    ? old
                    : CharterRegion(name: north, role: .voter, log: log.verifierKey, witness: old.witness)
            }, CharterChanges(rekeys: [end]))
        let retired = try history(
            first.regions.filter { $0.name != north }, CharterChanges(retirements: [end]))
        let old = try #require(Evidence.fork(try checkpoint(), try checkpoint(root: "other")))
        for charters in [rekeyed, retired] {
            #expect(throws: EvidenceError.settled(north)) { try old.prove(by: charters) }
            // Who lied as a voter in epoch 1 did so, whatever became of the chain.
            let verdicts = try #require(
                Evidence(.vote, try verdict("south"), try verdict("south", invalid: spent)))
            #expect(try verdicts.prove(by: charters).chain == north)
            // Not so the one whose key somebody else may have by now.
            let framing = try #require(
                Evidence(.vote, try verdict("north", "south"), try verdict("north", "south", invalid: spent)))
            #expect(proves(framing))
            #expect(throws: EvidenceError.settled(north)) { try framing.prove(by: charters) }
        }
        for size in [31, 32] {
            let sealed = try VerifiedCheckpoint(try checkpoint(size: size), chain: north, charters: rekeyed)
            #expect(sealed.isByNewestKey(of: CharterHistory(first)))
            #expect(!sealed.isWithinReplacedKey(of: CharterHistory(first)))
            #expect(!sealed.isByNewestKey(of: rekeyed))
            #expect(sealed.isWithinReplacedKey(of: rekeyed) == (size == 31))
        }
        let current = try VerifiedCheckpoint(
            try federation.checkpoint().signed(by: log), chain: north, charters: rekeyed)
        #expect(current.isByNewestKey(of: rekeyed))
        #expect(!current.isWithinReplacedKey(of: rekeyed))
        let notes = try ["root", "other"].map { try federation.checkpoint(root: $0).signed(by: log) }
        let new = try #require(Evidence.fork(notes[0], notes[1]))
        #expect(try new.prove(by: rekeyed).signers == [north])
        #expect(throws: EvidenceError.self) { try new.prove(by: CharterHistory(first)) }
        #expect(!proves(new))
    }

    @Test func onlyTheKeyInForceProvesAFork() throws {
        for signer in ["south", "hq"] {
            #expect(!proves(Evidence.fork(try checkpoint(), try checkpoint(root: "other", signer: signer))))
        }
        // A key that the charter does not name, as one that it has retired, or one of another federation.
        let retired = try TestFederation(salt: "retired ")
        let notes = try ["root", "other"].map {
            try retired.checkpoint(root: $0).signed(by: retired.keys("north").log)
        }
        #expect(!proves(Evidence.fork(notes[0], notes[1])))
        let other = try TestFederation(name: "example.org/other")
        let foreign = try ["root", "other"].map {
            try other.checkpoint(root: $0).signed(by: other.keys("north").log)
        }
        #expect(!proves(Evidence.fork(foreign[0], foreign[1])))
        #expect(
            (try? #require(Evidence.fork(foreign[0], foreign[1])).prove(by: CharterHistory(other.charter)))
                != nil)
        // A changed bit of either signature.
        var bytes = try checkpoint(root: "other").bytes
        bytes[bytes.count - 10] ^= 1
        #expect(!proves(Evidence(.fork, try checkpoint().bytes, bytes)))
        // An observer has no chain, and a text of the log key that is no checkpoint is none.
        let hq = try ["root", "other"].map { try checkpoint("hq", root: $0) }
        #expect(!proves(Evidence.fork(hq[0], hq[1])))
        #expect(!proves(Evidence(.fork, try checkpoint().bytes, try verdict("north"))))
    }

    /// Chains of some leaves, and the proof of the first that `length` of them share nothing from.
    private func leafProof(
        shared: Int, own: [String], of leaf: Int = 0, root: Digest? = nil
    ) throws -> TransparencyProof {
        var before = MerkleFrontier()
        for number in 0..<shared { before.append(MerkleTree.leafHash(Array("leaf \(number)".utf8).span)) }
        let lines = own.map { Array($0.utf8) }
        let hashes = lines.map { MerkleTree.leafHash($0.span) }
        var tree = before
        for hash in hashes { tree.append(hash) }
        let checkpoint = Checkpoint(
            chain: try region("north"), federation: federation.name, size: tree.size, root: root ?? tree.root)
        return try #require(
            TransparencyProof(
                of: lines[0], before: before, leaves: hashes,
                checkpoint: checkpoint.signed(by: try federation.keys("north").log)))
    }

    @Test func twoLeavesOfOneIndex() throws {
        for shared in 0...17 {
            for count in 1...9 {
                let one = try leafProof(shared: shared, own: ["a"])
                let other = try leafProof(shared: shared, own: (0..<count).map { "b \($0)" })
                #expect(one.isGood && other.isGood, "\(shared) and \(count)")
                #expect(try TransparencyProof(parsing: other.bytes) == other)
                let proven = try proof(Evidence.fork(one, other))
                #expect(proven.first == shared && proven.signers == [north])
            }
        }
    }

    @Test func honestLeavesProveNothing() throws {
        // The chain has grown since.
        let early = try leafProof(shared: 5, own: ["a"])
        let late = try leafProof(shared: 5, own: ["a", "b", "c"])
        #expect(!proves(Evidence.fork(early, late)))
        #expect(!proves(Evidence.fork(early, try leafProof(shared: 6, own: ["x"]))))
        // A proof that leads elsewhere.
        let wrong = try leafProof(shared: 5, own: ["b"], root: SHA256.hash([1]))
        #expect(!proves(Evidence.fork(early, wrong)))
        // A proof and a checkpoint.
        #expect(!proves(Evidence(.fork, early.bytes, try checkpoint().bytes)))
        for (old, new) in [
            ("index 5", "index 05"), ("index 5", "index 4"), ("@v1", "@v2"), ("extra ", "extra  "),
        ] {
            let bytes = try early.bytes.replacing(old, by: new)
            #expect(!proves(Evidence(.fork, bytes, try leafProof(shared: 5, own: ["b"]).bytes)), "\(new)")
        }
    }

    // MARK: Votes

    @Test func twoVerdictsOfOneVoter() throws {
        let proven = try proof(Evidence(.vote, try verdict("south"), try verdict("south", invalid: spent)))
        #expect(proven.code == .equivocation && proven.signers == [south])
        #expect(proven.chain == north && proven.height == 17 && proven.epoch == 1)
        #expect(proven.verdicts.count == 2)
        // Another tree is another verdict.
        #expect(proves(Evidence(.vote, try verdict("south"), try verdict("south", root: "other"))))
        #expect(
            proven.subject
                != (try proof(
                    Evidence(.vote, verdict("east"), verdict("east", invalid: spent)))).subject)
    }

    @Test func honestVerdictsProveNothing() throws {
        let honest = try verdict("south")
        let others = [
            try verdict("south"), try verdict("east", invalid: spent), try verdict("hq", invalid: spent),
            try verdict("south", height: 18, invalid: spent), try verdict("south", "east", invalid: spent),
            try verdict("south", epoch: 2, invalid: spent), try checkpoint().bytes,
        ]
        for other in others { #expect(!proves(Evidence(.vote, honest, other))) }
        let stranger = try TestFederation(voters: ["east", "north", "south", "west"])
        let text = try federation.verdict(invalid: spent).text
        let note = SignedNote(text: text, signatures: [try stranger.keys("west").log.signature(on: text)])
        #expect(!proves(Evidence(.vote, honest, note.bytes)))
        // Two signatures on one verdict are no vote.
        let both = SignedNote(
            text: text,
            signatures: try ["south", "east"].map { try federation.keys($0).log.signature(on: text) })
        #expect(!proves(Evidence(.vote, honest, both.bytes)))
    }

    // MARK: Certificates

    private func certificate(_ voters: [String], invalid: [VerdictText.Invalid] = []) throws -> Certificate {
        try #require(
            Certificate(
                assembling: try voters.map { try federation.checkedVote($0, invalid: invalid) },
                charter: federation.charter))
    }

    @Test func twoCertificatesThatDisagree() throws {
        let one = try certificate(["east", "south"])
        let other = try certificate(["north", "south"], invalid: spent)
        let proven = try proof(Evidence(.certificate, one.line, other.line))
        #expect(proven.code == .certificate && proven.signers == [south])
        #expect(proven.height == 17 && proven.first == 20)
        // Those that agree are equal, whoever signed them.
        let agreeing = try certificate(["north", "south"])
        #expect(agreeing != one && !proves(Evidence(.certificate, one.line, agreeing.line)))
        #expect(!proves(Evidence(.certificate, one.line, try federation.vote("south", invalid: spent).line)))
    }

    @Test func twoChartersOfTheFirstEpochAreTwoFederations() throws {
        let other = try TestFederation(salt: "other ")
        var notes: [[UInt8]] = []
        for some in [federation, other] {
            var signed = SignedCharter(draft: some.charter)
            for name in ["east", "hq", "north", "south"] {
                signed = try signed.signed(by: some.keys(name).log)
            }
            notes.append(signed.bytes)
        }
        #expect(!proves(Evidence(.charter, notes[0], notes[1])))
    }
}
