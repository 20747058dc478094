internal import ScripCore
internal import ScripCrypto
internal import ScripStore
internal import Synchronization

/// The regions of one seed, and all that happens to them.
final class Federation {
    let home: String
    let weather: Weather
    var dice: Dice
    var hits = HitCounts()
    /// All that ever took part, sorted.
    var names: [RegionName]
    private(set) var regions: [RegionName: SimulatedRegion] = [:]
    /// The other selves of the regions that lie.
    var twins: [RegionName: SimulatedRegion] = [:]
    /// A log key that was replaced and is in other hands.
    var oldKey: OldKey?
    /// Whether the operators have tried to rule on a fork.
    var hasRuled = false
    /// Whether some have signed a ruling that too few could sign: nothing else can become the charter of that epoch.
    var isEpochSpent = false
    /// A block in whose place a liar has signed others that are none, and shown them: its chain stands still from there on.
    var stain: (block: OpenBlock, log: LogSigner)?
    /// Who is told the story of the twin.
    var deceived: Set<RegionName> = []
    /// That of epoch 1.
    let charter: Charter
    let witness: Witness
    /// The charter that the operators are about to put in force.
    var proposal: CharterProposal?
    /// Regions whose machine is gone for ever.
    var lost: Set<RegionName> = []
    /// A lost region of whose folder nothing more arrives for now.
    var silenced: RegionName?
    let accounts: Accounts
    var requests: Requests
    var codeFiles = CodeFiles()
    /// Pairs of records that use one code for the same.
    var codeRaces: [(kind: String, first: Digest, second: Digest)] = []
    private var partitions: Set<[RegionName]> = []
    private var backups: Set<RegionName> = []
    /// Records that somebody was told about, by the region that told.
    var acknowledged: [Digest: (region: RegionName, status: RecordStatus, record: Record)] = [:]
    private let isTold: Bool
    /// Nothing fails any more.
    var isCalm = false

    static let start = Timestamp("2026-11-20T10:00:00Z") ?? .first

    /// All but those that are lost.
    var living: [RegionName] { names.filter { !lost.contains($0) } }

    var honest: [RegionName] { living.filter { regions[$0]?.isHonest ?? false } }

    /// The honest regions that have a chain and a vote by the charters that they hold.
    func honestVoters() throws -> [RegionName] { try honest.filter { try isVoter(try region($0)) } }

    func isVoter(_ region: SimulatedRegion) throws -> Bool {
        try charters(of: region).newest.voter(named: region.name) != nil
    }

    /// The charters that a region holds.
    func charters(of region: SimulatedRegion) throws -> CharterHistory {
        try RegionDirectory(path: region.path, world: region.world, checksCharter: false).charters
    }

    func region(_ name: RegionName) throws -> SimulatedRegion {
        guard let region = regions[name] else { throw Violation("there is no region \(name)") }
        return region
    }

    /// `home` is an empty folder, best in memory.
    init(seed: UInt64, home: String, isTold: Bool) throws {
        self.home = home
        self.isTold = isTold
        dice = Dice(seed: seed)
        weather = Weather(&dice)
        let texts = ["north", "south", "east", "west", "centre", "coast", "hills"].prefix(weather.regionCount)
        let voters = texts.compactMap { RegionName($0) }.sorted()
        let observers = Self.observerNames.prefix(weather.observerCount).compactMap { RegionName($0) }
        names = (voters + observers).sorted()
        Files.makeFolder("\(home)/machines")
        for name in names { try Self.makeRegion(name, home, dice.split(), &regions) }
        guard let federation = FederationName("example.org/simulation"), let quorum = Quorum(weather.quorum)
        else {
            throw Violation("the federation cannot be founded")
        }
        // Each region is founded on its own machine, whose marks it will have.
        charter = try Self.found(federation, quorum, names, observers: Set(observers), regions)
        let liars = Set(voters.prefix(weather.liarCount))
        for name in liars { regions[name]?.isHonest = false }
        let signers = Signers()
        witness = Witness(CharterHistory(charter), honest: Set(names).subtracting(liars), signers)
        accounts = Accounts(voters)
        requests = Requests(accounts, genesis: charter.digest, signers)
        for name in names { connect(name, try region(name), "mail") }
        for name in liars.sorted() { deceived.formUnion(names.filter { $0 != name && dice.chance(50) }) }
        for region in regions.values where region.isHonest { try witness.look(at: region, isWhole: true) }
    }

    private static let observerNames = ["quay", "pier", "dock"]

