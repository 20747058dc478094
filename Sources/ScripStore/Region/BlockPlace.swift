internal import ScripCore

/// A block by its chain and height, as a person writes it: `north/17`.
struct BlockPlace: Hashable, Sendable {
    let chain: RegionName
    /// From 1.
    let height: Int

    init(chain: RegionName, height: Int) {
        self.chain = chain
        self.height = height
    }

    /// Reads the place; nil unless `text` is exactly how it is written.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let chain = RegionName(String(Substring(parts[0]))),
            let height = Int(String(Substring(parts[1]))), height > 0
        else { return nil }
        self.init(chain: chain, height: height)
        guard self.text == text else { return nil }
    }

    var text: String { "\(chain.text)/\(height)" }
}
