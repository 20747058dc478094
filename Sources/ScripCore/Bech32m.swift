/// What is wrong with a bech32m text. Positions count the bytes of the text from 0.
public enum Bech32mError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is shorter than a prefix, a separator and a checksum, or longer than 90 bytes.
    case length
    /// No `1` separates a prefix from the data.
    case separator
    /// An upper-case letter: the text is read in lower case only.
    case upperCase(position: Int)
    /// A byte that cannot stand where it stands.
    case character(position: Int)
    /// The checksum does not match. `position` is that of the one character that is wrong, if it takes no more
    /// than one to explain the mismatch.
    case checksum(position: Int?)
    /// The data is not a whole number of bytes, or the bits that are left over are not zero.
    case padding

    /// Where in the text the fault is, as a byte position from 0, if that is known.
    public var position: Int? {
        switch self {
        case .upperCase(let position), .character(let position): position
        case .checksum(let position): position
        case .length, .separator, .padding: nil
        }
    }

    public var description: String {
        switch self {
        case .length: "the length is wrong"
        case .separator: "the '1' after the prefix is missing"
        case .upperCase(let position): "character \(position + 1) is upper case"
        case .character(let position): "character \(position + 1) cannot stand there"
        case .checksum(.none): "the checksum does not match"
        case .checksum(.some(let position)):
            "the checksum does not match; character \(position + 1) seems to be wrong"
        case .padding: "the data is not whole bytes followed by zero bits"
        }
    }
}

/// Bech32m (BIP 350): a prefix, `1`, and bytes in an alphabet of 32 characters with a checksum over it all.
///
///     north1 19m5tq2t38yaz8zgg2zgqwfakcz0qezdluylt8rvwr40tkvmg53as 9yu9x2
///     prefix data, five bits a character                           checksum
///
/// Stricter than the standard: text is lower case only, so that each value has exactly one text.
public enum Bech32m {
    /// The most bytes that a text can have: up to there any four wrong characters are found.
    public static let byteCountMax = 90

    static let checksumCount = 6
    static let separator: UInt8 = 0x31

    /// The text of `bytes` after `prefix`, which is printable ASCII without upper case, not empty.
    public static func encode(prefix: String, bytes: [UInt8]) -> String {
        var output = Array(prefix.utf8)
        append(bytes.span, afterPrefixOf: output.count, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The prefix and the bytes that `text` writes.
    ///
    /// - Throws: `Bech32mError`: the first fault from the left, then the checksum, then the padding.
    public static func decode(
        _ text: Span<UInt8>
    ) throws(Bech32mError) -> (prefix: String, bytes: [UInt8]) {
        guard text.count <= byteCountMax else { throw .length }
        var prefixCount = text.count - 1
        while prefixCount >= 0, text[prefixCount] != separator { prefixCount -= 1 }
        guard prefixCount >= 1 else { throw .separator }
        try check(text, prefixCount: prefixCount)
        let symbolCount = text.count - prefixCount - 1 - checksumCount
        var bytes = [UInt8](repeating: 0, count: symbolCount * 5 / 8)
        var output = bytes.mutableSpan
        guard unpack(text, from: prefixCount + 1, count: symbolCount, into: &output) else { throw .padding }
        let prefix = (0..<prefixCount).map { text[$0] }
        return (String(decoding: prefix, as: UTF8.self), bytes)
    }

    /// Appends the separator, `bytes` and the checksum to `output`, whose last `prefixCount` bytes are the prefix.
    static func append(
        _ bytes: Span<UInt8>, afterPrefixOf prefixCount: Int, to output: inout [UInt8]
    ) {
        var checksum = Bech32mChecksum()
        checksum.addPrefix(output.span.extracting(last: prefixCount))
        output.append(separator)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for position in bytes.indices {
            bits = bits << 8 | UInt32(bytes[position])
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                appendSymbol(bits >> bitCount & 31)
            }
        }
        if bitCount > 0 { appendSymbol(bits << (5 - bitCount) & 31) }
        for _ in 0..<checksumCount { checksum.add(0) }
        let wanted = checksum.value ^ Bech32mChecksum.valid
        for place in 0..<UInt32(checksumCount) {
            output.append(alphabet[Int(wanted >> (25 - 5 * place) & 31)])
        }

        func appendSymbol(_ symbol: UInt32) {
            checksum.add(UInt8(truncatingIfNeeded: symbol))
            output.append(alphabet[Int(symbol)])
        }
    }

    /// Checks every character and the checksum of `text`, whose prefix is its first `prefixCount` bytes.
    static func check(_ text: Span<UInt8>, prefixCount: Int) throws(Bech32mError) {
        let difference = try difference(text, prefixCount: prefixCount)
        guard difference == 0 else {
            throw .checksum(position: wrongPosition(text, prefixCount: prefixCount, difference: difference))
        }
    }

    /// How the checksum of `text` differs from that of a good text, 0 if it does not. Throws if a character cannot
    /// stand where it stands.
    static func difference(_ text: Span<UInt8>, prefixCount: Int) throws(Bech32mError) -> UInt32 {
        let values = values
        guard prefixCount >= 1, text.count > prefixCount + checksumCount, text.count <= byteCountMax else {
            throw .length
        }
        var checksum = Bech32mChecksum()
        for position in 0..<prefixCount {
            let byte = text[position]
            guard byte &- 0x21 <= 0x7e - 0x21, byte &- 0x41 > 0x5a - 0x41 else {
                throw wrongCharacter(text, at: position)
            }
        }
        guard text[prefixCount] == separator else { throw .separator }
        checksum.addPrefix(text.extracting(first: prefixCount))
        for position in prefixCount + 1..<text.count {
            let symbol = values[Int(text[position])]
            guard symbol < 32 else { throw wrongCharacter(text, at: position) }
            checksum.add(symbol)
        }
        return checksum.value ^ Bech32mChecksum.valid
    }

    /// Fills `output` with the bytes of `count` good characters of `text` from `start`; false if the bits that
    /// are left over are five or more, or not all zero.
    static func unpack(
        _ text: Span<UInt8>, from start: Int, count: Int, into output: inout MutableSpan<UInt8>
    ) -> Bool {
        let values = values
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        var filled = 0
        for position in start..<start + count {
            bits = bits << 5 | UInt32(values[Int(text[position])])
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                output[filled] = UInt8(truncatingIfNeeded: bits >> bitCount)
                filled += 1
            }
        }
        return bitCount < 5 && bits & ((1 << bitCount) - 1) == 0
    }

