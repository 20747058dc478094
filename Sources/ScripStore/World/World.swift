public import ScripCore

/// Everything outside the program that decides what it does, so that all of it can be replaced: by a
/// simulation, or by a test.
public struct World: Sendable {
    public let fileSystem: any FileSystem
    public let clock: any WallClock
    public let randomness: any Randomness
    public let programs: any Programs

    public init(
        fileSystem: any FileSystem, clock: any WallClock, randomness: any Randomness, programs: any Programs
    ) {
        self.fileSystem = fileSystem
        self.clock = clock
        self.randomness = randomness
        self.programs = programs
    }

    /// The machine that the process runs on; with `time`, its clock stands still there (`SCRIP_NOW`).
    public static func system(at time: Timestamp? = nil) -> World {
        let clock: any WallClock = if let time { FixedClock(time) } else { SystemClock() }
        return World(
            fileSystem: POSIXFileSystem(), clock: clock, randomness: SystemRandomness(),
            programs: SystemPrograms())
    }
}