    /// The name of a region that was not there before; nil if all are used.
    var newName: RegionName? {
        Self.observerNames.compactMap { RegionName($0) }.first { !names.contains($0) }
    }

    /// A liar has one self again, of which all hear everything, and it of them.
    func replace(_ liar: RegionName, by one: SimulatedRegion) throws {
        regions[liar] = one
        twins[liar] = nil
        deceived = []
        for mailbox in one.mailboxes.values { mailbox.withheld = [] }
        for name in names where name != liar {
            let listener = try region(name)
            listener.mailboxes[liar] = Mailbox(
                from: one.publicFolder, to: "\(listener.home)/mail-after-the-fork/\(liar)")
        }
    }

    /// A machine for a region that is to join.
    func makeMachine(_ name: RegionName) throws -> SimulatedRegion {
        var made: [RegionName: SimulatedRegion] = [:]
        try Self.makeRegion(name, home, dice.split(), &made)
        guard let region = made[name] else { throw Violation("there is no machine for \(name)") }
        return region
    }

    /// A region has joined, and pulls from all others as they do from it.
    func welcome(_ region: SimulatedRegion) throws {
        names = (names + [region.name]).sorted()
        regions[region.name] = region
        witness.welcome(region.name)
        connect(region.name, region, "mail")
        for other in names where other != region.name {
            for listener in [regions[other], twins[other]].compactMap({ $0 }) {
                listener.mailboxes[region.name] = Mailbox(
                    from: region.publicFolder, to: "\(listener.home)/mail/\(region.name)")
            }
        }
        try witness.look(at: region, isWhole: true)
    }

    private static func makeRegion(
        _ name: RegionName, _ home: String, _ dice: Dice, _ regions: inout [RegionName: SimulatedRegion]
    ) throws {
        let machine = "\(home)/machines/\(name)"
        Files.makeFolder(machine)
        regions[name] = SimulatedRegion(
            name, home: machine, path: "\(machine)/\(name)", machine: "machine of \(name)", time: start, dice)
    }

    private static func found(
        _ federation: FederationName, _ quorum: Quorum, _ names: [RegionName],
        observers: Set<RegionName>, _ regions: [RegionName: SimulatedRegion]
    ) throws -> Charter {
        var founded: [FoundedRegion] = []
        for name in names {
            guard let region = regions[name] else { continue }
            let site = try RegionSite(path: region.path, world: region.world)
            founded.append(try FoundedRegion(site, federation: federation, peers: [], world: region.world))
        }
        let charter = try Charter(
            federation: federation, epoch: 1, previous: nil, quorum: quorum,
            regions: founded.map { $0.charterRegion(role: observers.contains($0.name) ? .observer : .voter) })
        var signed = SignedCharter(draft: charter)
        for region in founded { signed = try region.signed(signed) }
        for region in founded { try region.install(signed) }
        return charter
    }

    /// Gives a region the copies of its peers' folders.
    func connect(_ name: RegionName, _ region: SimulatedRegion, _ folder: String) {
        for peer in names where peer != name {
            guard let source = regions[peer] else { continue }
            region.mailboxes[peer] = Mailbox(
                from: source.publicFolder, to: "\(region.home)/\(folder)/\(peer)")
        }
    }

    func tell(_ text: @autoclosure () -> String) {
        if isTold { print("  \(text())") }
    }

    // MARK: One step

    func step() throws {
        passTime()
        if dice.chance(weather.clockJumpPercent) { jump() }
        if dice.chance(weather.partitionPercent) { divide() }
        if dice.chance(weather.powerPercent / 20) { try failIdle() }
        if dice.chance(weather.clonePercent) { try runClone() }
        if dice.chance(weather.restorePercent) { try backUpOrRestore() }
        if dice.chance(weather.lyingVotePercent) { try lieInVote() }
        if dice.chance(weather.forgeryPercent) { try forge() }
        if dice.chance(weather.invalidBlockPercent) { try forgeInvalidBlock() }
        if dice.chance(weather.separationPercent) { try separateTwin() }
        if weather.charterPercent > 0 && dice.chance(weather.charterPercent) { try changeCharter() }
        if dice.chance(4) { try settle() }
        if dice.chance(15) { try useCodes() }
        if oldKey != nil && dice.chance(15) { try useOldKey() }
        if !twins.isEmpty && !hasRuled && dice.chance(4) { try ruleOnFork() }
        let name = dice.pick(living)
        let region = try region(name)
        switch dice.number(0..<10) {
        case 0..<3: try ask()
        case 3..<5: try seal(someSelf(of: region))
        default:
            try deliver(to: region)
            try synchronize(someSelf(of: region))
        }
    }

