/// The frame of a gzip member (RFC 1952), as every block has it (format section 4):
/// ```
/// 1f 8b                  gzip
/// 08                     deflate
/// 00                     no name, no comment, no extra field, no header checksum
/// 00 00 00 00            no time
/// 00                     no extra flags
/// ff                     of no particular system
/// …                      deflate stream (RFC 1951)
/// CRC-32                 of the content, four bytes, little-endian
/// length                 of the content modulo 2^32, four bytes, little-endian
/// ```
public enum GzipMember {
    /// The ten bytes that every member begins with: the same for every writer, time and name, so that the same
    /// content has the same header.
    public static let header: [UInt8] = [0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff]

    /// The number of bytes after the deflate stream.
    static let trailerCount = 8

    /// The trailer as one number, whose bytes are written from the lowest.
    static func trailer(checksum: UInt32, length: UInt32) -> UInt64 {
        UInt64(length) << 32 | UInt64(checksum)
    }
}
