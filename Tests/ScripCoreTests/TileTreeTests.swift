import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct TileTreeTests {
    /// The paths that C2SP tlog-tiles gives as examples, and those around the turns of digits.
    @Test(arguments: [
        (0, 0, 256, "tile/0/000"), (0, 0, 1, "tile/0/000.p/1"), (1, 999, 255, "tile/1/999.p/255"),
        (2, 1_000, 256, "tile/2/x001/000"), (63, 1_234_067, 256, "tile/63/x001/x234/067"),
        (nil, 1_234_067, 12, "tile/entries/x001/x234/067.p/12"), (nil, 70, 256, "tile/entries/070"),
    ])
    func pathsAreThoseOfTheSpecification(_ level: Int?, _ index: Int, _ width: Int, _ path: String) {
        #expect(TileName(level: level, index: index, width: width).path == path)
    }

    private func leaf(_ number: Int) -> [UInt8] { Array("leaf \(number)".utf8) }

    /// A tree of 70,000 leaves has 273 full tiles and a partial one of 112 at level 0, a full one and one of 17 at level
    /// 1, and one of width 1 at level 2: the example of C2SP tlog-tiles.
    @Test func theExampleOfTheSpecification() throws {
        var tree = TileTree()
        var counts: [String: Int] = [:]
        func count(_ tiles: [Tile]) {
            for tile in tiles { counts["\(tile.name.level ?? -1) \(tile.name.width)", default: 0] += 1 }
        }
        for number in 0..<70_000 { count(try tree.append(leaf(number))) }
        count(tree.partialTiles)
        #expect(
            counts == ["0 256": 273, "0 112": 1, "1 256": 1, "1 17": 1, "2 1": 1, "-1 256": 273, "-1 112": 1])
    }

    @Test func hashesAndEntriesAreThoseOfTheTree() throws {
        let size = 3 * 256 + 5
        var tree = TileTree()
        var tiles: [Tile] = []
        var whole = MerkleFrontier()
        for number in 0..<size {
            tiles += try tree.append(leaf(number))
            whole.append(MerkleTree.leafHash(leaf(number).span))
        }
        #expect(tree.size == size)
        tiles += tree.partialTiles
        let bytes = Dictionary(uniqueKeysWithValues: tiles.map { ($0.name.path, $0.bytes) })
        var paths: Set<String> = ["tile/1/000.p/3"]
        for file in ["000", "001", "002", "003.p/5"] {
            paths.formUnion(["tile/0/\(file)", "tile/entries/\(file)"])
        }
        #expect(Set(bytes.keys) == paths)
        // The root follows from the tile of level 1 and the rest of level 0.
        func hashes(_ path: String) throws -> [Digest] {
            let content = try #require(bytes[path])
            return try stride(from: 0, to: content.count, by: 32).map {
                try #require(Digest(content[$0..<$0 + 32]))
            }
        }
        var rest = MerkleFrontier()
        for hash in try hashes("tile/0/003.p/5") { rest.append(hash) }
        let upper = try hashes("tile/1/000.p/3")
        let right = MerkleTree.nodeHash(upper[2], rest.root)
        #expect(MerkleTree.nodeHash(MerkleTree.nodeHash(upper[0], upper[1]), right) == whole.root)
        // Entries hash to the tile of the same number.
        for file in ["000", "003.p/5"] {
            var entries = try #require(bytes["tile/entries/\(file)"])[...]
            var found: [Digest] = []
            while entries.count > 2 {
                let length = entries.prefix(2).reduce(0) { $0 << 8 | Int($1) }
                found.append(MerkleTree.leafHash(Array(entries.dropFirst(2).prefix(length)).span))
                entries = entries.dropFirst(2 + length)
            }
            #expect(try found == hashes("tile/0/\(file)"))
        }
    }

    @Test func aFullTreeHasNoPartialTileOfItsLevel() throws {
        var tree = TileTree()
        for number in 0..<256 { _ = try tree.append(leaf(number)) }
        #expect(tree.partialTiles.map(\.name.path) == ["tile/1/000.p/1"])
        #expect(TileTree().partialTiles.isEmpty)
    }

    @Test func aLeafThatIsTooLongIsRefused() throws {
        var tree = TileTree()
        _ = try tree.append([UInt8](repeating: 0x61, count: 65_535))
        #expect(throws: OversizedLeaf(index: 1)) { try tree.append([UInt8](repeating: 0x61, count: 65_536)) }
    }
}
