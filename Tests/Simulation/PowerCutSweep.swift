internal import ScripCore
internal import ScripCrypto
internal import ScripStore
internal import Synchronization

/// Cuts the power at every call of a command that changes something, and lets the disk keep every subset of what was not
/// durable. Each time the machine starts again, and the command is run again:
///
/// - what was told to anybody before is there, byte for byte, and the records are known;
/// - the command completes, and everything is there that it is there for;
/// - what anybody could have seen signed is not signed otherwise;
/// - `verify --full` finds nothing, and no litter is left.
public final class PowerCutSweep {
    private let scene: PowerScene
    private let options: PowerCutOptions
    /// Told as soon as something is wrong.
    private let onFailure: (String) -> Void
    private var dice: Dice
    private let reader: Statements.Reader
    private var ends: [Int: End] = [:]

    /// Failures of one command after which it is given up.
    private static let failuresMax = 5

    /// `home` is an empty real folder, best in memory.
    public init(home: String, options: PowerCutOptions, onFailure: @escaping (String) -> Void = { _ in })
        throws
    {
        self.options = options
        self.onFailure = onFailure
        dice = Dice(seed: options.seed)
        scene = try PowerScene(home: home, lie: options.lie)
        reader = Statements.Reader(of: scene.north.name)
    }

    /// The names of the commands that `options` asks for.
    public static func commands(_ options: PowerCutOptions) -> [String] { chosen(options).map(\.name) }

    private static func chosen(_ options: PowerCutOptions) -> [PowerCutCommand] {
        if options.commands.isEmpty { return PowerCutCommand.all }
        let names = PowerCutCommand.all.map(\.name)
        return PowerCutCommand.all.filter { command in
            options.commands.contains {
                $0 == command.name || !names.contains($0) && command.name.hasPrefix($0)
            }
        }
    }

    /// How many subsets of so many changes are tried.
    public static func subsetCount(of changes: Int) -> Int {
        var dice = Dice(seed: 0)
        return Subset.some(of: changes, limit: Subset.randomCount, &dice).count
    }

    public func run(onReport: (PowerCutReport) -> Void) throws {
        for command in Self.chosen(options) { onReport(try sweep(command)) }
    }

    // MARK: One command

    /// What has been said, and must hold from then on.
    private struct Promises {
        /// By path.
        var files: [String: [UInt8]] = [:]
        var records: [Digest] = []
        /// What anybody could have seen.
        var seen: [String: String] = [:]
        /// The public files that it stood in, which a peer may have taken.
        var pulled: [String: [UInt8]] = [:]

        mutating func see(_ files: [String: [UInt8]], _ statements: Statements, _ region: RegionName) {
            seen = statements.own
            pulled = files.filter { path, _ in
                path.hasPrefix("segments/\(region)/") || path.hasPrefix("votes/\(region)/")
                    || path.hasPrefix("certificates/")
            }
        }

