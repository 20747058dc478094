import Testing

@testable import ScripCommands

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("plain text, 'quoted' and größer 大", "plain text, 'quoted' and größer 大"),
        ("a\nb\tc\u{1b}[31m", "a?b?c?[31m"),
        ("\u{7f}\u{85}\u{9b}", "???"),
        ("\u{202e}evil\u{2066}\u{200f}\u{61c}", "?evil???"),
        ("\u{2028}\u{2029}\u{feff}\u{200b}\u{ad}", "?????"),
        ("\u{e000}\u{e0041}", "??"),
        ("\r\n", "??"),
    ])
    func control(text: String, safe: String) {
        #expect(DisplayText.safe(text) == safe)
    }
}