    /// The region, or its other self.
    func someSelf(of region: SimulatedRegion) -> SimulatedRegion {
        guard let twin = twins[region.name], dice.chance(50) else { return region }
        return twin
    }

    /// Time passes everywhere: what is done again is done later.
    private func passTime() {
        let seconds = Int64(dice.number(0..<60))
        for region in regions.values { region.clock.move(seconds: seconds) }
        for twin in twins.values { twin.clock.move(seconds: seconds) }
    }

    private func jump() {
        let time = Self.start.adding(seconds: Int64(dice.number(-400..<400)) * 3_600)
        setClock(of: dice.pick(names), to: time)
        hits.add("clock jumps")
    }

    private func setClock(of name: RegionName, to time: Timestamp) {
        guard let clock = regions[name]?.clock else { return }
        clock.move(seconds: time.seconds - clock.now().seconds)
    }

    /// When the faults end: no clock was ahead of it.
    static let rest = start.adding(seconds: 500 * 3_600)
    /// When the last deadline is over.
    static let end = start.adding(seconds: 60 * 86_400)

    /// The power of a machine fails while no command runs there.
    private func failIdle() throws {
        let region = try region(dice.pick(honest))
        hits.add("power cuts of idle machines")
        try cutPowerOfIdle(region)
    }

    private func cutPowerOfIdle(_ region: SimulatedRegion) throws {
        cutPower(of: region)
        region.isUnfinished = true
        tell("power cut at \(region.name)")
        if region.isHonest { try witness.look(at: region, isAcknowledged: false, isWhole: true) }
    }

    private func cutPower(of region: SimulatedRegion) {
        let before = region.indexesSetBack
        region.cutPower(&dice)
        if region.indexesSetBack > before { hits.add("indexes set back") }
    }

    private func divide() {
        let pair = [dice.pick(names), dice.pick(names)]
        if partitions.remove(pair) == nil { partitions.insert(pair) }
        hits.add("partitions, one way")
    }

    private func deliver(to region: SimulatedRegion) throws {
        for peer in names where peer != region.name && peer != silenced {
            guard let mailbox = region.mailboxes[peer] else { continue }
            if partitions.contains([peer, region.name]) { continue }
            let delivery = dice.pick(weather.deliveries)
            mailbox.deliver(delivery, deletes: weather.deletes, &dice)
            hits.add("delivery: \(delivery.rawValue)")
        }
    }

    /// All that is there arrives.
    func deliverAll(to region: SimulatedRegion) {
        for (peer, mailbox) in region.mailboxes where peer != silenced { mailbox.deliverAll() }
    }

    // MARK: Commands

    /// Runs a command with the faults of this seed, and looks at what it left. Failures of the kinds `refusals` are an
    /// answer like any other. What is not `isOfRegion` writes elsewhere on the machine, and leaves its files alone.
    func run(
        _ region: SimulatedRegion, _ name: String, refusals: Set<StoreError.Kind> = [], isRare: Bool = false,
        isOfRegion: Bool = true, _ command: @escaping (World) throws -> Void
    ) throws -> SimulatedRegion.Ending {
        let ending = region.run(faults: faults(isRare: isRare), command)
        hits.add(region.injected)
        var wasCut = false
        var isDone = false
        switch ending {
        case .died:
            wasCut = !isPublished(by: region) && dice.chance(weather.powerPercent)
            if wasCut {
                hits.add("power cuts with \(min(region.disk.unsyncedCount, 9))+ unsynced changes")
                cutPower(of: region)
            }
            hits.add("deaths in \(name)")
        case .failed(let error):
            if region.isHonest && !refusals.contains(error.kind) { try judge(error, region, name) }
        case .done: isDone = true
        }
        if isOfRegion || !isDone { region.isUnfinished = !isDone }
        tell("\(name) at \(region.name): \(ending)\(wasCut ? ", power cut" : "")")
        if region.isHonest { try witness.look(at: region, isAcknowledged: isDone, isWhole: wasCut) }
        if case .died = ending, !wasCut,
            dice.chance(isPublished(by: region) ? weather.powerPercent : weather.powerPercent / 2)
        {
            try cutPowerAfterPull(of: region)
        }
        if isDone && !isCalm && dice.chance(weather.powerPercent / 10) {
            hits.add("power cuts right after a command")
            try cutPowerOfIdle(region)
        }
        return ending
    }

