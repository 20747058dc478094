/// Texts of other people, made to fit a place on paper.
enum PrintedText {
    /// The columns that a text takes in type of one width: two for each wide character of East Asia, none for marks
    /// that stand on the character before.
    static func columns(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
            0xa000...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
            0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }

    /// The text, or as much of it as fits and an ellipsis.
    static func fitted(_ text: String, columns most: Int) -> String {
        guard columns(text) > most else { return text }
        var result = ""
        var taken = 1
        for character in text {
            taken += columns(String(character))
            if taken > most { break }
            result.append(character)
        }
        return result + "…"
    }

    /// The text with a question mark for every character that no text on paper holds: those that move, hide or turn
    /// others.
    static func visible(_ text: String) -> String {
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

    /// The visible text with what is markup in XML written out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
