import Foundation
import TestSupport
import Testing

@testable import ScripCore

/// The public vectors of RFC 8785. All but pieces of them lie outside the dialect of format section 1; those
/// are refused for the reason that is pinned here, and the pieces inside give the bytes of the vectors.
@Suite struct CanonicalVectorTests {
    private static let keyCharacter = "a key holds a character other than a-z, 0-9 and _"

    /// Why each file is refused, before and after its canonicalization.
    static let refused: [(name: String, input: String, output: String)] = [
        ("arrays", "a key starts with a letter", "a key starts with a letter"),
        ("french", keyCharacter, keyCharacter),
        ("structures", "a key starts with a letter", "a key is empty"),
        ("unicode", keyCharacter, keyCharacter),
        ("values", "a number is not an integer", "null is not used: leave the field out"),
        ("weird", keyCharacter, keyCharacter),
    ]

    @Test func everyVectorIsHere() throws {
        let names = try Vectors.names(in: "jcs-rfc8785/testdata/input")
        #expect(names == Self.refused.map { "\($0.name).json" })
    }

    @Test(arguments: refused) func isOutsideTheDialect(name: String, input: String, output: String) throws {
        for (folder, form, reason) in [
            ("input", JSONDocument.Form.any, input), ("output", .any, output), ("output", .canonical, output),
        ] {
            let bytes = try Vectors.bytes("jcs-rfc8785/testdata/\(folder)/\(name).json")
            do {
                _ = try JSONDocument(bytes, form: form)
                Issue.record("\(folder)/\(name) is read")
            } catch {
                #expect(error.reason == reason, "\(folder)/\(name) at \(error.offset)")
            }
        }
    }

    /// Strings are written as the vectors write theirs, control characters too, which no format holds but
    /// which what a command prints may quote.
    @Test(arguments: refused.map(\.name)) func stringsAreWrittenLikeTheVectors(_ name: String) throws {
        let input = try JSONSerialization.jsonObject(
            with: Data(Vectors.bytes("jcs-rfc8785/testdata/input/\(name).json")))
        let output = try Vectors.bytes("jcs-rfc8785/testdata/output/\(name).json")
        let strings = Self.strings(input)
        #expect(!strings.isEmpty)
        for string in strings {
            var writer = CanonicalWriter()
            writer.string(string)
            #expect(output.firstRange(of: writer.bytes) != nil, "\(string)")
        }
    }

    /// Members and elements of the vectors that the dialect has: read in their layout, written as the vectors
    /// do.
    @Test(arguments: [
        ("french", "This sorting order"), ("french", "but canonicalization MUST"), ("unicode", "A\\u030a"),
        ("weird", "Latin Small Letter O With Diaeresis"), ("structures", "empty"),
    ])
    func piecesAreReadAsTheVectorsSay(name: String, text: String) throws {
        let input = try Vectors.bytes("jcs-rfc8785/testdata/input/\(name).json")
        try #require(input.firstRange(of: Array(text.utf8)) != nil)
        let document = try JSONDocument(Array("[ \"\(text)\" ]".utf8), form: .any)
        let canonical = document.root.json.canonical.dropFirst().dropLast()
        let output = try Vectors.bytes("jcs-rfc8785/testdata/output/\(name).json")
        #expect(output.firstRange(of: canonical) != nil)
        #expect(
            try JSONDocument(Array(canonical), form: .canonical).root.text == document.root.elements[0].text)
    }

    @Test func piecesWithStructure() throws {
        for (name, text, canonical) in [
            ("arrays", "[ ]", "[]"), ("structures", "{ }", "{}"), ("values", "[true, false]", "true,false"),
            ("arrays", "\n  56", "56"), ("structures", "{\n \"f\" : \"hi\" }", #""f":"hi""#),
            ("structures", "5", "5"),
        ] {
            let written = try JSONDocument(Array(text.utf8), form: .any).root.json.canonical
            #expect(written.firstRange(of: Array(canonical.utf8)) != nil)
            let output = try Vectors.bytes("jcs-rfc8785/testdata/output/\(name).json")
            #expect(output.firstRange(of: Array(canonical.utf8)) != nil)
        }
    }

    /// Every string in a value, keys too.
    private static func strings(_ value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let list as [Any]: list.flatMap(strings)
        case let members as [String: Any]: Array(members.keys) + members.values.flatMap(strings)
        default: []
        }
    }
}
