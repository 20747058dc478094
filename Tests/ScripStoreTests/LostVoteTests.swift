import ScripCore
import ScripStore
import Testing

/// A region's own vote was never made durable: a killed command had given it its name, and the power failed.
@Suite struct LostVoteTests {
    private static func lose(_ vote: String, _ regions: TestRegions) throws {
        try regions.scratch.remove("north/public/votes/north/north/0000000/\(vote)")
        for suffix in ["", "-wal", "-shm"] {
            try? regions.scratch.remove("north/private/index.sqlite\(suffix)")
        }
    }

    private static func votes(_ regions: TestRegions) throws -> [String] {
        try regions.scratch.open().subdirectory("north/public/votes/north/north/0000000").names()
    }

    private static func founded() throws -> TestRegions {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        _ = try regions.admit([try regions.accredit(shop)], at: "north")
        try regions.seal("north")
        return regions
    }

    /// The marks cover it, so that a peer has it is no sign of a directory that was set back.
    @Test func whatAPeerSawOfItIsNoReasonToRefuse() throws {
        let regions = try Self.founded()
        try regions.sync("south", from: ["north"])
        let vote = "0000000001-0000000001.jsonl"
        try Self.lose(vote, regions)
        #expect(try regions.seal("north", isHeartbeat: true).map(\.height) == [2])
        #expect(try Self.votes(regions).contains(vote))
    }

    /// As long as it cannot be signed again, the region does not vote on its next blocks either, or it never would.
    @Test func itIsSignedAgainBeforeTheNextBlockIsVotedOn() throws {
        let regions = try Self.founded()
        let now = regions.time
        try Self.lose("0000000001-0000000001.jsonl", regions)
        regions.time = now.adding(seconds: -86_400)
        #expect(try regions.seal("north", isHeartbeat: true).map(\.height) == [2])
        #expect(try Self.votes(regions) == [])
        regions.time = now
        try regions.settle()
        for height in [1, 2] {
            let block = try #require(
                try regions.ledger("north").index.block(regions.region("north"), height: height))
            #expect(block.certification == .agrees, "block \(height)")
        }
    }
}
