internal import ScripCore
internal import ScripStore

/// One line of input.
struct InputLine {
    /// From 1.
    let number: Int
    /// Without its newline; empty if the line was too long.
    let bytes: [UInt8]
    let isTooLong: Bool
}

/// The lines of standard input or of a file, one after the other, each of bounded length. Lines of white
/// space alone are passed over.
final class InputLines {
    /// The longest line that is read. A record takes 65,535 bytes at most; a result or a voucher with its
    /// history holds several.
    static let lineBytesMax = 1 << 20

    /// What is read at once.
    static let chunkBytes = 65_536

    /// How diagnostics call the input.
    let name: String

    private let source: (inout [UInt8]) throws(FileError) -> Int
    private let beforeReading: () throws -> Void
    private let isReady: () -> Bool
    private var buffer: [UInt8] = []
    private var position = 0
    private var number = 0
    private var isAtEnd = false
    /// Whether a part of the line at hand was forgotten already.
    private var isTooLong = false

    /// Standard input. `beforeReading` runs before the program may have to wait for more: what was answered
    /// goes out first, so that whoever writes a line and waits for the answer gets it.
    convenience init(standardInput beforeReading: @escaping () throws -> Void) {
        self.init(
            name: "standard input", beforeReading: beforeReading, isReady: { StandardStream.input.isReady },
            source: { (buffer) throws(FileError) in
                try StandardStream.input.read(atMost: Self.chunkBytes, into: &buffer)
            })
    }

    /// `source` appends the next bytes to the buffer and returns how many, 0 at the end.
    init(
        name: String, beforeReading: @escaping () throws -> Void = {},
        isReady: @escaping () -> Bool = { true },
        source: @escaping (inout [UInt8]) throws(FileError) -> Int
    ) {
        self.name = name
        self.beforeReading = beforeReading
        self.isReady = isReady
        self.source = source
    }

    /// The next line; nil at the end.
    func next() throws -> InputLine? { try next(mayWait: true) }

    /// The next line if it can be had without waiting for whoever writes the input; nil otherwise, and at the end.
    func nextReady() throws -> InputLine? { try next(mayWait: false) }

    private func next(mayWait: Bool) throws -> InputLine? {
        while let line = try nextLine(mayWait: mayWait) {
            if line.isTooLong || line.bytes.contains(where: { !Self.isSpace($0) }) { return line }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d
    }

    private func nextLine(mayWait: Bool) throws -> InputLine? {
        var searched = position
        while true {
            if let end = buffer.span.firstIndex(of: UInt8(ascii: "\n"), from: searched) {
                return take(upTo: end, next: end + 1)
            }
            if isAtEnd {
                if position == buffer.count && !isTooLong { return nil }
                return take(upTo: buffer.count, next: buffer.count)
            }
            if buffer.count - position > Self.lineBytesMax {
                // The rest of the line is read and forgotten.
                isTooLong = true
                position = buffer.count
            }
            buffer.removeFirst(position)
            position = 0
            searched = buffer.count
            if mayWait { try beforeReading() } else if !isReady() { return nil }
            do {
                if try source(&buffer) == 0 { isAtEnd = true }
            } catch {
                throw StoreError(.io, name, error.description)
            }
        }
    }

    private func take(upTo end: Int, next: Int) -> InputLine {
        number += 1
        isTooLong = isTooLong || end - position > Self.lineBytesMax
        let line = InputLine(
            number: number, bytes: isTooLong ? [] : Array(buffer[position..<end]), isTooLong: isTooLong)
        isTooLong = false
        position = next
        return line
    }
}
