import ScripCore
import ScripCrypto
import Testing

struct MerkleFrontierTests {
    /// The leaves that the tests of Certificate Transparency use, and the roots of the trees of the first of them.
    static let leaves: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6f),
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test func knownRoots() {
        var frontier = MerkleFrontier()
        #expect(frontier.root.hexadecimal == Self.roots[0])
        for (leaf, root) in zip(Self.leaves, Self.roots.dropFirst()) {
            frontier.append(MerkleTree.leafHash(leaf.span))
            #expect(frontier.root.hexadecimal == root)
        }
        #expect(frontier.size == 8)
        #expect(frontier.hashes == [frontier.root])
    }

    /// The definition of RFC 6962 section 2.1, word for word.
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? MerkleTree.emptyRoot }
        var middle = 1
        while middle * 2 < leaves.count { middle *= 2 }
        return MerkleTree.nodeHash(root(leaves.prefix(middle)), root(leaves.dropFirst(middle)))
    }

    @Test func everySizeHasTheRootOfTheDefinition() throws {
        var generator = SeededGenerator(seed: 9)
        var leaves: [Digest] = []
        var frontier = MerkleFrontier()
        for size in 0...130 {
            #expect(frontier.size == size)
            #expect(frontier.root == Self.root(leaves[...]))
            #expect(frontier.hashes.count == size.nonzeroBitCount)
            #expect(MerkleFrontier(size: size, hashes: frontier.hashes) == frontier)
            let leaf = try #require(Digest(generator.bytes(32)))
            leaves.append(leaf)
            frontier.append(leaf)
        }
    }

    @Test func aFrontierThatWasKeptGoesOn() throws {
        var generator = SeededGenerator(seed: 10)
        var whole = MerkleFrontier()
        var kept = MerkleFrontier()
        for _ in 0..<100 {
            let leaf = try #require(Digest(generator.bytes(32)))
            whole.append(leaf)
            kept = try #require(MerkleFrontier(size: kept.size, hashes: kept.hashes))
            kept.append(leaf)
            #expect(kept == whole)
        }
    }

    @Test func hashesMustFitTheSize() {
        let hash = MerkleTree.emptyRoot
        #expect(MerkleFrontier(size: 0, hashes: []) == MerkleFrontier())
        #expect(MerkleFrontier(size: 0, hashes: [hash]) == nil)
        #expect(MerkleFrontier(size: 1, hashes: []) == nil)
        #expect(MerkleFrontier(size: 3, hashes: [hash]) == nil)
        #expect(MerkleFrontier(size: 4, hashes: [hash, hash]) == nil)
        #expect(MerkleFrontier(size: -1, hashes: Array(repeating: hash, count: 64)) == nil)
        #expect(MerkleFrontier(size: .min, hashes: [hash]) == nil)
    }

    @Test func copiesAreIndependent() {
        var first = MerkleFrontier()
        first.append(MerkleTree.emptyRoot)
        var second = first
        second.append(MerkleTree.emptyRoot)
        #expect(first.size == 1 && second.size == 2)
        #expect(first.root == MerkleTree.emptyRoot)
        #expect(second.root == MerkleTree.nodeHash(MerkleTree.emptyRoot, MerkleTree.emptyRoot))
    }
}
