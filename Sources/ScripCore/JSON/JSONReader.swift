/// The recursive reader behind `JSONDocument`.
struct JSONReader {
    private let isCanonical: Bool
    private let allowsNewlines: Bool
    private let allowsHyphens: Bool
    private var valuesLeft: Int
    private(set) var nodes: [JSONDocument.Node] = []
    private var position = 0

    init(form: JSONDocument.Form, allowsNewlines: Bool, count: Int, valuesMax: Int) {
        valuesLeft = valuesMax
        isCanonical = form == .canonical
        allowsHyphens = form == .printed
        self.allowsNewlines = allowsNewlines
        nodes.reserveCapacity(min(count / 12 + 4, 4096))
    }

    mutating func read(_ bytes: Span<UInt8>) throws(JSONError) {
        guard bytes.count <= Int(Int32.max) else { throw JSONError("the text is too long", at: 0) }
        skipSpace(bytes)
        try readValue(bytes, level: 1)
        skipSpace(bytes)
        if position != bytes.count { throw JSONError("bytes follow the value", at: position) }
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        if isCanonical { return }
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }

    private func byte(_ bytes: Span<UInt8>) -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func readValue(_ bytes: Span<UInt8>, level: Int) throws(JSONError) {
        guard let first = byte(bytes) else { throw JSONError("the text ends early", at: position) }
        valuesLeft -= 1
        if valuesLeft < 0 { throw JSONError("the text has too many values", at: position) }
        switch first {
        case UInt8(ascii: "{"): try readObject(bytes, level: level)
        case UInt8(ascii: "["): try readArray(bytes, level: level)
        case UInt8(ascii: "\""): try readString(bytes)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readInteger(bytes)
        case UInt8(ascii: "t"): try readWord("true", value: true, bytes)
        case UInt8(ascii: "f"): try readWord("false", value: false, bytes)
        case UInt8(ascii: "n"): throw JSONError("null is not used: leave the field out", at: position)
        default: throw JSONError("no JSON value starts here", at: position)
        }
    }

    private mutating func open(
        _ kind: JSONDocument.Node.Kind, level: Int
    ) throws(JSONError) -> Int {
        if level > JSONDocument.levelsMax {
            throw JSONError("nested deeper than \(JSONDocument.levelsMax) levels", at: position)
        }
        nodes.append(.init(kind: kind, flag: false, start: Int32(position), end: 0, next: 0))
        position += 1
        return nodes.count - 1
    }

    private mutating func close(_ index: Int) {
        position += 1
        nodes[index].end = Int32(position)
        nodes[index].next = Int32(nodes.count)
    }

    private mutating func readObject(_ bytes: Span<UInt8>, level: Int) throws(JSONError) {
        let object = try open(.object, level: level)
        skipSpace(bytes)
        if byte(bytes) == UInt8(ascii: "}") { return close(object) }
        var previousKey: Range<Int>?
        var keys: [Range<Int>] = []
        while true {
            let key = try readKey(bytes)
            if isCanonical {
                if let previousKey, !Self.isAscending(bytes, previousKey, key) {
                    throw JSONError("keys are not in ascending order", at: key.lowerBound)
                }
                previousKey = key
            } else {
                keys.append(key)
            }
            skipSpace(bytes)
            guard byte(bytes) == UInt8(ascii: ":") else {
                throw JSONError("a colon is missing", at: position)
            }
            position += 1
            skipSpace(bytes)
            try readValue(bytes, level: level + 1)
            skipSpace(bytes)
            switch byte(bytes) {
            case UInt8(ascii: ","):
                position += 1
                skipSpace(bytes)
            case UInt8(ascii: "}"):
                try refuseDuplicates(bytes, &keys)
                return close(object)
            default: throw JSONError("a comma or a closing brace is missing", at: position)
            }
        }
    }

