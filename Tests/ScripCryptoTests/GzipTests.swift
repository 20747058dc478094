import Foundation
import ScripCrypto
import TestSupport
import Testing

@Suite struct GzipTests {
    /// What became of bytes that were to be one member, and nothing after it.
    enum Outcome: Equatable, CustomTestStringConvertible {
        case content([UInt8])
        case unfinished
        case overLimit
        case trailing
        case refused(GzipError)

        /// Short even for a long content, for a failure should be readable.
        var testDescription: String {
            switch self {
            case .content(let content): "content of \(content.count) bytes, \(SHA256.hash(content))"
            case .unfinished: "unfinished"
            case .overLimit: "over the limit"
            case .trailing: "trailing bytes"
            case .refused(let error): "refused: \(error)"
            }
        }
    }

    static let limit = 16 << 20

    /// Reads `bytes` in parts of `partCount` bytes.
    static func inflate(
        _ bytes: [UInt8], partCount: Int = .max, limit: Int = limit,
        by inflater: GzipInflater = GzipInflater()
    ) -> Outcome {
        var content: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let part = bytes.span.extracting(position..<position + min(partCount, bytes.count - position))
            do {
                let room = limit - content.count
                let (consumed, isMemberEnd) = try inflater.read(part, into: &content, limit: room)
                position += consumed
                if isMemberEnd { return position == bytes.count ? .content(content) : .trailing }
                if consumed < part.count { return .overLimit }
            } catch {
                return .refused(error)
            }
        }
        return .unfinished
    }

    /// One member of `content`, written in parts of `partCount` bytes.
    static func deflate(
        _ content: [UInt8], level: Int = 6, partCount: Int = .max, by deflater: GzipDeflater? = nil
    ) -> [UInt8] {
        let deflater = deflater ?? GzipDeflater(level: level)
        var bytes: [UInt8] = []
        var position = 0
        while position < content.count {
            let count = min(partCount, content.count - position)
            deflater.write(content.span.extracting(position..<position + count), into: &bytes)
            position += count
        }
        deflater.finish(into: &bytes)
        return bytes
    }

    /// Text like that of a block: `count` lines.
    static func lines(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { number in
            let identifier = hexadecimal(noise(16, seed: UInt64(number + 1)))
            return Array("{\"id\":\"\(identifier)\",\"type\":\"trade\"}\n".utf8)
        }
    }

    struct CorpusFile {
        var name: String
        var bytes: [UInt8]
        /// The SHA-256 of its content; nil if it is to be refused.
        var digest: String?
    }

    /// The corpus, with what a reader of exactly one member, of any header, makes of each file.
    static func corpus() throws -> [CorpusFile] {
        let folder = "gzip-fuzz-corpus"
        let table = String(decoding: try Vectors.bytes("\(folder)/gzip_expected.tsv"), as: UTF8.self)
        return try table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let fields = line.split(separator: "\t")
            try #require(fields.count == 3)
            return CorpusFile(
                name: String(fields[0]),
                bytes: try Vectors.bytes("\(folder)/gzip/corpus/\(fields[0])"),
                digest: fields[1] == "accept" ? String(fields[2]) : nil)
        }
    }

    @Test func agreesWithTheCorpus() throws {
        let corpus = try Self.corpus()
        #expect(corpus.count == 343)
        #expect(corpus.count { $0.digest != nil } == 60)
        var refusals: Set<GzipError> = []
        for file in corpus {
            let hasOurHeader = file.bytes.starts(with: GzipMember.header)
            switch Self.inflate(file.bytes) {
            case .content(let content):
                #expect(hasOurHeader, "\(file.name)")
                #expect(file.digest == hexadecimal(SHA256.hash(content).bytes), "\(file.name)")
            case .refused(let error):
                refusals.insert(error)
                #expect(file.digest == nil || !hasOurHeader, "\(file.name)")
                #expect((error == .header) == !hasOurHeader, "\(file.name)")
            default:
                #expect(file.digest == nil || !hasOurHeader, "\(file.name)")
            }
        }
        #expect(refusals.contains(.header))
    }

    /// With our header in the place of another without optional fields, a file is taken just when the table
    /// takes it.
    @Test func agreesWithTheCorpusUnderOurHeader() throws {
        var acceptedCount = 0
        var otherCount = 0
        var refusals: Set<GzipError> = []
        for file in try Self.corpus() {
            guard file.bytes.count >= 10, file.bytes.starts(with: [0x1f, 0x8b, 0x08, 0x00]) else { continue }
            let bytes = GzipMember.header + file.bytes.dropFirst(10)
            let outcome = Self.inflate(bytes)
            if case .content(let content) = outcome {
                acceptedCount += 1
                #expect(file.digest == hexadecimal(SHA256.hash(content).bytes), "\(file.name)")
                for partCount in [1, 7, 1_000] {
                    #expect(Self.inflate(bytes, partCount: partCount) == outcome, "\(file.name)")
                }
                let again = Self.deflate(content)
                #expect(again.starts(with: GzipMember.header))
                #expect(Self.inflate(again) == outcome, "\(file.name)")
            } else {
                otherCount += 1
                #expect(file.digest == nil, "\(file.name)")
                if case .refused(let error) = outcome { refusals.insert(error) }
                #expect(Self.inflate(bytes, partCount: 1) == outcome, "\(file.name)")
            }
        }
        #expect(acceptedCount == 60)
        #expect(otherCount == 215)
        #expect(refusals == [.data, .checksum])
    }

    @Test func framesAMemberAsTheFormatSays() {
        for level in 0...9 {
            for content in [[], [97], Self.lines(100)] as [[UInt8]] {
                let member = Self.deflate(content, level: level)
                #expect(Array(member.prefix(10)) == [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff])
                let length = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) }
                #expect(Array(member.suffix(4)) == length)
                #expect(Self.inflate(member) == .content(content))
            }
        }
        // The check value of every catalogue of CRCs.
        let member = Self.deflate(Array("123456789".utf8))
        #expect(Array(member.suffix(8)) == [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0])
    }

    @Test func isReadByGzip() throws {
        for content in [[], [10], Self.lines(5_000), noise(300_000)] as [[UInt8]] {
            let member = Self.deflate(content)
            let run = try Program.run("gzip", ["-dc"], input: member)
            #expect(run.status == 0, "\(run.errors)")
            let isSame = run.output == content
            #expect(isSame)
            let twice = try Program.run("gzip", ["-dc"], input: member + member)
            let isTwice = twice.output == content + content
            #expect(isTwice)
        }
    }

    @Test func deflatesTheSameHoweverTheContentComes() {
        let content = Self.lines(1_000) + noise(200_000) + Self.lines(1_000) + noise(100_000, seed: 2)
        // At level 0 zlib's blocks end where the parts do that it is handed; it promises nothing of the others.
        for level in [0, 1, 6, 9] {
            let deflater = GzipDeflater(level: level)
            let expected = Self.deflate(content, level: level)
            for partCount in [1, 13, 4_096, 65_535, 65_536, 65_537, 200_000] {
                let isSame = Self.deflate(content, partCount: partCount, by: deflater) == expected
                #expect(isSame, "in parts of \(partCount) at level \(level)")
            }
            #expect(Self.inflate(expected) == .content(content))
        }
    }

    @Test func neverEndsATruncatedMember() {
        for content in [[], [97], Self.lines(20), noise(500)] as [[UInt8]] {
            let member = Self.deflate(content)
            let inflater = GzipInflater()
            for count in 0..<member.count {
                inflater.reset()
                #expect(Self.inflate(Array(member.prefix(count)), by: inflater) == .unfinished, "\(count)")
            }
            inflater.reset()
            #expect(Self.inflate(member, by: inflater) == .content(content))
        }
    }

    @Test func findsEveryFlippedBitThatMatters() {
        let content = Self.lines(8)
        let member = Self.deflate(content)
        let inflater = GzipInflater()
        var harmlessCount = 0
        for bit in 0..<member.count * 8 {
            var flipped = member
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            inflater.reset()
            let outcome = Self.inflate(flipped, by: inflater)
            if case .content = outcome {
                #expect(outcome == .content(content), "bit \(bit)")
                harmlessCount += 1
            }
            if bit < 80 { #expect(outcome == .refused(.header)) }
            if bit >= (member.count - 8) * 8 { #expect(outcome == .refused(.checksum)) }
        }
        // No more than the padding before the checksum.
        #expect(harmlessCount < 8)
    }

    @Test func stopsAtTheEndOfAMember() throws {
        let contents = [Self.lines(3), [], noise(100_000), Self.lines(2_000)]
        let segment = contents.flatMap { Self.deflate($0) }
        let inflater = GzipInflater()
        for partCount in [1, 10, 65_536, segment.count] {
            var found: [[UInt8]] = []
            var content: [UInt8] = []
            var position = 0
            inflater.reset()
            while position < segment.count {
                let end = min(position + partCount, segment.count)
                let (consumed, isMemberEnd) = try inflater.read(
                    segment.span.extracting(position..<end), into: &content, limit: 1 << 20)
                position += consumed
                if isMemberEnd {
                    found.append(content)
                    content = []
                    #expect(try inflater.read([1].span, into: &content, limit: 9) == (0, true))
                    inflater.reset()
                }
            }
            let isSame = found == contents
            #expect(isSame, "in parts of \(partCount)")
        }
    }

    @Test func neverInflatesMoreThanTheLimit() throws {
        let content = [UInt8](repeating: 0, count: 20 << 20)
        let bomb = Self.deflate(content)
        #expect(bomb.count < 30_000)
        #expect(Self.inflate(bomb) == .overLimit)
        let inflater = GzipInflater()
        var output: [UInt8] = [1, 2]
        let (consumed, isMemberEnd) = try inflater.read(bomb.span, into: &output, limit: 1_000)
        #expect(output.count == 1_002)
        #expect(consumed < bomb.count)
        #expect(!isMemberEnd)
        // With the limit at the content's size the end is found at once, and one below it is not.
        let small = Self.deflate(Self.lines(100))
        let count = Self.lines(100).count
        #expect(Self.inflate(small, limit: count) == .content(Self.lines(100)))
        #expect(Self.inflate(small, limit: count - 1) == .overLimit)
        #expect(Self.inflate(Self.deflate([]), limit: 0) == .content([]))
        // Byte by byte out of it, each step takes up where the last stopped.
        inflater.reset()
        output = []
        var position = 0
        var hasEnded = false
        while !hasEnded {
            let step = try inflater.read(
                small.span.extracting(position..<small.count), into: &output, limit: 1)
            position += step.consumed
            hasEnded = step.isMemberEnd
        }
        #expect(Outcome.content(output) == .content(Self.lines(100)))
        #expect(position == small.count)
    }

    @Test func staysRefusedUntilReset() throws {
        let inflater = GzipInflater()
        var output: [UInt8] = []
        var broken = Self.deflate(Self.lines(5))
        broken[3] = 8
        #expect(throws: GzipError.header) { try inflater.read(broken.span, into: &output, limit: 9_999) }
        let member = Self.deflate(Self.lines(5))
        #expect(throws: GzipError.header) { try inflater.read(member.span, into: &output, limit: 9_999) }
        #expect(output.isEmpty)
        inflater.reset()
        #expect(Self.inflate(member, by: inflater) == .content(Self.lines(5)))
    }

    @Test func knowsDataFromChecksums() {
        let member = Self.deflate(Self.lines(5))
        let reserved = GzipMember.header + [0b111]
        #expect(Self.inflate(reserved) == .refused(.data))
        var other = member
        other[member.count - 8] ^= 1
        #expect(Self.inflate(other) == .refused(.checksum))
        other = member
        other[member.count - 1] ^= 0x80
        #expect(Self.inflate(other) == .refused(.checksum))
        #expect(Self.inflate(member + [0]) == .trailing)
        #expect(Self.inflate(member + member) == .trailing)
        #expect(Self.inflate([]) == .unfinished)
    }
}
