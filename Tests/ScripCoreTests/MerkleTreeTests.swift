import ScripCore
import ScripCrypto
import Testing

struct MerkleTreeTests {
    /// The constants of the RFC 6962 tests of transparency-dev/merkle.
    @Test func knownHashes() {
        #expect(
            MerkleTree.emptyRoot.hexadecimal
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            leafHash("").hexadecimal == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(
            leafHash("L123456").hexadecimal
                == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
    }

    /// The node of that source hashes the texts `N123` and `N456`; a node of ours always has two digests.
    @Test func aNodeIsTheHashOfOneByteAndTwoDigests() {
        let text = Array("N123N456".utf8)
        #expect(
            SHA256.hash(prefix: [0x01], text.span).hexadecimal
                == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
        let (left, right) = (leafHash("a"), leafHash("b"))
        #expect(MerkleTree.nodeHash(left, right) == SHA256.hash([0x01] + left.bytes + right.bytes))
        #expect(MerkleTree.nodeHash(left, right) != MerkleTree.nodeHash(right, left))
    }

    private func leafHash(_ text: String) -> Digest {
        let bytes = Array(text.utf8)
        return MerkleTree.leafHash(bytes.span)
    }
}