    private mutating func readKey(_ bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        guard byte(bytes) == UInt8(ascii: "\"") else {
            throw JSONError("a key in quotation marks is missing", at: position)
        }
        let start = position + 1
        position = start
        while let next = byte(bytes), next != UInt8(ascii: "\"") {
            switch next {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                if position == start { throw JSONError("a key starts with a letter", at: position) }
            case UInt8(ascii: "-") where allowsHyphens && position > start: break
            default: throw JSONError("a key holds a character other than a-z, 0-9 and _", at: position)
            }
            position += 1
        }
        guard position < bytes.count else { throw JSONError("the text ends early", at: position) }
        if position == start { throw JSONError("a key is empty", at: position) }
        let range = start..<position
        position += 1
        nodes.append(
            .init(
                kind: .string, flag: false, start: Int32(range.lowerBound),
                end: Int32(range.upperBound), next: Int32(nodes.count + 1)))
        return range
    }

    private static func isAscending(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        var offset = 0
        while offset < left.count && offset < right.count {
            let first = bytes[left.lowerBound + offset]
            let second = bytes[right.lowerBound + offset]
            if first != second { return first < second }
            offset += 1
        }
        return left.count < right.count
    }

    private func refuseDuplicates(_ bytes: Span<UInt8>, _ keys: inout [Range<Int>]) throws(JSONError) {
        if keys.count < 2 { return }
        // A heap sort by hand is not needed: keys are few in honest input, and sorting bounds hostile input.
        var texts: [([UInt8], Int)] = []
        texts.reserveCapacity(keys.count)
        for key in keys {
            var text: [UInt8] = []
            text.reserveCapacity(key.count)
            for index in key { text.append(bytes[index]) }
            texts.append((text, key.lowerBound))
        }
        texts.sort { $0.0.lexicographicallyPrecedes($1.0) }
        for index in 1..<texts.count where texts[index - 1].0 == texts[index].0 {
            throw JSONError(
                "the key '\(String(decoding: texts[index].0, as: UTF8.self))' stands twice",
                at: max(texts[index - 1].1, texts[index].1))
        }
    }

    private mutating func readArray(_ bytes: Span<UInt8>, level: Int) throws(JSONError) {
        let array = try open(.array, level: level)
        skipSpace(bytes)
        if byte(bytes) == UInt8(ascii: "]") { return close(array) }
        while true {
            try readValue(bytes, level: level + 1)
            skipSpace(bytes)
            switch byte(bytes) {
            case UInt8(ascii: ","):
                position += 1
                skipSpace(bytes)
            case UInt8(ascii: "]"): return close(array)
            default: throw JSONError("a comma or a closing bracket is missing", at: position)
            }
        }
    }

    private mutating func readWord(
        _ word: StaticString, value: Bool, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        let start = position
        for expected in word.description.utf8 {
            guard byte(bytes) == expected else { throw JSONError("no JSON value starts here", at: start) }
            position += 1
        }
        nodes.append(
            .init(
                kind: .boolean, flag: value, start: Int32(start), end: Int32(position),
                next: Int32(nodes.count + 1)))
    }

