import Testing

@testable import ScripCore

/// Against Python's reader: what is read here is good JSON there, and the same value.
@Suite struct JSONDifferentialTests {
    /// Reads a text a line, in hexadecimal; prints each as Python writes it with sorted keys and no white
    /// space, or an empty line if Python refuses it.
    private static let program = """
        import json, sys
        for line in sys.stdin:
            try:
                value = json.loads(bytes.fromhex(line).decode("utf-8"))
                text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                sys.stdout.buffer.write(text.encode("utf-8") + b"\\n")
            except (ValueError, UnicodeError):
                sys.stdout.buffer.write(b"\\n")
        """

    @Test(.enabled(if: OutsideProgram.python3.isExpected, "python3 is not installed"))
    func python() throws {
        var generator = SeededGenerator(seed: 8785)
        var texts: [[UInt8]] = []
        for _ in 0..<3_000 {
            var writer = RandomJSON(generator: generator)
            texts.append(writer.text())
            generator = writer.generator
        }
        let good = texts
        // Half of them with a byte changed: mostly bad, sometimes another value.
        for text in good {
            var text = text
            if let place = text.indices.randomElement(using: &generator) {
                text[place] =
                    "{}[]:,\"\\ 0123456789-truefalsn/u\u{7f}".utf8.randomElement(using: &generator) ?? 0
            }
            texts.append(text)
        }
        let input = texts.map { Hexadecimal.encode($0) + "\n" }.joined()
        let lines = try OutsideProgram.python3.output(["-c", Self.program], input: Array(input.utf8))
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        try #require(lines.count == texts.count + 1)
        var readCount = 0
        for (text, line) in zip(texts, lines) {
            guard let document = try? JSONDocument(text, form: .any) else { continue }
            readCount += 1
            #expect(document.root.json.canonical == Array(line), "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(readCount > 3_000)
    }
}

/// Writes random values of scrip's dialect in random layouts.
private struct RandomJSON {
    var generator: SeededGenerator
    private var bytes: [UInt8] = []

    init(generator: SeededGenerator) { self.generator = generator }

    mutating func text() -> [UInt8] {
        space()
        value(levels: Int.random(in: 1...6, using: &generator))
        space()
        return bytes
    }

    private mutating func chance(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func space() {
        while chance(4) == 0 {
            bytes.append([0x20, 0x09, 0x0a, 0x0d][chance(4)])
        }
    }

    private mutating func value(levels: Int) {
        switch chance(levels > 0 ? 6 : 4) {
        case 0: string()
        case 1: bytes += String(Int64.random(in: -1000...1000, using: &generator)).utf8
        case 2:
            let range = -JSONDocument.integerMax...JSONDocument.integerMax
            bytes += String(Int64.random(in: range, using: &generator)).utf8
        case 3: bytes += (chance(2) == 0 ? "true" : "false").utf8
        case 4:
            list("[", "]") { $0.value(levels: levels - 1) }
        default:
            var keys: Set<String> = []
            list("{", "}") { writer in
                var key = String(writer.generator.next() % 1_000, radix: 16)
                key = ["a", "b", "zz"][writer.chance(3)] + (writer.chance(2) == 0 ? "_" : "") + key
                while !keys.insert(key).inserted { key += "x" }
                writer.bytes += "\"\(key)\"".utf8
                writer.space()
                writer.bytes.append(UInt8(ascii: ":"))
                writer.space()
                writer.value(levels: levels - 1)
            }
        }
    }

    private mutating func list(_ open: String, _ close: String, _ element: (inout Self) -> Void) {
        bytes += open.utf8
        space()
        let count = chance(4)
        for index in 0..<count {
            if index > 0 {
                bytes.append(UInt8(ascii: ","))
                space()
            }
            element(&self)
            space()
        }
        bytes += close.utf8
    }

    private mutating func string() {
        bytes.append(UInt8(ascii: "\""))
        for _ in 0..<chance(8) {
            switch chance(6) {
            case 0: bytes += ["\\\"", "\\\\", "\\/", "\\u00e9", "\\u212A", "\\ud83d\\uDE02"][chance(6)].utf8
            case 1:
                bytes += ["é", "e\u{301}", "\u{212a}", "\u{1f602}", "\u{202e}", "\u{feff}"][chance(6)].utf8
            case 2: bytes += ["'", "/", "<", "&", "\u{2028}", "\u{a0}"][chance(6)].utf8
            default: bytes.append(UInt8(ascii: "a") + UInt8(chance(26)))
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
