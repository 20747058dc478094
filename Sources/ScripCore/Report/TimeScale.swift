/// A stretch of days divided for a chart: into days, weeks, months or years, at most about a hundred of them.
public struct TimeScale: Sendable, Equatable {
    enum Unit: Sendable, Equatable {
        case day
        /// From Monday on.
        case week
        case month
        case years(Int)
    }

    let unit: Unit
    /// The number of the first division, as `number(ofDay:)` counts.
    private let first: Int
    /// How many divisions there are, at least 1.
    public let count: Int

    /// From one day to another, both counted from 1970-01-01.
    public init(from firstDay: Int, to lastDay: Int) {
        let last = max(firstDay, lastDay)
        let unit: Unit =
            switch last - firstDay {
            case ...92: .day
            case ...(104 * 7): .week
            case ...(100 * 31): .month
            default: .years(max(1, (last - firstDay) / 36_500 + 1))
            }
        self.unit = unit
        first = Self.number(ofDay: firstDay, unit)
        count = Self.number(ofDay: last, unit) - first + 1
    }

    /// What a division is called: `day`, `week`, `month`, `year`.
    public var unitName: String {
        switch unit {
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .years(1): "year"
        case .years(let number): "\(number) years"
        }
    }

    /// In which division a day lies, from 0; days outside count to the nearest.
    public func position(ofDay day: Int) -> Int {
        min(max(Self.number(ofDay: day, unit) - first, 0), count - 1)
    }

    /// The name of a division: `2026-11-20`, for a week that of its Monday; `2026-11`; `2026`.
    public func label(_ position: Int) -> String {
        let number = first + position
        switch unit {
        case .day: return Self.date(number)
        case .week: return Self.date(number * 7 - 3)
        case .month:
            let month = number % 12 + 1
            return "\(Self.digits(number / 12, 4))-\(Self.digits(month, 2))"
        case .years(let years): return Self.digits(number * years, 4)
        }
    }

    private static func number(ofDay day: Int, _ unit: Unit) -> Int {
        switch unit {
        case .day: return day
        case .week:
            // 1970-01-01 was a Thursday.
            let (quotient, remainder) = (day + 3).quotientAndRemainder(dividingBy: 7)
            return remainder < 0 ? quotient - 1 : quotient
        case .month:
            let (year, month) = yearAndMonth(day)
            return year * 12 + month - 1
        case .years(let years): return yearAndMonth(day).0 / years
        }
    }

    private static func yearAndMonth(_ day: Int) -> (Int, Int) {
        let text = date(day).utf8
        func number(_ range: Range<Int>) -> Int {
            text.dropFirst(range.lowerBound).prefix(range.count).reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        return (number(0..<4), number(5..<7))
    }

    private static func date(_ day: Int) -> String {
        let time = Timestamp.first.adding(seconds: Int64(day) * 86_400 - Timestamp.first.seconds)
        return String(time.text.prefix(10))
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}

extension Timestamp {
    /// The day, counted from 1970-01-01; negative before.
    public var day: Int {
        let (quotient, remainder) = seconds.quotientAndRemainder(dividingBy: 86_400)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }
}
