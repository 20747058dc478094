/// Finds in a message about wrong arguments which command they were for. The message ends with
///
///     See 'scrip charter sign --help' for more information.
enum UsageHint {
    /// The command, as a diagnostic begins, and where its usage is told.
    static func read(_ message: String) -> (command: String, hint: String) {
        let lines = message.split(separator: "\n")
        guard let line = lines.last(where: { $0.utf8.contains(UInt8(ascii: "'")) }) else {
            return ("usage", "see 'scrip --help'")
        }
        let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
        guard quoted.count >= 3 else { return ("usage", "see 'scrip --help'") }
        let words = quoted[1].split(separator: " ")
        guard words.first == "scrip", words.last == "--help", words.count > 2 else {
            return ("usage", "see 'scrip --help'")
        }
        return (words.dropFirst().dropLast().joined(separator: " "), "see '\(quoted[1])'")
    }
}
