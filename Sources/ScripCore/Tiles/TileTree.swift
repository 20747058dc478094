internal import ScripCrypto

/// A file of a C2SP tlog-tiles directory.
public struct Tile: Hashable, Sendable {
    public let name: TileName
    public let bytes: [UInt8]
}

/// A leaf that no C2SP entry bundle can hold: its length is written in 16 bits.
public struct OversizedLeaf: Error, Hashable, Sendable {
    /// The index of the leaf in its chain, from 0.
    public let index: Int
}

/// Cuts a chain's leaves, taken in their order, into the files of a C2SP tlog-tiles directory. Of each level only the
/// tile that is not full yet is held.
///
/// A tile is the hashes of up to 256 neighbours: at level 0 of leaves, above it of full tiles of the level below. An
/// entry bundle is the leaves of a tile of level 0, each with its length before it, 16 bits big-endian.
public struct TileTree: Sendable {
    /// The hashes of one level that fill no tile yet.
    private struct Level {
        /// The number of the tile that they begin.
        var index = 0
        var hashes: [Digest] = []
    }

    private var levels: [Level] = []
    private var entries: [UInt8] = []

    /// The number of leaves so far.
    public private(set) var size = 0

    public init() {}

    /// Appends a leaf, and returns the files that are full with it, and will not change any more.
    public mutating func append(_ leaf: [UInt8]) throws(OversizedLeaf) -> [Tile] {
        guard let length = UInt16(exactly: leaf.count) else { throw OversizedLeaf(index: size) }
        entries.append(UInt8(length >> 8))
        entries.append(UInt8(length & 0xff))
        entries += leaf
        size += 1
        var tiles: [Tile] = []
        if size % TileName.widthMax == 0 {
            let name = TileName(level: nil, index: size / TileName.widthMax - 1, width: TileName.widthMax)
            tiles.append(Tile(name: name, bytes: entries))
            entries.removeAll(keepingCapacity: true)
        }
        append(MerkleTree.leafHash(leaf.span), level: 0, &tiles)
        return tiles
    }

    private mutating func append(_ hash: Digest, level: Int, _ tiles: inout [Tile]) {
        if level == levels.count { levels.append(Level()) }
        levels[level].hashes.append(hash)
        guard levels[level].hashes.count == TileName.widthMax else { return }
        let full = levels[level]
        tiles.append(Self.tile(full, level: level))
        levels[level] = Level(index: full.index + 1)
        var subtree = MerkleFrontier()
        for hash in full.hashes { subtree.append(hash) }
        append(subtree.root, level: level + 1, &tiles)
    }

    private static func tile(_ level: Level, level number: Int) -> Tile {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 * level.hashes.count)
        for hash in level.hashes { hash.append(to: &bytes) }
        return Tile(
            name: TileName(level: number, index: level.index, width: level.hashes.count), bytes: bytes)
    }

    /// The files at the right edge, which are not full: one for each level that has any hash, and the entries.
    public var partialTiles: [Tile] {
        var tiles: [Tile] = []
        if !entries.isEmpty {
            let name = TileName(
                level: nil, index: size / TileName.widthMax, width: size % TileName.widthMax)
            tiles.append(Tile(name: name, bytes: entries))
        }
        for (number, level) in levels.enumerated() where !level.hashes.isEmpty {
            tiles.append(Self.tile(level, level: number))
        }
        return tiles
    }
}
