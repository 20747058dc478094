import CZlib

/// Reads gzip members, one at a time, framed as `GzipMember` shows and in no other way.
///
/// The bytes of a member may come in parts of any size. Not for use by two threads at once.
@safe public final class GzipInflater {
    /// The size of the parts that zlib gives, in bytes.
    private static let partCount = 131_072

    /// What of the member comes next.
    private enum Phase {
        case header, data, trailer, end
        case failed(GzipError)
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let part: UnsafeMutableBufferPointer<UInt8>
    private var phase = Phase.header
    /// How many bytes of the header or of the trailer are read.
    private var frameCount = 0
    private var trailer: UInt64 = 0
    private var checksum: UInt32 = 0
    private var length: UInt32 = 0

    /// An inflater that is ready for a member.
    public init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe part = .allocate(capacity: Self.partCount)
        // Negative: deflate alone. The frame is read here, because zlib would take any.
        let result = unsafe inflateInit2_(
            stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib: inflateInit2 failed")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe part.deallocate()
    }

    /// Makes the inflater ready for a member, whatever became of the one before.
    public func reset() {
        let result = unsafe inflateReset(stream)
        precondition(result == Z_OK, "zlib: inflateReset failed")
        phase = .header
        frameCount = 0
        trailer = 0
        checksum = 0
        length = 0
    }

    /// Reads on in the member with the bytes of `input`, and appends what they inflate to, at most `limit`
    /// bytes, to `output`.
    ///
    /// Returns how many bytes of `input` were read, and whether the member ended with the last of them; it
    /// reads nothing beyond its end. Where the member has not ended and bytes of `input` are left, `limit` was
    /// reached, and there is more. A member that never ends is truncated: only the caller knows that no more
    /// bytes come. After an error every call throws it again, until `reset()`; what was appended before the
    /// error is not to be trusted, nor is anything before the end of the member.
    public func read(
        _ input: Span<UInt8>, into output: inout [UInt8], limit: Int
    ) throws(GzipError) -> (consumed: Int, isMemberEnd: Bool) {
        var rest = input
        if case .header = phase { try readHeader(&rest) }
        if case .data = phase { try readData(&rest, into: &output, limit: limit) }
        if case .trailer = phase { try readTrailer(&rest) }
        switch phase {
        case .failed(let error): throw error
        case .end: return (input.count - rest.count, true)
        default: return (input.count - rest.count, false)
        }
    }

    private func fail(_ error: GzipError) -> GzipError {
        phase = .failed(error)
        return error
    }

    private func readHeader(_ rest: inout Span<UInt8>) throws(GzipError) {
        while frameCount < GzipMember.header.count, !rest.isEmpty {
            guard rest[0] == GzipMember.header[frameCount] else { throw fail(.header) }
            frameCount += 1
            rest = rest.extracting(droppingFirst: 1)
        }
        guard frameCount == GzipMember.header.count else { return }
        frameCount = 0
        phase = .data
    }

    private func readData(
        _ rest: inout Span<UInt8>, into output: inout [UInt8], limit: Int
    ) throws(GzipError) {
        var room = max(limit, 0)
        while true {
            let offered = min(rest.count, Int(UInt32.max))
            let capacity = unsafe min(room, part.count)
            let result = unsafe rest.withUnsafeBufferPointer { bytes in
                unsafe stream.pointee.next_in = bytes.baseAddress
                unsafe stream.pointee.avail_in = UInt32(offered)
                unsafe stream.pointee.next_out = part.baseAddress
                unsafe stream.pointee.avail_out = UInt32(capacity)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
            let consumed = unsafe offered - Int(stream.pointee.avail_in)
            rest = rest.extracting(droppingFirst: consumed)
            let count = unsafe capacity - Int(stream.pointee.avail_out)
            let inflated = unsafe UnsafeBufferPointer(rebasing: part.prefix(count))
            checksum = unsafe UInt32(
                truncatingIfNeeded: crc32_z(UInt(checksum), inflated.baseAddress, count))
            length &+= UInt32(truncatingIfNeeded: count)
            unsafe output.append(contentsOf: inflated)
            room -= count
            switch result {
            case Z_STREAM_END:
                phase = .trailer
                return
            case Z_OK, Z_BUF_ERROR:
                if consumed == 0, count == 0 { return }
            case Z_DATA_ERROR:
                throw fail(.data)
            default:
                // A lack of memory says nothing about the bytes.
                preconditionFailure("zlib: inflate failed")
            }
        }
    }

    private func readTrailer(_ rest: inout Span<UInt8>) throws(GzipError) {
        while frameCount < GzipMember.trailerCount, !rest.isEmpty {
            trailer |= UInt64(rest[0]) << UInt64(8 * frameCount)
            frameCount += 1
            rest = rest.extracting(droppingFirst: 1)
        }
        guard frameCount == GzipMember.trailerCount else { return }
        guard trailer == GzipMember.trailer(checksum: checksum, length: length) else {
            throw fail(.checksum)
        }
        phase = .end
    }
}
