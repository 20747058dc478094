public import ScripCrypto

/// The first line of a block (format section 4):
///
/// `{"charter":1,"count":98,"height":17,"previous":"<hex>","region":"north","seen":[…],"time":"…","type":"block","v":1}`
public struct BlockHeader: Sendable, Equatable {
    /// What this chain builds on of another one: a block boundary for which it holds a certificate.
    public struct Seen: Sendable, Equatable {
        public let region: RegionName
        public let root: Digest
        /// Leaves of that chain.
        public let size: Int

        public init(region: RegionName, root: Digest, size: Int) {
            self.region = region
            self.root = root
            self.size = size
        }

        /// `{"region":"south","root":"<hex>","size":44}`.
        public var json: JSON {
            .object([
                "region": .string(region.text), "root": .string(root.hexadecimal),
                "size": .integer(Int64(size)),
            ])
        }
    }

    /// Records in one block at most.
    public static let recordsMax = 65_536
    /// Bytes that one block may inflate to: 64 MiB.
    public static let bytesMax = 64 << 20

    /// The epoch of the charter under which the block is sealed.
    public let charter: Int
    /// Records in the block.
    public let count: Int
    /// From 1.
    public let height: Int
    /// The root of the checkpoint before; at height 1 the genesis.
    public let previous: Digest
    public let region: RegionName
    /// Entries that grew since the block before, sorted by region.
    public let seen: [Seen]
    public let time: Timestamp

    public init(
        charter: Int, count: Int, height: Int, previous: Digest, region: RegionName, seen: [Seen],
        time: Timestamp
    ) {
        self.charter = charter
        self.count = count
        self.height = height
        self.previous = previous
        self.region = region
        self.seen = seen
        self.time = time
    }

    /// The line, canonical, without its newline.
    public var line: [UInt8] {
        JSON.object([
            "charter": .integer(Int64(charter)), "count": .integer(Int64(count)),
            "height": .integer(Int64(height)), "previous": .string(previous.hexadecimal),
            "region": .string(region.text),
            "seen": .array(seen.map(\.json)),
            "time": .string(time.text), "type": "block", "v": 1,
        ]).canonical
    }

    /// Reads a canonical line; throws what makes the block invalid.
    public init(line: [UInt8]) throws(MalformedRecord) {
        let document: JSONDocument
        do {
            document = try JSONDocument(line, form: .canonical)
        } catch {
            throw MalformedRecord("the block line: \(error.reason) (byte \(error.offset + 1))")
        }
        var fields = FieldReader(document.root)
        guard document.root.kind == .object, try fields.text("type") == "block",
            try fields.integer("v") == 1
        else { throw MalformedRecord("the first line is not a block line of version 1") }
        charter = Int(try fields.integer("charter"))
        count = Int(try fields.integer("count", in: 0...Int64(Self.recordsMax)))
        height = Int(try fields.integer("height"))
        previous = try fields.digest("previous")
        region = try fields.region("region")
        time = try fields.time("time")
        guard let list = fields.value("seen"), list.kind == .array else {
            throw MalformedRecord("'seen' is missing or not a list")
        }
        var seen: [Seen] = []
        for element in list.elements {
            var inner = FieldReader(element)
            let entry = Seen(
                region: try inner.region("region"), root: try inner.digest("root"),
                size: Int(try inner.integer("size")))
            try inner.refuseOthers()
            if let last = seen.last, last.region >= entry.region {
                throw MalformedRecord("'seen' is not sorted by region, each region once")
            }
            guard entry.region != region else { throw MalformedRecord("'seen' names the block's own chain") }
            seen.append(entry)
        }
        self.seen = seen
        try fields.refuseOthers()
    }
}
