internal import ScripCore

/// Texts as HTML, safe wherever they came from: in content and in quoted attributes.
enum HTMLText {
    /// `text` with the characters of HTML written as references, and those replaced that no reader should meet
    /// (`DisplayText`).
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in DisplayText.safe(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A whole number with a comma before each three digits: `1,234,567`.
    static func grouped(_ value: Int128) -> String {
        (value < 0 ? "\u{2212}" : "") + grouped(digits: String(value.magnitude))
    }

    private static func grouped(digits: String) -> String {
        var result = ""
        for (place, digit) in digits.enumerated() {
            if place > 0 && (digits.count - place) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// An amount of minor units with all decimals of its currency and without its code: `1,234.50`.
    static func amount(_ value: Int128, _ currency: Currency) -> String {
        let decimals = currency.decimals
        let digits = String(value.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let whole = grouped(digits: String(padded.dropLast(decimals)))
        return (value < 0 ? "\u{2212}" : "") + whole + (decimals == 0 ? "" : "." + padded.suffix(decimals))
    }

    /// A number that programs find in `value` as it is.
    static func data(_ value: Int128, _ shown: String) -> String {
        "<data value=\"\(value)\">\(shown)</data>"
    }

    /// An amount in few characters, for an axis: `0`, `250`, `1.5k`, `20M`.
    static func compact(_ value: Int128, _ currency: Currency) -> String {
        var unit: Int128 = 1
        for _ in 0..<currency.decimals { unit *= 10 }
        var suffix = ""
        for next in ["k", "M", "bn", "tn"] where value.magnitude >= (unit * 1_000).magnitude {
            unit *= 1_000
            suffix = next
        }
        let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
        let hundredths = rest * 100 / unit
        var fraction = ""
        if hundredths != 0 {
            fraction = hundredths < 10 ? ".0\(hundredths)" : ".\(hundredths)"
            if fraction.hasSuffix("0") { fraction.removeLast() }
        }
        return grouped(whole) + fraction + suffix
    }

    /// A part of a whole in per cent with one decimal: `12.5%`; an en dash where there is no whole.
    static func share(_ part: Int128, of whole: Int128) -> String {
        guard whole > 0 else { return "\u{2013}" }
        let thousandths = (part * 1_000 + whole / 2) / whole
        return "\(thousandths / 10).\(thousandths % 10)%"
    }
}
