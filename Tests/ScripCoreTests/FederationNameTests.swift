import ScripCore
import Testing

struct FederationNameTests {
    @Test(arguments: [
        "a", "0", "example.org", "example.org/vouchers", "a-.b/~/_/./..", "a/B/C9", "a.", "a/-",
        "a" + String(repeating: "b", count: 199),
    ])
    func goodText(_ text: String) throws {
        let name = try #require(FederationName(text))
        #expect(name.text == text)
        #expect(name.description == text)
    }

    @Test(arguments: [
        "", "/", "a/", "/a", "a//b", ".a", "-a", "A", "aB", "a_b", "a~", "a b", "a/b c", "a/b\n", "a\r\n",
        "a+b", "a/b+c",
        "a/é", "a/e\u{301}", "ａ", "a/\u{0}", "a:1", "a%20",
        "a" + String(repeating: "b", count: 200),
    ])
    func badText(_ text: String) {
        #expect(FederationName(text) == nil)
    }

    @Test func namesOfKeys() throws {
        let federation = try #require(FederationName("example.org/vouchers"))
        let region = try #require(RegionName("north"))
        #expect(federation.origin(of: region) == "example.org/vouchers/north")
        #expect(federation.witnessName(of: region) == "example.org/vouchers/north/witness")
    }

    @Test func orderIsThatOfTheBytes() throws {
        let names = try ["a", "a-b", "a/B", "a/b", "a0", "aa"].map { try #require(FederationName($0)) }
        #expect(names.shuffled().sorted() == names)
    }
}
