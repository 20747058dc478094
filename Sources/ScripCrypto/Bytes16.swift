/// Sixteen bytes held in place: a voucher id.
///
/// The two words lie in memory as the bytes do; values are ordered as their bytes are.
public struct Bytes16: Hashable, Sendable, Comparable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64

    /// Sixteen zero bytes.
    public static let zero = Bytes16(words: 0, 0)

    @inlinable
    init(words first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    @inlinable
    init(loadedBy load: (UnsafeMutableRawBufferPointer) -> Void) {
        var words: (UInt64, UInt64) = (0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { unsafe load($0) }
        self.init(words: words.0, words.1)
    }

    /// The 16 bytes of `bytes`; nil if there are not exactly 16.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        unsafe self.init(loadedBy: { unsafe $0.copyBytes(from: bytes) })
    }

    /// The 16 bytes of `bytes`; nil if there are not exactly 16.
    @inlinable
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 16 else { return nil }
        unsafe self.init(loadedBy: { words in
            unsafe bytes.withUnsafeBytes { unsafe words.copyMemory(from: $0) }
        })
    }

    /// Calls `body` with the bytes, first to last, without a copy on the heap.
    @inlinable
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBuffer { (bytes) throws(Failure) in try unsafe body(bytes.span) }
    }

    @inlinable
    func withUnsafeBuffer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes(of: self) { (raw) throws(Failure) in
            try unsafe body(raw.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Writes the 16 bytes to `destination`, which need not be aligned.
    @inlinable
    func store(to destination: UnsafeMutablePointer<UInt8>) {
        unsafe withUnsafeBuffer { bytes in
            unsafe destination.update(from: bytes.baseAddress.unsafelyUnwrapped, count: 16)
        }
    }

    /// The bytes, first to last.
    @inlinable
    public var bytes: [UInt8] { unsafe withUnsafeBuffer { unsafe Array($0) } }

    /// Appends the 16 bytes to `output`.
    @inlinable
    public func append(to output: inout [UInt8]) {
        unsafe withUnsafeBuffer { unsafe output.append(contentsOf: $0) }
    }

    @inlinable
    public static func < (left: Bytes16, right: Bytes16) -> Bool {
        if left.first != right.first { return left.first.bigEndian < right.first.bigEndian }
        return left.second.bigEndian < right.second.bigEndian
    }
}
