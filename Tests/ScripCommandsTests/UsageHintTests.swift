import Testing

@testable import ScripCommands

@Suite struct UsageHintTests {
    @Test(arguments: [
        (
            "Error: x\nUsage: …\n  See 'scrip charter sign --help' for more information.",
            "charter sign", "see 'scrip charter sign --help'"
        ),
        (
            "Error: Unknown option '--x'\nUsage: …\n  See 'scrip issue --help' for more information.",
            "issue",
            "see 'scrip issue --help'"
        ),
        ("  See 'scrip --help' for more information.", "usage", "see 'scrip --help'"),
        ("anything", "usage", "see 'scrip --help'"), ("it's", "usage", "see 'scrip --help'"),
        ("", "usage", "see 'scrip --help'"),
    ])
    func messages(message: String, command: String, hint: String) {
        let found = UsageHint.read(message)
        #expect(found.command == command)
        #expect(found.hint == hint)
    }
}
