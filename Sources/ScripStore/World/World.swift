public import ScripCore

/// Everything outside the program that decides what it does, so that all of it can be replaced: by a
/// simulation, or by a test.
public struct World: Sendable {
    public let fileSystem: any FileSystem
    public let clock: any WallClock
    public let randomness: any Randomness

    public init(fileSystem: any FileSystem, clock: any WallClock, randomness: any Randomness) {
        self.fileSystem = fileSystem
        self.clock = clock
        self.randomness = randomness
    }

    /// The machine that the process runs on; with `time`, its clock stands still there (`SCRIP_NOW`).
    public static func system(at time: Timestamp? = nil) -> World {
        let clock: any WallClock = if let time { FixedClock(time) } else { SystemClock() }
        return World(fileSystem: POSIXFileSystem(), clock: clock, randomness: SystemRandomness())
    }
}
