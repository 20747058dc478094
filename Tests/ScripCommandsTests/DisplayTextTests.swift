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

    @Test(arguments: [
        ("'scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5' is unknown", "'scrip1…' is unknown"),
        ("SCRIP1-QQQS-YQCY-Q5RQ-WZQF-PG9S-CRGW-PUDT-P7K4", "scrip1…"),
        ("scrip1qqqsyqcyq5rqwzqfpg9scrg", "scrip1…"),
        ("scrip1 and scrip1-south stay", "scrip1 and scrip1-south stay"),
        (
            "north19m5tq2t38yaz8zgg2zgqwfakcz0qezdluylt8rvwr40tkvmg53as9yu9x2",
            "north19m5tq2t38yaz8zgg2zgqwfakcz0qezdluylt8rvwr40tkvmg53as9yu9x2"
        ),
        ("größer 大", "größer 大"),
    ])
    func codes(text: String, shown: String) {
        #expect(DisplayText.withoutCodes(text) == shown)
    }
}
