public import ScripCrypto

/// A witness's signature on a checkpoint, with a time (C2SP tlog-cosignature, `cosignature/v1`).
///
/// In a signature line it is 8 bytes of time, big-endian, and 64 of Ed25519 over
///
///     cosignature/v1
///     time 1795003912
///     example.org/vouchers/north
///     31
///     U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///
/// two lines and the text of the checkpoint.
public struct Cosignature: Hashable, Sendable {
    /// When the witness signed: POSIX time in seconds, never negative. C2SP bounds it at 2^63 - 1, far beyond
    /// what a `Timestamp` can say, and nothing is ordered by it.
    public let timeSeconds: Int64

    /// The signature on `message(timeSeconds:text:)`.
    public let signature: Ed25519Signature

    init(timeSeconds: Int64, signature: Ed25519Signature) {
        self.timeSeconds = timeSeconds
        self.signature = signature
    }

    /// The cosignature in the payload of a signature line; nil if that is not 72 bytes, or the time above
    /// 2^63 - 1.
    public init?(payload: [UInt8]) {
        guard payload.count == 72, let signature = Ed25519Signature(payload.span.extracting(droppingFirst: 8))
        else { return nil }
        let time = payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let seconds = Int64(exactly: time) else { return nil }
        self.init(timeSeconds: seconds, signature: signature)
    }

    /// What stands in a signature line after the four bytes that identify the key.
    public var payload: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(72)
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: timeSeconds >> Int64(shift)))
        }
        return bytes + signature.bytes
    }

    /// What a witness signs for a checkpoint with `text` at that time.
    public static func message(timeSeconds: Int64, text: [UInt8]) -> [UInt8] {
        Array("cosignature/v1\ntime \(timeSeconds)\n".utf8) + text
    }

    /// Whether the witness with `key` signed this for a checkpoint with `text`.
    public func isValid(by key: Ed25519PublicKey, on text: [UInt8]) -> Bool {
        key.isValid(signature, for: Self.message(timeSeconds: timeSeconds, text: text))
    }
}
