import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct CharterTests {
    @Test func readsWhatItWrites() throws {
        let charter = try TestFederation().charter
        #expect(try Charter(parsing: charter.text) == charter)
        #expect(charter.digest == SHA256.hash(charter.text))
        #expect(charter.regions.map(\.name.text) == ["east", "hq", "north", "south"])
        #expect(charter.voters.map(\.name.text) == ["east", "north", "south"])
        #expect(charter.quorumSize == 2 && charter.faultLimit == 0 && charter.silentLimit == 1)
        #expect(charter.region(named: try region("hq"))?.role == .observer)
        #expect(charter.region(named: try region("west")) == nil)
        #expect(charter.index(of: try region("south")) == 3)
        #expect(charter.index(of: try region("a")) == nil)
        #expect(charter.voterIndex(of: try region("south")) == 2)
        #expect(charter.voterIndex(of: try region("hq")) == nil)
    }

    /// N, quorum, k, f = 2k - N - 1, N - k.
    @Test(arguments: [
        (1, Quorum.majority, 1, 0, 0), (3, .majority, 2, 0, 1), (4, .majority, 3, 1, 1),
        (5, .majority, 3, 0, 2), (5, .votes(4), 4, 2, 1), (5, .votes(5), 5, 4, 0), (7, .twoThirds, 5, 2, 2),
        (22, .twoThirds, 15, 7, 7), (29, .majority, 15, 0, 14),
    ])
    func countsItsVoters(
        voterCount: Int, quorum: Quorum, quorumSize: Int, faultLimit: Int, silentLimit: Int
    ) throws {
        let names = (1...voterCount).map { "r\($0)" }
        let charter = try TestFederation(voters: names, quorum: quorum).charter
        #expect(charter.quorumSize == quorumSize)
        #expect(charter.faultLimit == faultLimit)
        #expect(charter.silentLimit == silentLimit)
        #expect(try Charter(parsing: charter.text) == charter)
    }

    @Test(arguments: [
        (3, Quorum.votes(1)), (3, .votes(4)), (4, .votes(2)), (3, .votes(0)), (23, .twoThirds),
        (29, .twoThirds), (16, .votes(16)),
    ])
    func refusesAQuorumThatCannotBe(voterCount: Int, quorum: Quorum) throws {
        let names = (1...voterCount).map { "r\($0)" }
        #expect(throws: CharterError.quorum(quorum, voterCount: voterCount)) {
            try TestFederation(voters: names, quorum: quorum)
        }
    }

    @Test func limitsVotersAndRegions() throws {
        let names = (1...30).map { "r\($0)" }
        #expect(throws: CharterError.voterCount(30)) { try TestFederation(voters: names) }
        #expect(throws: CharterError.noVoter) { try TestFederation(voters: []) }
        let observers = (1...61).map { "o\($0)" }
        #expect(try TestFederation(observers: observers).charter.regions.count == 64)
        #expect(throws: CharterError.regionCount) {
            try TestFederation(observers: observers + ["one-more"])
        }
    }

    @Test(arguments: [
        ("scrip charter v1", "scrip charter v2", CharterError.line(1, expected: "scrip charter v1")),
        ("scrip charter v1\n", "\nscrip charter v1\n", .line(1, expected: "scrip charter v1")),
        ("federation example.org/vouchers", "federation Example.org", .line(2, expected: "federation NAME")),
        ("federation example.org/vouchers", "federation  example.org", .line(2, expected: "federation NAME")),
        ("federation example.org/vouchers\n", "", .line(2, expected: "federation NAME")),
        ("epoch 1", "epoch 0", .line(3, expected: "epoch NUMBER")),
        ("epoch 1", "epoch 01", .line(3, expected: "epoch NUMBER")),
        ("epoch 1", "epoch +1", .line(3, expected: "epoch NUMBER")),
        ("epoch 1", "epoch 2", .previous(epoch: 2)),
        ("previous -", "previous", .previous(epoch: 1)),
        ("previous -", "previous \(String(repeating: "0", count: 64))", .previous(epoch: 1)),
        ("quorum majority", "quorum most", .line(5, expected: "quorum majority|two-thirds|NUMBER")),
        ("quorum majority", "quorum 1", .quorum(.votes(1), voterCount: 3)),
        ("quorum majority", "quorum 4", .quorum(.votes(4), voterCount: 3)),
        ("region hq observer", "region hq witness", .line(7, expected: "region NAME voter|observer KEY KEY")),
        (
            "region hq observer", "region HQ observer",
            .line(7, expected: "region NAME voter|observer KEY KEY")
        ),
        (
            "region hq observer", "region scrip observer",
            .line(7, expected: "region NAME voter|observer KEY KEY")
        ),
        (
            "region hq observer", "region hq  observer",
            .line(7, expected: "region NAME voter|observer KEY KEY")
        ),
        (
            "region hq observer", "member hq observer",
            .line(7, expected: "region NAME voter|observer KEY KEY")
        ),
    ])
    func refuses(change: (old: String, new: String, reason: CharterError)) throws {
        let text = try TestFederation().charter.text.replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try Charter(parsing: text) }
    }

    /// Lines of later epochs, and what else may follow.
    @Test(arguments: [
        "rekey north 31 U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=\n",
        "retire north 31 U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=\n",
        "successor north south\n", "rule north 31 U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=\n", "\n",
        "x", "quorum majority\n",
    ])
    func refusesFurtherLines(line: String) throws {
        let text = try TestFederation().charter.text + Array(line.utf8)
        #expect(throws: CharterError.self) { try Charter(parsing: text) }
    }

    @Test func regionsAreSortedAndDistinct() throws {
        let charter = try TestFederation().charter
        func rebuilt(_ regions: [CharterRegion]) throws -> Charter {
            try Charter(
                federation: charter.federation, epoch: 1, previous: nil, quorum: .majority, regions: regions)
        }
        var swapped = charter.regions
        swapped.swapAt(0, 1)
        #expect(throws: CharterError.order(try region("east"))) { try rebuilt(swapped) }
        #expect(throws: CharterError.order(try region("east"))) {
            try rebuilt([charter.regions[0]] + charter.regions)
        }
        #expect(throws: CharterError.previous(epoch: 2)) {
            try Charter(
                federation: charter.federation, epoch: 2, previous: nil, quorum: .majority,
                regions: charter.regions)
        }
        #expect(throws: CharterError.previous(epoch: 1)) {
            try Charter(
                federation: charter.federation, epoch: 1, previous: charter.digest, quorum: .majority,
                regions: charter.regions)
        }
    }

    @Test func keysAreNamedAfterTheirRegionAndDistinct() throws {
        let federation = try TestFederation()
        let charter = federation.charter
        let north = try region("north")
        let place = try #require(charter.index(of: north))
        func replacing(log: VerifierKey? = nil, witness: VerifierKey? = nil) throws -> Charter {
            var regions = charter.regions
            regions[place] = CharterRegion(
                name: north, role: .voter, log: log ?? regions[place].log,
                witness: witness ?? regions[place].witness)
            return try Charter(
                federation: charter.federation, epoch: 1, previous: nil, quorum: .majority, regions: regions)
        }
        func key(
            _ kind: VerifierKey.Kind, _ key: Ed25519PublicKey, of name: String = "north"
        ) throws -> VerifierKey {
            VerifierKey(kind: kind, of: try region(name), in: federation.name, key: key)
        }
        let own = charter.regions[place]
        let south = try #require(charter.region(named: region("south")))
        let fresh = privateKey("fresh").publicKey

        #expect(throws: Never.self) { try replacing(log: key(.log, fresh)) }
        #expect(throws: CharterError.keyName(north)) { try replacing(log: own.witness, witness: own.log) }
        #expect(throws: CharterError.keyName(north)) { try replacing(log: key(.log, fresh, of: "south")) }
        #expect(throws: CharterError.keyName(north)) { try replacing(log: key(.witness, fresh)) }
        #expect(throws: CharterError.keyName(north)) { try replacing(witness: key(.log, fresh)) }
        let elsewhere = try TestFederation(name: "example.net").charter.regions[place]
        #expect(throws: CharterError.keyName(north)) { try replacing(log: elsewhere.log) }
        // A log key may be no witness key either, its own or another's.
        #expect(throws: CharterError.sharedKey(north)) { try replacing(witness: key(.witness, own.log.key)) }
        let shared = try key(.log, south.witness.key)
        #expect(throws: CharterError.sharedKey(try region("south"))) { try replacing(log: shared) }
        let one = Ed25519PublicKey(bytes: try #require(Bytes32([1] + [UInt8](repeating: 0, count: 31))))
        #expect(throws: CharterError.lowOrderKey(north)) { try replacing(log: key(.log, one)) }
        #expect(throws: CharterError.lowOrderKey(north)) { try replacing(witness: key(.witness, one)) }
    }

    @Test func aMalformedKeyIsNamedByItsLine() throws {
        let charter = try TestFederation().charter
        let old = charter.regions[2].log.text
        let text = try charter.text.replacing(old, by: String(old.dropLast(4)))
        #expect(throws: CharterError.key(line: 8, .keyLength(bytes: 29))) { try Charter(parsing: text) }
    }

    @Test func readsTheSample() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        #expect(charter.federation.text == "example.org/vouchers")
        #expect(charter.voterCount == 3 && charter.quorumSize == 2 && charter.regions.count == 4)
        #expect(
            charter.digest.hexadecimal == "038505b4a1a2be6166c8a0d7b5b25357d3afa841acb8d38aa83cfbb31e177ddb")
    }
}
