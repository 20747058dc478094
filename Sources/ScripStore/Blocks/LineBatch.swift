internal import ScripCore

/// Consecutive lines of a block: their bytes with the newlines, and where each ends.
package struct LineBatch: Sendable {
    let bytes: [UInt8]
    /// For each line the offset of its newline.
    let ends: [Int]

    package var count: Int { ends.count }

    /// Where line `number`, from 0, lies in `bytes`, without its newline.
    func range(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : ends[number - 1] + 1)..<ends[number]
    }

    package func line(_ number: Int) -> [UInt8] { Array(bytes[range(number)]) }

    /// Adds the lines to a chain's tree, as its next leaves.
    func append(to tree: inout MerkleFrontier) {
        for number in 0..<count { tree.append(MerkleTree.leafHash(bytes.span.extracting(range(number)))) }
    }
}