    private mutating func readInteger(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        let isNegative = byte(bytes) == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let digits = position
        var value: Int64 = 0
        while let next = byte(bytes), next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") {
            if position - digits >= 16 {
                throw JSONError("an integer is larger than 2^53 - 1", at: start)
            }
            value = value * 10 + Int64(next - UInt8(ascii: "0"))
            position += 1
        }
        if position == digits { throw JSONError("a digit is missing", at: position) }
        if let next = byte(bytes),
            next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E")
        {
            throw JSONError("a number is not an integer", at: start)
        }
        if bytes[digits] == UInt8(ascii: "0") && (position - digits > 1 || isNegative) {
            throw JSONError("an integer has a leading zero or is -0", at: start)
        }
        if value > JSONDocument.integerMax {
            throw JSONError("an integer is larger than 2^53 - 1", at: start)
        }
        nodes.append(
            .init(
                kind: .integer, flag: false, start: Int32(start), end: Int32(position),
                next: Int32(nodes.count + 1)))
    }

    private mutating func readString(_ bytes: Span<UInt8>) throws(JSONError) {
        position += 1
        let start = position
        var hasEscape = false
        while true {
            guard let next = byte(bytes) else { throw JSONError("a string does not end", at: start) }
            if next == UInt8(ascii: "\"") { break }
            if next == UInt8(ascii: "\\") {
                hasEscape = true
                try readEscape(bytes)
            } else if next < 0x20 || next == 0x7f {
                throw JSONError("a control character stands in a string", at: position)
            } else if next < 0x80 {
                position += 1
            } else {
                try readScalar(bytes)
            }
        }
        nodes.append(
            .init(
                kind: .string, flag: hasEscape, start: Int32(start), end: Int32(position),
                next: Int32(nodes.count + 1)))
        position += 1
    }

    private mutating func readEscape(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        position += 1
        guard let letter = byte(bytes) else { throw JSONError("a string does not end", at: start) }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return
        case UInt8(ascii: "n") where allowsNewlines: return
        case UInt8(ascii: "/") where !isCanonical: return
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            throw JSONError("a control character stands in a string", at: start)
        case UInt8(ascii: "u") where !isCanonical:
            let unit = try readUnit(bytes)
            var scalar = UInt32(unit)
            if unit >= 0xd800 && unit <= 0xdbff {
                guard byte(bytes) == UInt8(ascii: "\\"), position + 1 < bytes.count,
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw JSONError("a surrogate stands alone", at: start) }
                position += 2
                let low = try readUnit(bytes)
                guard low >= 0xdc00 && low <= 0xdfff else {
                    throw JSONError("a surrogate stands alone", at: start)
                }
                scalar = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(low) - 0xdc00)
            } else if unit >= 0xdc00 && unit <= 0xdfff {
                throw JSONError("a surrogate stands alone", at: start)
            }
            let isNewline = scalar == 0x0a && allowsNewlines
            if (scalar < 0x20 && !isNewline) || (scalar >= 0x7f && scalar <= 0x9f) {
                throw JSONError("a control character stands in a string", at: start)
            }
        default: throw JSONError("an escape that is not canonical JSON", at: start)
        }
    }

    private mutating func readUnit(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = byte(bytes), let nibble = Self.nibble(digit) else {
                throw JSONError("a \\u escape needs four hexadecimal digits", at: position)
            }
            value = value << 4 | UInt16(nibble)
            position += 1
        }
        return value
    }

    static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// One scalar of two to four bytes: shortest form, no surrogates, none above U+10FFFF (RFC 3629), and none
    /// of U+0080 to U+009F.
    private mutating func readScalar(_ bytes: Span<UInt8>) throws(JSONError) {
        let lead = bytes[position]
        let count: Int
        switch lead {
        case 0xc2...0xdf: count = 2
        case 0xe0...0xef: count = 3
        case 0xf0...0xf4: count = 4
        default: throw JSONError("the text is not UTF-8", at: position)
        }
        guard position + count <= bytes.count else {
            throw JSONError("the text is not UTF-8", at: position)
        }
        let second = bytes[position + 1]
        let lowest: UInt8
        let highest: UInt8
        switch lead {
        // U+0080 to U+009F are control characters, so 0xc2 is followed by 0xa0 at least.
        case 0xc2: (lowest, highest) = (0xa0, 0xbf)
        case 0xe0: (lowest, highest) = (0xa0, 0xbf)
        case 0xed: (lowest, highest) = (0x80, 0x9f)
        case 0xf0: (lowest, highest) = (0x90, 0xbf)
        case 0xf4: (lowest, highest) = (0x80, 0x8f)
        default: (lowest, highest) = (0x80, 0xbf)
        }
        guard second >= lowest && second <= highest else {
            let isControl = lead == 0xc2 && second >= 0x80 && second < 0xa0
            throw JSONError(
                isControl ? "a control character stands in a string" : "the text is not UTF-8", at: position)
        }
        var offset = 2
        while offset < count {
            guard bytes[position + offset] & 0xc0 == 0x80 else {
                throw JSONError("the text is not UTF-8", at: position)
            }
            offset += 1
        }
        position += count
    }
}
