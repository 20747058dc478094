import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct TallyTests {
    let a = SHA256.hash(Array("a".utf8))
    let b = SHA256.hash(Array("b".utf8))
    let c = SHA256.hash(Array("c".utf8))

    private func ballots(_ votes: [(String, Digest)]) throws -> [Ballot] {
        try votes.map { Ballot(voter: try region($0.0), verdict: $0.1) }
    }

    private func five() throws -> Charter {
        try TestFederation(voters: ["r1", "r2", "r3", "r4", "r5"], observers: ["hq"]).charter
    }

    @Test func silenceIsPending() throws {
        let tally = Tally([], charter: try five())
        #expect(tally.outcome == .pending && tally.classes.isEmpty && tally.contradictory.isEmpty)
        #expect(tally.silent.map(\.text) == ["r1", "r2", "r3", "r4", "r5"])
    }

    @Test func theQuorumConfirms() throws {
        let charter = try five()
        let two = try ballots([("r4", a), ("r2", a)])
        #expect(Tally(two, charter: charter).outcome == .pending)
        let three = two + (try ballots([("r1", a)]))
        let expected = Tally.Class(verdict: a, voters: try ["r1", "r2", "r4"].map(region))
        #expect(Tally(three, charter: charter).outcome == .confirmed(expected))
        let all = three + (try ballots([("r3", b), ("r5", a)]))
        let tally = Tally(all, charter: charter)
        #expect(tally.classes.map(\.voters.count) == [4, 1])
        #expect(tally.outcome == .confirmed(tally.classes[0]))
        #expect(tally.silent.isEmpty)
    }

    @Test func eachVoterCountsOnce() throws {
        let many = try ballots(Array(repeating: ("r1", a), count: 9) + [("r2", a)])
        let tally = Tally(many, charter: try five())
        #expect(tally.classes.map(\.voters.count) == [2] && tally.outcome == .pending)
        #expect(tally.contradictory.isEmpty)
    }

    @Test func observersAndStrangersDoNotCount() throws {
        let charter = try five()
        let tally = Tally(try ballots([("hq", a), ("west", a), ("r1", a), ("r2", a)]), charter: charter)
        #expect(tally.classes.map(\.voters.count) == [2] && tally.outcome == .pending)
        let strangers = Tally(try ballots([("hq", a), ("hq", b), ("west", a)]), charter: charter)
        #expect(strangers == Tally([], charter: charter))
    }

    /// Neither of two verdicts of a voter counts, and the voter is not silent either.
    @Test func contradictionsCountForNobody() throws {
        let charter = try five()
        let both = try ballots([("r1", a), ("r1", b), ("r2", a), ("r3", a)])
        let tally = Tally(both, charter: charter)
        #expect(tally.contradictory.map(\.text) == ["r1"])
        #expect(tally.classes == [Tally.Class(verdict: a, voters: try ["r2", "r3"].map(region))])
        #expect(tally.silent.map(\.text) == ["r4", "r5"])
        #expect(tally.outcome == .pending)
        // Back to the first verdict is no retraction.
        let again = Tally(both + (try ballots([("r1", a)])), charter: charter)
        #expect(again == tally)
    }

    /// Each word is a voter and what it says; a voter may say two things.
    @Test(arguments: [
        ("1a 2b 3c", false), ("1a 2b 3c 4a", false), ("1a 2a 3b 4b", false), ("1a 2a 3b 4b 5c", true),
        ("1a 2b 3c 4d", true), ("1a 1b 2a 2b 3a 3b", true), ("1a 1b 2a 2b", false),
        ("1a 1b 2a 2b 3a 4c", true),
    ])
    func isDisputedOnceNoClassCanReachTheQuorum(votes: String, isDisputed: Bool) throws {
        let ballots = try ballots(
            votes.split(separator: " ").map { ("r\($0.dropLast())", SHA256.hash(Array($0.utf8.suffix(1)))) })
        #expect(Tally(ballots, charter: try five()).outcome == (isDisputed ? .disputed : .pending))
    }

    @Test func ofEqualClassesThatOfTheFirstVoterComesFirst() throws {
        let tally = Tally(try ballots([("r5", a), ("r1", b), ("r2", c), ("r4", c)]), charter: try five())
        #expect(tally.classes.map(\.verdict) == [c, b, a])
    }

    /// Every set of answers of four voters, by brute force against the definition; a voter says nothing, one
    /// of two verdicts, or both.
    @Test func agreesWithTheDefinitionInAnyOrder() throws {
        let names = ["r1", "r2", "r3", "r4"]
        let charter = try TestFederation(voters: names).charter
        let k = charter.quorumSize
        for code in 0..<256 {
            var votes: [(String, Digest)] = []
            var counts = [a: 0, b: 0]
            var silentCount = 0
            for (place, name) in names.enumerated() {
                let answer = code >> (2 * place) & 3
                if answer & 1 != 0 { votes.append((name, a)) }
                if answer & 2 != 0 { votes.append((name, b)) }
                switch answer {
                case 0: silentCount += 1
                case 1: counts[a, default: 0] += 1
                case 2: counts[b, default: 0] += 1
                default: break
                }
            }
            let most = max(counts[a] ?? 0, counts[b] ?? 0)
            let tally = Tally(try ballots(votes), charter: charter)
            switch tally.outcome {
            case .confirmed(let members): #expect(members.voters.count >= k && most >= k)
            case .pending: #expect(most < k && most + silentCount >= k)
            case .disputed: #expect(most + silentCount < k)
            }
            #expect(Tally(try ballots(votes.reversed()), charter: charter) == tally)
        }
    }
}
