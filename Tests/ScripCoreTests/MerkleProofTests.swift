import Foundation
import ScripCore
import ScripCrypto
import Testing

struct MerkleProofTests {
    // MARK: Against the definition

    private static func leaves(_ count: Int) throws -> [Digest] {
        var generator = SeededGenerator(seed: 11)
        return try (0..<count).map { _ in try #require(Digest(generator.bytes(32))) }
    }

    /// The roots of perfect subtrees of `leaves`, as a store of hashes gives them.
    private static func node(_ leaves: [Digest]) -> (Int, Int) -> Digest {
        { level, index in MerkleFrontierTests.root(leaves[index << level..<(index + 1) << level]) }
    }

    /// The proof of RFC 6962 section 2.1.1, word for word.
    private static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        let (left, right) = (leaves.prefix(half), leaves.dropFirst(half))
        return index < half
            ? path(index, left) + [MerkleFrontierTests.root(right)]
            : path(index - half, right) + [MerkleFrontierTests.root(left)]
    }

    @Test func everyLeafOfEverySmallTree() throws {
        let all = try Self.leaves(20)
        let roots = (0...20).map { MerkleFrontierTests.root(all[..<$0]) }
        for size in 1...20 {
            let leaves = Array(all.prefix(size))
            for index in 0..<size {
                let proof = MerkleProof.inclusion(index: index, size: size, node: Self.node(leaves))
                #expect(proof == Self.path(index, leaves[...]))
                func proves(_ otherIndex: Int, _ otherSize: Int) -> Bool {
                    MerkleProof.verifyInclusion(
                        leafHash: leaves[index], index: otherIndex, size: otherSize, proof: proof,
                        root: roots[otherSize])
                }
                for otherIndex in 0..<size { #expect(proves(otherIndex, size) == (otherIndex == index)) }
                for otherSize in 0...20 { #expect(proves(index, otherSize) == (otherSize == size)) }
            }
        }
    }

    @Test func everyPairOfSmallTrees() throws {
        let all = try Self.leaves(20)
        let roots = (0...20).map { MerkleFrontierTests.root(all[..<$0]) }
        for newSize in 1...20 {
            for oldSize in 1...newSize {
                let node = Self.node(Array(all.prefix(newSize)))
                let proof = MerkleProof.consistency(from: oldSize, to: newSize, node: node)
                for otherSize in 1...20 {
                    let isProven = MerkleProof.verifyConsistency(
                        from: otherSize, to: newSize, proof: proof, oldRoot: roots[otherSize],
                        newRoot: roots[newSize])
                    #expect(isProven == (otherSize == oldSize))
                }
            }
        }
    }

    @Test func aProofThatIsChangedProvesNothing() throws {
        let leaves = try Self.leaves(13)
        let root = MerkleFrontierTests.root(leaves[...])
        let oldRoot = MerkleFrontierTests.root(leaves[..<6])
        let inclusion = MerkleProof.inclusion(index: 6, size: 13, node: Self.node(leaves))
        let consistency = MerkleProof.consistency(from: 6, to: 13, node: Self.node(leaves))
        func proves(inclusion: [Digest]) -> Bool {
            MerkleProof.verifyInclusion(leafHash: leaves[6], index: 6, size: 13, proof: inclusion, root: root)
        }
        func proves(consistency: [Digest]) -> Bool {
            MerkleProof.verifyConsistency(
                from: 6, to: 13, proof: consistency, oldRoot: oldRoot, newRoot: root)
        }
        #expect(proves(inclusion: inclusion) && proves(consistency: consistency))
        for changed in try Self.changes(inclusion) { #expect(!proves(inclusion: changed)) }
        for changed in try Self.changes(consistency) { #expect(!proves(consistency: changed)) }
    }

    /// `proof` with each bit flipped, each element dropped or doubled, two swapped, and none left.
    private static func changes(_ proof: [Digest]) throws -> [[Digest]] {
        var result: [[Digest]] = [[], proof + proof]
        for position in proof.indices {
            for bit in 0..<256 {
                var bytes = proof[position].bytes
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                var changed = proof
                changed[position] = try #require(Digest(bytes))
                result.append(changed)
            }
            var shorter = proof
            shorter.remove(at: position)
            var longer = proof
            longer.insert(proof[position], at: position)
            var swapped = proof
            swapped.swapAt(position, (position + 1) % proof.count)
            result += [shorter, longer, swapped]
        }
        return result
    }

    @Test func whatIsOutOfRangeIsRefused() {
        let root = MerkleTree.emptyRoot
        for (index, size) in [
            (0, 0), (-1, 1), (1, 1), (2, 1), (0, -1), (.min, .max), (.max, .max), (0, .min),
        ] {
            #expect(
                !MerkleProof.verifyInclusion(leafHash: root, index: index, size: size, proof: [], root: root))
            #expect(MerkleProof.inclusion(index: index, size: size) { _, _ in root }.isEmpty)
        }
        for (old, new) in [(0, 0), (0, 1), (-1, 1), (2, 1), (1, 0), (1, -1), (.min, .max), (.max, 1)] {
            #expect(
                !MerkleProof.verifyConsistency(from: old, to: new, proof: [], oldRoot: root, newRoot: root))
            #expect(MerkleProof.consistency(from: old, to: new) { _, _ in root }.isEmpty)
        }
    }

    /// The largest tree there can be has a path of 63 and a proof that is verified all the same.
    @Test func theLargestTree() {
        let leaf = MerkleTree.emptyRoot
        var levels = [leaf]
        for _ in 0..<62 { levels.append(MerkleTree.nodeHash(levels.last ?? leaf, levels.last ?? leaf)) }
        let node: (Int, Int) -> Digest = { level, _ in levels[level] }
        var frontierHashes: [Digest] = []
        for level in levels.reversed() { frontierHashes.append(level) }
        let root = MerkleFrontier(size: .max, hashes: frontierHashes)?.root
        for index in [0, 1, .max / 2, .max - 1] {
            let proof = MerkleProof.inclusion(index: index, size: .max, node: node)
            #expect(
                MerkleProof.verifyInclusion(
                    leafHash: leaf, index: index, size: .max, proof: proof, root: root ?? leaf))
        }
        let oldRoot = MerkleFrontier(size: .max - 1, hashes: frontierHashes.dropLast())?.root
        let proof = MerkleProof.consistency(from: .max - 1, to: .max, node: node)
        #expect(
            MerkleProof.verifyConsistency(
                from: .max - 1, to: .max, proof: proof, oldRoot: oldRoot ?? leaf, newRoot: root ?? leaf))
    }

