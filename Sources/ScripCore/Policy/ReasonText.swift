/// Why something was refused, in the words of a program or person, made fit for a refusal (format section 3): one line
/// of 1 to 256 bytes that can neither move a cursor nor hide anything.
public enum ReasonText {
    /// In bytes of UTF-8: the longest text of a record.
    public static let bytesMax = 256

    /// `text` on one line, with a question mark for every other character that is not for reading, cut off between two
    /// characters where it is too long. Nil if nothing is left.
    public static func text(_ text: String) -> String? {
        var result = String.UnicodeScalarView()
        var byteCount = 0
        var hasSpace = true
        for scalar in text.unicodeScalars {
            let shown = shown(scalar)
            // Line ends and indents are as much space as one blank.
            if shown == " " && hasSpace { continue }
            hasSpace = shown == " "
            byteCount += UTF8.width(shown)
            if byteCount > bytesMax { break }
            result.append(shown)
        }
        while result.last == " " { result.removeLast() }
        return result.isEmpty ? nil : String(result)
    }

    /// As `text(_: String)`; bytes that are no UTF-8 become U+FFFD.
    public static func text(_ bytes: some Collection<UInt8>) -> String? {
        text(String(decoding: bytes, as: UTF8.self))
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "\n" || scalar == "\t" || scalar == "\r" || scalar == " " { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
            return "?"
        default: return scalar
        }
    }
}
