internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Three regions on machines with disks in memory, and a ledger between them, from which every story about a power cut
/// begins.
final class PowerScene {
    let north: PowerMachine
    let south: PowerMachine
    let east: PowerMachine
    let accounts: Accounts
    let federation: FederationName
    private(set) var records: PowerRecords
    /// Vouchers of north's holder, of which each story uses its own.
    private(set) var vouchers: [VoucherID] = []
    /// Of south's holder.
    private(set) var foreignVouchers: [VoucherID] = []
    /// A redemption at north's merchant, with its voucher.
    private(set) var redemption: (id: Digest, voucher: VoucherID)?
    /// All records that north was told of.
    private(set) var told: [Digest] = []
    private var beginning: [PowerMachine.State] = []
    private var toldAtBeginning: [Digest] = []
    /// Before north was founded, and before it had the charter that the others have.
    private var unfounded: [PowerMachine.State] = []
    private var uncharted: [PowerMachine.State] = []
    private(set) var firstCharter: SignedCharter?

    private static let start = Timestamp("2026-11-20T10:00:00Z") ?? .first

    var machines: [PowerMachine] { [north, south, east] }

    /// `home` is an empty real folder.
    init(home: String, lie: PowerCutOptions.Lie?) throws {
        func machine(_ text: String, _ seed: UInt64) throws -> PowerMachine {
            guard let name = RegionName(text) else { throw Violation("\(text) is no name") }
            return PowerMachine(name, home: "\(home)/\(text)", seed: seed, time: Self.start, lie: lie)
        }
        north = try machine("north", 1)
        south = try machine("south", 2)
        east = try machine("east", 3)
        guard let federation = FederationName("example.org/power") else {
            throw Violation("the federation has no name")
        }
        self.federation = federation
        accounts = Accounts([north.name, south.name, east.name])
        records = PowerRecords(genesis: .zero, deadline: Self.start.adding(seconds: 20 * 86_400))
        unfounded = machines.map(\.state)
        try found()
        try fill()
        beginning = machines.map(\.state)
        toldAtBeginning = told
    }

    /// Everything is as it was when the scene was made.
    func reset() {
        for (machine, state) in zip(machines, beginning) { machine.state = state }
        told = toldAtBeginning
    }

    /// North has no region yet, or has one without a charter.
    func reset(isFounded: Bool) {
        for (machine, state) in zip(machines, isFounded ? uncharted : unfounded) { machine.state = state }
        told = []
    }

    // MARK: The beginning

    private func found() throws {
        var regions: [CharterRegion] = []
        for machine in machines {
            try machine.tell { world in
                let site = try RegionSite(path: machine.path, world: world)
                let region = try FoundedRegion(
                    site, federation: federation, peers: peers(of: machine), world: world)
                regions.append(region.charterRegion(role: .voter))
            }
        }
        let charter = try Charter(
            federation: federation, epoch: 1, previous: nil, quorum: .majority,
            regions: regions.sorted { $0.name < $1.name })
        var signed = SignedCharter(draft: charter)
        for machine in machines {
            try machine.tell { world in
                signed = try FoundedRegion(opening: machine.path, world: world).signed(signed)
            }
        }
        for machine in [south, east, north] {
            if machine === north { uncharted = machines.map(\.state) }
            try machine.tell { try FoundedRegion(opening: machine.path, world: $0).install(signed) }
        }
        firstCharter = signed
        records = PowerRecords(genesis: charter.digest, deadline: records.deadline)
    }

    private func peers(of machine: PowerMachine) -> [String] {
        machines.filter { $0 !== machine }.map { machine.mail($0.name) }
    }

    private func fill() throws {
        for machine in machines { try exchange(with: machine) }
        for machine in machines {
            try machine.tell { world in
                let log = try RegionDirectory(path: machine.path, world: world).logSigner().privateKey
                guard let shop = accounts.shops[machine.name] else { throw Violation("there is no shop") }
                try admit(machine, [try records.accredit(shop, log: log)], world)
            }
        }
        for (machine, count) in [(north, 12), (south, 4)] {
            guard let shop = accounts.shops[machine.name] else { throw Violation("there is no shop") }
            let record = try records.issue(shop, to: account("holder", machine), count: count, ref: "first")
            try admit([record], at: machine)
            for index in 0..<count {
                let id = VoucherID(createdBy: record.id, index: index)
                if machine === north { vouchers.append(id) } else { foreignVouchers.append(id) }
            }
            try seal(machine)
        }
        let spent = vouchers.removeLast()
        let redemption = try records.redeem(
            try state(spent), amount: 400, from: account("holder", north), at: account("merchant", north),
            ref: "till 1")
        try admit([redemption], at: north)
        self.redemption = (redemption.id, spent)
        try seal(north)
        try rest()
    }

    func account(_ role: String, _ machine: PowerMachine) throws -> Accounts.Account {
        guard let place = ["shop", "holder", "friend", "merchant"].firstIndex(of: role),
            let region = [north, south, east].firstIndex(where: { $0 === machine })
        else { throw Violation("there is no \(role)") }
        return accounts.all[4 * region + place]
    }

    // MARK: What happens before a command

    func admit(_ records: [Record], at machine: PowerMachine) throws {
        try machine.tell { try admit(machine, records, $0) }
        if machine === north { told += records.map(\.id) }
    }

    private func admit(_ machine: PowerMachine, _ records: [Record], _ world: World) throws {
        var rest = records[...]
        try RegionWriter.open(path: machine.path, world: world).admit(
            next: { rest.popFirst().map { InputRecord(number: 1, bytes: $0.line) } },
            onResult: { result in
                guard result.status != .rejected else {
                    throw Violation("\(machine.name) refuses what the story needs: \(result.reason ?? "")")
                }
            })
    }

    func seal(_ machine: PowerMachine, isHeartbeat: Bool = false) throws {
        try machine.tell { world in
            try RegionWriter.open(path: machine.path, world: world).seal(
                isHeartbeat: isHeartbeat, recordsMax: nil, isClockConfirmed: true, onBlock: { _ in })
        }
    }

    /// All that the others have published arrives, and nothing is done about it.
    func deliver(to machine: PowerMachine) {
        for peer in machines where peer !== machine { machine.receive(peer) }
    }

    func exchange(with machine: PowerMachine) throws {
        deliver(to: machine)
        try machine.tell { world in
            let writer = try RegionWriter.open(path: machine.path, world: world)
            _ = try writer.synchronize(peers: writer.configuredPeers) { _ in }
        }
    }

    /// Everybody pulls from everybody until all is confirmed.
    func rest() throws {
        for _ in 0..<3 { for machine in machines { try exchange(with: machine) } }
    }

    /// What the region that holds a voucher says of it.
    func state(_ id: VoucherID) throws -> VoucherState {
        for machine in machines {
            var found: VoucherState?
            try machine.tell { world in
                let ledger = try Ledger.open(try RegionDirectory(path: machine.path, world: world))
                found = try ledger.voucher(id)?.state
            }
            if let found, found.owner.region == machine.name { return found }
        }
        throw Violation("nobody holds voucher \(id)")
    }
}
