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
}