    private struct Missing: Error {}

    @Test func aFailureToReadANodeIsPassedOn() {
        #expect(throws: Missing.self) {
            try MerkleProof.inclusion(index: 1, size: 3) { (_, _) throws(Missing) in throw Missing() }
        }
        #expect(throws: Missing.self) {
            try MerkleProof.consistency(from: 1, to: 3) { (_, _) throws(Missing) in throw Missing() }
        }
    }

    // MARK: Against the vectors of transparency-dev/merkle

    /// One file of any of the four kinds; sizes there go beyond what an `Int` holds.
    private struct Vector: Decodable {
        let leafIdx: UInt64?
        let treeSize: UInt64?
        let size1: UInt64?
        let size2: UInt64?
        let start: UInt64?
        let end: UInt64?
        let size: UInt64?
        let root: String?
        let root1: String?
        let root2: String?
        let leafHash: String?
        let proof: [String]?
        let wantErr: Bool
    }

    /// The digest that `text` is the base64 of, or else one that stands for it: some vectors have texts for
    /// roots, and ask only whether they are the same.
    private static func digest(_ text: String?) -> Digest {
        let bytes = Base64.decode((text ?? "").utf8) ?? []
        return Digest(bytes) ?? SHA256.hash([0xff] + bytes)
    }

    private static func exactDigest(_ text: String?) -> Digest? {
        let bytes = Array((text ?? "").utf8)
        return Digest(base64: bytes.span)
    }

    private static func isProven(_ vector: Vector) -> Bool {
        // What cannot be a hash or a size is refused before a proof is looked at.
        var proof: [Digest] = []
        for text in vector.proof ?? [] {
            guard let hash = exactDigest(text) else { return false }
            proof.append(hash)
        }
        func number(_ value: UInt64?) -> Int? { value.flatMap { Int(exactly: $0) } }
        if let index = number(vector.leafIdx), let size = number(vector.treeSize) {
            guard let leafHash = exactDigest(vector.leafHash) else { return false }
            return MerkleProof.verifyInclusion(
                leafHash: leafHash, index: index, size: size, proof: proof,
                root: digest(vector.root))
        }
        if let old = number(vector.size1), let new = number(vector.size2) {
            return MerkleProof.verifyConsistency(
                from: old, to: new, proof: proof, oldRoot: digest(vector.root1), newRoot: digest(vector.root2)
            )
        }
        guard let start = number(vector.start), let end = number(vector.end), start <= end else {
            return false
        }
        if let index = number(vector.leafIdx) {
            guard let leafHash = exactDigest(vector.leafHash) else { return false }
            return MerkleProof.verifyInclusion(
                leafHash: leafHash, index: index, subtree: start..<end, proof: proof,
                root: digest(vector.root))
        }
        guard let size = number(vector.size) else { return false }
        return MerkleProof.verifyConsistency(
            subtree: start..<end, size: size, proof: proof, subtreeRoot: digest(vector.root1),
            root: digest(vector.root2))
    }

    @Test(arguments: [
        ("inclusion", 98, 92), ("consistency", 98, 92), ("subtreeinclusion", 204, 192),
        ("subtreeconsistency", 118, 106),
    ])
    func vectors(kind: String, count: Int, refusedCount: Int) throws {
        let folder = Self.vectorsFolder.appending(path: "rfc6962-merkle/testdata/\(kind)")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        try #require(!paths.isEmpty, "no test vectors below \(folder.path); set SCRIP_VECTORS")
        var counts = (all: 0, refused: 0)
        for path in paths.sorted() where path.hasSuffix(".json") {
            let data = try Data(contentsOf: folder.appending(path: path))
            let vector = try JSONDecoder().decode(Vector.self, from: data)
            #expect(Self.isProven(vector) == !vector.wantErr, "\(kind)/\(path)")
            counts.all += 1
            counts.refused += vector.wantErr ? 1 : 0
        }
        #expect(counts == (count, refusedCount))
    }

    private static let vectorsFolder: URL = {
        if let path = ProcessInfo.processInfo.environment["SCRIP_VECTORS"] {
            return URL(filePath: path)
        }
        let package = URL(filePath: #filePath).appending(path: "../../..")
        return package.appending(path: "../shared/vectors").standardizedFileURL
    }()
}
