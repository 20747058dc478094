internal import ScripCore
internal import ScripStore

/// A region on a machine of its own, whose disk lies in memory, so that all of it can be brought back to any moment.
final class PowerMachine {
    let name: RegionName
    /// The region directory.
    let path: String
    let disk: MemoryDisk
    private let home: String
    private let clock: SimulatedClock
    private var boots = 0
    private let seed: UInt64
    private var processes: UInt64 = 0

    private static let bootPath = "/proc/sys/kernel/random/boot_id"

    /// All that decides how a machine goes on.
    struct State {
        var image: DiskImage
        var index: IndexFiles
        var time: Timestamp
    }

    /// `home` is a real folder, which holds the index alone.
    init(_ name: RegionName, home: String, seed: UInt64, time: Timestamp, lie: PowerCutOptions.Lie?) {
        self.name = name
        self.home = home
        self.seed = seed
        path = "\(home)/\(name)"
        Files.makeFolder("\(home)/\(name)/private")
        disk = MemoryDisk(indexFolder: "\(home)/\(name)/private", lie: lie)
        clock = SimulatedClock(time)
        disk.edit {
            $0.makeFolder(keys)
            $0.put(Array("machine of \(name)\n".utf8), at: "/etc/machine-id")
        }
        boot()
    }

    /// A folder of the user's, beside the region.
    var keys: String { "\(home)/keys" }

    var publicFolder: String { "\(path)/public" }

    /// The files of the index now.
    func indexFiles() -> IndexFiles { IndexFiles(in: "\(path)/private") }

    var state: State {
        get { State(image: disk.image, index: indexFiles(), time: clock.now()) }
        set {
            disk.begin(newValue.image, observer: nil)
            newValue.index.restore(to: "\(path)/private")
            clock.move(seconds: newValue.time.seconds - clock.now().seconds)
        }
    }

    /// The machine starts, a minute after whatever was there before.
    func boot() {
        boots += 1
        clock.move(seconds: 61)
        disk.edit { $0.put(Array("\(name)-\(boots)\n".utf8), at: Self.bootPath) }
    }

    /// What a process there sees. Each has other randomness, and the same in the same place of a story.
    func world(process: UInt64) -> World {
        World(
            fileSystem: disk, clock: clock,
            randomness: SeededRandomness(Dice(seed: seed &* 1_000_003 &+ process)),
            programs: SystemPrograms())
    }

    /// Runs a command in a process of its own; `observer` sees each of its calls that changes something.
    func run(
        process: UInt64, observer: MemoryDisk.Observer? = nil, _ command: (World) throws -> Void
    ) -> StoreError? {
        disk.begin(disk.image, observer: observer)
        defer { disk.begin(disk.image, observer: nil) }
        do {
            try command(world(process: process))
            return nil
        } catch {
            return StoreError(error, subject: path)
        }
    }

    /// Runs a command that belongs to the story, and must work; everything is durable then.
    func tell(_ command: (World) throws -> Void) throws {
        processes += 1
        if let error = run(process: 1_000 + processes, command) {
            throw Violation("\(name), while the story is told: \(error)")
        }
        clock.move(seconds: 60)
        disk.edit { $0.settle() }
    }

    func forgetIndex() { IndexFiles().restore(to: "\(path)/private") }

    // MARK: Peers

    /// Where the copy of a peer's public folder lies.
    func mail(_ peer: RegionName) -> String { "\(home)/mail/\(peer)" }

    /// What a peer has published arrives whole.
    func receive(_ peer: PowerMachine) {
        let files = peer.disk.image.files(below: peer.publicFolder)
        let folder = mail(peer.name)
        disk.edit {
            $0.remove(folder)
            $0.makeFolder(folder)
            for (path, bytes) in files.sorted(by: { $0.key < $1.key })
            where !path.split(separator: "/").contains(where: { $0.hasPrefix(".tmp-") }) {
                $0.put(bytes, at: "\(folder)/\(path)", permissions: .immutable)
            }
        }
    }
}
