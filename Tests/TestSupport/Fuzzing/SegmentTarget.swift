internal import ScripCore
internal import ScripStore

extension FuzzTarget {
    /// Segments: the same lines and the same fault whatever parts the file comes in; block and seal lines are written as
    /// they were read. After an odd first byte come a segment's own bytes, after an even one what a member inflates to,
    /// for no mutation meets a checksum.
    static let segment = FuzzTarget("segment") { bytes in
        guard let first = bytes.first else { return false }
        let rest = Array(bytes.dropFirst())
        let file = first & 1 == 1 ? rest : LedgerMaker.member(text: rest)
        let whole = try read(file, part: 65_536, linesMax: 512)
        let parts = try read(file, part: 1 + Int(first >> 1) % 13, linesMax: 3)
        if max(whole.lines.count, parts.lines.count) >= linesMax { return false }
        try require(whole.fault == parts.fault, "a segment has other faults in other parts")
        // Where the end is broken, it depends on the parts how many of the lines before it are handed out.
        try require(
            whole.fault == nil
                ? whole.lines == parts.lines
                : whole.lines.starts(with: parts.lines)
                    || parts.lines.starts(with: whole.lines), "a segment is read differently in other parts")
        if first & 1 == 0 {
            try require(
                whole.lines.flatMap { $0 + [0x0a] }.elementsEqual(rest.prefix(whole.byteCount)),
                "the lines are not those of the block")
            try require(whole.fault != nil || whole.byteCount == rest.count, "a part of a block is lost")
        }
        var isTaken = false
        for line in whole.lines {
            if let header = try reading({ try BlockHeader(line: line) }) {
                isTaken = true
                try require(header.line == line, "a block line is written differently")
            }
            if let seal = try reading({ try SealLine(line: line) }) {
                isTaken = true
                try require(seal.line == line, "a seal line is written differently")
            }
        }
        return isTaken && whole.fault == nil
    }

    /// More are not read: the fuzzer should stay fast.
    private static let linesMax = 4_096

    private struct Reading {
        var lines: [[UInt8]] = []
        var fault: String?
        var byteCount: Int { lines.reduce(0) { $0 + $1.count + 1 } }
    }

    private static func read(_ file: [UInt8], part: Int, linesMax: Int) throws -> Reading {
        var offset = 0
        let reader = SegmentReader { buffer in
            let end = min(file.count, offset + part)
            buffer += file[offset..<end]
            defer { offset = end }
            return end - offset
        }
        var result = Reading()
        do {
            while try reader.startMember() {
                do {
                    while result.lines.count < FuzzTarget.linesMax {
                        let batch = try reader.readLines(atMost: linesMax)
                        try require(batch.count >= 1 && batch.count <= linesMax, "a batch has too many lines")
                        for number in 0..<batch.count { result.lines.append(batch.line(number)) }
                    }
                } catch let fault as BlockFault where fault.code.rawValue == "block" {
                    // Fewer lines than were asked for: all have been read.
                }
                try reader.finishMember()
            }
        } catch let fault as BlockFault {
            try require(!fault.reason.isEmpty, "a fault has no reason")
            result.fault = fault.code.rawValue
        }
        return result
    }
}
