internal import ScripCore
internal import ScripStore

/// One region with a machine of its own: its directory, its disk, its clock, and the copies of its peers' folders.
final class SimulatedRegion {
    let name: RegionName
    /// The directory of this region's machine.
    let home: String
    /// The region directory.
    let path: String
    let disk: SimulatedDisk
    let clock: SimulatedClock
    let world: World
    /// By the peer that they are copies of.
    var mailboxes: [RegionName: Mailbox] = [:]
    /// Whether all that it does is what the program does.
    var isHonest = true
    /// It was brought back from a backup and must not sign until it is repaired.
    var isRestored = false
    /// The last command was cut off, or failed.
    var isUnfinished = false
    /// The faults of the last process.
    private(set) var injected = HitCounts()
    private var boots = 0
    /// How often a power cut left an older state of the index.
    private(set) var indexesSetBack = 0

    var publicFolder: String { "\(path)/public" }

    /// How a process ended.
    enum Ending {
        case done
        case failed(StoreError)
        case died
    }

    init(_ name: RegionName, home: String, path: String, machine: String, time: Timestamp, _ dice: Dice) {
        self.name = name
        self.home = home
        self.path = path
        for folder in ["graves", "boot", "etc", "codes"] { Files.makeFolder("\(home)/\(folder)") }
        Files.write(Array("\(machine)\n".utf8), to: "\(home)/etc/machine-id")
        clock = SimulatedClock(time)
        disk = SimulatedDisk(
            graves: "\(home)/graves",
            places: ["/proc/sys/kernel/random": "\(home)/boot", "/etc": "\(home)/etc"],
            onDeath: { Self.keepIndex(of: path, in: home) })
        world = World(
            fileSystem: disk, clock: clock, randomness: SeededRandomness(dice), programs: SystemPrograms())
        boot()
    }

    /// The machine starts.
    private func boot() {
        boots += 1
        Files.write(Array("\(name.text)-\(boots)\n".utf8), to: "\(home)/boot/boot_id")
    }

    // MARK: Processes

    /// Runs a command in a process of its own.
    func run(faults: DiskFaults? = nil, _ command: (World) throws -> Void) -> Ending {
        disk.begin(faults)
        var failure: StoreError?
        do {
            try command(world)
        } catch {
            failure = StoreError(error, subject: path)
        }
        let isDead = disk.isDead
        injected = disk.injected
        disk.begin(nil)
        if isDead {
            Self.restoreIndex(of: path, from: home)
            return .died
        }
        disk.tidy()
        return failure.map { .failed($0) } ?? .done
    }

    /// The index as it was when the process died: nothing that it did afterwards counts.
    private static func keepIndex(of path: String, in home: String) {
        Files.remove("\(home)/index")
        Files.makeFolder("\(home)/index")
        for name in Files.names("\(path)/private")
        where name.hasPrefix("index.sqlite") && !name.hasSuffix("-shm") {
            if let bytes = Files.read("\(path)/private/\(name)") {
                Files.write(bytes, to: "\(home)/index/\(name)")
            }
        }
    }

    private static func restoreIndex(of path: String, from home: String) {
        for name in Files.names("\(path)/private") where name.hasPrefix("index.sqlite") {
            Files.remove("\(path)/private/\(name)")
        }
        for name in Files.names("\(home)/index") {
            if let bytes = Files.read("\(home)/index/\(name)") {
                Files.write(bytes, to: "\(path)/private/\(name)")
            }
        }
    }

    /// The power fails, and comes back.
    func cutPower(_ dice: inout Dice) {
        var throwing = dice.split()
        // All of it is kept, nothing, or any part.
        let share = throwing.pick([100.0, 0, 50, 50])
        disk.cutPower(
            isKept: { _ in throwing.chance(share) },
            content: { _, size in
                switch throwing.number(0..<4) {
                case 0: .kept
                case 1: .durable
                case 2: .torn(size == 0 ? 0 : throwing.number(0..<size))
                default: .zeros
                }
            })
        spoilIndex(&throwing)
        boot()
    }

    /// What a power cut makes of the index, which nothing makes durable: it is whole, gone, or, by SQLite's own promise,
    /// as it was after an earlier transaction, with files that are newer than it is. What is left of its log then ends
    /// somewhere, with or without garbage behind that.
    private func spoilIndex(_ dice: inout Dice) {
        let folder = "\(path)/private"
        Files.remove("\(folder)/index.sqlite-shm")
        switch dice.number(0..<4) {
        case 0: return
        case 1:
            for name in Files.names(folder) where name.hasPrefix("index.sqlite") {
                Files.remove("\(folder)/\(name)")
            }
        default:
            let log = "\(folder)/index.sqlite-wal"
            guard let bytes = Files.read(log), !bytes.isEmpty, bytes.count < Self.foldedLogBytes else {
                return
            }
            let isRecent = dice.chance(50)
            let least = isRecent ? bytes.count * 3 / 4 : 0
            let kept = Array(bytes.prefix(dice.number(least..<bytes.count)))
            Files.write(dice.chance(50) ? kept : kept + dice.bytes(bytes.count - kept.count), to: log)
            indexesSetBack += 1
        }
    }

    /// From here on SQLite may have folded a part of the log into the index, and made it durable before.
    private static let foldedLogBytes = 1_000 * 4_096
}