    /// Whether the last process died where something can be seen that may not be durable.
    private func isPublished(by region: SimulatedRegion) -> Bool {
        region.injected.counts.keys.contains { $0 == "death at linkat" || $0 == "death at fsync" }
    }

    /// A peer takes what a killed command has published and not made durable; then the power fails.
    private func cutPowerAfterPull(of region: SimulatedRegion) throws {
        let peers = honest.filter {
            $0 != region.name && twins[region.name] == nil && !lost.contains(region.name)
        }
        guard let peer = peers.isEmpty ? nil : dice.pick(peers) else { return }
        try self.region(peer).mailboxes[region.name]?.deliverAll()
        try synchronizeQuietly(peer)
        hits.add("power cuts after a peer has pulled")
        cutPower(of: region)
        tell("\(peer) pulls from \(region.name), power cut")
        if region.isHonest { try witness.look(at: region, isAcknowledged: false, isWhole: true) }
    }

    /// Which failures a command may end with.
    private func judge(_ error: StoreError, _ region: SimulatedRegion, _ name: String) throws {
        switch error.kind {
        case .io, .durabilityUnconfirmed, .permission:
            if region.injected.counts.isEmpty {
                throw Violation("\(name) at \(region.name), without a fault of the disk: \(error)")
            }
            hits.add("refused by the disk")
        case .retry:
            guard region.isRestored else {
                throw Violation("\(name) at \(region.name) stays at 75: \(error)")
            }
            hits.add("refused after a restore")
        default: throw Violation("\(name) at \(region.name): \(error.kind): \(error)")
        }
    }

    /// What is rarely run dies more often, where anything dies at all.
    private func faults(isRare: Bool) -> DiskFaults? {
        if isCalm { return nil }
        if dice.chance(
            isRare && weather.deathPercent > 0 ? max(30, weather.deathPercent) : weather.deathPercent)
        {
            let isDone = dice.chance(60)
            if dice.chance(50) {
                // Where something becomes visible, or durable.
                let operation = dice.pick(["linkat", "linkat", "linkat", "fsync", "renameat", "unlinkat"])
                let rank = dice.number(0..<(dice.chance(50) ? 1 : 4))
                let seen = Mutex(0)
                return { _, name in
                    if name != operation { return nil }
                    let count = seen.withLock { count in
                        count += 1
                        return count - 1
                    }
                    return count == rank ? .death(isDone: isDone) : nil
                }
            }
            // Early calls of all kinds of commands, and late ones of the long ones.
            let number = dice.number(0..<(dice.chance(50) ? 12 : 60))
            return { call, _ in call == number ? .death(isDone: isDone) : nil }
        }
        if weather.diskErrorPercent > 0 && dice.chance(20) {
            let percent = weather.diskErrorPercent
            let seed = dice.next()
            return { call, operation in
                var throwing = Dice(seed: seed &+ UInt64(call))
                guard throwing.chance(percent) else { return nil }
                if operation == "write" && throwing.chance(30) { return .short(throwing.number(0..<20)) }
                return .error(throwing.pick([5, 28, 122]))
            }
        }
        return nil
    }

    private func ask() throws {
        guard
            let (record, custodian, kind) = try requests.next(
                &dice,
                deadline: deadline(),
                state: { [self] in try? look(up: $0) },
                isConfirmed: { [witness] in witness.model.records.contains($0.hexadecimal) })
        else { return }
        try bring(record, to: custodian, kind)
    }

    /// Half of them beyond the end of all faults: whoever was told of those must find them again.
    func deadline() -> String {
        let days = dice.chance(50) ? dice.number(22..<26) : dice.number(1..<22)
        return Self.start.adding(seconds: Int64(days) * 86_400).text
    }

    /// Brings a record to whoever seals for a region, or, now and then, to anybody.
    @discardableResult
    func bring(_ record: Record, to region: RegionName, _ kind: String) throws -> [RecordResult] {
        let sealing = witness.charters.newestEpoch.custodian(of: region)
        let target = dice.chance(80) && !lost.contains(sealing) ? sealing : dice.pick(living)
        return try admit([record], at: someSelf(of: try self.region(target)), kind)
    }

    /// What the region that holds a voucher says of it.
    func look(up id: VoucherID) throws -> VoucherState? {
        let epoch = witness.charters.newestEpoch
        for name in living {
            let region = try region(name)
            let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
            if let state = try ledger.voucher(id)?.state, epoch.custodian(of: state.owner.region) == name {
                return state
            }
        }
        return nil
    }

