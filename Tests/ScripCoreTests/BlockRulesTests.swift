import ScripCrypto
import Testing

@testable import ScripCore

/// What a valid block is as far as its first line tells (protocol section 5): its link, its time, and a
/// `seen` that grows, is certified, and is causally closed.
@Suite struct BlockRulesTests {
    /// Chains in memory: what is known at each size.
    struct Chains: BoundaryView {
        var answers: [String: BoundaryAnswer] = [:]

        func boundary(of chain: RegionName, at size: Int) -> BoundaryAnswer {
            answers["\(chain) \(size)"] ?? .ahead
        }
    }

    private let federation: TestFederation
    private let rules: BlockRules
    private let north: RegionName
    private let east: RegionName
    private let south: RegionName
    private let time: Timestamp
    /// A chain of 17 blocks and 30 leaves that has seen 10 leaves of south.
    private let head: ChainHead

    init() throws {
        federation = try TestFederation()
        rules = BlockRules(charter: federation.charter)
        north = try region("north")
        east = try region("east")
        south = try region("south")
        time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        var frontier = MerkleFrontier()
        for number in UInt8(0)..<30 { frontier.append(SHA256.hash([number])) }
        head = ChainHead(
            region: north, height: 17, time: time, frontier: frontier, root: frontier.root, seen: [south: 10])
    }

    private static func root(_ name: String) -> Digest { SHA256.hash(Array(name.utf8)) }

    private func header(
        seen: [(String, Int)] = [], height: Int = 18, charter: Int = 1, previous: Digest? = nil,
        in name: String = "north", at seconds: Int64 = 0
    ) throws -> BlockHeader {
        BlockHeader(
            charter: charter, count: 0, height: height, previous: previous ?? head.root,
            region: try region(name),
            seen: try seen.map {
                .init(region: try region($0.0), root: Self.root("\($0.0) \($0.1)"), size: $0.1)
            },
            time: time.adding(seconds: seconds))
    }

    private func known(
        _ name: String, seen: [String: Int] = [:], at seconds: Int64 = 0, isCertified: Bool = true
    ) throws -> BoundaryAnswer {
        var sizes: [RegionName: Int] = [:]
        for (name, size) in seen { sizes[try region(name)] = size }
        return .known(
            Boundary(
                root: Self.root(name), time: time.adding(seconds: seconds), seen: sizes,
                isCertified: isCertified))
    }

    private func check(
        _ header: BlockHeader, after head: ChainHead? = nil, _ answers: [String: BoundaryAnswer] = [:],
        needsCertificates: Bool = true
    ) throws -> BlockRules.Answer {
        try rules.check(
            header, after: head ?? self.head, in: Chains(answers: answers),
            needsCertificates: needsCertificates)
    }

    private func fault(
        _ header: BlockHeader, after head: ChainHead? = nil, _ answers: [String: BoundaryAnswer] = [:],
        needsCertificates: Bool = true
    ) -> ProblemCode? {
        do {
            _ = try check(header, after: head, answers, needsCertificates: needsCertificates)
            return nil
        } catch {
            return (error as? BlockFault)?.code
        }
    }

    // MARK: Link and time

    @Test func aBlockThatSeesNothingNew() throws {
        #expect(try check(header()) == .good(seen: [south: 10]))
    }

    @Test func theLink() throws {
        #expect(fault(try header(in: "south")) == .link)
        for height in [0, 1, 16, 17, 19] { #expect(fault(try header(height: height)) == .link) }
        #expect(fault(try header(previous: Self.root("other"))) == .link)
        #expect(fault(try header(previous: federation.charter.digest)) == .link)
        for epoch in [0, 3] { #expect(fault(try header(charter: epoch)) == .charter) }
        // A charter that is not here yet may come.
        #expect(
            try check(header(charter: 2)) == .waits(.init(chain: north, size: 2, reason: .charter)))
    }

    @Test func theFirstBlock() throws {
        let genesis = federation.charter.digest
        let start = ChainHead(region: north, genesis: genesis)
        #expect(start.size == 0 && start.height == 0 && start.time == nil && start.seen.isEmpty)
        #expect(try check(header(height: 1, previous: genesis), after: start) == .good(seen: [:]))
        #expect(fault(try header(height: 1), after: start) == .link)
        #expect(fault(try header(height: 1, previous: MerkleTree.emptyRoot), after: start) == .link)
        #expect(fault(try header(height: 2, previous: genesis), after: start) == .link)
        // However early: there is no block before.
        #expect(
            try check(header(height: 1, previous: genesis, at: -1_000_000), after: start) == .good(seen: [:]))
    }

