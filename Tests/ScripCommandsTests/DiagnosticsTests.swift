import ScripStore
import Testing

@testable import ScripCommands

@Suite struct DiagnosticsTests {
    private final class Lines {
        var text = ""
    }

    private func diagnostics(_ detail: Diagnostics.Detail, _ lines: Lines) -> Diagnostics {
        Diagnostics(detail: detail, stream: { lines.text += String(decoding: $0, as: UTF8.self) })
    }

    @Test(arguments: [
        (Diagnostics.Detail.errors, "scrip: a: b\n"),
        (.warnings, "scrip: a: b\nscrip: c: warning: d\n"),
        (.steps, "scrip: a: b\nscrip: c: warning: d\nscrip: e: f\n"),
    ])
    func details(detail: Diagnostics.Detail, text: String) {
        let lines = Lines()
        let diagnostics = diagnostics(detail, lines)
        diagnostics.report("a", "b")
        diagnostics.warn("c", "d")
        diagnostics.explain("e", "f")
        #expect(lines.text == text)
    }

    @Test func oneLine() {
        let lines = Lines()
        diagnostics(.warnings, lines).report(StoreError(.malformed, "a\nb", "c\u{202e}d"))
        #expect(lines.text == "scrip: a?b: c?d\n")
    }
}
