public import ScripCrypto

/// Where a settlement ends: how much of each chain counts, and how much of it counted before. One line of canonical
/// JSON; the first of a settlement (scrip-format(5)):
/// ```
/// {"chains":[{"from":0,"region":"north","root":"<hex>","size":345},…],"federation":"example.org/vouchers",
///  "genesis":"<hex>","previous":"<hex>","time":"2026-11-30T22:00:00Z","type":"cut","v":1}
/// ```
/// `previous` is the hash of the cut before, absent if there was none; `time` is that of the newest block in it, for
/// people: no record is in or out of a cut because of a time.
public struct Cut: Equatable, Sendable {
    /// One chain of a cut.
    public struct Chain: Equatable, Sendable {
        public let region: RegionName
        /// Leaves that the cut before held.
        public let from: Int
        /// Leaves that this cut holds: up to the end of a block.
        public let size: Int
        /// The root of the tree of that size.
        public let root: Digest

        public init(region: RegionName, from: Int, size: Int, root: Digest) {
            self.region = region
            self.from = from
            self.size = size
            self.root = root
        }
    }

    public let federation: FederationName
    /// The digest of the charter of epoch 1.
    public let genesis: Digest
    /// By region; those that have a block in the cut.
    public let chains: [Chain]
    /// The hash of the cut before.
    public let previous: Digest?
    public let time: Timestamp

    /// The longest line that is read: the largest federation fits.
    public static let lineBytesMax = 16 << 10

    /// Throws unless this can be a cut: chains in order, none that shrinks, at least one that grew.
    public init(
        federation: FederationName, genesis: Digest, chains: [Chain], previous: Digest?, time: Timestamp
    ) throws(MalformedCut) {
        guard !chains.isEmpty, chains.count <= Charter.regionCountMax else {
            throw MalformedCut("it has \(chains.count) chains")
        }
        guard zip(chains, chains.dropFirst()).allSatisfy({ $0.region < $1.region }) else {
            throw MalformedCut("its chains are not sorted")
        }
        guard chains.allSatisfy({ $0.size > 0 && $0.from >= 0 && $0.from <= $0.size }) else {
            throw MalformedCut("a size in it cannot be")
        }
        guard chains.contains(where: { $0.from < $0.size }) else {
            throw MalformedCut("it holds nothing new")
        }
        guard (previous != nil) == chains.contains(where: { $0.from > 0 }) else {
            throw MalformedCut("'previous' and 'from' do not go together")
        }
        self.federation = federation
        self.genesis = genesis
        self.chains = chains
        self.previous = previous
        self.time = time
    }

    /// Reads a line, without its newline.
    public init(line: [UInt8]) throws(MalformedCut) {
        guard line.count <= Self.lineBytesMax else {
            throw MalformedCut("the line is longer than \(Self.lineBytesMax) bytes")
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(line, form: .canonical)
        } catch {
            throw MalformedCut("\(error.reason) (byte \(error.offset + 1))")
        }
        let root = document.root
        guard root.kind == .object, root.member("type")?.text == "cut" else {
            throw MalformedCut("the first line is no cut")
        }
        guard root.member("v")?.integer == 1 else { throw MalformedCut("'v' is not 1") }
        guard let federation = root.member("federation")?.text.flatMap({ FederationName($0) }),
            let genesis = Self.digest(root.member("genesis")),
            let time = root.member("time")?.text.flatMap({ Timestamp($0) }),
            let chains = root.member("chains"), chains.kind == .array
        else { throw MalformedCut("a field of the cut is missing or malformed") }
        var previous: Digest?
        if let member = root.member("previous") {
            previous = Self.digest(member)
            if previous == nil { throw MalformedCut("'previous' is no hash") }
        }
        try self.init(
            federation: federation, genesis: genesis, chains: try Self.chains(chains.elements),
            previous: previous, time: time)
        guard self.line == line else { throw MalformedCut("a field of the cut is not known") }
    }

    private static func digest(_ value: JSONValue?) -> Digest? {
        value?.string.flatMap { Digest(hexadecimal: $0) }
    }

    private static func chains(_ elements: [JSONValue]) throws(MalformedCut) -> [Chain] {
        var chains: [Chain] = []
        for element in elements {
            guard let region = element.member("region")?.text.flatMap({ RegionName($0) }),
                let from = element.member("from")?.integer, let size = element.member("size")?.integer,
                let root = digest(element.member("root"))
            else { throw MalformedCut("a chain of the cut is malformed") }
            chains.append(Chain(region: region, from: Int(from), size: Int(size), root: root))
        }
        return chains
    }

    /// The line, without its newline.
    public var line: [UInt8] {
        var members: [String: JSON] = [
            "type": "cut", "v": 1, "federation": .string(federation.text),
            "genesis": .string(genesis.hexadecimal), "time": .string(time.text),
            "chains": .array(
                chains.map {
                    .object([
                        "region": .string($0.region.text), "from": .integer(Int64($0.from)),
                        "size": .integer(Int64($0.size)), "root": .string($0.root.hexadecimal),
                    ])
                }),
        ]
        if let previous { members["previous"] = .string(previous.hexadecimal) }
        return JSON.object(members).canonical
    }

    /// SHA-256 of the line with its newline: what the next cut names, and what `head -n 1 | sha256sum` prints.
    public var hash: Digest { SHA256.hash(line + [UInt8(ascii: "\n")]) }

    /// How much of each chain counts.
    public var sizes: [RegionName: Int] {
        Dictionary(chains.map { ($0.region, $0.size) }, uniquingKeysWith: { first, _ in first })
    }

    /// How much of each chain counted before.
    public var sizesBefore: [RegionName: Int] {
        Dictionary(chains.map { ($0.region, $0.from) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Why bytes are no cut.
public struct MalformedCut: Error, Sendable, Equatable {
    /// As a phrase for a person.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}
