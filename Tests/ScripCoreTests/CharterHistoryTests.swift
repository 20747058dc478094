import ScripCrypto
import Testing

@testable import ScripCore

/// Charters after the first: what they may say, who must sign them, and what follows for chains and accounts
/// (protocol section 10).
@Suite struct CharterHistoryTests {
    private let federation: TestFederation
    private let first: Charter
    private let history: CharterHistory

    init() throws {
        federation = try TestFederation(voters: ["east", "north", "south", "west"])
        first = federation.charter
        history = CharterHistory(first)
    }

    private static func root(_ word: String) -> Digest { SHA256.hash(Array(word.utf8)) }

    private func point(_ name: String, _ size: Int = 31) throws -> ChainPoint {
        ChainPoint(region: try region(name), size: size, root: Self.root(name))
    }

    private func entry(
        _ name: String, _ role: CharterRegion.Role = .voter, log: String? = nil, witness: String? = nil
    ) throws -> CharterRegion {
        let region = try region(name)
        return CharterRegion(
            name: region, role: role,
            log: LogSigner(
                region: region, federation: federation.name, privateKey: privateKey(log ?? "\(name) log")
            ).verifierKey,
            witness: WitnessSigner(
                region: region, federation: federation.name,
                privateKey: privateKey(witness ?? "\(name) witness")
            ).verifierKey)
    }

    /// The charter after `before`, with other regions in the place of those of the same name.
    private func next(
        after before: Charter? = nil, put: [CharterRegion] = [], remove: [String] = [],
        changes: CharterChanges = CharterChanges(), quorum: Quorum? = nil
    ) throws -> Charter {
        let before = before ?? first
        var regions = before.regions.filter { old in
            !put.contains { $0.name == old.name } && !remove.contains(old.name.text)
        }
        regions = (regions + put).sorted { $0.name < $1.name }
        return try Charter(
            federation: before.federation, epoch: before.epoch + 1, previous: before.digest,
            quorum: quorum ?? before.quorum, regions: regions, changes: changes)
    }

    private func retire(_ name: String, successor: String? = nil, size: Int = 31) throws -> CharterChanges {
        CharterChanges(
            retirements: [try point(name, size)],
            successions: try successor.map {
                [CharterChanges.Succession(lost: try region(name), heir: try region($0))]
            } ?? [])
    }

    // MARK: The text

    @Test func rendersAndReadsAllLines() throws {
        let changes = CharterChanges(
            rekeys: [try point("east")], retirements: [try point("west", 0)],
            successions: [.init(lost: try region("west"), heir: try region("north"))],
            rulings: [try point("north")])
        let charter = try next(
            put: [try entry("east", log: "new")], remove: ["west"], changes: changes)
        #expect(try Charter(parsing: charter.text) == charter)
        let lines = String(decoding: charter.text, as: UTF8.self).split(separator: "\n").suffix(4)
        #expect(lines.map { $0.split(separator: " ")[0] } == ["rekey", "retire", "successor", "rule"])
        #expect(try history.adding(charter).newest == charter)
    }

    @Test(arguments: [
        ("rule", "rekey"), ("successor", "retire"), ("retire", "rekey"),
    ])
    func refusesLinesOutOfOrder(lines: (String, String)) throws {
        let root = Base64.encode(Self.root("x").bytes)
        let text = [
            "rekey": "rekey east 3 \(root)\n", "retire": "retire west 3 \(root)\n",
            "successor": "successor west east\n", "rule": "rule north 3 \(root)\n",
        ]
        let plain = try next(remove: ["west"], changes: retire("west")).text
        let head = plain.prefix(plain.count - "retire west 31 \(root)\n".utf8.count)
        let wrong = Array(head) + Array((text[lines.0]! + text[lines.1]!).utf8)
        #expect(throws: CharterError.self) { try Charter(parsing: wrong) }
    }

