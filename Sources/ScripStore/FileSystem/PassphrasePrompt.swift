internal import Glibc

/// Asks for a passphrase on the terminal.
public enum PassphrasePrompt {
    private static let passphraseBytesMax = 4_096

    /// Control-C. It is made the second end of a line, `VEOL`, the character of that number in `c_cc`.
    private static let interrupt: UInt8 = 3

    /// What a person types on standard input, a terminal, up to the end of the line, which is not part of it.
    /// The question goes to standard error, and the terminal does not echo: tcsetattr(3).
    public static func ask(_ question: String) throws(FileError) -> [UInt8] {
        var settings = termios()
        guard unsafe tcgetattr(0, &settings) == 0 else {
            throw FileError(operation: "tcgetattr", path: "standard input", code: errno)
        }
        let before = settings
        // The interrupt key ends the line instead of the program, which would leave a terminal that does not
        // echo.
        settings.c_lflag &= ~tcflag_t(ECHO | ISIG)
        settings.c_cc.11 = interrupt
        guard unsafe tcsetattr(0, TCSAFLUSH, &settings) == 0 else {
            throw FileError(operation: "tcsetattr", path: "standard input", code: errno)
        }
        defer {
            var before = before
            _ = unsafe tcsetattr(0, TCSAFLUSH, &before)
            // The line feed that was not echoed.
            try? StandardStream.error.write([UInt8(ascii: "\n")])
        }
        try StandardStream.error.write(Array(question.utf8))
        var line: [UInt8] = []
        while line.count < passphraseBytesMax, line.last != UInt8(ascii: "\n") {
            if try StandardStream.input.read(atMost: 1, into: &line) == 0 { break }
            if line.last == interrupt {
                throw FileError(operation: "read", path: "standard input", code: EINTR)
            }
        }
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        return line
    }
}
