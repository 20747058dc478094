import ScripCrypto
import Testing

@testable import ScripCore

/// Good lines, spoilt at random from a fixed seed: reading never fails in any other way than by its error,
/// and what it takes for canonical is.
@Suite struct JSONMutationTests {
    private static let caseCount = 30_000

    private func corpus() throws -> [[UInt8]] {
        let samples = try SampleRecords()
        let header = BlockHeader(
            charter: 1, count: 3, height: 17, previous: samples.genesis, region: try region("north"),
            seen: [.init(region: try region("south"), root: samples.genesis, size: 44)],
            time: try #require(Timestamp(SampleRecords.time)))
        let note = try samples.federation.checkpoint().signed(by: samples.federation.keys("north").log)
        return try RecordType.allCases.map { try samples.complete($0).line } + [
            header.line, SealLine(checkpoint: note.bytes).line,
        ] + CanonicalFormTests.texts.map { Array($0.utf8) }
    }

    @Test func parsingHolds() throws {
        var mutator = Mutator(corpus: try corpus(), seed: 20_261_120)
        var canonicalCount = 0
        var readCount = 0
        for number in 0..<Self.caseCount {
            let bytes = mutator.next()
            let allowsNewlines = number % 2 == 0
            var canonical: JSONDocument?
            do {
                canonical = try JSONDocument(bytes, form: .canonical, allowsNewlines: allowsNewlines)
            } catch {
                if !(0...bytes.count).contains(error.offset) { Issue.record("case \(number): \(error)") }
            }
            var any: JSONDocument?
            do {
                any = try JSONDocument(bytes, form: .any, allowsNewlines: allowsNewlines)
            } catch {
                if !(0...bytes.count).contains(error.offset) { Issue.record("case \(number): \(error)") }
            }
            if let canonical {
                canonicalCount += 1
                if canonical.root.json.canonical != bytes || any?.root.json.canonical != bytes {
                    Issue.record("case \(number) is not canonical: \(String(decoding: bytes, as: UTF8.self))")
                }
            }
            guard let any else { continue }
            readCount += 1
            let rendered = any.root.json.canonical
            let again = try? JSONDocument(rendered, form: .canonical, allowsNewlines: allowsNewlines)
            if again?.root.json.canonical != rendered {
                Issue.record("case \(number) is not read again: \(String(decoding: bytes, as: UTF8.self))")
            }
            if canonical == nil && rendered == bytes {
                Issue.record("case \(number) is canonical: \(String(decoding: bytes, as: UTF8.self))")
            }
        }
        // Enough of both kinds for the sweep to mean something.
        #expect(canonicalCount > 1_000 && readCount > canonicalCount + 100 && readCount < Self.caseCount / 2)
    }

    /// A record that is read has the id that its bytes say, whatever was done to them.
    @Test func recordsHold() throws {
        let samples = try SampleRecords()
        let lines = try RecordType.allCases.map { try samples.complete($0).line }
        let rules = SignatureRules(
            charter: samples.federation.charter, genesis: samples.genesis, sealing: try region("north"))
        var mutator = Mutator(corpus: lines, seed: 7)
        var ids: Set<Digest> = []
        for line in lines { ids.insert(try samples.read(line).id) }
        for number in 0..<6_000 {
            let bytes = mutator.next()
            guard let record = try? Record.reading(bytes, signedPrefix: samples.prefix) else { continue }
            // Only what the id does not cover can have changed: signatures and attestations. Without their
            // keys there are no other good ones.
            if !ids.contains(record.id) || SHA256.hash(record.signedBytes) != record.id {
                Issue.record("case \(number): \(String(decoding: bytes, as: UTF8.self))")
            }
            if !lines.contains(record.line) && rules.fault(record) == nil {
                Issue.record("case \(number) is signed: \(String(decoding: bytes, as: UTF8.self))")
            }
            #expect(try samples.read(record.line) == record)
        }
    }
}

/// Spoils texts, the same ones for the same seed.
private struct Mutator {
    private let corpus: [[UInt8]]
    private var generator: SeededGenerator

    private static let tokens = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\n", "\\u000a", "\\u0061", "\\ud800", "\\/", " ", "\n",
        "\r\n",
        "\u{feff}", "null", "true", "false", "0", "-0", "-", "1e3", "1.0", "9007199254740991",
        "9007199254740992",
        "\"id\":", "\"a\":1,", "\"v\":1", "\"v\":2", "e\u{301}", "\u{e9}", "\u{212a}", "\u{7f}", "\u{0}",
    ].map { Array($0.utf8) }

    init(corpus: [[UInt8]], seed: UInt64) {
        self.corpus = corpus
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &generator) ?? []
        for _ in 0..<[1, 1, 1, 2, 3, 8][pick(6)] { change(&bytes) }
        return bytes
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<max(count, 1), using: &generator) }

    private mutating func range(_ bytes: [UInt8]) -> Range<Int> {
        let start = pick(bytes.count + 1)
        return start..<min(bytes.count, start + pick(pick(4) == 0 ? bytes.count + 1 : 6))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        switch pick(9) {
        case 0 where !bytes.isEmpty: bytes[pick(bytes.count)] ^= 1 << UInt8(pick(8))
        case 1 where !bytes.isEmpty: bytes[pick(bytes.count)] = UInt8(pick(256))
        case 2: bytes.removeSubrange(range(bytes))
        case 3: bytes.insert(contentsOf: Self.tokens[pick(Self.tokens.count)], at: pick(bytes.count + 1))
        case 4:
            let part = Array(bytes[range(bytes)])
            bytes.insert(contentsOf: part, at: pick(bytes.count + 1))
        case 5: bytes.replaceSubrange(range(bytes), with: Self.tokens[pick(Self.tokens.count)])
        case 6: bytes.removeLast(pick(bytes.count + 1))
        case 7:
            // Digits and letters for others of their kind: what stays JSON, and is another value.
            for _ in 0..<4 where !bytes.isEmpty {
                let place = pick(bytes.count)
                switch bytes[place] {
                case 0x30...0x39: bytes[place] = 0x30 + UInt8(pick(10))
                case 0x61...0x7a: bytes[place] = 0x61 + UInt8(pick(26))
                default: break
                }
            }
        default:
            let other = corpus[pick(corpus.count)]
            bytes.replaceSubrange(range(bytes), with: other[range(other)])
        }
    }
}
