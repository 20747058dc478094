import Testing

@testable import ScripCore

@Suite struct TrustPolicyTests {
    @Test func namesEveryVoterAndTheQuorum() throws {
        let charter = try TestFederation().charter
        let lines = String(decoding: charter.trustPolicy, as: UTF8.self).split(separator: "\n")
        let names = ["east", "north", "south"].map { "example.org/vouchers/\($0)/witness" }
        #expect(lines.count == 9)
        #expect(lines[1...3].map(String.init) == charter.voters.map { "log \($0.log.text)" })
        #expect(
            lines[4...6].map(String.init)
                == charter.voters.map { "witness \($0.witness.name) \($0.witness.text)" })
        #expect(lines[7] == "group voters 2 \(names.joined(separator: " "))")
        #expect(lines[8] == "quorum voters")
    }
}
