internal import ScripCrypto

extension FuzzTarget {
    /// Gzip members: however the bytes are cut up, and whatever limit is set, the outcome is the same; what comes out is
    /// never more than the limit. Bytes that are no member are deflated, and must come out as they went in.
    static let gzip = FuzzTarget("gzip") { bytes in
        let whole = try inflate(bytes, part: bytes.count, limit: outputMax)
        let single = try inflate(bytes, part: 1, limit: outputMax)
        let small = try inflate(bytes, part: 7, limit: 3)
        if let whole, whole.output.count < outputMax {
            try require(single == whole, "a member read byte by byte is another one")
            try require(small == whole, "a member read in small parts is another one")
        } else if whole == nil {
            try require(single == nil && small == nil, "a member is refused as a whole, and taken in parts")
        }
        if bytes.count <= 4_096 {
            let member = LedgerMaker.member(text: bytes)
            let inflated = try inflate(member, part: member.count, limit: outputMax)
            try require(inflated?.output == bytes, "bytes do not come out as they went in")
            try require(inflated?.consumed == member.count, "a member is not read to its end")
        }
        return whole != nil
    }

    /// A bomb must not slow the fuzzer down.
    private static let outputMax = 65_536

    private struct Inflated: Equatable {
        var output: [UInt8]
        var consumed: Int
    }

    /// The first member of `bytes`, or as much as `outputMax` lets through; nil if it is broken or cut off.
    private static func inflate(_ bytes: [UInt8], part: Int, limit: Int) throws -> Inflated? {
        let inflater = GzipInflater()
        var result = Inflated(output: [], consumed: 0)
        while result.output.count < outputMax {
            let end = min(bytes.count, result.consumed + max(part, 1))
            let before = result.output.count
            let allowed = min(limit, outputMax - before)
            let step: (consumed: Int, isMemberEnd: Bool)
            do {
                step = try inflater.read(
                    bytes.span.extracting(result.consumed..<end), into: &result.output, limit: allowed)
            } catch {
                return nil
            }
            try require(result.output.count - before <= allowed, "more than the limit comes out")
            try require(step.consumed <= end - result.consumed, "more was read than there is")
            result.consumed += step.consumed
            if step.isMemberEnd { return result }
            if step.consumed == 0 && result.output.count == before { return nil }
        }
        return result
    }
}
