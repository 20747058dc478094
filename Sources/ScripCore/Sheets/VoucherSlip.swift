/// What is printed for one bearer voucher. All but the code may be unknown.
public struct VoucherSlip: Sendable {
    public let code: BearerCode
    public var value: Money?
    public var series: String?
    public var starts: Timestamp?
    public var expires: Timestamp?
    /// The name under which the issuer is accredited.
    public var issuer: String?
    /// Which of how many this is, from 1.
    public var number: (own: Int64, of: Int64)?
    public var voucher: VoucherID?
    /// Where the code is drawn, too.
    public var drawing: QRMatrix?

    public init(code: BearerCode) {
        self.code = code
    }

    /// `100.00 CNY`, as people write it.
    var worth: String? {
        value.map { "\($0.text.dropLast($0.currency.text.utf8.count)) \($0.currency.text)" }
    }

    /// `good from 2027-01-31 00:00 UTC` and `good until 2027-12-31 23:59 UTC`, as far as there are ends.
    var term: [String] {
        [starts.map { "good from \(Self.moment($0))" }, expires.map { "good until \(Self.moment($0))" }]
            .compactMap { $0 }
    }

    /// `No. 3 of 5`.
    var place: String? { number.map { "No. \($0.own) of \($0.of)" } }

    /// What the holder must know.
    static let warning = "Whoever has this code has the voucher: keep it like cash."

    /// `2027-01-31 09:30 UTC`; the seconds where there are any.
    private static func moment(_ time: Timestamp) -> String {
        let text = time.text.dropLast()
        let clock = text.suffix(8)
        return "\(text.prefix(10)) \(clock.hasSuffix(":00") ? clock.prefix(5) : clock) UTC"
    }
}
