import ScripStore
import Testing

@testable import ScripCommands

@Suite struct InputLinesTests {
    /// The lines of `text`, read in pieces of `pieceBytes`.
    private func read(_ text: [UInt8], pieceBytes: Int) throws -> [InputLine] {
        var rest = text[...]
        let lines = InputLines(name: "test") { (buffer) throws(FileError) in
            let piece = rest.prefix(pieceBytes)
            rest = rest.dropFirst(piece.count)
            buffer += piece
            return piece.count
        }
        var result: [InputLine] = []
        while let line = try lines.next() { result.append(line) }
        return result
    }

    @Test(arguments: [1, 2, 3, 5, 100])
    func lines(pieceBytes: Int) throws {
        let lines = try read(Array("one\n\n  \ntwo\r\n{}\nlast".utf8), pieceBytes: pieceBytes)
        #expect(lines.map(\.number) == [1, 4, 5, 6])
        #expect(
            lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one", "two\r", "{}", "last"])
        #expect(lines.allSatisfy { !$0.isTooLong })
    }

    @Test func nothing() throws {
        #expect(try read([], pieceBytes: 1).isEmpty)
        #expect(try read([10, 10, 10], pieceBytes: 1).isEmpty)
    }

    @Test(arguments: [-1, 0, 1, 2, 70_000, 3_000_000])
    func longLines(beyond: Int) throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: InputLines.lineBytesMax + beyond)
        for ending in [Array("\nnext\n".utf8), Array("\nnext".utf8)] {
            let lines = try read(long + ending, pieceBytes: 65_536)
            #expect(lines.map(\.number) == [1, 2])
            #expect(lines[0].isTooLong == (beyond > 0))
            #expect(lines[0].bytes.count == (beyond > 0 ? 0 : long.count))
            #expect(lines[1].bytes == Array("next".utf8))
        }
        #expect(try read(long, pieceBytes: 65_536).map(\.isTooLong) == [beyond > 0])
    }

    @Test func asksBeforeItWaits() throws {
        var asked = 0
        var pieces = [Array("a\nb\n".utf8), Array("c\n".utf8), []]
        let lines = InputLines(
            name: "test", beforeReading: { asked += 1 },
            source: { (buffer) throws(FileError) in
                let piece = pieces.removeFirst()
                buffer += piece
                return piece.count
            })
        _ = try lines.next()
        #expect(asked == 1)
        _ = try lines.next()
        #expect(asked == 1)
        _ = try lines.next()
        #expect(asked == 2)
        #expect(try lines.next() == nil)
        #expect(asked == 3)
    }

    @Test func inputErrors() {
        let lines = InputLines(name: "test") { (_) throws(FileError) in
            throw FileError(operation: "read", path: "standard input", code: 5)
        }
        let error = #expect(throws: StoreError.self) { try lines.next() }
        #expect(error?.kind == .io)
        #expect(error?.subject == "test")
    }
}
