/// Bearer vouchers as a page of A4 in SVG 1.1: ten slips of 95 × 55 mm, to be cut along the dashed lines, each with
/// its QR code. Units are millimetres.
public enum SVGSheet {
    /// Vouchers on one page.
    public static let slipCount = columnCount * rowCount

    private static let columnCount = 2
    private static let rowCount = 5
    private static let page = (width: 210.0, height: 297.0)
    private static let slip = (width: 95.0, height: 55.0)
    private static let margin = (left: 10.0, top: 11.0)
    /// The square of the QR code with its light margin.
    private static let drawing = (left: 60.0, top: 2.0, size: 33.0)

    /// The page of up to `slipCount` vouchers.
    public static func page(_ slips: [VoucherSlip]) -> String {
        var result = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(number(page.width))mm" \
            height="\(number(page.height))mm" viewBox="0 0 \(number(page.width)) \(number(page.height))" \
            font-family="DejaVu Sans, Noto Sans, Noto Sans CJK SC, Helvetica, Arial, sans-serif" fill="#000">
            <rect width="100%" height="100%" fill="#fff"/>

            """
        for (index, slip) in slips.enumerated() {
            let left = margin.left + Double(index % columnCount) * Self.slip.width
            let top = margin.top + Double(index / columnCount) * Self.slip.height
            result += "<g transform=\"translate(\(number(left)) \(number(top)))\">\n\(content(slip))</g>\n"
        }
        return result + "</svg>\n"
    }

    private static func content(_ slip: VoucherSlip) -> String {
        var result = """
            <rect width="\(number(self.slip.width))" height="\(number(self.slip.height))" fill="none" \
            stroke="#999" stroke-width="0.2" stroke-dasharray="2 1.5"/>

            """
        // An average character of this type is a little more than half as wide as it is high.
        if let issuer = slip.issuer { result += text(issuer, 5, 9, size: 4.2, columns: 22, weight: "bold") }
        if let worth = slip.worth { result += text(worth, 5, 18.5, size: 7, columns: 14, weight: "bold") }
        if let series = slip.series { result += text(series, 5, 25, size: 3.4, columns: 27) }
        for (index, line) in (slip.term + [slip.place].compactMap { $0 }).enumerated() {
            result += text(line, 5, 29 + 3.6 * Double(index), size: 2.8, columns: 34)
        }
        if let matrix = slip.drawing { result += drawn(matrix) }
        let groups = slip.code.grouped.split(separator: " ").map(String.init)
        for (index, part) in [groups.prefix(5), groups.dropFirst(5)].enumerated() {
            result += """
                <text x="5" y="\(number(43 + 5 * Double(index)))" font-size="4.2" \
                font-family="DejaVu Sans Mono, Noto Sans Mono, Courier New, monospace">\
                \(part.joined(separator: " "))</text>

                """
        }
        result += text(VoucherSlip.warning, 5, 52.5, size: 2.3, columns: 60)
        if let voucher = slip.voucher {
            // Of no use for spending; whoever keeps the books asks for it.
            result += text(String(voucher.description.prefix(8)), 78.5, 52.5, size: 2.3, columns: 10)
        }
        return result
    }

    private static func drawn(_ matrix: QRMatrix) -> String {
        let unit = drawing.size / Double(matrix.size + 2 * QRMatrix.margin)
        let offset = Double(QRMatrix.margin) * unit
        return """
            <path transform="translate(\(number(drawing.left + offset)) \(number(drawing.top + offset))) \
            scale(\(number(unit)))" shape-rendering="crispEdges" d="\(matrix.path)"/>

            """
    }

    private static func text(
        _ text: String, _ x: Double, _ y: Double, size: Double, columns: Int, weight: String? = nil
    ) -> String {
        let style = weight.map { " font-weight=\"\($0)\"" } ?? ""
        let content = PrintedText.escaped(PrintedText.fitted(text, columns: columns))
        return
            "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(size))\"\(style)>\(content)</text>\n"
    }

    /// At most four decimals, and none that say nothing.
    private static func number(_ value: Double) -> String {
        let scaled = Int64((value * 10_000).rounded())
        var text = "\(scaled / 10_000)"
        var fraction = String(scaled % 10_000 + 10_000).dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        if !fraction.isEmpty { text += ".\(fraction)" }
        return text
    }
}

/// The pages of `SVGSheet` in one document that a browser prints, each on a page of its own.
public enum HTMLSheet {
    /// What stands before the first page. There is nothing in it that a browser would fetch or run.
    public static let beginning = """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Bearer vouchers</title>
        <style>
        @page { size: A4; margin: 0 }
        html, body { margin: 0; background: #fff }
        svg { display: block; width: 210mm; height: 296.9mm; break-after: page; break-inside: avoid }
        svg:last-of-type { break-after: auto }
        @media screen { svg { margin: 0 auto } }
        </style>

        """
    /// What stands after the last.
    public static let end = "</html>\n"
}
