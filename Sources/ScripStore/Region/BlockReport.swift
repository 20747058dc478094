public import ScripCore

/// What a command says of one block: the line of type `sealed`.
///
/// `{"chain":"north","count":3,"height":17,"root":"9fac86de…","size":10452,"time":"2026-11-20T10:00:00Z","type":"sealed"}`
public struct BlockReport: Sendable {
    /// What `show` adds.
    struct Details {
        let status: RecordStatus
        /// What the block has seen that the block before had not.
        let seen: [BlockHeader.Seen]
    }

    private let block: IndexedBlock
    private let details: Details?

    /// The line that `seal` prints.
    public init(_ block: IndexedBlock) {
        self.block = block
        details = nil
    }

    init(_ block: IndexedBlock, details: Details) {
        self.block = block
        self.details = details
    }

    /// The line that is printed.
    public var json: JSON {
        var members: [String: JSON] = [
            "type": "sealed", "chain": .string(block.chain.text), "height": .integer(Int64(block.height)),
            "size": .integer(Int64(block.size)), "root": .string(block.root.hexadecimal),
            "count": .integer(Int64(block.count)), "time": .string(block.time.text),
        ]
        if let details {
            members["charter"] = .integer(Int64(block.charter))
            members["from"] = .integer(Int64(block.first))
            members["status"] = .string(details.status.rawValue)
            members["seen"] = .array(details.seen.map(\.json))
            members["invalid"] = .array(block.invalid.map(\.json))
        }
        return .object(members)
    }
}

extension Ledger {
    /// A block with all that is known of it; nil if it is not here.
    public func blockReport(_ chain: RegionName, height: Int) throws -> BlockReport? {
        guard charters.hasChain(chain), let block = try index.block(chain, height: height) else {
            return nil
        }
        let before = try index.block(chain, height: height - 1)?.seen ?? [:]
        var seen: [BlockHeader.Seen] = []
        for (region, size) in block.seen.sorted(by: { $0.key < $1.key }) where size > before[region] ?? 0 {
            guard let boundary = try index.block(region, size: size) else { throw IndexError.damaged }
            seen.append(BlockHeader.Seen(region: region, root: boundary.root, size: size))
        }
        return BlockReport(
            block, details: BlockReport.Details(status: try status(of: block, code: nil), seen: seen))
    }
}

extension VerdictText.Invalid {
    /// `{"code":"spent","index":10407}`.
    var json: JSON { .object(["index": .integer(Int64(index)), "code": .string(code.rawValue)]) }
}
