internal import ScripCore

/// Texts that others wrote, made fit for a terminal.
enum DisplayText {
    /// `text` with a question mark for every character that moves the cursor, hides, or turns the direction
    /// of what stands around it (Unicode categories Cc, Cf, Zl and Zp).
    static func safe(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                result.append("?")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// An address cut in the middle, for where the whole would hide what stands around it: `north19m5t8…c4d2`.
    static func short(_ address: Address) -> String {
        let text = address.text
        let headCount = address.region.text.utf8.count + 1 + 6
        return "\(text.prefix(headCount))\u{2026}\(text.suffix(4))"
    }

    /// `text` with `scrip1…` in place of every word that is a bearer code or may be one that was mistyped: whatever
    /// quotes what it could not use, what is quoted may be money.
    static func withoutCodes(_ text: String) -> String {
        var result = ""
        var word = ""
        func endWord() {
            let isCode = word.utf8.count >= codeCharactersMin && BearerCode.resembles(word)
            result += isCode ? "scrip1…" : word
            word = ""
        }
        for character in text {
            if character.isASCII && (character.isLetter || character.isNumber || character == "-") {
                word.append(character)
            } else {
                endWord()
                result.append(character)
            }
        }
        endWord()
        return result
    }

    /// Shorter words, such as the name of a directory, tell too little of a code to matter.
    private static let codeCharactersMin = 20
}
