/// An Ed25519 signature: the encoded point R, then the scalar S (RFC 8032 section 5.1.6).
public struct Ed25519Signature: Hashable, Sendable {
    /// The encoding of the point R, not known to be one.
    let point: Bytes32
    /// The scalar S, little-endian, not known to be below the order of the group.
    let scalar: Bytes32

    init(point: Bytes32, scalar: Bytes32) {
        self.point = point
        self.scalar = scalar
    }

    /// The signature of these 64 bytes; nil if there are not exactly 64.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 64, let point = Bytes32(bytes.extracting(first: 32)),
            let scalar = Bytes32(bytes.extracting(last: 32))
        else { return nil }
        self.init(point: point, scalar: scalar)
    }

    /// The 64 bytes, R before S.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(64)
        append(to: &result)
        return result
    }

    /// Appends the 64 bytes to `output`.
    public func append(to output: inout [UInt8]) {
        point.append(to: &output)
        scalar.append(to: &output)
    }
}
