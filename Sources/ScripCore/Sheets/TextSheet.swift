/// Bearer vouchers as plain text for any printer: 72 columns, 60 lines a page at most, a form feed between pages.
///
///     ------------------------------------------------------------------------
///     Corner shop                                                   100.00 CNY
///     gift                                                          No. 1 of 3
///     good until 2027-11-20 10:00 UTC
///
///         scrip1 qqqs yqcy q5rq wzqf pg9s crgw pudt p7k5
///
///     Whoever has this code has the voucher: keep it like cash.
public enum TextSheet {
    /// Vouchers on one page.
    public static let slipCount = 6

    private static let columns = 72
    private static let rule = String(repeating: "-", count: columns) + "\n"

    /// The page of up to `slipCount` vouchers; `isFirst` has no form feed before it.
    public static func page(_ slips: [VoucherSlip], isFirst: Bool) -> String {
        (isFirst ? "" : "\u{0c}") + slips.map { rule + block($0) }.joined() + rule
    }

    private static func block(_ slip: VoucherSlip) -> String {
        var lines = [
            line(slip.issuer, slip.worth), line(slip.series, slip.place),
            line(slip.term.joined(separator: ", "), nil),
        ]
        lines = lines.filter { !$0.isEmpty }
        lines += ["", "    \(slip.code.grouped)", "", VoucherSlip.warning]
        return lines.map { $0 + "\n" }.joined()
    }

    /// One text at the left and one at the right.
    private static func line(_ left: String?, _ right: String?) -> String {
        let right = right ?? ""
        // A space on each side of what is between them.
        let room = columns - PrintedText.columns(right) - (right.isEmpty ? 0 : 2)
        let left = PrintedText.fitted(PrintedText.visible(left ?? ""), columns: room)
        if right.isEmpty { return left }
        let gap = columns - PrintedText.columns(left) - PrintedText.columns(right)
        return left + String(repeating: " ", count: gap) + right
    }
}