    /// Returns what an honest region said of each record; nothing if the command did not come to an end.
    @discardableResult
    func admit(_ records: [Record], at region: SimulatedRegion, _ kind: String) throws -> [RecordResult] {
        // A command first finishes what a killed one began.
        let wasUnfinished = region.isUnfinished
        let before = region.isHonest ? Files.list(region.publicFolder) : [:]
        var results: [RecordResult] = []
        let ending = try run(region, "validate") { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            var rest = records[...]
            try writer.admit(
                next: { rest.popFirst().map { InputRecord(number: 1, bytes: $0.line) } },
                onResult: { results.append($0) })
        }
        guard case .done = ending, region.isHonest else { return [] }
        for (record, result) in zip(records, results) {
            hits.add("\(kind): \(result.status)\(result.code.map { " \($0.rawValue)" } ?? "")")
            tell("  \(kind) \(result.id?.hexadecimal ?? "") \(result.status) \(result.reason ?? "")")
            guard let id = result.id, [.admitted, .awaiting].contains(result.status) else { continue }
            acknowledged[id] = (region.name, result.status, record)
        }
        if !wasUnfinished, results.allSatisfy({ $0.status == .rejected && $0.reason != "already" }),
            Files.list(region.publicFolder).filter({ $0.key.hasPrefix("segments/") })
                != before.filter({ $0.key.hasPrefix("segments/") })
        {
            throw Violation("what \(region.name) refused has changed its chain")
        }
        return results
    }

    /// Every shop may issue, everywhere, and has issued something, some of which was redeemed.
    func begin() throws {
        try accredit()
        isCalm = true
        defer { isCalm = false }
        for round in 0..<4 {
            for name in names {
                let region = try region(name)
                deliverAll(to: region)
                try synchronize(region)
                if try !isVoter(region) { continue }
                if round == 1 {
                    try admit([try requests.issue(&dice, from: name)], at: region, "issue")
                    try printCodes(at: region)
                }
                if round == 2, let record = try requests.redeem(&dice, at: name, state: { try? look(up: $0) })
                {
                    try admit([record], at: region, "redeem")
                }
                try seal(region, isHeartbeat: false)
            }
        }
    }

    private func accredit() throws {
        for name in try names.filter({ try isVoter(try region($0)) }) {
            let region = try region(name)
            let log = try RegionDirectory(path: region.path, world: region.world).logSigner().privateKey
            let record = try requests.accredit(name, log: log)
            let ending = region.run { world in
                let writer = try RegionWriter.open(path: region.path, world: world)
                var rest = [record][...]
                try writer.admit(
                    next: { rest.popFirst().map { InputRecord(number: 1, bytes: $0.line) } },
                    onResult: { _ in })
            }
            guard case .done = ending else { throw Violation("\(name) cannot accredit its shop: \(ending)") }
        }
    }

    private func seal(_ region: SimulatedRegion) throws {
        if try !isVoter(region) { return }
        let isHeartbeat = dice.chance(20)
        var count = 0
        // What it signs must never be signed another way, so it dies more often than others.
        let refusals = try sealRefusals(region)
        let ending = try run(region, "seal", refusals: refusals, isRare: dice.chance(40)) { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            try writer.seal(
                isHeartbeat: isHeartbeat, recordsMax: nil, isClockConfirmed: true,
                onBlock: { _ in count += 1 })
        }
        if count > 0 { hits.add("blocks told", count) }
        if case .failed(let error) = ending, error.kind == .retry, !refusals.isEmpty {
            hits.add("seal refused until the new key is in force")
        }
    }

    /// Returns whether anything came of it.
    @discardableResult
    func synchronize(_ region: SimulatedRegion) throws -> Bool {
        let peers = region.mailboxes.sorted { $0.key < $1.key }.map(\.value.folder)
        var events: [SyncEvent] = []
        _ = try run(region, "sync") { world in
            events = []
            let writer = try RegionWriter.open(path: region.path, world: world)
            _ = try writer.synchronize(peers: peers) { events.append($0) }
        }
        for event in events { hits.add("sync: \(event.event)") }
        return !events.isEmpty
    }

    // MARK: Backups and clones

