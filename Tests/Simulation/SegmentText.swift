internal import ScripCrypto

/// The lines of a segment file.
enum SegmentText {
    /// The lines that the bytes of a segment file inflate to.
    static func lines(of bytes: [UInt8]) throws -> [[UInt8]] {
        var output: [UInt8] = []
        var rest = bytes.span
        while !rest.isEmpty {
            let inflater = GzipInflater()
            let (consumed, isEnd) = try inflater.read(rest, into: &output, limit: 1 << 26)
            guard isEnd else { throw Violation("a segment is cut off") }
            rest = rest.extracting(droppingFirst: consumed)
        }
        return output.split(separator: 0x0a).map(Array.init)
    }

    /// One member that holds the lines.
    static func file(of lines: [[UInt8]]) -> [UInt8] {
        let deflater = GzipDeflater()
        var output: [UInt8] = []
        for line in lines { deflater.write((line + [0x0a]).span, into: &output) }
        deflater.finish(into: &output)
        return output
    }
}
