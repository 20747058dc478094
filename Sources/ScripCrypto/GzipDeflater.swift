import CZlib

/// Writes gzip members (RFC 1952), one after the other, framed as `GzipMember` shows.
///
/// The output is a function of the content and the level, whatever parts the content comes in: zlib is always
/// handed the same parts. Not for use by two threads at once.
@safe public final class GzipDeflater {
    /// The size of the parts that zlib is handed, and of those that it gives, in bytes.
    private static let partCount = 65_536

    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let output: UnsafeMutableBufferPointer<UInt8>
    private var inputCount = 0
    private var checksum: UInt32 = 0
    private var length: UInt32 = 0
    private var hasBegun = false

    /// A deflater of a compression level of zlib, 0 (none) to 9 (smallest); 6 is what gzip takes.
    public init(level: Int = 6) {
        precondition((0...9).contains(level), "a compression level is 0 to 9")
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe input = .allocate(capacity: Self.partCount)
        unsafe output = .allocate(capacity: Self.partCount)
        // Negative: deflate alone. The frame is written here, because zlib would name the system in it.
        let result = unsafe deflateInit2_(
            stream, Int32(level), Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib: deflateInit2 failed")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
        unsafe input.deallocate()
        unsafe output.deallocate()
    }

    /// Takes `bytes` as the next content of the member, and appends to `output` what is ready of it; the first
    /// call after `init` or `finish` begins a member.
    public func write(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
        begin(into: &output)
        checksum = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), bytes.baseAddress, bytes.count))
        }
        length &+= UInt32(truncatingIfNeeded: bytes.count)
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.extracting(first: min(rest.count, Self.partCount - inputCount))
            unsafe part.withUnsafeBufferPointer { part in
                unsafe (input.baseAddress.unsafelyUnwrapped + inputCount).update(
                    from: part.baseAddress.unsafelyUnwrapped, count: part.count)
            }
            inputCount += part.count
            rest = rest.extracting(droppingFirst: part.count)
            if inputCount == Self.partCount { deflate(flush: Z_NO_FLUSH, into: &output) }
        }
    }

    /// Ends the member, and appends the rest of it to `output`; the deflater is then ready for another. A
    /// member without content is a member too.
    public func finish(into output: inout [UInt8]) {
        begin(into: &output)
        deflate(flush: Z_FINISH, into: &output)
        var trailer = GzipMember.trailer(checksum: checksum, length: length)
        for _ in 0..<GzipMember.trailerCount {
            output.append(UInt8(truncatingIfNeeded: trailer))
            trailer >>= 8
        }
        let result = unsafe deflateReset(stream)
        precondition(result == Z_OK, "zlib: deflateReset failed")
        checksum = 0
        length = 0
        hasBegun = false
    }

    private func begin(into output: inout [UInt8]) {
        if hasBegun { return }
        hasBegun = true
        output.append(contentsOf: GzipMember.header)
    }

    /// Hands zlib the part that is collected, and appends all that it gives.
    private func deflate(flush: Int32, into destination: inout [UInt8]) {
        unsafe stream.pointee.next_in = UnsafePointer(input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        inputCount = 0
        repeat {
            unsafe stream.pointee.next_out = output.baseAddress
            unsafe stream.pointee.avail_out = UInt32(output.count)
            // The only failure here is Z_BUF_ERROR, which says that there was nothing to do.
            _ = unsafe CZlib.deflate(stream, flush)
            let count = unsafe output.count - Int(stream.pointee.avail_out)
            unsafe destination.append(contentsOf: output.prefix(count))
        } while unsafe stream.pointee.avail_out == 0
    }
}
