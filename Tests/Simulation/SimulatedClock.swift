public import ScripCore
public import ScripStore
internal import Synchronization

/// A clock that moves only when it is told to. Waiting takes no time.
public final class SimulatedClock: WallClock {
    private let seconds: Mutex<Int64>

    public init(_ time: Timestamp) {
        seconds = Mutex(time.seconds)
    }

    public func now() -> Timestamp { Timestamp(seconds: seconds.withLock { $0 }) ?? .first }

    /// Each look is a moment later, so that whoever waits for the time to pass sees it pass.
    public func elapsedMilliseconds() -> Int64 {
        ticks.withLock {
            $0 += 10
            return $0
        }
    }

    public func sleep(milliseconds: Int64) { ticks.withLock { $0 += milliseconds } }

    private let ticks = Mutex<Int64>(0)

    /// Moves the time of day, forwards or backwards.
    public func move(seconds change: Int64) { seconds.withLock { $0 += change } }
}

/// Randomness from a seed.
public final class SeededRandomness: Randomness {
    private let dice: Mutex<Dice>

    public init(_ dice: Dice) {
        self.dice = Mutex(dice)
    }

    public func bytes(_ count: Int) -> [UInt8] { dice.withLock { $0.bytes(count) } }
}