    private func backUpOrRestore() throws {
        let name = dice.pick(try honestVoters())
        let region = try region(name)
        if region.isRestored { return }
        let backup = "\(region.home)/backup"
        guard backups.contains(name), dice.chance(60) else {
            Files.remove(backup)
            Files.copyTree(region.path, to: backup)
            backups.insert(name)
            return
        }
        try restore(name, from: backup)
    }

    /// A region directory is lost, and a backup comes in its place.
    func restore(_ name: RegionName, from backup: String) throws {
        let region = try region(name)
        // Its peers have all that it signed; what it had only for itself is lost with any disk.
        for peer in living where peer != name {
            let mailbox = try self.region(peer).mailboxes[name]
            mailbox?.unforge()
            mailbox?.deliverAll()
            // A power cut may have brought back a hint that does not name the last block.
            if let mailbox { Files.remove("\(mailbox.folder)/\(RegionLayout.heads)") }
        }
        for peer in living where peer != name { try synchronizeQuietly(peer) }
        // Where nobody has it, as where the only other one was restored too, it would be signed another way.
        let last = Self.ownSegments(region, of: name).max { $0.heights.upperBound < $1.heights.upperBound }
        let isHeld = try living.contains { peer in
            guard peer != name, honest.contains(peer), try !self.region(peer).isRestored else { return false }
            return try last == nil || Self.ownSegments(self.region(peer), of: name).contains { $0 == last }
        }
        if !isHeld {
            hits.add("restores put off: nobody else has the last block")
            return
        }
        // Keys are kept off line.
        let keys = Files.names("\(region.path)/private").filter { $0.hasSuffix(".pem") }
            .map { ($0, Files.read("\(region.path)/private/\($0)") ?? []) }
        Files.remove(region.path)
        Files.copyTree(backup, to: region.path)
        for (key, bytes) in keys where !Files.exists("\(region.path)/private/\(key)") {
            Files.write(bytes, to: "\(region.path)/private/\(key)", isSecret: true)
        }
        Files.remove("\(region.path)/private/index.sqlite-shm")
        region.isRestored = true
        witness.forget(name)
        acknowledged = acknowledged.filter { $0.value.region != name }
        hits.add("restores from a backup")
        tell("\(name) restored from a backup")
        // It signs nothing until it is repaired.
        for command in ["seal", "sync"] {
            guard
                case .failed(let error) = command == "seal"
                    ? try heartbeat(region) : try synchronizeOnce(region),
                error.kind == .retry
            else { throw Violation("\(name) was restored from a backup, and \(command) does not refuse") }
        }
        if dice.chance(70) { try repair(region) }
    }

    func synchronizeQuietly(_ name: RegionName) throws {
        let region = try region(name)
        if region.isRestored { return }
        _ = try synchronizeOnce(region)
        if region.isHonest { try witness.look(at: region, isWhole: false) }
    }

    private func synchronizeOnce(_ region: SimulatedRegion) throws -> SimulatedRegion.Ending {
        let peers = region.mailboxes.sorted { $0.key < $1.key }.map(\.value.folder)
        return region.run { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            _ = try writer.synchronize(peers: peers) { _ in }
        }
    }

    /// The segments of a chain that a region holds.
    private static func ownSegments(_ region: SimulatedRegion, of chain: RegionName) -> [SegmentName] {
        let folder = "\(region.publicFolder)/\(RegionLayout.segments)/\(chain)"
        return Files.names(folder).flatMap { Files.names("\(folder)/\($0)") }.compactMap { SegmentName($0) }
    }

    func heartbeat(_ region: SimulatedRegion) throws -> SimulatedRegion.Ending {
        region.run { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            try writer.seal(isHeartbeat: true, recordsMax: nil, isClockConfirmed: true, onBlock: { _ in })
        }
    }

    func repair(_ region: SimulatedRegion) throws {
        deliverAll(to: region)
        let peers = region.mailboxes.sorted { $0.key < $1.key }.map(\.value.folder)
        let ending = try run(region, "repair") { world in
            _ = try RegionWriter.repair(
                path: region.path, world: world, options: RepairOptions(peers: peers, isMoved: true)
            ) { _ in }
        }
        guard case .done = ending else { return }
        region.isRestored = false
        hits.add("repaired regions")
        try signAgain(region)
    }

