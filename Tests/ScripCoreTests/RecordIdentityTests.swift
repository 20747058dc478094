import ScripCrypto
import Testing

@testable import ScripCore

/// What a record's id and signature cover, and that nothing else passes for the same record.
@Suite struct RecordIdentityTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    @Test(arguments: RecordType.allCases) func idIsTheHashOfTheSignedBytes(_ type: RecordType) throws {
        let record = try samples.complete(type)
        var members = samples.members(type)
        members["type"] = .string(type.rawValue)
        members["v"] = 1
        let prefix = "scrip record v1 \(samples.genesis.hexadecimal)\n"
        #expect(record.signedBytes == Array(prefix.utf8) + JSON.object(members).canonical)
        #expect(record.id == SHA256.hash(record.signedBytes))
        #expect(try samples.signer(type).publicKey.isValid(record.signature, for: record.signedBytes))
    }

    /// The id does not change with the acceptance or with attestations.
    @Test(arguments: RecordType.allCases) func idDoesNotCoverWhatOthersSign(_ type: RecordType) throws {
        let bare = try samples.bare(type)
        let complete = try samples.complete(type)
        #expect(bare.id == complete.id && bare.signedBytes == complete.signedBytes)
        #expect(bare.body == complete.body && bare.signature == complete.signature)
        #expect((bare == complete) == (bare.line == complete.line))
    }

    @Test(arguments: RecordType.allCases) func anotherIdIsMalformed(_ type: RecordType) throws {
        let record = try samples.complete(type)
        for position in [0, 31, 63] {
            var hex = Array(record.id.hexadecimal)
            hex[position] = hex[position] == "0" ? "1" : "0"
            let line = try record.line.replacing(
                "\"id\":\"\(record.id.hexadecimal)\"", by: "\"id\":\"\(String(hex))\"")
            #expect(throws: MalformedRecord.self) { try samples.read(line) }
        }
    }

    /// A record of a federation of the same name and the same keys but another charter is malformed here.
    @Test(arguments: RecordType.allCases) func anotherFederationIsMalformed(_ type: RecordType) throws {
        let other = Record.signedPrefix(genesis: try SampleRecords(salt: "test ").genesis)
        let record = try samples.complete(type)
        let expected = MalformedRecord(
            "'id' does not match the content, or the record is of another federation")
        #expect(throws: expected) { try Record(line: record.line, signedPrefix: other) }
        #expect(throws: expected) { try Record.reading(record.line, signedPrefix: other) }
    }

    /// Any other value in any place is another id.
    @Test(arguments: RecordType.allCases) func everySignedByteCounts(_ type: RecordType) throws {
        let record = try samples.complete(type)
        let unsigned = Set(["id", "sig", "accept", "attest"])
        guard case .object(let members) = try JSONDocument(record.line, form: .canonical).root.json else {
            return
        }
        for name in members.keys where !unsigned.contains(name) {
            var changed = members
            switch members[name] {
            case .string(let text): changed[name] = .string("z" + text.dropFirst())
            case .boolean(let value): changed[name] = .boolean(!value)
            case .array(let elements): changed[name] = .array(elements.reversed())
            case .object(let inner):
                guard case .integer(let amount) = inner["amount"] else { continue }
                changed[name] = .object(inner.merging(["amount": .integer(amount + 1)]) { $1 })
            default: continue
            }
            #expect(throws: MalformedRecord.self, "\(type) \(name)") {
                try samples.read(JSON.object(changed).canonical)
            }
        }
    }

    /// A segment holds one layout only.
    @Test(arguments: RecordType.allCases) func anotherLayoutIsMalformed(_ type: RecordType) throws {
        let line = try samples.complete(type).line
        let text = String(decoding: line, as: UTF8.self)
        let layouts = [
            " " + text, text + " ", text + "\n", text + "\r\n", "\u{feff}" + text,
            text.replacing(":", with: ": "), text.replacing(",", with: ", "),
            text.replacing("\"v\":1", with: "\"\\u0076\":1"), text.replacing("\"v\":1}", with: "\"v\":1,}"),
            text.replacing("\"v\":1}", with: "\"v\":1,\"v\":1}"),
            text.replacing("\"v\":1}", with: "\"v\":1.0}"),
            "[\(text)]", "{\"v\":1," + text.dropFirst().replacing(",\"v\":1}", with: "}"),
            text + text,
        ]
        for layout in layouts where layout != text {
            #expect(throws: MalformedRecord.self, "\(layout)") { try samples.read(Array(layout.utf8)) }
        }
        #expect(try samples.read(line).line == line)
    }

    @Test func whatIsNoObjectIsMalformed() {
        for text in ["", "1", "true", "\"a\"", "[]", "[{}]"] {
            #expect(throws: MalformedRecord.self) { try samples.read(Array(text.utf8)) }
            #expect(throws: MalformedRecord.self) {
                try Record.reading(Array(text.utf8), signedPrefix: samples.prefix)
            }
        }
        #expect(throws: MalformedRecord("'v' is missing")) { try samples.read(Array("{}".utf8)) }
    }

    /// Format section 3: `jq -cjS 'del(.id,.sig,.accept,.attest)'` prints what is signed, behind its prefix.
    @Test(.enabled(if: OutsideProgram.jq.isExpected, "jq is not installed"), arguments: RecordType.allCases)
    func jqPrintsTheSignedBytes(_ type: RecordType) throws {
        let record = try samples.complete(type)
        let output = try OutsideProgram.jq.output(
            ["-cjS", "del(.id,.sig,.accept,.attest)"], input: record.line)
        #expect(samples.prefix + output == record.signedBytes)
    }

    /// The same for texts and numbers of many kinds, a record a line; and jq writes the whole line as it is.
    @Test(.enabled(if: OutsideProgram.jq.isExpected, "jq is not installed"))
    func jqAgreesOnEveryText() throws {
        let texts = [
            "a\"b\\c/d", "é", "e\u{301}", "\u{212a}", "\u{1f602}", "\u{202e}abc", "\u{2028}", "\u{a0}", " ",
            "<&>'",
            "\u{10ffff}", "\u{feff}x", "null", "1", "\\u0041", "\\n",
        ]
        var records: [Record] = []
        for text in texts {
            records.append(try samples.complete(.trade) { $0["memo"] = .string(text) })
            records.append(try samples.complete(.accredit) { $0["name"] = .string(text) })
        }
        for amount in [1, 9_007_199_254_740_991, 1_000_000_000_000_000, 123_456_789_012_345] as [Int64] {
            records.append(try samples.bare(.split) { $0["amounts"] = .array([.integer(amount), 1]) })
        }
        let input = records.map { $0.line + [0x0a] }.flatMap { $0 }
        #expect(try OutsideProgram.jq.output(["-cS", "."], input: input) == input)
        let signed = try OutsideProgram.jq.output(["-cS", "del(.id,.sig,.accept,.attest)"], input: input)
        let expected = records.flatMap { $0.signedBytes.dropFirst(samples.prefix.count) + [0x0a] }
        #expect(signed == expected)
    }

    /// The other program's records are read as they are.
    @Test func theSampleFederationIsRead() throws {
        let sample = try SampleFederation()
        let charter = try sample.charter()
        let prefix = Record.signedPrefix(genesis: charter.digest)
        var counts: [RecordType: Int] = [:]
        for path in try sample.files(below: "segments") {
            for block in try sample.blocks(path) {
                let header = try BlockHeader(line: block[0])
                #expect(header.line == block[0] && header.count == block.count - 2)
                let seal = try SealLine(line: try #require(block.last))
                #expect(seal.line == block.last)
                let rules = SignatureRules(charter: charter, genesis: charter.digest, sealing: header.region)
                for line in block.dropFirst().dropLast() {
                    let record = try Record(line: line, signedPrefix: prefix)
                    #expect(rules.fault(record) == nil)
                    #expect(try Record.reading(line, signedPrefix: prefix) == record)
                    counts[record.type, default: 0] += 1
                }
            }
        }
        for type in [RecordType.accredit, .issue, .trade, .redeem] { #expect(counts[type, default: 0] > 0) }
    }
}
