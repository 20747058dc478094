/// The kinds of record (protocol section 4). The raw values are the values of `type`.
public enum RecordType: String, CaseIterable, Sendable {
    case accredit, issue, trade, redeem, refund, split, void

    /// Whether such a record can have a deadline. One that cannot is never passed on to another region: nobody
    /// would know how long it is on its way.
    public var takesDeadline: Bool {
        switch self {
        case .accredit, .split: false
        case .issue, .trade, .redeem, .refund, .void: true
        }
    }
}
