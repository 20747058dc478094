internal import ScripCore
internal import ScripCrypto

/// Reads a segment, member by member and line by line, in bounded memory (format section 4).
///
/// A segment is a gzip file of one member per block; nothing follows the last member. Faults of framing are
/// thrown as `BlockFault`, those of the disk as `FileError`.
package final class SegmentReader {
    /// Lines that are handed out at a time at most.
    static let batchLinesMax = 512
    private static let batchBytes = 256 << 10
    private static let chunkBytes = 64 << 10

    /// Appends the next bytes of the file and returns how many there were, 0 at the end.
    private let source: (inout [UInt8]) throws -> Int
    private let inflater = GzipInflater()
    /// Compressed bytes that were read and not inflated yet.
    private var input: [UInt8] = []
    private var inputStart = 0
    private var readOffset: Int64 = 0
    private var isFileEnd = false
    /// Inflated bytes; those before `outputStart` were handed out.
    private var output: [UInt8] = []
    private var outputStart = 0
    private var inflated = 0
    private var isMemberEnd = true

    /// The offset in the file at which the current member starts.
    private(set) var memberStart: Int64 = 0
    /// The offset one past the current member; known once its last line was read.
    var memberEnd: Int64 { readOffset - Int64(input.count - inputStart) }

    /// Whether all that was inflated was handed out.
    private var isOutputTaken: Bool { outputStart == output.count }

    /// What is taken from with all that is inflated; nil where there is no limit but that of each block.
    private let budget: InflationBudget?

    package init(source: @escaping (inout [UInt8]) throws -> Int) {
        self.source = source
        budget = nil
    }

    init(budget: InflationBudget, source: @escaping (inout [UInt8]) throws -> Int) {
        self.source = source
        self.budget = budget
    }

    /// Reads a file from its beginning, or from where a member of it begins.
    convenience init(_ file: File, from start: Int64 = 0) {
        var offset = start
        self.init { buffer in
            let count = try file.read(at: offset, atMost: Self.chunkBytes, into: &buffer)
            offset += Int64(count)
            return count
        }
        readOffset = start
    }

    /// Goes to the next member; false at the end of the file.
    package func startMember() throws -> Bool {
        guard isMemberEnd, isOutputTaken else {
            throw BlockFault(.framing, "the member before was not read to its end")
        }
        memberStart = memberEnd
        if inputStart == input.count { try fill() }
        if inputStart == input.count { return false }
        inflater.reset()
        inflated = 0
        isMemberEnd = false
        return true
    }

    private func fill() throws {
        if isFileEnd { return }
        input.removeAll(keepingCapacity: true)
        inputStart = 0
        let count = try source(&input)
        readOffset += Int64(count)
        isFileEnd = count == 0
    }

    /// Inflates more of the member; false at its end.
    private func inflate() throws -> Bool {
        if isMemberEnd { return false }
        if inputStart == input.count { try fill() }
        guard inputStart < input.count else {
            throw BlockFault(.framing, "the file is cut off inside a gzip member", isCutOff: true)
        }
        // What was handed out goes once for all the lines that were inflated together.
        output.removeSubrange(..<outputStart)
        outputStart = 0
        let before = output.count
        // One byte above the bound is enough to see that a block goes beyond it.
        let limit = min(Self.chunkBytes * 4, BlockHeader.bytesMax + 1 - inflated)
        do {
            let compressed = input
            let bytes = compressed.span
            let (consumed, isEnd) = try inflater.read(
                bytes.extracting(inputStart..<bytes.count), into: &output, limit: limit)
            inputStart += consumed
            isMemberEnd = isEnd
        } catch {
            throw BlockFault(.framing, "gzip: \(error)")
        }
        inflated += output.count - before
        try budget?.spend(output.count - before)
        if inflated > BlockHeader.bytesMax {
            throw BlockFault(.limit, "the block inflates to more than \(BlockHeader.bytesMax) bytes")
        }
        return true
    }

    /// The next lines of the member, at most `most` and at least one; throws if the member ends first.
    package func readLines(atMost most: Int) throws -> LineBatch {
        // Both count from the first byte that was not handed out.
        var ends: [Int] = []
        var scanned = 0
        let wanted = min(most, Self.batchLinesMax)
        while true {
            output.appendNewlines(from: outputStart, scanned: scanned, wanted: wanted, to: &ends)
            scanned = output.count - outputStart
            if ends.count >= wanted || (!ends.isEmpty && scanned >= Self.batchBytes) { break }
            if try !inflate() {
                if !ends.isEmpty { break }
                throw BlockFault(
                    .block,
                    isOutputTaken ? "the block has fewer lines than it counts" : "a line does not end")
            }
        }
        let end = outputStart + (ends.last ?? 0) + 1
        let batch = LineBatch(bytes: Array(output[outputStart..<end]), ends: ends)
        outputStart = end
        return batch
    }

    /// Reads over what is left of the member, whatever it holds.
    func skipMember() throws {
        repeat { outputStart = output.count } while try inflate()
    }

    /// Throws unless the member has been read to its end.
    package func finishMember() throws {
        while try inflate() {}
        guard isOutputTaken else { throw BlockFault(.block, "bytes follow the seal line") }
    }
}

extension Array where Element == UInt8 {
    /// Appends the distances of newlines from `start` to `ends`, those before `scanned` left out, until it holds `wanted`.
    fileprivate func appendNewlines(from start: Int, scanned: Int, wanted: Int, to ends: inout [Int]) {
        let bytes = span.extracting(droppingFirst: start)
        var position = scanned
        while ends.count < wanted, let newline = bytes.firstIndex(of: UInt8(ascii: "\n"), from: position) {
            ends.append(newline)
            position = newline + 1
        }
    }
}
