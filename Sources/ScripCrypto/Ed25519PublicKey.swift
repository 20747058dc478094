/// An Ed25519 public key: the encoding of a point (RFC 8032 section 5.1.2), not known to decode to one.
/// Under a key that does not, no signature is valid.
public struct Ed25519PublicKey: Hashable, Sendable, Comparable {
    /// The 32 bytes of the encoding; keys are ordered by them.
    public let bytes: Bytes32

    /// The key with this encoding; every 32 bytes are well-formed.
    public init(bytes: Bytes32) { self.bytes = bytes }

    public static func < (left: Ed25519PublicKey, right: Ed25519PublicKey) -> Bool {
        left.bytes < right.bytes
    }

    /// Whether the bytes are one of the 14 encodings of the points of low order, under which no signature is
    /// valid (format section 2).
    public var isLowOrder: Bool { LowOrderPoint.isEncoded(by: bytes) }

    /// Whether `signature` is one of `message` under this key.
    public func isValid(_ signature: Ed25519Signature, for message: [UInt8]) -> Bool {
        isValid(signature, for: message.span)
    }

    /// Whether `signature` is one of `message` under this key, as OpenSSL verifies: without a cofactor,
    /// S below the group's order, R compared as bytes; and neither the key nor R of low order.
    public func isValid(_ signature: Ed25519Signature, for message: Span<UInt8>) -> Bool {
        if isLowOrder || LowOrderPoint.isEncoded(by: signature.point) { return false }
        return Ed25519.isValid(signature, for: message, under: self)
    }
}