    @Test func refusesWhatTheTextAloneContradicts() throws {
        for (changes, message) in [
            (CharterChanges(retirements: [try point("east")]), "a voter"),
            (CharterChanges(rekeys: [try point("hq")]), "no voter"),
            (CharterChanges(rulings: [try point("east", 0)]), "no block"),
            (CharterChanges(rekeys: [try point("north"), try point("east")]), "out of order"),
            (CharterChanges(rekeys: [try point("east"), try point("east")]), "there twice"),
            (
                CharterChanges(successions: [.init(lost: try region("gone"), heir: try region("hq"))]),
                "no voter of it"
            ),
        ] {
            let error = #expect(throws: CharterError.self) { try next(changes: changes) }
            #expect(error.map { "\($0)".contains(message) } ?? false, "\(message)")
        }
        #expect(throws: CharterError.firstEpoch) {
            try Charter(
                federation: first.federation, epoch: 1, previous: nil, quorum: .majority,
                regions: first.regions, changes: CharterChanges(rekeys: [point("east")]))
        }
        let error = #expect(throws: CharterError.self) {
            try next(
                remove: ["west"],
                changes: CharterChanges(retirements: [point("west")], rulings: [point("west")]))
        }
        #expect(error.map { "\($0)".contains("says where it ends") } ?? false)
    }

    // MARK: The step

    @Test func followsTheOneBefore() throws {
        let second = try next(quorum: .votes(4))
        #expect(try history.adding(second).charter(of: 2) == second)
        #expect(throws: CharterStepError.epoch(2, expected: 3)) { try history.adding(second).adding(second) }
        let other = try next(after: try TestFederation(voters: ["east", "north"]).charter)
        #expect(throws: CharterStepError.previous) { try history.check(next: other) }
    }

    @Test func votersLeaveOnlyRetired() throws {
        let west = try region("west")
        #expect(throws: CharterStepError.notRetired(west)) { try history.check(next: next(remove: ["west"])) }
        #expect(throws: CharterStepError.notRetired(west)) {
            try history.check(next: next(put: [entry("west", .observer)]))
        }
        let gone = try history.adding(next(remove: ["west"], changes: retire("west")))
        #expect(gone.end(of: west) == (try point("west")) && gone.chains.contains(west))
        // An observer just leaves, and a voter may stay as one.
        #expect(throws: Never.self) { try history.check(next: next(remove: ["hq"])) }
        let observing = try history.adding(next(put: [entry("west", .observer)], changes: retire("west")))
        #expect(throws: CharterStepError.endedVoter(west)) {
            try observing.check(next: next(after: observing.newest, put: [entry("west")]))
        }
        #expect(throws: CharterStepError.notVoter(.retire, try region("hq"))) {
            try history.check(next: next(remove: ["hq"], changes: retire("hq")))
        }
    }

    @Test func namesAndKeysAreNeverUsedAgain() throws {
        let without = try history.adding(next(remove: ["hq"]))
        #expect(throws: CharterStepError.nameUsed(try region("hq"))) {
            try without.check(next: next(after: without.newest, put: [entry("hq", log: "a", witness: "b")]))
        }
        let north = try region("north")
        #expect(throws: CharterStepError.keyUsed(north)) {
            try history.check(
                next: next(put: [entry("north", log: "hq log")], remove: ["hq"]))
        }
        let rekeyed = try history.adding(next(put: [entry("north", log: "new")]))
        #expect(throws: CharterStepError.keyUsed(north)) {
            try rekeyed.check(next: next(after: rekeyed.newest, put: [entry("north")]))
        }
        #expect(rekeyed.logKeys(of: north).count == 2)
        #expect(rekeyed.logKey(of: north, in: 1) == first.region(named: north)?.log)
        #expect(rekeyed.logKey(of: north, in: 2) != first.region(named: north)?.log)
    }

    @Test func linesAreAboutWhatChanges() throws {
        #expect(throws: CharterStepError.sameKey(try region("north"))) {
            try history.check(next: next(changes: CharterChanges(rekeys: [point("north")])))
        }
        let lost = try region("hq")
        #expect(throws: CharterStepError.notEnded(lost)) {
            try history.check(
                next: next(changes: CharterChanges(successions: [.init(lost: lost, heir: region("east"))])))
        }
        let gone = try history.adding(next(remove: ["west"], changes: retire("west", successor: "east")))
        #expect(throws: CharterStepError.hasSuccessor(try region("west"))) {
            try gone.check(
                next: next(
                    after: gone.newest,
                    changes: CharterChanges(successions: [
                        .init(lost: region("west"), heir: region("north"))
                    ])))
        }
    }

    // MARK: Signatures

    private func signer(_ name: String, log: String? = nil) throws -> LogSigner {
        LogSigner(
            region: try region(name), federation: federation.name,
            privateKey: privateKey(log ?? "\(name) log"))
    }

    /// The quorum before and after, and whoever is added or has another key.
    @Test func whoMustSign() throws {
        // 4 voters, 3 make a quorum; with one more it is 3 of 5.
        let charter = try next(put: [try entry("far"), try entry("north", log: "new")])
        var signed = SignedCharter(draft: charter)
        func state() throws -> CharterSignatures { try CharterSignatures(signed, after: first) }
        #expect(try state().missing.map(\.text) == ["far", "north"])
        #expect(try state().lacks == [.init(epoch: 1, count: 3), .init(epoch: 2, count: 3)])
        for name in ["east", "south"] { signed = try signed.signed(by: signer(name), after: first) }
        #expect(try state().lacks == [.init(epoch: 1, count: 1), .init(epoch: 2, count: 1)])
        signed = try signed.signed(by: signer("far"), after: first)
        #expect(try state().lacks == [.init(epoch: 1, count: 1)])
        // The new key counts for the new epoch only, the old one for the old epoch.
        signed = try signed.signed(by: signer("north", log: "new"), after: first)
        #expect(try state().lacks == [.init(epoch: 1, count: 1)] && state().missing.isEmpty)
        #expect(throws: SignedCharterError.quorum(epoch: 1, lacking: 1)) { try signed.check(after: first) }
        signed = try signed.signed(by: signer("north"), after: first)
        #expect(try state().isComplete)
        try signed.check(after: first)
        #expect(signed.signatures.map(\.name.utf8.count).count == 5)
        // The lines have one order, and read back.
        #expect(try SignedCharter(parsing: signed.bytes) == signed)
        var other = SignedCharter(draft: charter)
        for line in signed.signatures.reversed() { other = try other.adding(line, after: first) }
        #expect(other.bytes == signed.bytes)
    }

    @Test func strangersAndObserversDoNotCount() throws {
        let charter = try next(quorum: .votes(4))
        let observed = try SignedCharter(draft: charter).signed(by: signer("hq"), after: first)
        #expect(try CharterSignatures(observed, after: first).lacks.map(\.count) == [3, 4])
        let stranger = try signer("east", log: "other").signature(on: charter.text)
        #expect(throws: SignedCharterError.stranger("example.org/vouchers/east")) {
            try SignedCharter(draft: charter).adding(stranger, after: first)
        }
        let bad = try signer("east").signature(on: first.text)
        #expect(throws: SignedCharterError.badSignature(try region("east"))) {
            try SignedCharter(draft: charter).adding(bad, after: first)
        }
    }

    // MARK: What follows

    @Test func aSuccessorServesOnceItHasSeenTheEnd() throws {
        let west = try region("west")
        let east = try region("east")
        let gone = try history.adding(next(remove: ["west"], changes: retire("west", successor: "east")))
        #expect(gone.epoch(1)?.custodian(of: west) == west)
        #expect(gone.newestEpoch.custodian(of: west) == east)
        #expect(gone.newestEpoch.voter(for: west)?.name == east)
        for (size, served) in [(0, false), (30, false), (31, true), (32, false)] {
            #expect(gone.newestEpoch.regions(servedBy: east, seen: [west: size]).contains(west) == served)
        }
        #expect(gone.newestEpoch.regions(servedBy: try region("north"), seen: [west: 31]).isEmpty)
        // The successor is lost too: the one after it must have seen both ends.
        let changes = try retire("east", successor: "south", size: 44)
        let twice = try gone.adding(
            next(after: gone.newest, put: [entry("far"), entry("off")], remove: ["east"], changes: changes))
        let south = try region("south")
        #expect(twice.newestEpoch.custodian(of: west) == south)
        #expect(twice.newestEpoch.regions(servedBy: south, seen: [west: 31, east: 44]) == [west, east])
        #expect(twice.newestEpoch.regions(servedBy: south, seen: [east: 44]) == [east])
        #expect(twice.newestEpoch.regions(servedBy: south, seen: [west: 31, east: 43]).isEmpty)
    }

    @Test func whoseCertificatesABlockNeeds() throws {
        let grown = try history.adding(next(put: [entry("far")]))
        let north = try region("north")
        let far = try region("far")
        #expect(grown.certifyingEpochs(naming: 1, isFirst: true, of: north) == [1])
        #expect(grown.certifyingEpochs(naming: 2, isFirst: true, of: north) == [1, 2])
        #expect(grown.certifyingEpochs(naming: 2, isFirst: false, of: north) == [2])
        #expect(grown.certifyingEpochs(naming: 2, isFirst: true, of: far) == [2])
        #expect(grown.rulingEpochs(of: north, size: 31, naming: 1).isEmpty)
        let ruled = try grown.adding(
            next(after: grown.newest, changes: CharterChanges(rulings: [point("north")])))
        #expect(ruled.rulingEpochs(of: north, size: 31, naming: 1) == [3])
        #expect(ruled.rulingEpochs(of: north, size: 32, naming: 1).isEmpty)
        #expect(ruled.rulingEpochs(of: north, size: 31, naming: 3).isEmpty)
    }

    @Test(arguments: [
        // N, heard for it, whether another branch may still be certified.
        (3, 3, false), (3, 2, true), (4, 4, false), (4, 3, false), (4, 2, true), (7, 5, false), (7, 4, true),
        (1, 1, true),
    ])
    func rulings(voters: Int, heard: Int, mayFail: Bool) throws {
        let charter = try TestFederation(voters: (0..<voters).map { "r\($0)" }, observers: []).charter
        let stated = Set(charter.voters.prefix(heard).map(\.name))
        #expect(Ruling(charter, statedFor: stated).canOtherBeCertified == mayFail)
        // Who is known to have voted for both counts against.
        if let liar = stated.first {
            let against = Ruling(charter, statedFor: stated, statedElsewhere: [liar])
            #expect(against.heardFor == heard - 1)
        }
    }
}
