internal import ScripCrypto

/// A set of digests in bounded room, which at times says yes of one that it does not hold and never no of one that it
/// holds (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970). The bits of a digest lie in
/// one line of the processor's cache.
///
/// Holding a million digests it is wrong about fewer than one in 100,000; holding ten million, about one in ten.
struct BloomFilter {
    private static let bitsPerDigest = 6
    private static let wordsPerLine = 8
    private static let linesPerPage = 64
    private static let pagesCount = 2_048

    /// 8 MiB in all; a page is there once it holds something.
    private var pages: [[UInt64]] = Array(repeating: [], count: pagesCount)

    /// Adds `digest`. Says whether it may have been there before: of one that was, always yes.
    mutating func insert(_ digest: Digest) -> Bool {
        // A digest's bytes are as good as random already. Whoever makes many that fall together only makes the
        // answers slower, since a yes is looked into.
        let words = digest.words
        let page = Int(truncatingIfNeeded: words.0) & (Self.pagesCount - 1)
        let start = Int(truncatingIfNeeded: words.0 >> 11) & (Self.linesPerPage - 1)
        if pages[page].isEmpty {
            pages[page] = Array(repeating: 0, count: Self.linesPerPage * Self.wordsPerLine)
        }
        return Self.set(words.1, in: &pages[page], from: start * Self.wordsPerLine)
    }

    /// Sets the bits that `choices` names in a line of a page. Says whether all were set.
    private static func set(_ choices: UInt64, in page: inout [UInt64], from start: Int) -> Bool {
        var words = page.mutableSpan
        var wasThere = true
        var choices = choices
        for _ in 0..<bitsPerDigest {
            let word = start + Int(truncatingIfNeeded: choices & 7)
            let bit: UInt64 = 1 << (choices >> 3 & 63)
            if words[word] & bit == 0 {
                wasThere = false
                words[word] |= bit
            }
            choices >>= 9
        }
        return wasThere
    }
}
