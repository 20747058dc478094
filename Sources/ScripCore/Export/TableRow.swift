/// A row of a table of comma-separated values (RFC 4180): a cell that holds a comma, a quotation mark or a line break
/// stands in quotation marks, and every row ends with a carriage return and a newline.
public enum TableRow {
    /// The bytes of one row.
    public static func text(_ cells: [String]) -> [UInt8] {
        var text: [UInt8] = []
        for (number, cell) in cells.enumerated() {
            if number > 0 { text.append(UInt8(ascii: ",")) }
            append(cell, to: &text)
        }
        text += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        return text
    }

    private static func append(_ cell: String, to text: inout [UInt8]) {
        let needsQuotes = cell.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0d || $0 == 0x0a
        }
        guard needsQuotes else {
            text += cell.utf8
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in cell.utf8 {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}

extension Currency {
    /// An amount in units of the currency, with all its decimals and without its code: `12.50`.
    public func decimal(_ amount: Int128) -> String {
        String(Money.text(amount: amount, currency: self).dropLast(text.utf8.count))
    }
}
