/// Thirty-two bytes held in place: a SHA-256 digest or an Ed25519 public key.
///
/// The four words lie in memory as the bytes do, so that bytes are loaded and stored without moving any;
/// values are ordered as their bytes are.
public struct Bytes32: Hashable, Sendable, Comparable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64
    @usableFromInline let third: UInt64
    @usableFromInline let fourth: UInt64

    /// Thirty-two zero bytes.
    public static let zero = Bytes32(words: 0, 0, 0, 0)

    @inlinable
    init(words first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// The 32 bytes that `load` writes over the buffer it is given; the buffer begins as zeros.
    @inlinable
    init(loadedBy load: (UnsafeMutableRawBufferPointer) -> Void) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { unsafe load($0) }
        self.init(words: words.0, words.1, words.2, words.3)
    }

    /// The 32 bytes of `bytes`; nil if there are not exactly 32.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        unsafe self.init(loadedBy: { unsafe $0.copyBytes(from: bytes) })
    }

    /// The 32 bytes of `bytes`; nil if there are not exactly 32.
    @inlinable
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 32 else { return nil }
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

    /// Writes the 32 bytes to `destination`, which need not be aligned.
    @inlinable
    func store(to destination: UnsafeMutablePointer<UInt8>) {
        unsafe withUnsafeBuffer { bytes in
            unsafe destination.update(from: bytes.baseAddress.unsafelyUnwrapped, count: 32)
        }
    }

    /// The bytes, first to last.
    @inlinable
    public var bytes: [UInt8] { unsafe withUnsafeBuffer { unsafe Array($0) } }

    /// The bytes as they lie in memory, eight at a time: for tables of digests in memory, whose order nobody sees.
    @inlinable
    public var words: (UInt64, UInt64, UInt64, UInt64) { (first, second, third, fourth) }

    /// The first sixteen bytes: how a voucher id is taken from a digest (format section 2).
    @inlinable
    public var prefix: Bytes16 { Bytes16(words: first, second) }

    /// Appends the 32 bytes to `output`.
    @inlinable
    public func append(to output: inout [UInt8]) {
        unsafe withUnsafeBuffer { unsafe output.append(contentsOf: $0) }
    }

    @inlinable
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        if left.first != right.first { return left.first.bigEndian < right.first.bigEndian }
        if left.second != right.second { return left.second.bigEndian < right.second.bigEndian }
        if left.third != right.third { return left.third.bigEndian < right.third.bigEndian }
        return left.fourth.bigEndian < right.fourth.bigEndian
    }
}

/// A SHA-256 digest (FIPS 180-4).
public typealias Digest = Bytes32
