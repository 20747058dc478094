internal import ScripCore
internal import ScripCrypto

/// What every block must be that an honest region holds, computed from its lines alone: it links to the one before,
/// counts and hashes to what its chain's key has signed, and its time and what it has seen only grow.
struct ReferenceBlocks {
    private struct Known {
        let height: Int
        let time: Timestamp
        let seen: [RegionName: Int]
        /// Up to and with the block.
        let tree: MerkleFrontier
    }

    let genesis: Digest
    /// As `CHAIN SIZE ROOT`.
    private var known: [String: Known] = [:]
    /// What blocks have seen that may only be read later.
    private var seen: [(header: BlockHeader, first: Int, all: [RegionName: Int])] = []
    /// By the epoch from which on nobody may have it.
    private var condemned: [String: Int] = [:]

    init(genesis: Digest) { self.genesis = genesis }

    static func name(_ chain: RegionName, _ size: Int, _ root: Digest) -> String {
        "\(chain) \(size) \(root.hexadecimal)"
    }

    /// A block that nobody may take who has the charter of that epoch.
    mutating func condemn(_ name: String, since epoch: Int) { condemned[name] = epoch }

    func isCondemned(_ name: String) -> Bool { condemned[name] != nil }

    /// Throws if that is a block that nobody may take, or vote on, in that epoch.
    func refuse(_ name: String, in epoch: Int, _ what: String) throws {
        if let since = condemned[name], since <= epoch {
            throw Violation("\(what) is about a block that is none: \(name)")
        }
    }

    /// Takes a block that an honest region holds, whose newest charter is of `holderEpoch`.
    mutating func take(
        _ lines: [[UInt8]], _ seal: SealLine, of chain: RegionName, _ charters: CharterHistory,
        holderEpoch: Int
    ) throws {
        let header = try BlockHeader(line: lines[0])
        let place = "block \(header.height) of \(chain)"
        guard header.region == chain, header.line == lines[0] else { throw Violation("\(place) is none") }
        guard let charter = charters.charter(of: header.charter) else {
            throw Violation("\(place) names charter \(header.charter)")
        }
        let signed = try VerifiedCheckpoint(
            sealing: try SignedNote(parsing: seal.checkpoint), chain: chain, charter: charter
        ).checkpoint
        let records = lines[1..<lines.count - 1]
        let first = signed.size - records.count - 1
        let before = known[Self.name(chain, first, header.previous)]
        guard before != nil || (first == 0 && header.previous == genesis) else {
            throw Violation("\(place) follows on nothing that is held")
        }
        guard header.count == records.count, header.height == (before?.height ?? 0) + 1 else {
            throw Violation("\(place) counts wrong")
        }
        if let before, header.time < before.time { throw Violation("\(place) goes back in time") }
        let prefix = Record.signedPrefix(genesis: genesis)
        for line in records {
            guard let record = try? Record(line: line, signedPrefix: prefix) else { continue }
            if record.attestations.contains(where: { $0.time > header.time }) {
                throw Violation("\(place) is older than an attestation in it")
            }
        }
        var tree = before?.tree ?? MerkleFrontier()
        for line in lines.dropLast() { tree.append(MerkleTree.leafHash(line.span)) }
        guard tree.size == signed.size, tree.root == signed.root else {
            throw Violation("\(place) does not hash to what is signed")
        }
        let name = Self.name(chain, tree.size, tree.root)
        try refuse(name, in: holderEpoch, "what an honest region holds")
        var all = before?.seen ?? [:]
        for entry in header.seen {
            if entry.size <= all[entry.region] ?? 0 { throw Violation("\(place) has seen less than before") }
            all[entry.region] = entry.size
        }
        known[name] = Known(height: header.height, time: header.time, seen: all, tree: tree)
        seen.append((header, first, all))
    }

    /// Once all is read that the region holds: what its blocks have seen is there, and closed.
    mutating func checkSeen() throws {
        for (header, first, all) in seen {
            let place = "block \(header.height) of \(header.region)"
            for entry in header.seen {
                guard let other = known[Self.name(entry.region, entry.size, entry.root)] else {
                    throw Violation("\(place) has seen of \(entry.region) what is nowhere")
                }
                if header.time < other.time { throw Violation("\(place) is older than what it has seen") }
                for (region, size) in other.seen
                where size > (region == header.region ? first : all[region] ?? 0) {
                    throw Violation("\(place) has not seen of \(region) what it builds on")
                }
            }
        }
        seen = []
    }
}
