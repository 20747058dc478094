import Foundation
import Glibc
import ScripCore
import ScripStore
import Synchronization
import Testing

@Suite struct RegionLockTests {
    @Test func `one holds the lock, others are told at once that it is busy`() throws {
        let scratch = try ScratchDirectory()
        let directory = try scratch.open()
        do {
            let lock = try RegionLock(in: directory, timeoutMilliseconds: 0, clock: SystemClock())
            #expect(throws: RegionLockError.busy(path: scratch.path("lock"))) {
                _ = try RegionLock(in: directory, timeoutMilliseconds: 0, clock: SystemClock())
            }
            withExtendedLifetime(lock) {}
        }
        _ = try RegionLock(in: directory, timeoutMilliseconds: 0, clock: SystemClock())
        #expect(try scratch.mode("lock") == 0o600)
    }

    @Test func `waiting ends at the deadline`() throws {
        let scratch = try ScratchDirectory()
        let directory = try scratch.open()
        let lock = try RegionLock(in: directory, clock: SystemClock())
        let clock = SteppingClock()
        #expect(throws: RegionLockError.self) {
            _ = try RegionLock(in: directory, timeoutMilliseconds: 95, clock: clock)
        }
        #expect(clock.pauses == [10, 10, 10, 10, 10, 10, 10, 10, 10, 5])
        withExtendedLifetime(lock) {}
    }

    @Test func `who waits gets the lock when it is free`() throws {
        let scratch = try ScratchDirectory()
        let directory = try scratch.open()
        let holder = Holder(try RegionLock(in: directory, clock: SystemClock()))
        let clock = SteppingClock { pauses in
            if pauses == 3 { holder.lock.withLock { $0 = nil } }
        }
        _ = try RegionLock(in: directory, timeoutMilliseconds: 95, clock: clock)
        #expect(clock.pauses == [10, 10, 10])
    }

    @Test func `a link in the place of the lock is refused`() throws {
        let scratch = try ScratchDirectory()
        try scratch.link("lock", to: "elsewhere")
        let error = try #require(throws: RegionLockError.self) {
            _ = try RegionLock(in: scratch.open(), clock: SystemClock())
        }
        guard case .file(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cause.isSymbolicLink)
        #expect(try scratch.tree() == ["lock"])
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")))
    func `the lock of a killed holder is free at once`() throws {
        let scratch = try ScratchDirectory()
        let directory = try scratch.open()
        for _ in 0..<3 {
            let holder = Process()
            holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
            holder.arguments = ["--exclusive", "--no-fork", scratch.path("lock"), "sleep", "1000"]
            try holder.run()
            // Until it has the lock, we can take it; then we cannot.
            while (try? RegionLock(in: directory, timeoutMilliseconds: 0, clock: SystemClock())) != nil {
                usleep(2_000)
            }
            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
            _ = try RegionLock(in: directory, timeoutMilliseconds: 0, clock: SystemClock())
        }
    }
}

/// Somebody who holds the lock until told to let it go.
private final class Holder: Sendable {
    let lock: Mutex<RegionLock?>

    init(_ lock: RegionLock) {
        self.lock = Mutex(lock)
    }
}

/// A clock that only goes on while somebody sleeps.
private struct SteppingClock: WallClock {
    private final class State: Sendable {
        let pauses = Mutex<[Int64]>([])
    }

    private let state = State()
    private let onPause: @Sendable (Int) -> Void

    init(onPause: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.onPause = onPause
    }

    var pauses: [Int64] { state.pauses.withLock { $0 } }

    func now() -> Timestamp { .first }

    func elapsedMilliseconds() -> Int64 { pauses.reduce(0, +) }

    func sleep(milliseconds: Int64) {
        let count = state.pauses.withLock { pauses in
            pauses.append(milliseconds)
            return pauses.count
        }
        onPause(count)
    }
}