        var fingerprint: Int {
            var hasher = Hasher()
            for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
                hasher.combine(path)
                hasher.combine(bytes.count)
            }
            hasher.combine(records)
            hasher.combine(seen)
            return hasher.finalize()
        }
    }

    /// The machine just before a call.
    private struct Moment {
        let call: Int
        let operation: String
        let state: PowerMachine.State
        let promises: Promises
    }

    private final class Recorder: Sendable {
        let moments = Mutex<[(call: Int, operation: String, image: DiskImage, index: IndexFiles, told: Int)]>(
            [])
        let told = Mutex<[(image: DiskImage, record: Digest?)]>([])
    }

    /// All that a command is judged by.
    private struct Story {
        let command: PowerCutCommand
        let act: (PowerCutCommand.Run) throws -> Void
        let before: PowerMachine.State
        let statements: Statements
        /// All that is said in the end if nothing goes wrong.
        let goals: Set<String>
        /// Records that the command told of, and all that north knows in the end.
        let toldRecords: [Digest]
        let records: [Digest]
        /// Files that the command does away with, or replaces.
        let passing: Set<String>
    }

    private func sweep(_ command: PowerCutCommand) throws -> PowerCutReport {
        var report = PowerCutReport(command.name)
        ends = [:]
        scene.reset()
        let act = try command.tell(scene)
        let north = scene.north
        north.disk.edit { $0.settle() }
        let before = north.state
        let recorder = Recorder()
        let observe: MemoryDisk.Observer = { [path = north.path] call, operation, image in
            let index = IndexFiles(in: "\(path)/private")
            let told = recorder.told.withLock { $0.count }
            recorder.moments.withLock { $0.append((call, operation, image, index, told)) }
        }
        let failure = north.run(process: 1, observer: observe) { world in
            let run = run(world) { record in
                let image = north.disk.image
                recorder.told.withLock { $0.append((image, record)) }
            }
            try act(run)
        }
        if let failure { throw Violation("\(command.name), with no fault at all: \(failure)") }
        let (story, moments) = try judge(command, act, before, recorder)
        report.calls = moments.count - 1
        var known: Set<Int> = []
        for moment in moments where isChosen(moment.call, of: moments.count) {
            for kind in PowerCutOptions.Moment.allCases where options.moment ?? kind == kind {
                try cut(story, kind, moment, &known, &report)
                if report.failures.count >= Self.failuresMax { return report }
            }
        }
        return report
    }

    private func isChosen(_ call: Int, of count: Int) -> Bool {
        if let chosen = options.call { return call == chosen }
        return call % options.stride == 0 || call == count - 1
    }

    private func run(_ world: World, report: @escaping (Digest?) -> Void = { _ in }) -> PowerCutCommand.Run {
        let north = scene.north
        return PowerCutCommand.Run(
            world: world, of: north, peers: [scene.south, scene.east].map { north.mail($0.name) },
            report: report)
    }

    /// What the command was there for, and what it promised when.
    private func judge(
        _ command: PowerCutCommand, _ act: @escaping (PowerCutCommand.Run) throws -> Void,
        _ before: PowerMachine.State, _ recorder: Recorder
    ) throws -> (Story, [Moment]) {
        let north = scene.north
        let end = north.state
        let lasting = files(before.image)
        let lastingEnd = files(end.image)
        let passing = Set(lasting.filter { lastingEnd[$0.key] != $0.value }.keys)
        let told = recorder.told.withLock { $0 }
        let records = told.compactMap(\.record)
        let story = Story(
            command: command, act: act, before: before,
            statements: try reader.read(publicFiles(before.image), isStrict: false),
            goals: Set(try reader.read(publicFiles(end.image)).said.keys), toldRecords: records,
            records: scene.told + records,
            passing: passing)
        var moments: [Moment] = []
        let recorded = recorder.moments.withLock { $0 }
        let last = (recorded.count, "the end", end.image, end.index, told.count)
        for (call, operation, image, index, toldCount) in recorded + [last] {
            var promises = Promises(files: lasting.filter { !passing.contains($0.key) })
            for (image, record) in told.prefix(toldCount) {
                promises.files.merge(files(image).filter { !passing.contains($0.key) }) { $1 }
                if let record { promises.records.append(record) }
            }
            let seen = publicFiles(image)
            promises.see(seen, try reader.read(seen, isStrict: false), north.name)
            moments.append(
                Moment(
                    call: call, operation: operation,
                    state: PowerMachine.State(image: image, index: index, time: end.time), promises: promises)
            )
        }
        return (story, moments)
    }

    // MARK: Files

    private func publicFiles(_ image: DiskImage) -> [String: [UInt8]] {
        image.files(below: scene.north.publicFolder)
    }

    /// The files that are there for ever once they are acknowledged.
    private func files(_ image: DiskImage) -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for (path, bytes) in image.files(below: scene.north.path)
        where !Self.isLitter(path) && path != "public/heads.note"
            && !Self.passing.contains(where: { path.hasPrefix($0) })
        {
            result["\(scene.north.path)/\(path)"] = bytes
        }
        for (path, bytes) in image.files(below: scene.north.keys) where !Self.isLitter(path) {
            result["\(scene.north.keys)/\(path)"] = bytes
        }
        return result
    }

    /// What comes and goes.
    private static let passing = [
        "public/outbox/", "private/pool/", "private/deferred/", "private/staging/", "private/answers/",
        "private/high-water/", "private/lock", "private/quarantine/",
    ]

    private static func isLitter(_ path: String) -> Bool {
        path.hasPrefix(".tmp-") || path.contains("/.tmp-")
    }

    /// What the next command could tell apart. It takes away all that lies in staging, unread.
    private func fingerprint(_ image: DiskImage) -> Int {
        var hasher = Hasher()
        hasher.combine(image.fingerprint(below: scene.north.path, counting: RegionLayout.staging))
        hasher.combine(image.fingerprint(below: scene.north.keys, counting: ""))
        return hasher.finalize()
    }

    // MARK: One moment

    private func cut(
        _ story: Story, _ kind: PowerCutOptions.Moment, _ moment: Moment, _ known: inout Set<Int>,
        _ report: inout PowerCutReport
    ) throws {
        var state = moment.state
        var promises = moment.promises
        if kind == .later {
            // The process is killed, and the machine goes on.
            scene.north.state = state
            var isRefused = false
            if let reason = again(story, process: 2, &isRefused) {
                fail(story, kind, moment, nil, "after the death of the process \(reason)", &report)
                return
            }
            if isRefused { return }
            state = scene.north.state
            promises.files.merge(files(state.image).filter { !story.passing.contains($0.key) }) { $1 }
            promises.records = story.toldRecords
            promises.see(
                publicFiles(state.image), try reader.read(publicFiles(state.image)), scene.north.name)
        }
        let count = state.image.changeCount
        report.changesMax = max(report.changesMax, count)
        let obligations = promises.fingerprint
        var subsets = Subset.some(of: count, limit: options.subsetsMax, &dice)
        if let text = options.subset {
            guard let subset = Subset(text, count: count) else {
                throw Violation("\(text) is no subset of \(count) changes")
            }
            subsets = [subset]
        }
        let variants = PowerCutOptions.Index.allCases
        for subset in subsets {
            report.subsets += 1
            let image = state.image.afterPowerCut { subset.isKept[$0] }
            // What becomes of the index, and whether a peer has seen what was signed, goes round.
            let number = report.states
            let index = options.index ?? variants[number % variants.count]
            let isPulled = options.isPulled ?? (number / variants.count % 2 == 1)
            var hasher = Hasher()
            hasher.combine(fingerprint(image))
            hasher.combine(obligations)
            guard known.insert(hasher.finalize()).inserted else { continue }
            report.states += 1
            let start = PowerMachine.State(
                image: image, index: self.index(index, state, story), time: state.time)
            let reason = check(story, start, promises, isPulled: isPulled)
            if let reason {
                fail(story, kind, moment, (subset, index, isPulled), reason, &report)
                if report.failures.count >= Self.failuresMax { return }
            }
        }
    }

    private func index(
        _ kind: PowerCutOptions.Index, _ state: PowerMachine.State, _ story: Story
    ) -> IndexFiles {
        switch kind {
        case .kept: return state.index
        case .lost: return IndexFiles()
        case .before: return story.before.index
        case .cut:
            let byteCount = state.index.contents.values.reduce(0) { $0 + $1.count }
            var dice = Dice(seed: options.seed &+ UInt64(byteCount))
            return state.index.cutOff(&dice)
        }
    }

    private func fail(
        _ story: Story, _ kind: PowerCutOptions.Moment, _ moment: Moment,
        _ choice: (subset: Subset, index: PowerCutOptions.Index, isPulled: Bool)?, _ reason: String,
        _ report: inout PowerCutReport
    ) {
        var command =
            "scripts/powercuts '\(story.command.name)' --moment \(kind.rawValue) --call \(moment.call)"
        if let (subset, index, isPulled) = choice {
            command += " --kept \(subset) --index \(index.rawValue) --pulled \(isPulled ? "yes" : "no")"
        }
        if let lie = options.lie { command += " --lie \(lie.rawValue)" }
        if options.seed != 0 { command += " --seed \(options.seed)" }
        let place = "\(story.command.name), before call \(moment.call) (\(moment.operation))"
        let text = "\(place): \(reason)\n  repeat it: \(command)"
        report.failures.append(text)
        onFailure(text)
    }

    // MARK: One case

    /// The command once more; what went wrong if it does not complete.
    private func again(_ story: Story, process: UInt64, _ isRefused: inout Bool) -> String? {
        let failure = scene.north.run(process: process) { world in
            let run = run(world)
            try story.act(run)
            isRefused = run.isRefused
        }
        return failure.map { "the command fails: \($0)" }
    }

    /// Starts the machine after a power cut; what is wrong then.
    private func check(
        _ story: Story, _ start: PowerMachine.State, _ promises: Promises, isPulled: Bool
    ) -> String? {
        let north = scene.north
        if let reason = missing(promises, start.image) { return reason }
        do {
            if !promises.records.isEmpty {
                begin(start, promises, isPulled: isPulled)
                if let reason = try unknown(promises.records) { return "at the start \(reason)" }
            }
            begin(start, promises, isPulled: isPulled)
            var isRefused = false
            if let reason = again(story, process: 3, &isRefused) { return reason }
            let statements = try reader.read(publicFiles(north.disk.image))
            if let reason = contradiction(story, promises, statements) { return reason }
            if let goal = story.goals.filter({ statements.said[$0] == nil }).min() {
                return "the command was run again, and there is no \(goal)"
            }
            let end = try end(story, isPulled: isPulled)
            if let reason = end.reason { return reason }
            if let reason = missing(promises, end.image) { return "in the end \(reason)" }
            return contradiction(story, promises, end.statements)
        } catch {
            return "\(error)"
        }
    }

    /// What became of a region that goes on with a sync.
    private struct End {
        let image: DiskImage
        let statements: Statements
        /// What is wrong with it.
        let reason: String?
    }

    /// Many cases end alike.
    private func end(_ story: Story, isPulled: Bool) throws -> End {
        let north = scene.north
        var hasher = Hasher()
        hasher.combine(isPulled)
        hasher.combine(fingerprint(north.disk.image))
        let key = hasher.finalize()
        if let known = ends[key] { return known }
        var reason: String?
        if story.command.isAtWork {
            let failure = north.run(process: 5) { world in
                let writer = try RegionWriter.open(path: north.path, world: world)
                _ = try writer.synchronize(peers: writer.configuredPeers) { _ in }
            }
            reason = try failure.map { "the next sync fails: \($0)" } ?? unknown(story.records) ?? verify()
        }
        let image = north.disk.image
        let litter = image.files(below: north.path).keys.filter(Self.isLitter).min()
        let end = End(
            image: image, statements: try reader.read(publicFiles(image)),
            reason: reason ?? litter.map { "\($0) is left" })
        ends[key] = end
        return end
    }
    /// The power is back. A peer may have taken what was to be seen before.
    private func begin(_ start: PowerMachine.State, _ promises: Promises, isPulled: Bool) {
        scene.north.state = start
        if isPulled { pull(promises) }
        scene.north.boot()
    }

    private func pull(_ promises: Promises) {
        let north = scene.north
        let folder = north.mail(scene.south.name)
        guard north.disk.image.inode(at: folder) != nil else { return }
        north.disk.edit { image in
            for (path, bytes) in promises.pulled where image.inode(at: "\(folder)/\(path)") == nil {
                image.put(bytes, at: "\(folder)/\(path)", permissions: .immutable)
            }
        }
    }

    private func missing(_ promises: Promises, _ image: DiskImage) -> String? {
        for (path, bytes) in promises.files {
            guard let found = image.bytes(at: path) else {
                return "\(path) was acknowledged and is gone"
            }
            if found != bytes { return "\(path) was acknowledged and is another" }
        }
        return nil
    }

    private func unknown(_ records: [Digest]) throws -> String? {
        var reason: String?
        let north = scene.north
        let failure = north.run(process: 4) { world in
            let ledger = try Ledger.open(try RegionDirectory(path: north.path, world: world))
            for id in records {
                guard let result = try ledger.result(of: id) else {
                    reason = "record \(id.hexadecimal) was acknowledged and is not known"
                    return
                }
                if [.rejected, .disputed].contains(result.status) {
                    reason = "record \(id.hexadecimal) was acknowledged and is \(result.status)"
                    return
                }
            }
        }
        return reason ?? failure.map { "the ledger cannot be read: \($0)" }
    }

    private func contradiction(_ story: Story, _ promises: Promises, _ after: Statements) -> String? {
        for (key, value) in promises.seen.sorted(by: { $0.key < $1.key }) {
            guard let now = after.own[key] else { return "\(key) was signed and is not there in the end" }
            if now != value { return "\(key) was signed twice, with different words" }
        }
        for (key, value) in story.statements.said where after.said[key] != value {
            return "\(key) was there before the command and is not, or is another, in the end"
        }
        return nil
    }

    private func verify() throws -> String? {
        let north = scene.north
        var problems: [String] = []
        let verification = try Verification(
            path: north.path, world: north.world(process: 6), options: Verification.Options(isFull: true))
        let summary = try verification.run { line in
            if case .problem(let problem) = line {
                problems.append("\(problem.code.rawValue) \(problem.file ?? "-")")
            }
        }
        return summary.isGood && problems.isEmpty ? nil : "verify --full finds \(problems)"
    }
}
