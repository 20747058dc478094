internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// A command that is cut off by the power, with the story that leads to it.
struct PowerCutCommand {
    /// One run of it.
    final class Run {
        let world: World
        let path: String
        let peers: [String]
        /// A folder of the user's, beside the region.
        let keys: String
        /// Called whenever the command has told its user something: a record, and else nil.
        let report: (Digest?) -> Void
        /// The command has said that it did nothing.
        var isRefused = false

        init(world: World, of machine: PowerMachine, peers: [String], report: @escaping (Digest?) -> Void) {
            self.world = world
            path = machine.path
            keys = machine.keys
            self.peers = peers
            self.report = report
        }

        func open() throws -> RegionWriter { try RegionWriter.open(path: path, world: world) }
    }

    let name: String
    /// Whether running it again, when it was done already, does more.
    var repeats = false
    /// Whether the region is at work, and can synchronize after it.
    var isAtWork = true
    /// Brings the scene to the moment before the command, and gives what north is to do then.
    let tell: (PowerScene) throws -> (Run) throws -> Void

    // MARK: All of them

    static var all: [PowerCutCommand] {
        validations + seals + synchronizations + charters + [
            PowerCutCommand(name: "settle --sign") { scene in
                try scene.tradeAbroad()
                return { run in
                    let writer = try run.open()
                    guard let cut = try writer.ledger.largestCut() else { throw Violation("there is no cut") }
                    _ = try writer.signSettlement(of: cut)
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "pack") { scene in
                for _ in 0..<3 { try scene.seal(scene.north, isHeartbeat: true) }
                try scene.rest()
                return { run in
                    let writer = try run.open()
                    try writer.pack(writer.charters.chains, keeping: 1) { _ in run.report(nil) }
                }
            },
            PowerCutCommand(name: "repair, a damaged segment") { scene in
                try scene.damageSegments()
                return { run in
                    _ = try RegionWriter.repair(path: run.path, world: run.world, options: RepairOptions()) {
                        _ in
                    }
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "repair --moved, a restored backup") { scene in
                try scene.restoreBackup()
                return { run in
                    _ = try RegionWriter.repair(
                        path: run.path, world: run.world, options: RepairOptions(isMoved: true)
                    ) { _ in }
                    run.report(nil)
                }
            },
        ] + keys
    }

    // MARK: Validate

    private static func validation(
        _ name: String, _ records: @escaping (PowerScene) throws -> [Record]
    ) -> PowerCutCommand {
        PowerCutCommand(name: name) { scene in
            let records = try records(scene)
            return { run in
                var rest = records[...]
                let writer = try run.open()
                try writer.admit(
                    next: { rest.popFirst().map { InputRecord(number: 1, bytes: $0.line) } },
                    onResult: { result in
                        if result.status == .rejected, result.reason != "already" {
                            throw Violation("refused: \(result.reason ?? "")")
                        }
                        run.report(result.id)
                    })
            }
        }
    }

    private static var validations: [PowerCutCommand] {
        [
            validation("validate, records of the own region") { scene in
                let holder = try scene.account("holder", scene.north)
                let friend = try scene.account("friend", scene.north)
                let merchant = try scene.account("merchant", scene.north)
                return [
                    try scene.issue("second"),
                    try scene.records.trade(try scene.state(scene.vouchers[0]), from: holder, to: friend),
                    try scene.records.redeem(
                        try scene.state(scene.vouchers[1]), amount: 300, from: holder, at: merchant,
                        ref: "till 2"),
                ]
            },
            validation("validate, a record that awaits another region") { scene in
                [
                    try scene.records.trade(
                        try scene.state(scene.vouchers[0]), from: try scene.account("holder", scene.north),
                        to: try scene.account("holder", scene.south))
                ]
            },
            validation("validate, a refund") { [try $0.refund()] },
            validation("validate, a split") { [try $0.split()] },
            validation("validate, a void") { [try $0.void()] },
        ]
    }

    // MARK: Seal

    private static func seal(
        _ name: String, isHeartbeat: Bool = false, repeats: Bool = false,
        _ prepare: @escaping (PowerScene) throws -> Void
    ) -> PowerCutCommand {
        PowerCutCommand(name: name, repeats: repeats) { scene in
            try prepare(scene)
            return { run in
                try run.open().seal(
                    isHeartbeat: isHeartbeat, recordsMax: nil, isClockConfirmed: true,
                    onBlock: { _ in run.report(nil) })
            }
        }
    }

    private static var seals: [PowerCutCommand] {
        [
            seal("seal") { scene in
                let holder = try scene.account("holder", scene.north)
                try scene.admit(
                    [
                        try scene.issue("second"),
                        try scene.records.trade(
                            try scene.state(scene.vouchers[0]), from: holder,
                            to: try scene.account("friend", scene.north)),
                        // It goes on waiting.
                        try scene.records.trade(
                            try scene.state(scene.vouchers[1]), from: holder,
                            to: try scene.account("holder", scene.south)),
                    ], at: scene.north)
            },
            seal("seal after a refund, a split, a void") { scene in
                try scene.admit([try scene.refund(), try scene.split(), try scene.void()], at: scene.north)
            },
            seal("seal --heartbeat", isHeartbeat: true, repeats: true) { _ in },
        ]
    }

    // MARK: Sync

    private static func sync(
        _ name: String, _ prepare: @escaping (PowerScene) throws -> Void
    ) -> PowerCutCommand {
        PowerCutCommand(name: name) { scene in
            try prepare(scene)
            scene.deliver(to: scene.north)
            return { run in
                _ = try run.open().synchronize(peers: run.peers) { _ in }
                run.report(nil)
            }
        }
    }

    private static var synchronizations: [PowerCutCommand] {
        [
            sync("sync that attests") { scene in
                try scene.admit([try scene.foreignTrade()], at: scene.south)
            },
            sync("sync that completes") { scene in
                try scene.admit(
                    [
                        try scene.records.trade(
                            try scene.state(scene.vouchers[0]),
                            from: try scene.account("holder", scene.north),
                            to: try scene.account("holder", scene.south))
                    ], at: scene.north)
                try scene.exchange(with: scene.south)
            },
            sync("sync that takes over blocks, votes and certifies") { scene in
                try scene.seal(scene.south, isHeartbeat: true)
                try scene.seal(scene.east, isHeartbeat: true)
                try scene.exchange(with: scene.east)
                try scene.seal(scene.south, isHeartbeat: true)
            },
            sync("sync that takes over a settlement") { scene in
                try scene.tradeAbroad()
                try scene.south.tell { world in
                    let writer = try RegionWriter.open(path: scene.south.path, world: world)
                    guard let cut = try writer.ledger.largestCut() else { throw Violation("there is no cut") }
                    _ = try writer.signSettlement(of: cut)
                }
            },
            sync("sync that takes over a charter") { scene in
                let signed = try scene.signedByAll(try scene.nextCharter())
                try scene.adopt(signed, at: scene.south)
                try scene.seal(scene.south, isHeartbeat: true)
            },
        ]
    }

    // MARK: Charters

    private static var charters: [PowerCutCommand] {
        [
            PowerCutCommand(name: "charter line, new keys") { _ in
                { run in
                    _ = try run.open().nextCharterRegion(newLogKey: true, newWitnessKey: true)
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "charter sign") { scene in
                let draft = SignedCharter(draft: try scene.nextCharter())
                return { run in
                    _ = try run.open().sign(draft)
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "charter adopt") { scene in
                let signed = try scene.signedByAll(try scene.nextCharter())
                return { run in
                    let writer = try run.open()
                    try writer.checkAdoption(signed.charter)
                    try writer.adopt(signed)
                    run.report(nil)
                }
            },
        ]
    }

    // MARK: Keys and codes

    private static var keys: [PowerCutCommand] {
        [
            PowerCutCommand(name: "init, the region and its keys", isAtWork: false) { scene in
                scene.reset(isFounded: false)
                return { run in
                    let region = try FoundedRegion(
                        try RegionSite(path: run.path, world: run.world), federation: scene.federation,
                        peers: run.peers, world: run.world)
                    _ = region.charterRegion(role: .voter)
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "charter adopt by a new region") { scene in
                scene.reset(isFounded: true)
                scene.deliver(to: scene.north)
                guard let note = scene.firstCharter else { throw Violation("there is no charter") }
                return { run in
                    try FoundedRegion(opening: run.path, world: run.world).install(note)
                    run.report(nil)
                }
            },
            PowerCutCommand(name: "keygen") { _ in
                { run in
                    let key = Ed25519PrivateKey(seed: SHA256.hash(Array("a holder".utf8)))
                    do {
                        try KeyFile.create(
                            PrivateKeyPEM.encode(key), path: "\(run.keys)/holder.pem", world: run.world)
                        run.report(nil)
                    } catch PublishError.conflict {
                        // It is refused, and a user looks what is there.
                        run.isRefused = true
                    }
                }
            },
            PowerCutCommand(name: "issue --bearer, the file of codes") { _ in
                { run in
                    let path = "\(run.keys)/codes"
                    if let present = try CodesFile.open(path: path, world: run.world) {
                        // The same file gives the same record, once it is durable.
                        try present.synchronize()
                    } else {
                        try CodesFile.create(path: path, world: run.world) { file in
                            for number in 0..<20 { try file.append(Array("code \(number)\n".utf8)) }
                        }
                    }
                    run.report(nil)
                }
            },
        ]
    }
}

/// What the stories are made of.
extension PowerScene {
    func issue(_ ref: String) throws -> Record {
        try records.issue(
            try account("shop", north), to: try account("holder", north), count: 2, ref: ref)
    }

    func refund() throws -> Record {
        guard let redemption else { throw Violation("nothing was redeemed") }
        return try records.refund(
            redemption.id, of: redemption.voucher, amount: 100, by: try account("merchant", north))
    }

    func split() throws -> Record {
        try records.split(
            try state(vouchers[2]), of: try account("holder", north), into: [400, 600])
    }

    func void() throws -> Record { try records.void(vouchers[3], by: try account("shop", north)) }

    /// Of south's holder, to north's.
    func foreignTrade() throws -> Record {
        try records.trade(
            try state(foreignVouchers[0]), from: try account("holder", south),
            to: try account("holder", north))
    }

    /// A trade to south is confirmed everywhere, so that somebody owes something.
    func tradeAbroad() throws {
        try admit(
            [
                try records.trade(
                    try state(vouchers[0]), from: try account("holder", north),
                    to: try account("holder", south))
            ], at: north)
        try exchange(with: south)
        try exchange(with: north)
        try seal(north)
        try rest()
        try admit(
            [
                try records.redeem(
                    try state(vouchers[0]), amount: 250, from: try account("holder", south),
                    at: try account("merchant", south), ref: "abroad")
            ], at: south)
        try seal(south)
        try rest()
    }

    // MARK: Charters

    /// That of epoch 2, with another quorum.
    func nextCharter() throws -> Charter {
        let before = try charter()
        return try Charter(
            federation: before.federation, epoch: before.epoch + 1, previous: before.digest,
            quorum: .votes(3),
            regions: before.regions)
    }

    private func charter() throws -> Charter {
        var charter: Charter?
        try north.tell { charter = try RegionDirectory(path: north.path, world: $0).charter }
        guard let charter else { throw Violation("there is no charter") }
        return charter
    }

    func signedByAll(_ charter: Charter) throws -> SignedCharter {
        var signed = SignedCharter(draft: charter)
        for machine in machines {
            try machine.tell { signed = try RegionWriter.open(path: machine.path, world: $0).sign(signed) }
        }
        return signed
    }

    func adopt(_ signed: SignedCharter, at machine: PowerMachine) throws {
        try machine.tell { world in
            let writer = try RegionWriter.open(path: machine.path, world: world)
            try writer.checkAdoption(signed.charter)
            try writer.adopt(signed)
        }
    }

    // MARK: Damage

    /// A block of the own chain and one of south's are damaged, and the index is gone.
    func damageSegments() throws {
        let files = north.disk.image.files(below: north.publicFolder)
        for region in [north.name, south.name] {
            let path = files.keys.filter { $0.hasPrefix("segments/\(region)/") }.sorted().first
            guard let path, var bytes = files[path] else {
                throw Violation("there is no segment of \(region)")
            }
            bytes[bytes.count / 2] ^= 0xff
            north.disk.edit { $0.put(bytes, at: "\(north.publicFolder)/\(path)", permissions: .immutable) }
        }
        north.forgetIndex()
        deliver(to: north)
    }

    /// North is what it was three blocks ago.
    func restoreBackup() throws {
        let backup = north.disk.image.backup(below: north.path)
        try admit([try issue("second")], at: north)
        try seal(north)
        try seal(north, isHeartbeat: true)
        try rest()
        north.disk.edit { image in
            image.remove(north.path)
            for (path, bytes, permissions) in backup {
                image.put(bytes, at: "\(north.path)/\(path)", permissions: permissions)
            }
        }
        north.forgetIndex()
        deliver(to: north)
    }
}