    /// A copy of a region runs on another machine.
    private func runClone() throws {
        let name = dice.pick(try honestVoters())
        let region = try region(name)
        let home = "\(self.home)/clone"
        Files.makeFolder(home)
        defer { Files.remove(home) }
        Files.copyTree(region.path, to: "\(home)/\(name)")
        Files.remove("\(home)/\(name)/private/index.sqlite-shm")
        let clone = SimulatedRegion(
            name, home: home, path: "\(home)/\(name)", machine: "another machine", time: region.clock.now(),
            dice.split())
        guard case .failed(let error) = try heartbeat(clone), error.kind == .retry else {
            throw Violation("a clone of \(name) seals on another machine")
        }
        hits.add("clones refused")
    }

    /// Whether a charter replaced a key or a region: what those had attested may have to be signed anew.
    private var hasReplacedKeys: Bool {
        let epochs = witness.charters.epochs.map(\.charter)
        return zip(epochs, epochs.dropFirst()).contains { before, after in
            before.regions.contains { after.region(named: $0.name)?.log != $0.log }
        }
    }

    // MARK: The end of all faults

    /// Nothing fails any more, everything arrives: the regions come to rest, and all is as it must be.
    func heal() throws {
        partitions = []
        isCalm = true
        takeBackForgeries()
        for name in names { setClock(of: name, to: Self.rest) }
        for name in honest {
            let region = try region(name)
            if region.isRestored { try repair(region) }
            if region.isRestored { throw Violation("\(name) cannot be repaired from its peers") }
        }
        if !twins.isEmpty && dice.chance(85) { try ruleOnFork() }
        if proposal != nil { try concludeCharters() }
        try rest()
        // What nobody sealed in time is dead only when certified blocks say so.
        for name in names { setClock(of: name, to: Self.end) }
        for name in try honestVoters() { try seal(try region(name), isHeartbeat: true) }
        try rest()
        try conclude()
    }

    /// Everybody pulls from everybody and seals, until nothing moves.
    func rest() throws {
        // A chain is certified epoch by epoch.
        let roundsMax = names.count + 12 + 2 * witness.charters.epochs.count
        var quietRounds = 0
        var round = 0
        while quietRounds < (twins.isEmpty ? 1 : 3) {
            if round == roundsMax {
                throw Violation("the regions do not come to rest in \(roundsMax) rounds")
            }
            var isQuiet = true
            for name in honest {
                let region = try region(name)
                if round % 2 == 1 { try turnTwins(for: region) }
                deliverAll(to: region)
                let before = Files.list(region.publicFolder)
                try synchronize(region)
                if try isVoter(region) { try seal(region, isHeartbeat: false) }
                if Files.list(region.publicFolder).filter({ $0.key != "heads.note" })
                    != before.filter({ $0.key != "heads.note" })
                {
                    isQuiet = false
                }
            }
            quietRounds = isQuiet ? quietRounds + 1 : 0
            round += 1
            hits.add("rounds to rest")
        }
    }

    /// Each self of a liar is seen by everybody in the end.
    private func turnTwins(for region: SimulatedRegion) throws {
        for (peer, twin) in twins {
            guard let mailbox = region.mailboxes[peer] else { continue }
            region.mailboxes[peer] =
                mailbox.source == twin.publicFolder
                ? Mailbox(from: try self.region(peer).publicFolder, to: "\(region.home)/mail/\(peer)")
                : Mailbox(from: twin.publicFolder, to: "\(region.home)/mail-of-twin/\(peer)")
        }
    }

    func seal(_ region: SimulatedRegion, isHeartbeat: Bool) throws {
        _ = try run(region, "seal", refusals: try sealRefusals(region)) { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            try writer.seal(
                isHeartbeat: isHeartbeat, recordsMax: nil, isClockConfirmed: true, onBlock: { _ in })
        }
    }

    private func conclude() throws {
        for name in honest { try witness.look(at: try region(name), isWhole: true) }
        hits.add("blocks certified", witness.certifiedCount)
        hits.add("records certified as invalid", witness.invalidCount)
        if witness.evidenceCount > 0 {
            hits.add("files of evidence, none against the honest", witness.evidenceCount)
        }
        try witness.conclude(isSure: isLive)
        try concludeEpochs(isSure: isLive)
        for name in honest where isLive {
            for height in witness.sealedHeights(of: name) where !witness.isCertified(name, height) {
                throw Violation("block \(height) of \(name) is not confirmed though all are at rest")
            }
        }
        try concludeCodes()
        if isLive { try concludeOldKey() }
        // First, for why a record was let go is known to the index alone.
        if isLive { try answerForAcknowledged() }
        for name in honest {
            let region = try region(name)
            try verify(region)
            if isLive { try compare(region) }
            if isSure { try compareCodes(region) }
            let litter = Files.list(region.path).keys.filter { $0.contains("/.tmp-") }
            if let first = litter.min() { throw Violation("\(name): \(first) is left as litter") }
        }
    }

