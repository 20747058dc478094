import ScripCrypto
import Testing

@testable import ScripCore

/// The first line of a block (format section 4).
@Suite struct BlockHeaderTests {
    private static let hex = String(repeating: "ab", count: 32)
    private static let line = """
        {"charter":1,"count":98,"height":17,"previous":"\(hex)","region":"north","seen":[{"region":"east",\
        "root":"\(hex)","size":7},{"region":"south","root":"\(hex)","size":44}],\
        "time":"2026-11-20T10:00:00Z","type":"block","v":1}
        """

    private func read(_ text: String) throws(MalformedRecord) -> BlockHeader {
        try BlockHeader(line: Array(text.utf8))
    }

    /// The line with what stands at a path replaced; nil removes it.
    private func changed(_ path: [JSON.Step], _ value: JSON?) throws -> [UInt8] {
        try JSONDocument(Array(Self.line.utf8), form: .canonical).root.json.replacing(path[...], by: value)
            .canonical
    }

    @Test func isReadAndWritten() throws {
        let header = try read(Self.line)
        let root = try #require(Digest(hexadecimal: Array(Self.hex.utf8)))
        #expect(
            header
                == BlockHeader(
                    charter: 1, count: 98, height: 17, previous: root, region: try region("north"),
                    seen: [
                        .init(region: try region("east"), root: root, size: 7),
                        .init(region: try region("south"), root: root, size: 44),
                    ], time: try #require(Timestamp("2026-11-20T10:00:00Z"))))
        #expect(header.line == Array(Self.line.utf8))
        #expect(
            header.seen[1].json.canonical
                == Array(#"{"region":"south","root":"\#(Self.hex)","size":44}"#.utf8))
    }

    @Test(arguments: [
        ("charter", 1, true), ("charter", 0, false), ("charter", -1, false),
        ("charter", 9_007_199_254_740_991, true), ("count", 0, true), ("count", 65_536, true),
        ("count", 65_537, false), ("count", -1, false), ("height", 1, true), ("height", 0, false),
        ("height", 9_007_199_254_740_991, true), ("v", 1, true), ("v", 0, false), ("v", 2, false),
    ])
    func integers(name: String, value: Int64, isGood: Bool) throws {
        let line = try changed([.member(name)], .integer(value))
        #expect((try? BlockHeader(line: line))?.line == (isGood ? line : nil))
    }

    /// `seen` is always there, also where it is empty.
    @Test func everyFieldIsThere() throws {
        for name in ["charter", "count", "height", "previous", "region", "seen", "time", "type", "v"] {
            #expect(throws: MalformedRecord.self, "\(name)") {
                try BlockHeader(line: changed([.member(name)], nil))
            }
            for value: JSON in [true, "X", .array([1]), .object([:]), .object(["x": 1])] {
                #expect(throws: MalformedRecord.self, "\(name) \(value)") {
                    try BlockHeader(line: changed([.member(name)], value))
                }
            }
        }
        for name in ["region", "root", "size"] {
            let path = [JSON.Step.member("seen"), .element(1), .member(name)]
            #expect(throws: MalformedRecord("'\(name)' is missing")) {
                try BlockHeader(line: changed(path, nil))
            }
            for value: JSON in [true, "x!", .array([]), .object([:]), -1, 0] {
                #expect(throws: MalformedRecord.self, "\(name) \(value)") {
                    try BlockHeader(line: changed(path, value))
                }
            }
        }
        #expect(throws: MalformedRecord("unknown field 'x'")) {
            try BlockHeader(line: changed([.member("x")], 1))
        }
        #expect(throws: MalformedRecord("unknown field 'x'")) {
            try BlockHeader(line: changed([.member("seen"), .element(0), .member("x")], 1))
        }
        #expect(throws: MalformedRecord.self) {
            try BlockHeader(line: changed([.member("seen"), .element(0)], 1))
        }
        let empty = try changed([.member("seen")], .array([]))
        #expect(try BlockHeader(line: empty).seen.isEmpty)
        #expect(try BlockHeader(line: empty).line == empty)
    }

    @Test(arguments: ["trade", "seal", "Block", "block "]) func types(_ type: String) throws {
        #expect(throws: MalformedRecord("the first line is not a block line of version 1")) {
            try BlockHeader(line: changed([.member("type")], .string(type)))
        }
    }

    @Test func seenIsSorted() throws {
        func seen(_ regions: [String]) -> JSON {
            .array(regions.map { .object(["region": .string($0), "root": .string(Self.hex), "size": 7]) })
        }
        let unsorted = "'seen' is not sorted by region, each region once"
        for (regions, reason) in [
            (["a", "b", "z"], nil), (["a-", "a0", "aa"], nil), (["south", "east"], unsorted),
            (["east", "east"], unsorted), (["north"], "'seen' names the block's own chain"),
            (["east", "north"], "'seen' names the block's own chain"),
        ] as [([String], String?)] {
            let line = try changed([.member("seen")], seen(regions))
            let found = reasonMalformed { () throws(MalformedRecord) in _ = try BlockHeader(line: line) }
            #expect(found == reason, "\(regions)")
        }
    }

    @Test func onlyTheCanonicalLine() {
        for text in [
            "", "1", "[]", "{}", " " + Self.line, Self.line + " ", Self.line + "\n",
            Self.line.replacing("17", with: "17.0"), Self.line.replacing(":17", with: ": 17"),
            Self.line.replacing("\"v\":1", with: "\"v\":1,\"v\":1"), "[\(Self.line)]",
            Self.line.replacing("\"size\":7}", with: "\"size\":7,}"),
            "{\"v\":1," + Self.line.dropFirst().replacing(",\"v\":1", with: ""),
        ] {
            #expect(throws: MalformedRecord.self, "\(text)") { try read(text) }
        }
        #expect(
            throws: MalformedRecord(
                "the block line: bytes follow the value (byte \(Self.line.utf8.count + 1))")
        ) {
            try read(Self.line + "\n")
        }
    }
}
