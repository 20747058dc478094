import ScripCore
import ScripCrypto
import Testing

@testable import ScripStore

/// A block is found where the name of a file says that it is, and what is not there is not searched for at any price.
@Suite struct MemberSearchTests {
    private static let bigBytes = 1 << 20
    private let scratch: ScratchDirectory
    private let north: RegionName
    private let south: RegionName
    private let time: Timestamp

    init() throws {
        scratch = try ScratchDirectory()
        north = try #require(RegionName("north"))
        south = try #require(RegionName("south"))
        time = try #require(Timestamp(seconds: 1_795_168_800))
    }

    /// A member that says that it is a block of that height, and inflates to some more than `bytes`.
    private func member(_ height: Int, of region: RegionName? = nil, bytes: Int = bigBytes) -> [UInt8] {
        let header = BlockHeader(
            charter: 1, count: 1, height: height, previous: .zero, region: region ?? north, seen: [],
            time: time)
        let newline = [UInt8(ascii: "\n")]
        let deflater = GzipDeflater()
        var member: [UInt8] = []
        deflater.write(
            (header.line + newline + [UInt8](repeating: UInt8(ascii: "x"), count: bytes) + newline).span,
            into: &member)
        deflater.finish(into: &member)
        return member
    }

    private func name(_ heights: ClosedRange<Int>) throws -> SegmentName {
        try #require(SegmentName(heights: heights))
    }

    /// The height that is found, with the budget.
    private func find(
        _ height: Int, in heights: ClosedRange<Int>, _ members: [[UInt8]], offset: Int? = nil,
        budget bytesMax: Int
    ) throws -> Int? {
        try scratch.write(members.flatMap { $0 }, to: "file")
        let file = try ForeignFile("file", in: try scratch.open(), limit: 1 << 30)
        let search = MemberSearch(
            height, in: try name(heights), of: north, offset: offset.map { Int64($0) })
        guard let found = try search.run(file, InflationBudget(bytesMax: bytesMax)) else { return nil }
        #expect(found.line == found.header.line)
        return found.header.height
    }

    @Test func `a block is found behind others, within the budget`() throws {
        let members = [member(3), member(4), member(5)]
        for height in 3...5 {
            let bytes = (height - 2) * (Self.bigBytes + 4_096)
            #expect(try find(height, in: 3...5, members, budget: bytes) == height)
        }
        #expect(throws: BlockFault.self) { try find(5, in: 3...5, members, budget: Self.bigBytes) }
        #expect(try find(6, in: 3...5, members, budget: 0) == nil)
    }

    @Test func `the first member that is not what the name says ends the search`() throws {
        // The budget takes no member that is read over.
        let budget = Self.bigBytes / 2
        for members in [
            [member(1), member(3)], [member(4), member(3)], [member(2, of: south), member(3)],
            [[]],
        ] {
            #expect(try find(3, in: 2...3, members, budget: budget) == nil)
            #expect(try find(3, in: 3...3, [members[0]], budget: budget) == nil)
        }
        #expect(try find(4, in: 3...4, [member(3, bytes: 8), member(5)], budget: budget) == nil)
    }

    @Test func `a block is found at once where those before it are as they are here`() throws {
        let members = [member(3), member(4), member(5)]
        let offset = members[0].count + members[1].count
        let budget = Self.bigBytes / 2
        #expect(try find(5, in: 3...5, members, offset: offset, budget: budget) == 5)
        // Anything else that lies there, or nothing, is no reason not to search.
        for wrong in [members[0].count, offset + 1, offset - 1, offset * 9] {
            #expect(throws: BlockFault.self) {
                try find(5, in: 3...5, members, offset: wrong, budget: budget)
            }
            #expect(try find(5, in: 3...5, members, offset: wrong, budget: 4 * Self.bigBytes) == 5)
        }
    }
}
