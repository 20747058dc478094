internal import ScripCore
internal import ScripCrypto

/// Compares the own chain of a region directory with what the region has signed: one that is shorter was set back, as by
/// restoring an old backup (protocol section 9).
struct OwnChainVerification {
    private let context: VerificationContext
    private let chain: RegionName

    /// The last block that the region signed, which is durable in `private/high-water/` before anybody sees it.
    struct Mark {
        let file: String
        let height: Int
        /// The checkpoint that was signed; nil if the block was cut off while it was written, so that nobody has
        /// seen it.
        let checkpoint: [UInt8]?
    }

    init(_ context: VerificationContext, chain: RegionName) {
        self.context = context
        self.chain = chain
    }

    /// The mark of a region directory; nil if there is none, or if the user may not look into `private/`.
    static func readMark(_ region: Directory?) -> Mark? {
        guard let folder = try? region?.subdirectoryIfPresent(RegionLayout.highWater),
            let names = try? folder.names().compactMap({ MarkName($0) }),
            let name = names.max(by: { $0.height ?? -1 < $1.height ?? -1 }), let height = name.height,
            height > 0
        else { return nil }
        return Mark(
            file: Directory.join(RegionLayout.highWater, name.text), height: height,
            checkpoint: try? checkpoint(name, in: folder))
    }

    private static func checkpoint(_ name: MarkName, in folder: Directory) throws -> [UInt8] {
        let reader = SegmentReader(try folder.file(name.text))
        guard try reader.startMember() else { throw BlockFault(.framing, "the file is empty") }
        let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
        guard header.height == name.height else { throw BlockFault(.name, "another height") }
        try reader.skipLines(header.count)
        let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
        try reader.finishMember()
        return seal.checkpoint
    }

    /// `highest` is the greatest height that any segment file of the chain names; `heads` what the own hint says.
    func run(_ mark: Mark?, highest: Int, heads: HeadsNote?) throws {
        if let mark { try check(mark, highest: highest) }
        if let heads, heads.region == chain,
            let claim = heads.chains.first(where: { $0.region == chain }), claim.height > highest
        {
            try problem(
                context.root.path(of: RegionLayout.heads),
                "block \(claim.height) was signed, and no segment holds it", height: claim.height)
        }
    }

    private func check(_ mark: Mark, highest: Int) throws {
        guard let checkpoint = mark.checkpoint else { return }
        if mark.height == highest + 1 {
            // A seal that was cut off before its block got its name is completed by the next command that writes.
            context.findings.pending(chain)
        } else if mark.height > highest {
            try problem(
                mark.file, "block \(mark.height) was signed, and the segments end with block \(highest)",
                height: mark.height)
        } else if let block = try context.index.block(chain, height: mark.height),
            block.checkpoint != checkpoint
        {
            try problem(
                mark.file, "block \(mark.height) is not the one that was signed last at this height",
                height: mark.height)
        }
    }

    private func problem(_ file: String, _ reason: String, height: Int) throws {
        try context.findings.problem(.rollback, file, reason, chain: chain, height: height)
    }
}