    private static func wrongCharacter(_ text: Span<UInt8>, at position: Int) -> Bech32mError {
        switch text[position] {
        case 0x41...0x5a: .upperCase(position: position)
        default: .character(position: position)
        }
    }

    /// The position of the one character whose replacement would make the checksum match, if there is one.
    ///
    /// The checksum is linear: a wrong symbol shows in it by what its difference becomes on the way from its
    /// place to the end. So the 31 differences are carried from the end towards the start, symbol by symbol,
    /// and compared on the way. No two symbols that are wrong show alike.
    private static func wrongPosition(_ text: Span<UInt8>, prefixCount: Int, difference: UInt32) -> Int? {
        var carried = InlineArray<32, UInt32> { UInt32($0) }
        for position in stride(from: text.count - 1, to: prefixCount, by: -1) {
            for symbol in 1..<32 where carried[symbol] == difference { return position }
            for symbol in 1..<32 { carried[symbol] = Bech32mChecksum.next(carried[symbol]) }
        }
        // A character of the prefix stands for two symbols: its low bits here, and its high bits as far
        // before as the prefix is long, with a zero between the two halves.
        var high = carried
        for _ in 0...prefixCount {
            for symbol in 1..<32 { high[symbol] = Bech32mChecksum.next(high[symbol]) }
        }
        for position in stride(from: prefixCount - 1, through: 0, by: -1) {
            let wrong = text[position]
            for right: UInt8 in 0x21...0x7e where !(0x41...0x5a).contains(right) {
                let change = carried[Int((wrong ^ right) & 31)] ^ high[Int((wrong ^ right) >> 5)]
                if change == difference { return position }
            }
            for symbol in 1..<32 {
                carried[symbol] = Bech32mChecksum.next(carried[symbol])
                high[symbol] = Bech32mChecksum.next(high[symbol])
            }
        }
        return nil
    }

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The value of every byte as a symbol, 0xff for what is none.
    private static let values: [UInt8] = {
        var result = [UInt8](repeating: 0xff, count: 256)
        for (value, character) in alphabet.enumerated() { result[Int(character)] = UInt8(value) }
        return result
    }()
}
