public import ScripCrypto

/// The name of one voucher: the first 16 bytes of
/// SHA-256("scrip voucher v1\n" || id of the creating record || index as u32 BE) (format section 2).
public struct VoucherID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let bytes: Bytes16

    public init(_ bytes: Bytes16) { self.bytes = bytes }

    /// The voucher that `record` creates at `index`, from 0.
    public init(createdBy record: Digest, index: Int) {
        var input: [UInt8] = []
        input.reserveCapacity(36)
        record.append(to: &input)
        let number = UInt32(index)
        for shift in [24, 16, 8, 0] { input.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
        bytes = SHA256.hash(prefix: Self.prefix, input.span).prefix
    }

    private static let prefix = Array("scrip voucher v1\n".utf8)

    /// 32 lowercase hexadecimal digits.
    public init?(_ text: String) {
        guard let bytes = Bytes16(hexadecimal: Array(text.utf8)) else { return nil }
        self.bytes = bytes
    }

    public var description: String { bytes.hexadecimal }

    public static func < (left: VoucherID, right: VoucherID) -> Bool { left.bytes < right.bytes }
}
