/// The path of a file of a C2SP tlog-tiles directory, below its top:
/// ```
/// tile/<level>/<index>[.p/<width>]       hashes of the tree
/// tile/entries/<index>[.p/<width>]       the leaves themselves
/// ```
/// An index is written in groups of three digits, each but the last with an `x` before it: 1234067 is `x001/x234/067`.
/// A tile that is not full yet, of 1 to 255 entries, has its width behind it.
public struct TileName: Hashable, Sendable {
    /// The entries of a full tile.
    public static let widthMax = 256

    /// The level of the hashes, from 0; nil for a bundle of entries.
    public let level: Int?

    /// The number of the tile in its level, from 0.
    public let index: Int

    /// How many entries it has, 1 to 256.
    public let width: Int

    /// The path.
    public var path: String {
        var groups = [Self.digits(index % 1_000)]
        var rest = index / 1_000
        while rest > 0 {
            groups.insert("x" + Self.digits(rest % 1_000), at: 0)
            rest /= 1_000
        }
        let folder = level.map(String.init) ?? "entries"
        let suffix = width == Self.widthMax ? "" : ".p/\(width)"
        return "tile/\(folder)/\(groups.joined(separator: "/"))\(suffix)"
    }

    private static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
