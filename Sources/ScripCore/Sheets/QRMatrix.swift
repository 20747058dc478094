/// The dark and light squares of a QR code, without the light margin around them.
public struct QRMatrix: Sendable, Equatable {
    /// Squares in a row, and rows.
    public let size: Int
    private let isDark: [Bool]

    /// The light squares that a reader needs on each side (ISO/IEC 18004).
    public static let margin = 4

    /// QR codes have 21, 25, … 177 squares in a row.
    private static let sizes = 21...177

    /// Reads what `qrencode -t ASCII -m 0` prints: a line for each row, `##` for a dark square and two spaces for a
    /// light one. Nil if the text is anything else.
    public init?(drawing text: [UInt8]) {
        var rows = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if rows.last?.isEmpty == true { rows.removeLast() }
        guard Self.sizes.contains(rows.count), rows.count % 4 == 1 else { return nil }
        size = rows.count
        var squares: [Bool] = []
        squares.reserveCapacity(size * size)
        for row in rows {
            guard row.count == 2 * size else { return nil }
            for start in stride(from: row.startIndex, to: row.endIndex, by: 2) {
                switch (row[start], row[start + 1]) {
                case (0x23, 0x23): squares.append(true)
                case (0x20, 0x20): squares.append(false)
                default: return nil
                }
            }
        }
        isDark = squares
    }

    /// Whether the square in a row and column, from 0, is dark.
    public func isDark(row: Int, column: Int) -> Bool { isDark[row * size + column] }

    /// The dark squares as the commands of an SVG path, one unit each, one command for each run of squares.
    public var path: String {
        var result = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard isDark(row: row, column: column) else {
                    column += 1
                    continue
                }
                let start = column
                while column < size && isDark(row: row, column: column) { column += 1 }
                result += "M\(start) \(row)h\(column - start)v1h-\(column - start)z"
            }
        }
        return result
    }
}