    /// Observers have no chain.
    @Test func onlyVotersSeal() throws {
        for name in ["hq", "west"] {
            let start = ChainHead(region: try region(name), genesis: federation.charter.digest)
            let header = try header(height: 1, previous: federation.charter.digest, in: name)
            #expect(fault(header, after: start) == .charter)
        }
    }

    @Test func theTimeOfTheBlockBefore() throws {
        for (seconds, code) in [(-1, .time), (0, nil), (1, nil)] as [(Int64, ProblemCode?)] {
            #expect(fault(try header(at: seconds)) == code)
        }
    }

    @Test func theTimeOfABlockSeen() throws {
        let header = try header(seen: [("south", 12)], at: 5)
        for (seconds, code) in [(4, nil), (5, nil), (6, .time)] as [(Int64, ProblemCode?)] {
            #expect(fault(header, ["south 12": try known("south 12", at: seconds)]) == code)
        }
    }

    // MARK: Seen

    @Test func sizesGrow() throws {
        for (size, code) in [(9, .seen), (10, .seen), (11, nil), (1, .seen)] as [(Int, ProblemCode?)] {
            let answers = ["south \(size)": try known("south \(size)")]
            #expect(fault(try header(seen: [("south", size)]), answers) == code, "\(size)")
        }
        // What has not been seen before grows from nothing; what is not named stays.
        let answers = ["east 1": try known("east 1")]
        #expect(try check(header(seen: [("east", 1)]), answers) == .good(seen: [east: 1, south: 10]))
        let both = ["east 3": try known("east 3"), "south 12": try known("south 12")]
        #expect(
            try check(header(seen: [("east", 3), ("south", 12)]), both) == .good(seen: [east: 3, south: 12]))
    }

    @Test func onlyVotersAreSeen() throws {
        for name in ["hq", "west"] {
            #expect(fault(try header(seen: [(name, 3)]), ["\(name) 3": try known("\(name) 3")]) == .seen)
        }
    }

    /// Everyone waits for a chain that is not held so far; a voter also for its certificate.
    @Test func waiting() throws {
        let header = try header(seen: [("south", 12)])
        func wait(_ reason: BlockRules.Wait.Reason) -> BlockRules.Answer {
            .waits(BlockRules.Wait(chain: south, size: 12, reason: reason))
        }
        let uncertified = ["south 12": try known("south 12", isCertified: false)]
        let good = BlockRules.Answer.good(seen: [south: 12])
        let none = ["south 12": BoundaryAnswer.noBoundary(isCertified: false)]
        let cases: [([String: BoundaryAnswer], BlockRules.Answer, BlockRules.Answer)] = [
            ([:], wait(.chain), wait(.chain)),
            (uncertified, wait(.certificate), good),
            (["south 12": try known("other", isCertified: false)], wait(.disagreement), wait(.disagreement)),
            (none, wait(.disagreement), wait(.disagreement)),
            (["south 12": try known("south 12")], good, good),
        ]
        for (answers, voter, other) in cases {
            #expect(try check(header, answers, needsCertificates: true) == voter)
            #expect(try check(header, answers, needsCertificates: false) == other)
        }
    }

    /// A certificate decides: for another root, or that no block ends there.
    @Test func whatCertificatesContradict() throws {
        let header = try header(seen: [("south", 12)])
        for needsCertificates in [true, false] {
            #expect(
                fault(header, ["south 12": try known("other")], needsCertificates: needsCertificates) == .seen
            )
            #expect(
                fault(
                    header, ["south 12": .noBoundary(isCertified: true)], needsCertificates: needsCertificates
                )
                    == .seen)
        }
    }

    /// The first chain that is waited for is named; a fault of another one is a fault all the same.
    @Test func severalChains() throws {
        let header = try header(seen: [("east", 3), ("south", 12)])
        #expect(try check(header) == .waits(.init(chain: east, size: 3, reason: .chain)))
        #expect(
            try check(header, ["east 3": try known("east 3")])
                == .waits(.init(chain: south, size: 12, reason: .chain)))
        #expect(
            try check(header, ["south 12": try known("south 12", isCertified: false)])
                == .waits(.init(chain: east, size: 3, reason: .chain)))
        #expect(fault(header, ["south 12": try known("other")]) == .seen)
        #expect(
            fault(header, ["east 3": try known("other"), "south 12": .noBoundary(isCertified: false)])
                == .seen)
    }

    // MARK: Closure

    /// At least what every block seen has itself seen.
    @Test func closure() throws {
        let only = try header(seen: [("south", 12)])
        let both = try header(seen: [("east", 3), ("south", 12)])
        let east3 = try known("east 3")
        for (seen, onlyCode, bothCode) in [
            ([:], nil, nil), (["east": 3], .seen, nil), (["east": 2], .seen, nil),
            (["east": 4], .seen, .seen),
            (["north": 30], nil, nil), (["north": 1], nil, nil), (["east": 3, "north": 17], .seen, nil),
        ] as [([String: Int], ProblemCode?, ProblemCode?)] {
            let south12 = try known("south 12", seen: seen)
            #expect(fault(only, ["south 12": south12]) == onlyCode, "\(seen)")
            #expect(fault(both, ["south 12": south12, "east 3": east3]) == bothCode, "\(seen)")
        }
        // What was seen in an earlier block counts.
        let later = ChainHead(
            region: north, height: 17, time: time, frontier: head.frontier, root: head.root,
            seen: [south: 10, east: 5])
        #expect(
            try check(only, after: later, ["south 12": try known("south 12", seen: ["east": 5])])
                == .good(seen: [south: 12, east: 5]))
        #expect(fault(only, after: later, ["south 12": try known("south 12", seen: ["east": 6])]) == .seen)
        // What two blocks have seen of each other's chains.
        let mutual = [
            "east 3": try known("east 3", seen: ["south": 12]),
            "south 12": try known("south 12", seen: ["east": 3]),
        ]
        #expect(fault(both, mutual) == nil)
        let ahead = ["east 3": try known("east 3", seen: ["south": 13]), "south 12": try known("south 12")]
        #expect(fault(both, ahead) == .seen)
    }

    /// Nobody can have seen more of this chain than there is: that is a fork or a clone.
    @Test func moreOfThisChainThanExists() throws {
        let header = try header(seen: [("south", 12)])
        for (size, code) in [(29, nil), (30, nil), (31, .seen), (9_000, .seen)] as [(Int, ProblemCode?)] {
            #expect(
                fault(header, ["south 12": try known("south 12", seen: ["north": size])]) == code, "\(size)")
        }
        // Of a chain that has no block yet, not even one leaf.
        let genesis = federation.charter.digest
        let start = ChainHead(region: north, genesis: genesis)
        let first = BlockHeader(
            charter: 1, count: 0, height: 1, previous: genesis, region: north,
            seen: header.seen, time: time)
        #expect(fault(first, after: start, ["south 12": try known("south 12", seen: ["north": 1])]) == .seen)
        #expect(fault(first, after: start, ["south 12": try known("south 12")]) == nil)
    }

    /// A fault of closure shows only when all that was seen is here.
    @Test func closureWaitsForAll() throws {
        let header = try header(seen: [("east", 3), ("south", 12)])
        let broken = try known("south 12", seen: ["east": 4])
        #expect(
            try check(header, ["south 12": broken]) == .waits(.init(chain: east, size: 3, reason: .chain)))
        #expect(fault(header, ["south 12": broken, "east 3": try known("east 3")]) == .seen)
    }

    @Test func aViewMayFail() throws {
        struct Broken: Error {}
        struct BrokenChains: BoundaryView {
            func boundary(of chain: RegionName, at size: Int) throws(Broken) -> BoundaryAnswer {
                throw Broken()
            }
        }
        let header = try header(seen: [("south", 12)])
        #expect(throws: Broken.self) {
            try rules.check(header, after: head, in: BrokenChains(), needsCertificates: true)
        }
    }
}
