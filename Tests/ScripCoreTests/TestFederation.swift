import ScripCrypto
import Testing

@testable import ScripCore

/// A federation whose private keys the tests hold, all derived from names.
struct TestFederation {
    /// The keys of one region.
    struct Keys {
        let log: LogSigner
        let witness: WitnessSigner
    }

    let name: FederationName
    let charter: Charter
    private let keys: [RegionName: Keys]

    init(
        name: String = "example.org/vouchers", voters: [String] = ["east", "north", "south"],
        observers: [String] = ["hq"], quorum: Quorum = .majority, salt: String = ""
    ) throws {
        let federation = try #require(FederationName(name))
        var keys: [RegionName: Keys] = [:]
        var regions: [CharterRegion] = []
        for text in (voters + observers).sorted() {
            let region = try region(text)
            let log = LogSigner(
                region: region, federation: federation, privateKey: privateKey("\(salt)\(text) log"))
            let witness = WitnessSigner(
                region: region, federation: federation, privateKey: privateKey("\(salt)\(text) witness"))
            keys[region] = Keys(log: log, witness: witness)
            regions.append(
                CharterRegion(
                    name: region, role: voters.contains(text) ? .voter : .observer, log: log.verifierKey,
                    witness: witness.verifierKey))
        }
        self.name = federation
        self.keys = keys
        charter = try Charter(
            federation: federation, epoch: 1, previous: nil, quorum: quorum, regions: regions)
    }

    func keys(_ name: String) throws -> Keys { try #require(keys[region(name)]) }

    /// The head of a chain after its block of height 17.
    func checkpoint(_ chain: String = "north", size: Int = 31, root: String = "root") throws -> Checkpoint {
        Checkpoint(
            chain: try region(chain), federation: name, size: size, root: SHA256.hash(Array(root.utf8)))
    }

    func seal(_ chain: String = "north", size: Int = 31, root: String = "root") throws -> VerifiedCheckpoint {
        let note = try checkpoint(chain, size: size, root: root).signed(by: keys(chain).log)
        return try VerifiedCheckpoint(sealing: note, chain: region(chain), charter: charter)
    }

    /// A verdict on a block of height 17 whose leaves are 20 ... 30.
    func verdict(
        _ chain: String = "north", height: Int = 17, from: Int = 20, size: Int = 31, root: String = "root",
        epoch: Int = 1, invalid: [VerdictText.Invalid] = []
    ) throws -> VerdictText {
        try VerdictText(
            checkpoint: checkpoint(chain, size: size, root: root), charterEpoch: epoch, height: height,
            from: from, invalid: invalid)
    }

    func vote(
        _ voter: String, on chain: String = "north", height: Int = 17, root: String = "root",
        invalid: [VerdictText.Invalid] = [], timeSeconds: Int64 = 1_795_003_912
    ) throws -> Vote {
        Vote(
            casting: try verdict(chain, height: height, root: root, invalid: invalid),
            on: try seal(chain, root: root), voter: try region(voter), log: try keys(voter).log,
            witness: try keys(voter).witness, timeSeconds: timeSeconds)
    }

    func checkedVote(
        _ voter: String, on chain: String = "north", height: Int = 17, root: String = "root",
        invalid: [VerdictText.Invalid] = [], timeSeconds: Int64 = 1_795_003_912
    ) throws -> CheckedVote {
        try vote(
            voter, on: chain, height: height, root: root, invalid: invalid, timeSeconds: timeSeconds
        ).check(charter: charter)
    }
}

/// The private key that belongs to a word.
func privateKey(_ word: String) -> Ed25519PrivateKey {
    Ed25519PrivateKey(seed: SHA256.hash(Array("test key of \(word)".utf8)))
}

func region(_ name: String) throws -> RegionName { try #require(RegionName(name)) }

/// A vote with any parts, by way of its line.
func forgedVote(
    chain: String = "north", checkpoint: SignedNote, height: Int = 17, verdict: SignedNote,
    voter: String = "south"
) throws -> Vote {
    try Vote(
        parsing: JSON.object([
            "chain": .string(chain), "checkpoint": .string(String(decoding: checkpoint.bytes, as: UTF8.self)),
            "height": .integer(Int64(height)), "type": "vote",
            "verdict": .string(String(decoding: verdict.bytes, as: UTF8.self)), "voter": .string(voter),
        ]).canonical)
}

/// A certificate with any parts, by way of its line.
func forgedCertificate(
    chain: String = "north", checkpoint: SignedNote, height: Int = 17, verdict: SignedNote
) throws -> Certificate {
    try Certificate(
        parsing: JSON.object([
            "chain": .string(chain), "checkpoint": .string(String(decoding: checkpoint.bytes, as: UTF8.self)),
            "height": .integer(Int64(height)), "type": "certificate",
            "verdict": .string(String(decoding: verdict.bytes, as: UTF8.self)),
        ]).canonical)
}

extension [UInt8] {
    /// The bytes with `old`, once in them, replaced.
    func replacing(_ old: String, by new: String) throws -> [UInt8] {
        let text = String(decoding: self, as: UTF8.self)
        let parts = text.split(separator: old, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "'\(old)' stands \(parts.count - 1) times")
        return [UInt8]((parts[0] + new + parts[1]).utf8)
    }
}
