import Testing

@testable import ScripCore

@Suite struct CheckpointTests {
    static let text = "example.org/vouchers/north\n31\nU513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=\n"

    @Test func keepsTheText() throws {
        let checkpoint = try Checkpoint(parsing: Array(Self.text.utf8))
        #expect(checkpoint.origin == "example.org/vouchers/north")
        #expect(checkpoint.size == 31)
        #expect(checkpoint.root.hexadecimal.hasPrefix("539d77ba6c70"))
        #expect(checkpoint.text == Array(Self.text.utf8))
    }

    @Test(arguments: ["0", "1", "9007199254740991"])
    func readsSizes(size: String) throws {
        let bytes = try Array(Self.text.utf8).replacing("\n31\n", by: "\n\(size)\n")
        #expect(try Checkpoint(parsing: bytes).text == bytes)
    }

    @Test(arguments: [
        ("\n31\n", "\n031\n", CheckpointError.size),
        ("\n31\n", "\n+31\n", .size),
        ("\n31\n", "\n-1\n", .size),
        ("\n31\n", "\n31 \n", .size),
        ("\n31\n", "\n\n", .size),
        ("\n31\n", "\n9007199254740992\n", .size),
        ("\n31\n", "\n99999999999999999999999\n", .size),
        ("\n31\n", "\n٣\n", .size),
        ("vouchers/north\n", "vouchers/no rth\n", .origin),
        ("vouchers/north\n", "vouchers/north+\n", .origin),
        ("vouchers/north\n", "vouchers/nörth\n", .origin),
        ("=\n", "=\nextension\n", .lines),
        ("=\n", "=\n\n", .lines),
        ("=\n", "=", .lines),
        ("=\n", "\n", .root),
        ("NA=\n", "NB=\n", .root),
        ("NA=\n", "NAAA\n", .root),
        ("NA=\n", "NA= \n", .root),
    ])
    func refuses(change: (old: String, new: String, reason: CheckpointError)) throws {
        let bytes = try Array(Self.text.utf8).replacing(change.old, by: change.new)
        #expect(throws: change.reason) { try Checkpoint(parsing: bytes) }
    }

    @Test(arguments: [("", CheckpointError.lines), ("\n", .origin), ("a\n", .size), ("a\n1\n", .root)])
    func refusesParts(part: (text: String, reason: CheckpointError)) {
        #expect(throws: part.reason) { try Checkpoint(parsing: Array(part.text.utf8)) }
    }
}
