import ScripCore
import ScripStore
import Testing

@testable import ScripCommands

@Suite struct OutputTests {
    private final class Sink {
        var bytes: [UInt8] = []
        var writes = 0
        var code: Int32 = 0

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private func output(_ sink: Sink) -> Output {
        Output { (bytes) throws(FileError) in
            sink.writes += 1
            if sink.code != 0 {
                throw FileError(operation: "write", path: "standard output", code: sink.code)
            }
            for index in bytes.indices { sink.bytes.append(bytes[index]) }
        }
    }

    @Test func gathersLines() throws {
        let sink = Sink()
        let output = output(sink)
        try output.line(.object(["b": 1, "a": "x"]))
        try output.line(Array("{}".utf8))
        try output.write(Array("text".utf8))
        #expect(sink.writes == 0)
        try output.flush()
        #expect(sink.text == "{\"a\":\"x\",\"b\":1}\n{}\ntext")
        try output.flush()
        #expect(sink.writes == 1)
    }

    @Test func writesWhenMuchIsGathered() throws {
        let sink = Sink()
        let output = output(sink)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000)
        for _ in 0..<200 { try output.line(line) }
        #expect(sink.writes == 3)
        try output.flush()
        #expect(sink.bytes.count == 200 * 1_001)
    }

    @Test func fullDisk() throws {
        let sink = Sink()
        sink.code = 28
        let output = output(sink)
        try output.line(Array("{}".utf8))
        let error = #expect(throws: StoreError.self) { try output.flush() }
        #expect(error?.kind == .io)
        #expect(error?.subject == "standard output")
        // It was told once; ending the command does not tell it again.
        try output.line(Array("{}".utf8))
        try output.flush()
        #expect(sink.writes == 1)
    }

    @Test func brokenPipe() throws {
        let sink = Sink()
        sink.code = 32
        let output = output(sink)
        try output.line(Array("{}".utf8))
        let error = #expect(throws: OutputClosed.self) { try output.flush() }
        #expect(error?.exitStatus == .io)
    }
}
