public import ScripCrypto

/// What a voter says of one block (format section 6): the same text for all who agree.
///
///     scrip verdict v1
///     chain example.org/vouchers/north
///     charter 1
///     height 17
///     from 10353
///     size 10452
///     root U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///     invalid 10400 bad-signature
///     invalid 10407 spent
///
/// `from` and `size` bound the block's leaves. The leaf at `from` is the block line, so records stand from
/// `from + 1` on; the `invalid` lines ascend by leaf index and are none for a block of valid records.
public struct VerdictText: Hashable, Sendable {
    /// One record that the voter found invalid.
    public struct Invalid: Hashable, Sendable {
        /// The record's leaf index in its chain, from 0.
        public let index: Int
        /// The first check that fails: one of protocol section 5.
        public let code: RefusalCode

        /// The record at that leaf index, invalid with that code.
        public init(index: Int, code: RefusalCode) {
            self.index = index
            self.code = code
        }
    }

    /// The most records of a block (format section 4).
    public static let recordCountMax = 65_536

    /// The name of the chain: `<federation>/<region>`.
    public let origin: String

    /// The epoch whose quorum the verdict is of: that of the charter that the block names, or where the block is the
    /// first of its chain to name it, or a charter ruled on its chain, another one too.
    public let charterEpoch: Int

    /// The block's height, from 1.
    public let height: Int

    /// The leaf index of the block line: the size of the tree before the block.
    public let from: Int

    /// The size of the tree with the block.
    public let size: Int

    /// The root of that tree.
    public let root: Digest

    /// The invalid records, ascending by index.
    public let invalid: [Invalid]

    /// A verdict on the block whose leaves are `from ..< checkpoint.size`.
    public init(
        checkpoint: Checkpoint, charterEpoch: Int, height: Int, from: Int, invalid: [Invalid]
    ) throws(VerdictError) {
        try self.init(
            origin: checkpoint.origin, charterEpoch: charterEpoch, height: height, from: from,
            size: checkpoint.size, root: checkpoint.root, invalid: invalid)
    }

    private init(
        origin: String, charterEpoch: Int, height: Int, from: Int, size: Int, root: Digest,
        invalid: [Invalid]
    ) throws(VerdictError) {
        guard charterEpoch > 0 else { throw .line(3, expected: "charter EPOCH") }
        guard height > 0 else { throw .line(4, expected: "height NUMBER") }
        // Every block has a leaf of its own, the block line, so heights cannot outrun sizes.
        guard (height == 1) == (from == 0), from >= height - 1, size > from,
            size - from - 1 <= Self.recordCountMax
        else { throw .bounds }
        var last = from
        for entry in invalid {
            guard entry.index > last, entry.index < size else { throw .invalidIndex(entry.index) }
            guard entry.code.isVerdict else { throw .code(entry.code.rawValue) }
            last = entry.index
        }
        self.origin = origin
        self.charterEpoch = charterEpoch
        self.height = height
        self.from = from
        self.size = size
        self.root = root
        self.invalid = invalid
    }

    /// The verdict that the text of a note is; it renders to the same bytes.
    public init(parsing text: [UInt8]) throws(VerdictError) {
        guard text.count <= SignedNote.byteCountMax, var lines = LineCursor(text),
            let title = lines.next(), title.elementsEqual(Self.title.utf8)
        else { throw .line(1, expected: Self.title) }
        guard let name = lines.value(after: "chain"), let origin = KeyName.parse(name) else {
            throw .line(2, expected: "chain ORIGIN")
        }
        let epoch = try Self.number("charter", from: &lines, expected: "charter EPOCH")
        let height = try Self.number("height", from: &lines, expected: "height NUMBER")
        let from = try Self.number("from", from: &lines, expected: "from NUMBER")
        let size = try Self.number("size", from: &lines, expected: "size NUMBER")
        guard let base64 = lines.value(after: "root"), let root = LineCursor.root(base64) else {
            throw .line(7, expected: "root BASE64")
        }
        var invalid: [Invalid] = []
        while let line = lines.value(after: "invalid") {
            let words = LineCursor.words(line)
            guard words.count == 2, let index = LineCursor.number(words[0]) else {
                throw .line(lines.lineNumber, expected: "invalid INDEX CODE")
            }
            let word = String(decoding: words[1], as: UTF8.self)
            guard let code = RefusalCode(rawValue: word) else { throw .unknownCode(line: lines.lineNumber) }
            guard invalid.count < Self.recordCountMax else { throw .bounds }
            invalid.append(Invalid(index: index, code: code))
        }
        guard lines.isAtEnd else { throw .line(lines.lineNumber + 1, expected: "invalid INDEX CODE") }
        try self.init(
            origin: origin, charterEpoch: epoch, height: height, from: from, size: size, root: root,
            invalid: invalid)
        guard self.text == text else { throw .notCanonical }
    }

    /// The epoch that the text of a verdict names, as far as it can be told before the whole is read.
    static func epoch(in text: [UInt8]) -> Int? {
        guard var lines = LineCursor(text), lines.next() != nil, lines.next() != nil else { return nil }
        return lines.value(after: "charter").flatMap(LineCursor.number)
    }

    /// The text that is signed.
    public var text: [UInt8] {
        var text = """
            \(Self.title)
            chain \(origin)
            charter \(charterEpoch)
            height \(height)
            from \(from)
            size \(size)
            root \(Base64.encode(root.bytes))

            """
        for entry in invalid { text += "invalid \(entry.index) \(entry.code.rawValue)\n" }
        return Array(text.utf8)
    }

    /// SHA-256 of the text: verdicts of one class have the same.
    public var digest: Digest { SHA256.hash(text) }

    /// Whether the verdict lists the record at that leaf index, and with which code.
    public func code(at index: Int) -> RefusalCode? {
        var low = 0
        var high = invalid.count
        while low < high {
            let middle = (low + high) / 2
            if invalid[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low < invalid.count && invalid[low].index == index ? invalid[low].code : nil
    }

    /// Whether the verdict is on the block that this checkpoint ends.
    func isOn(_ checkpoint: Checkpoint) -> Bool {
        origin == checkpoint.origin && size == checkpoint.size && root == checkpoint.root
    }

    private static let title = "scrip verdict v1"

    private static func number(
        _ label: String, from lines: inout LineCursor, expected: String
    ) throws(VerdictError) -> Int {
        let line = lines.lineNumber + 1
        guard let digits = lines.value(after: label), let number = LineCursor.number(digits) else {
            throw .line(line, expected: expected)
        }
        return number
    }
}

/// Why a text is no verdict.
public enum VerdictError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of that number, from 1, does not read as it should.
    case line(Int, expected: String)
    /// `from`, `size` and `height` are not those of a block within the limits.
    case bounds
    /// An `invalid` line names no record of the block, or does not ascend.
    case invalidIndex(Int)
    /// The code at that line is none.
    case unknownCode(line: Int)
    /// A code that admission uses and no verdict.
    case code(String)
    /// Rendered again, the verdict gives other bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .line(let number, let expected): "line \(number) of the verdict is not '\(expected)'"
        case .bounds: "the verdict's height, from and size are those of no block"
        case .invalidIndex(let index):
            "the verdict's invalid record \(index) is none of the block, or out of order"
        case .unknownCode(let number): "the code in line \(number) of the verdict is unknown"
        case .code(let code): "the verdict uses the code '\(code)', which is none of a verdict"
        case .notCanonical: "the verdict is not written canonically"
        }
    }
}
