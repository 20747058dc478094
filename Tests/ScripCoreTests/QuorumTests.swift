import Testing

@testable import ScripCore

@Suite struct QuorumTests {
    /// k for every N of the protocol, with f = 2k - N - 1 and N - k.
    @Test(arguments: [
        (1, 1, 1), (2, 2, 2), (3, 2, 3), (4, 3, 3), (5, 3, 4), (6, 4, 5), (7, 4, 5), (9, 5, 7), (28, 15, 19),
        (29, 15, 20),
    ])
    func sizes(voterCount: Int, majority: Int, twoThirds: Int) {
        #expect(Quorum.majority.size(voterCount: voterCount) == majority)
        #expect(Quorum.twoThirds.size(voterCount: voterCount) == twoThirds)
    }

    /// Any two sets of k of N voters share one, and k voters can be there.
    @Test func everySizeIsAboveHalfAndAtMostAll() {
        for count in 1...29 {
            for quorum in [Quorum.majority, .twoThirds] + (0...31).map(Quorum.votes) {
                guard let size = quorum.size(voterCount: count) else {
                    guard case .votes(let stated) = quorum else {
                        Issue.record("\(quorum) of \(count) has no size")
                        continue
                    }
                    #expect(2 * stated <= count || stated > count)
                    continue
                }
                #expect(2 * size > count && size <= count)
            }
        }
    }

    @Test func nobodyHasNoQuorum() {
        for quorum in [Quorum.majority, .twoThirds, .votes(0), .votes(1)] {
            #expect(quorum.size(voterCount: 0) == nil)
        }
        #expect(Quorum.votes(.max).size(voterCount: 3) == nil)
    }

    @Test(arguments: ["majority", "two-thirds", "0", "2", "15"])
    func keepsTheText(text: String) throws {
        #expect(try #require(Quorum(text)).text == text)
    }

    @Test(arguments: ["", "Majority", "majority ", "two_thirds", "02", "+2", "-2", "2.0", "all"])
    func refuses(text: String) { #expect(Quorum(text) == nil) }
}
