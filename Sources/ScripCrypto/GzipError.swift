/// Why bytes are not a gzip member as scrip writes them (format section 4).
public enum GzipError: Error, Hashable, Sendable {
    /// The member does not begin with exactly the ten bytes of `GzipMember`.
    case header
    /// The deflate stream is not one (RFC 1951).
    case data
    /// The CRC-32 or the length at the member's end is not that of its content.
    case checksum
}
