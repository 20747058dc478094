internal import ScripCore
internal import ScripCrypto

/// Whether a segment file holds the very blocks that were verified, however they are compressed: their lines hash to the
/// roots that the index has, and the seals are the same.
struct SegmentCheck {
    let chain: RegionName
    let index: LedgerIndex

    /// Throws `rejected` unless the file holds exactly the blocks of these heights.
    func requireBlocks(_ heights: ClosedRange<Int>, in file: File) throws {
        do {
            try readBlocks(heights, in: file)
        } catch let fault as BlockFault {
            throw Self.damaged(file, fault.reason)
        } catch let fault as MalformedRecord {
            throw Self.damaged(file, fault.reason)
        }
    }

    private func readBlocks(_ heights: ClosedRange<Int>, in file: File) throws {
        let reader = SegmentReader(file)
        guard let first = try index.block(chain, height: heights.lowerBound) else { throw IndexError.damaged }
        var tree = try index.frontier(of: chain, at: first.first)
        for height in heights {
            guard let block = try index.block(chain, height: height) else { throw IndexError.damaged }
            func require(_ isSo: Bool) throws {
                if !isSo { throw BlockFault(.root, "block \(height) in it is not the one that was verified") }
            }
            try require(try reader.startMember())
            var rest = block.count + 1
            while rest > 0 {
                let batch = try reader.readLines(atMost: rest)
                batch.append(to: &tree)
                rest -= batch.count
            }
            let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
            try reader.finishMember()
            try require(
                tree.size == block.size && tree.root == block.root && seal.checkpoint == block.checkpoint)
        }
        if try reader.startMember() {
            throw BlockFault(.name, "it holds more blocks than its name says")
        }
    }

    static func damaged(_ file: File, _ reason: String) -> StoreError {
        StoreError(.rejected, file.path, "\(reason); it was left as it is; run 'scrip verify'")
    }
}
