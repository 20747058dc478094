/// The name of a federation: `[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._~-]+)*`, at most 200 bytes, like
/// `example.org/vouchers` (format section 2).
public struct FederationName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes that a name can have.
    public static let byteCountMax = 200

    /// The name.
    public let text: String

    /// The name in `bytes`; nil if they do not follow the grammar.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= 1, bytes.count <= Self.byteCountMax else { return nil }
        var isHost = true
        var isStart = true
        for position in bytes.indices {
            let byte = bytes[position]
            if byte == 0x2f {
                guard !isStart else { return nil }
                isHost = false
                isStart = true
                continue
            }
            let isAllowed =
                switch byte {
                case 0x61...0x7a, 0x30...0x39: true
                case 0x2e, 0x2d: !(isHost && isStart)
                case 0x41...0x5a, 0x5f, 0x7e: !isHost
                default: false
                }
            guard isAllowed else { return nil }
            isStart = false
        }
        guard !isStart else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for position in bytes.indices { text.append(bytes[position]) }
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// The name in `text`; nil if it does not follow the grammar.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    /// The origin of a region's chain, which is also the name of its log key: `<federation>/<region>`.
    public func origin(of region: RegionName) -> String { "\(text)/\(region.text)" }

    /// The name of a region's witness key: `<federation>/<region>/witness`.
    public func witnessName(of region: RegionName) -> String { "\(text)/\(region.text)/witness" }

    public var description: String { text }

    public static func < (left: FederationName, right: FederationName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
