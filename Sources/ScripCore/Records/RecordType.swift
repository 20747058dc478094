/// The kinds of record (protocol section 4). The raw values are the values of `type`.
public enum RecordType: String, CaseIterable, Sendable {
    case accredit, issue, trade, redeem, refund, split, void
}
