internal import ScripCore

/// A time on the command line: `2026-11-20T10:00:00Z`, or from now on: `+72h`.
enum TimeArgument: Equatable {
    case absolute(Timestamp)
    case fromNow(Interval)

    /// Nil if the text is neither.
    init?(_ text: String) {
        if text.utf8.first == UInt8(ascii: "+") {
            guard let interval = Interval(text) else { return nil }
            self = .fromNow(interval)
        } else {
            guard let time = Timestamp(text) else { return nil }
            self = .absolute(time)
        }
    }

    /// The time that is meant at the time `now`.
    func time(now: Timestamp) -> Timestamp {
        switch self {
        case .absolute(let time): time
        case .fromNow(let interval): now.adding(interval)
        }
    }

    /// Whether it is another time at another moment.
    var isRelative: Bool {
        if case .fromNow = self { return true }
        return false
    }
}

/// How long a record may wait to be sealed unless its writer says otherwise: 72 hours (format section 3).
enum DefaultDeadline {
    static let secondsFromNow: Int64 = 72 * 3_600

    static func time(now: Timestamp) -> Timestamp { now.adding(seconds: secondsFromNow) }
}
