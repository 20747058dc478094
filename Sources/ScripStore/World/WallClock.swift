internal import Glibc
public import ScripCore

/// The clocks that a program looks at.
public protocol WallClock: Sendable {
    /// The time of day, in UTC. It may be wrong and may run backwards; nothing is ordered by it.
    func now() -> Timestamp

    /// Milliseconds since some moment; never runs backwards. For deadlines within one process.
    func elapsedMilliseconds() -> Int64

    /// Waits.
    func sleep(milliseconds: Int64)
}

extension WallClock {
    /// clock_gettime(2) with `CLOCK_MONOTONIC`
    public func elapsedMilliseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// clock_nanosleep(2); a signal does not shorten it
    public func sleep(milliseconds: Int64) {
        guard milliseconds > 0 else { return }
        var time = timespec(
            tv_sec: Int(milliseconds / 1_000), tv_nsec: Int(milliseconds % 1_000) * 1_000_000)
        var rest = timespec()
        while unsafe clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &rest) == EINTR { time = rest }
    }
}

/// The clock of the machine.
public struct SystemClock: WallClock {
    public init() {}

    /// clock_gettime(2) with `CLOCK_REALTIME`, the fraction of a second dropped
    public func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        // A clock outside the years 1 to 9999 is wrong by so much that the nearest end serves as well.
        return Timestamp(seconds: Int64(time.tv_sec)) ?? (time.tv_sec < 0 ? .first : .last)
    }
}

/// A clock that stands still: `SCRIP_NOW`, for tests and runs that can be reproduced.
public struct FixedClock: WallClock {
    private let time: Timestamp

    public init(_ time: Timestamp) {
        self.time = time
    }

    public func now() -> Timestamp { time }
}
