/// The lock that a writing command holds: an exclusive flock(2) on a file that is never removed.
///
/// The kernel gives it back when the process ends, however it ends, so nothing has to be cleaned up and no
/// process number or time stamp is ever judged. Reading commands take no lock.
public final class RegionLock: Sendable {
    /// How long a command waits unless it is told otherwise (`--lock-timeout`).
    public static let defaultTimeoutMilliseconds: Int64 = 5_000

    private static let pollMilliseconds: Int64 = 10

    private let file: File

    /// Takes the lock `name` in `directory`; gives up with `busy` after `timeoutMilliseconds`, at once if
    /// that is 0.
    public init(
        in directory: Directory, name: String = "lock",
        timeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds, clock: any WallClock
    ) throws(RegionLockError) {
        let start = clock.elapsedMilliseconds()
        do {
            file = try directory.open(name, for: .lock)
        } catch {
            throw .file(error)
        }
        while true {
            do {
                if try file.lock() { return }
            } catch {
                throw .file(error)
            }
            let left = timeoutMilliseconds - (clock.elapsedMilliseconds() - start)
            if left <= 0 { throw .busy(path: file.path) }
            clock.sleep(milliseconds: min(Self.pollMilliseconds, left))
        }
    }
}
