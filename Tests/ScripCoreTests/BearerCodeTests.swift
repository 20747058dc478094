import ScripCore
import ScripCrypto
import Testing

@Suite struct BearerCodeTests {
    private static let bytes = Array(UInt8(0)..<16)
    private static let good = "scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5"
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")

    private func error(_ text: String) -> BearerCodeError? {
        do {
            _ = try BearerCode(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        let code = try #require(BearerCode(Self.bytes))
        #expect(code.text == Self.good)
        #expect(code.grouped == "scrip1 qqqs yqcy q5rq wzqf pg9s crgw pudt p7k5")
        #expect(try BearerCode(parsing: code.text).text == Self.good)
        #expect(try BearerCode(parsing: code.grouped).text == Self.good)
        #expect(BearerCode([1, 2, 3]) == nil)
    }

    @Test(arguments: [
        "SCRIP1QQQSYQCYQ5RQWZQFPG9SCRGWPUDTP7K5", "SCRIP1-QQQS-YQCY-Q5RQ-WZQF-PG9S-CRGW-PUDT-P7K5",
        "  scr ip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k-5\t",
    ])
    func typedOtherwise(text: String) throws {
        #expect(try BearerCode(parsing: text).text == Self.good)
    }

    /// Computed with `openssl kdf` and `openssl pkey`.
    @Test func theKeyIsDerived() throws {
        let code = try #require(BearerCode(Self.bytes))
        let seed = HKDF.sha256(input: Self.bytes, salt: [], info: Array("scrip bearer v1".utf8), count: 32)
        #expect(
            Hexadecimal.encode(seed) == "cf2a6945f1b8f9606a8ffe55228434622eeba5500b4bf95d7f09a262780a42a3")
        #expect(
            code.key.publicKey.bytes.hexadecimal
                == "dbe8eb6fc7596b212c13662ba6bcf31ea0e1f84b6cd392d8afaba749cf87447d")
    }

    @Test func descriptionsAreSilent() throws {
        let code = try #require(BearerCode(Self.bytes))
        var dumped = ""
        dump(code, to: &dumped)
        for text in ["\(code)", String(reflecting: code), "\([code])", "\(Optional(code) as Any)", dumped] {
            #expect(!text.contains("qqqs") && !text.contains("bytes"), "\(text)")
        }
    }

    // MARK: Mistakes

    @Test func aWrongCharacterIsLocated() {
        let good = Array(Self.good)
        for position in good.indices {
            for character in Self.alphabet + ["b", "i", "o", "1", "é", "."] where character != good[position]
            {
                var text = good
                text[position] = character
                let error = error(String(text))
                #expect(error?.place?.character == position + 1)
                switch error {
                case .wrong, .impossible: break
                default: Issue.record("\(String(describing: error)) at \(position + 1)")
                }
            }
        }
    }

    @Test func aMissingCharacterIsLocated() {
        let good = Array(Self.good)
        for position in good.indices {
            var text = good
            text.remove(at: position)
            // Within a run of the same characters, the first place is named.
            var first = position
            while first > 0 && good[first - 1] == good[position] { first -= 1 }
            guard case .missing(1, let place, true) = error(String(text)) else {
                Issue.record("\(String(describing: error(String(text)))) at \(position + 1)")
                continue
            }
            #expect(place?.character == (first == text.count ? nil : first + 1))
        }
    }

    @Test func aSuperfluousCharacterIsLocated() {
        let good = Array(Self.good)
        for position in 0...good.count {
            for character: Character in ["q", "7", "o"] {
                var text = good
                text.insert(character, at: position)
                var first = position
                while first > 0 && text[first - 1] == character { first -= 1 }
                guard case .superfluous(1, let place) = error(String(text)) else {
                    Issue.record("\(String(describing: error(String(text)))) at \(position + 1)")
                    continue
                }
                #expect(place?.character == first + 1)
            }
        }
    }

    @Test func swappedNeighboursAreLocated() {
        let good = Array(Self.good)
        for position in 0..<good.count - 1 where good[position] != good[position + 1] {
            var text = good
            text.swapAt(position, position + 1)
            guard case .swapped(let first, let second) = error(String(text)) else {
                Issue.record("\(String(describing: error(String(text)))) at \(position + 1)")
                continue
            }
            #expect(first.character == position + 1 && second.character == position + 2)
        }
    }

    @Test func moreMistakesAreFound() {
        var generator = SeededGenerator(seed: 11)
        let good = Array(Self.good)
        for _ in 0..<500 {
            var text = good
            for _ in 0..<Int.random(in: 2...4, using: &generator) {
                text[Int.random(in: 6..<text.count, using: &generator)] =
                    Self.alphabet[Int.random(in: 0..<32, using: &generator)]
            }
            if text != good { #expect(error(String(text)) != nil) }
        }
    }

    static let others: [(text: String, part: String)] = [
        ("", "begins with 'scrip1'"), ("  - ", "begins with 'scrip1'"), ("hello", "begins with 'scrip1'"),
        ("north1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5", "begins with 'scrip1'"),
        ("scrip1", "32 characters are missing"), ("scrip1 qqqs", "28 characters are missing"),
        ("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5qqq", "3 characters are too many"),
        (String(repeating: "scrip1", count: 40), "too long"),
        ("scrip1 qqqs yqcy q5rq wzqf pg9s crgw Pudt p7k5", "mixed, at character 31 (group 8, character 1)"),
        ("SCRIP1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5", "mixed, at character 7;"),
        ("scrip1 qqqs yqcy q5rq wzqf pg9s crgw pudt p7z5", "character 37 (group 9, character 3) seems"),
        ("scrip1-qqqs-yqcy-q5rq-wzqf-pg9s-crgw-pudt-p71k5", "(group 9, character 3)"),
        ("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k", "at the end"),
        ("scrip1zzqsyqcyq5rqwzqfpg9scrgwpudtp7k5", "more than one character is wrong"),
        // Of 130 bits the last two are not zero.
        ("scrip1qqqsyqcyq5rqwzqfpg9scrgwpasa4ttx", "makes no such codes"),
    ]

    /// Whatever is given is looked at no further than makes sense.
    @Test func aBook() {
        #expect(error(String(repeating: "scrip1", count: 1_000_000)) == .superfluous(115, nil))
    }

    @Test(arguments: others) func words(text: String, part: String) {
        let message = error(text)?.description ?? "good"
        #expect(message.contains(part), "\(message)")
        #expect(!message.contains("qqqs"))
    }

    @Test func whatResemblesACode() {
        #expect(BearerCode.resembles(Self.good))
        #expect(BearerCode.resembles("SCRIP1-QQQS yqcy"))
        #expect(!BearerCode.resembles("north19m5tq2t38yaz8zgg2zgqwfakcz0qezdluylt8rvwr40tkvmg53as9yu9x2"))
        #expect(BearerCode.resembles("srcip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5"))
        #expect(BearerCode.resembles("scripl qqqs yqcy q5rq wzqf pg9s crgw pudt"))
        #expect(!BearerCode.resembles("scripts-for-the-till"))
        #expect(!BearerCode.resembles("scrip1"))
        #expect(!BearerCode.resembles("9b8c3e7d9b8c3e7d9b8c3e7d9b8c3e7d"))
        // An address at a region that is called scrip1.
        #expect(!BearerCode.resembles("scrip11" + String(repeating: "q", count: 58)))
    }
}
