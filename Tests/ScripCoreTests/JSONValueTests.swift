import Testing

@testable import ScripCore

/// Looking into a document.
@Suite struct JSONValueTests {
    private static let text = #"{"a":[1,{"b":"x\"y"},[]],"bc":"z","c":true,"d":-5,"e":{}}"#

    private func root() throws -> JSONValue {
        try JSONDocument(Array(Self.text.utf8), form: .canonical).root
    }

    @Test func kinds() throws {
        let root = try root()
        #expect(root.kind == .object)
        let kinds: [(StaticString, JSONValue.Kind)] = [
            ("a", .array), ("bc", .string), ("c", .boolean), ("d", .integer), ("e", .object),
        ]
        for (key, kind) in kinds { #expect(root.member(key)?.kind == kind) }
    }

    @Test func membersAreFoundByTheirWholeKey() throws {
        let root = try root()
        #expect(root.member("b") == nil && root.member("bcd") == nil && root.member("") == nil)
        #expect(root.member("B") == nil)
        #expect(root.members.map(\.key) == ["a", "bc", "c", "d", "e"])
        // A key of a nested object is none of the outer one, and the text of a value is no key.
        #expect(root.member("x") == nil && root.member("z") == nil)
    }

    @Test func elements() throws {
        let list = try #require(root().member("a"))
        #expect(list.elements.map(\.kind) == [.integer, .object, .array])
        #expect(list.elements[1].member("b")?.text == "x\"y")
        #expect(list.elements[1].member("b")?.string == Array("x\"y".utf8))
        #expect(list.elements[2].elements.isEmpty)
        #expect(try root().member("e")?.members.isEmpty == true)
    }

    /// An accessor of another kind says so by nil or nothing.
    @Test func otherKinds() throws {
        let root = try root()
        let values = [root] + root.members.map(\.value) + (root.member("a")?.elements ?? [])
        for value in values {
            #expect((value.integer == nil) == (value.kind != .integer))
            #expect((value.boolean == nil) == (value.kind != .boolean))
            #expect((value.string == nil) == (value.kind != .string))
            #expect((value.text == nil) == (value.kind != .string))
            if value.kind != .object {
                #expect(value.members.isEmpty && value.member("a") == nil && !value.hasOnly(["a"]))
            }
            if value.kind != .array { #expect(value.elements.isEmpty) }
        }
    }

    @Test func unknownKeysAreFound() throws {
        let root = try root()
        #expect(root.hasOnly(["a", "bc", "c", "d", "e", "f"]))
        #expect(!root.hasOnly(["a", "bc", "c", "d"]))
        #expect(!root.hasOnly(["a", "b", "c", "d", "e"]))
        #expect(!root.hasOnly([]))
        #expect(try JSONDocument(Array("{}".utf8), form: .any).root.hasOnly([]))
    }

    @Test func integersKeepTheirSign() throws {
        #expect(try root().member("d")?.integer == -5)
    }
}