    /// Whether no chain has forked and none stands still, so that all must be confirmed in the end.
    private var isSure: Bool { isLive && stain == nil }

    /// Whether all that the honest regions sealed must be confirmed in the end: no branch of a chain can be certified but
    /// one.
    private var isLive: Bool { twins.isEmpty }

    private func verify(_ region: SimulatedRegion) throws {
        var problems: [String] = []
        let hasLiar = weather.liarCount > 0
        // A chain that stands still is a finding, too.
        let stuck = isSure ? nil : liar
        let verification = try Verification(
            path: region.path, world: region.world, options: Verification.Options(isFull: true))
        let summary = try verification.run { line in
            // That a liar said two things is a finding, and nobody's fault.
            if case .problem(let problem) = line, !hasLiar || problem.code != .equivocation,
                problem.chain == nil || problem.chain != stuck
            {
                problems.append("\(problem.code.rawValue) \(problem.file ?? "-")")
            }
        }
        // A fork is a problem of the chain that forked, and of nobody else.
        if isLive, !problems.isEmpty || (!hasLiar && !summary.isGood) {
            throw Violation("verify --full of \(region.name): \(problems)")
        }
        hits.add("regions verified")
    }

    /// The region's index says what the model says, now and when it is made anew from the files.
    private func compare(_ region: SimulatedRegion) throws {
        for isAnew in [false, true] {
            if isAnew { _ = try RegionWriter.reindex(path: region.path, world: region.world) }
            let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
            for (name, voucher) in witness.model.vouchers {
                guard let id = VoucherID(name), let report = try ledger.voucher(id) else {
                    throw Violation("\(region.name) does not know voucher \(name)")
                }
                // What a liar has sealed last may never be certified.
                if stain != nil && report.certainty != .confirmed {
                    hits.add("vouchers in a chain that stands still")
                    continue
                }
                let state = report.state
                guard state.owner.text == voucher.owner, state.remaining == Int64(voucher.remaining),
                    state.head.hexadecimal == voucher.head, state.isVoided == voucher.isVoided
                else {
                    throw Violation(
                        "\(region.name) says of voucher \(name) \(state), the model \(voucher)")
                }
            }
        }
        hits.add("vouchers compared with the model", witness.model.vouchers.count)
    }

    /// Whether an issuer withdrew a voucher that a record names: that may come before what is on its way.
    private func wasVoided(_ record: Record) -> Bool {
        record.body.heads.contains { witness.model.vouchers[$0.voucher.description]?.isVoided ?? false }
    }

    /// Whoever was told that a record is taken finds it confirmed, or refused for a reason.
    private func answerForAcknowledged() throws {
        for (id, told) in acknowledged.sorted(by: { $0.key < $1.key }) {
            let region = try region(told.region)
            let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
            let result = try ledger.result(of: id)
            switch result?.status {
            case .confirmed: hits.add("acknowledged, then confirmed")
            case .rejected
            where told.status == .admitted && result?.code == .spent && !wasVoided(told.record):
                throw Violation(
                    "record \(id.hexadecimal) was admitted at \(told.region), and another took its voucher")
            case .rejected: hits.add("acknowledged, then rejected \(result?.code?.rawValue ?? "")")
            case nil where told.status == .awaiting: hits.add("acknowledged as awaiting, then let go")
            // Whoever is to attest or seal it does not, and no later block of a liar says that the time is over.
            case .awaiting where weather.liarCount > 0 && told.status == .awaiting:
                hits.add("acknowledged as awaiting, and held up by a liar")
            case .sealed where stain != nil && result?.place?.chain == liar,
                .disputed where stain != nil && result?.place?.chain == liar:
                hits.add("acknowledged, and in a chain that stands still")
            case nil where told.record.body.deadline.map { $0 < Self.rest } ?? false:
                hits.add("acknowledged, then past its deadline")
            case nil where wasVoided(told.record):
                hits.add("acknowledged, then withdrawn with its voucher")
            case nil where hasReplacedKeys && told.record.body.deadline != nil:
                hits.add("acknowledged, then let go under a new charter")
            default:
                throw Violation(
                    "record \(id.hexadecimal) was \(told.status) at \(told.region) and is \(result.map { "\($0.status)" } ?? "lost") in the end"
                )
            }
        }
    }
}
