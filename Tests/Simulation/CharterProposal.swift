internal import ScripCore
internal import ScripStore

/// The charter of the next epoch while it goes round: drafted, signed by one region after the other, adopted.
struct CharterProposal {
    /// What it changes.
    enum Kind: String, CaseIterable {
        case quorum = "the quorum"
        case key = "a region's keys"
        case observer = "a new observer"
        case voter = "an observer that becomes a voter"
        case retirement = "a lost region"
        case rekey = "the end of an old key"
        case ruling = "a branch of a fork"

        /// Those that operators think of without need.
        static let free: [Kind] = [.quorum, .key, .observer, .voter, .retirement, .rekey]
    }

    let kind: Kind
    /// The one that it follows.
    let before: Charter
    /// With the signatures that have arrived.
    var signed: SignedCharter
    /// Regions that have promised to sign no other charter of the epoch.
    var promised: Set<RegionName> = []
    /// A region that is no part of the federation before.
    var newcomer: SimulatedRegion?

    var charter: Charter { signed.charter }

    init(_ kind: Kind, _ charter: Charter, after before: Charter) {
        self.kind = kind
        self.before = before
        signed = SignedCharter(draft: charter)
    }

    /// Whether it has all its signatures.
    func isComplete() throws -> Bool { try CharterSignatures(signed, after: before).isComplete }

    /// The copy of somebody who has signed arrives.
    mutating func merge(_ copy: SignedCharter) throws {
        for signature in copy.signatures where !signed.signatures.contains(signature) {
            signed = try signed.adding(signature, after: before)
        }
    }
}

/// What the operators do about charters, by the code of `charter line`, `sign` and `adopt`.
extension Federation {
    /// Epochs of one seed at most.
    private static let epochsMax = 5

    /// The next thing that is to be done: a draft, a signature, or an adoption.
    func changeCharter() throws {
        guard let proposal else { return try propose() }
        let ready = try honest.filter { try isReadyToSign(proposal, try region($0)) }
        if try !proposal.isComplete() {
            let liars = living.filter { regions[$0]?.isHonest == false && dice.chance(30) }
            let signers = ready + liars
            if let newcomer = proposal.newcomer, dice.chance(40) || signers.isEmpty {
                return try sign(newcomer)
            }
            if !signers.isEmpty { try sign(try region(dice.pick(signers))) }
            return
        }
        if let newcomer = proposal.newcomer { return try join(newcomer) }
        let late = ready.filter { regions[$0]?.isRestored == false }
        // The others hear of it by sync.
        if !late.isEmpty, dice.chance(60) { _ = try adopt(try region(dice.pick(late))) }
        try settleProposal()
    }

    /// Whether a region knows the charter before, and not yet the proposed one.
    private func isReadyToSign(_ proposal: CharterProposal, _ region: SimulatedRegion) throws -> Bool {
        if region.isRestored { return false }
        return try charters(of: region).newest.epoch == proposal.charter.epoch - 1
    }

    /// It is over once all have it.
    func settleProposal() throws {
        guard let epoch = proposal?.charter.epoch, proposal?.newcomer == nil else { return }
        for name in honest where try charters(of: try region(name)).newest.epoch < epoch { return }
        proposal = nil
    }

    // MARK: Drafts

    private func propose() throws {
        if isEpochSpent { return }
        let newest = witness.charters.newest
        if newest.epoch >= Self.epochsMax { return }
        // Somebody who has the newest drafts the next.
        let drafters = try honestVoters().filter { name in
            let region = try region(name)
            return try !region.isRestored && charters(of: region).newest == newest
        }
        guard !drafters.isEmpty else { return }
        let drafter = try region(dice.pick(drafters))
        // Most drafts of some kinds come to nothing, since the federation is not like that.
        let kind = dice.pick(
            CharterProposal.Kind.free + [.quorum, .key, .voter, .retirement, .retirement, .rekey, .rekey])
        let regions = newest.regions
        switch kind {
        case .quorum: try propose(kind, regions, isOtherQuorum: true)
        case .key:
            let signer = try region(dice.pick(drafters))
            let isLogKey = dice.chance(70)
            let isWitnessKey = !isLogKey || dice.chance(40)
            var line: CharterRegion?
            let ending = try run(signer, "charter line", isRare: true) { world in
                line = try RegionWriter.open(path: signer.path, world: world)
                    .nextCharterRegion(newLogKey: isLogKey, newWitnessKey: isWitnessKey)
            }
            guard case .done = ending, let line else { return }
            try propose(kind, regions.filter { $0.name != line.name } + [line])
        case .observer:
            guard let name = newName else { return }
            let machine = try makeMachine(name)
            let founded = try FoundedRegion(
                try RegionSite(path: machine.path, world: machine.world), federation: newest.federation,
                peers: [], world: machine.world)
            try propose(kind, regions + [founded.charterRegion(role: .observer)])
            proposal?.newcomer = machine
        case .voter:
            guard let observer = regions.first(where: { $0.role == .observer && honest.contains($0.name) })
            else { return }
            let voter = CharterRegion(
                name: observer.name, role: .voter, log: observer.log, witness: observer.witness)
            try propose(kind, regions.filter { $0.name != voter.name } + [voter])
        case .retirement: try retire(drafter, newest)
        case .rekey:
            // One of a liar, too: who has its old key then is the liar.
            let lying = names.filter {
                self.regions[$0]?.isHonest == false && twins[$0] == nil && stain == nil
            }
            try proposeRekey(try region(dice.pick(drafters + lying + lying + lying)), newest)
        case .ruling: break
        }
    }

    func propose(
        _ kind: CharterProposal.Kind, _ regions: [CharterRegion], isOtherQuorum: Bool = false,
        changes: CharterChanges = CharterChanges()
    ) throws {
        let before = witness.charters.newest
        let count = regions.count { $0.role == .voter }
        // With a liar among them the quorum must bear one, who votes or does not.
        let silent = weather.liarCount
        let sizes = (count / 2 + 1...count).filter { 2 * $0 - count - 1 >= silent && $0 <= count - silent }
        let quorums = sizes.map { Quorum.votes($0) } + (silent == 0 ? [.majority, .twoThirds] : [])
        let usable = quorums.filter { !isOtherQuorum || $0 != before.quorum }
        guard !usable.isEmpty else { return }
        let charter = try Charter(
            federation: before.federation, epoch: before.epoch + 1, previous: before.digest,
            quorum: dice.pick(usable), regions: regions.sorted { $0.name < $1.name }, changes: changes)
        try witness.charters.check(next: charter)
        proposal = CharterProposal(kind, charter, after: before)
        hits.add("charter drafted: \(kind.rawValue)")
        tell("charter \(charter.epoch) drafted: \(kind.rawValue), quorum \(charter.quorum)")
    }

    // MARK: A lost region

    /// A region is gone for ever. The others make sure that they hold the same of its chain, and all of that certified;
    /// then they end it there. What its disk had beyond that still arrives, late.
    private func retire(_ drafter: SimulatedRegion, _ newest: Charter) throws {
        let victims = try honestVoters().filter { $0 != drafter.name }
        let rest = newest.voters.count - 1
        guard weather.liarCount == 0, lost.isEmpty, rest >= 2, !victims.isEmpty,
            honest.allSatisfy({ regions[$0]?.isRestored == false }),
            try honest.allSatisfy({ try charters(of: try region($0)).newest == newest })
        else { return }
        let victim = dice.pick(victims)
        // Chains step through the epochs one by one, and each has to reach its quorum without it.
        let canGoOn = witness.charters.epochs.map(\.charter).allSatisfy { charter in
            charter.voters.count { $0.name != victim } >= charter.quorumSize
        }
        guard canGoOn else { return }
        // Its last block lies on its own disk alone.
        if dice.chance(70) { try seal(try region(victim), isHeartbeat: true) }
        silenced = victim
        lost.insert(victim)
        for _ in 0..<3 {
            for name in living {
                deliverAll(to: try region(name))
                try synchronizeQuietly(name)
            }
        }
        guard let end = try agreedEnd(of: victim) else {
            // It was only away.
            silenced = nil
            lost.remove(victim)
            hits.add("lost regions that came back")
            return
        }
        let heir = dice.pick(newest.voters.map(\.name).filter { $0 != victim })
        try propose(
            .retirement, newest.regions.filter { $0.name != victim },
            changes: CharterChanges(
                retirements: [end], successions: [CharterChanges.Succession(lost: victim, heir: heir)]))
        guard proposal != nil else { throw Violation("no quorum for the charter without \(victim)") }
        acknowledged = acknowledged.filter { $0.value.region != victim }
        tell("\(victim) is lost; its chain ends at \(end.size), and \(heir) comes after it")
        // Until enough have promised to end it there, nobody may hear of more.
        for _ in 0..<20 where try proposal.map({ try !$0.isComplete() }) ?? false {
            for name in living { try sign(try region(name), isSure: true) }
        }
        guard try proposal?.isComplete() ?? false else {
            throw Violation("the charter without \(victim) is not signed by all who are left")
        }
        silenced = nil
        hits.add("regions retired")
    }

    /// The end of a chain that all living regions hold, certified; nil if they do not.
    private func agreedEnd(of chain: RegionName) throws -> ChainPoint? {
        var ends: Set<ChainPoint> = []
        for name in honest {
            let region = try region(name)
            let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
            ends.insert(try ledger.headPoint(chain))
            ends.insert(try ledger.lastCertifiedPoint(chain))
        }
        return ends.count == 1 ? ends.first : nil
    }

    // MARK: Signatures

    /// A region signs what is proposed, and its copy goes on its way, on which it may be lost unless `isSure`.
    func sign(_ region: SimulatedRegion, isSure: Bool = false) throws {
        guard let proposal else { return }
        if proposal.promised.contains(region.name), region.isHonest, dice.chance(50) {
            try refuseRival(region, proposal)
        }
        var copy: SignedCharter?
        let isNew = region === proposal.newcomer
        // Who heard more of a lost chain than all who promised to end it does not sign.
        let refusals: Set<StoreError.Kind> =
            switch proposal.kind {
            case .retirement where !isSure: [.rejected]
            // Who has not got the last block yet syncs first.
            case .rekey where !isSure: [.retry]
            default: []
            }
        let ending = try run(region, "charter sign", refusals: refusals, isRare: true) { world in
            copy =
                isNew
                ? try FoundedRegion(opening: region.path, world: world).signed(proposal.signed)
                : try RegionWriter.open(path: region.path, world: world).sign(proposal.signed)
        }
        guard case .done = ending, let copy else { return }
        hits.add("charter signed")
        self.proposal?.promised.insert(region.name)
        if !isSure && dice.chance(30) {
            hits.add("charter signature lost")
            return
        }
        try self.proposal?.merge(copy)
    }

    /// A region that has signed is asked to sign another charter of the epoch.
    private func refuseRival(_ region: SimulatedRegion, _ proposal: CharterProposal) throws {
        let charter = proposal.charter
        let rival = try Charter(
            federation: charter.federation, epoch: charter.epoch, previous: charter.previous,
            quorum: charter.quorum == .majority ? .twoThirds : .majority, regions: charter.regions,
            changes: charter.changes)
        let isNew = region === proposal.newcomer
        let ending = try run(region, "charter sign", refusals: [.rejected], isRare: true) { world in
            _ =
                isNew
                ? try FoundedRegion(opening: region.path, world: world).signed(SignedCharter(draft: rival))
                : try RegionWriter.open(path: region.path, world: world).sign(SignedCharter(draft: rival))
        }
        switch ending {
        case .done: throw Violation("\(region.name) has signed two charters of epoch \(charter.epoch)")
        case .failed(let error) where error.kind == .rejected: hits.add("charter of the same epoch refused")
        default: break
        }
    }

    /// A region that came back from a backup and was repaired may have lost its promise; its operator signs again before
    /// anything else.
    func signAgain(_ region: SimulatedRegion) throws {
        guard let proposal, proposal.promised.contains(region.name),
            try charters(of: region).newest.epoch == proposal.charter.epoch - 1
        else { return }
        let ending = region.run { world in
            _ = try RegionWriter.open(path: region.path, world: world).sign(proposal.signed)
        }
        guard case .done = ending else {
            throw Violation("\(region.name) does not sign again what it has signed: \(ending)")
        }
    }

    // MARK: Adoption

    func adopt(_ region: SimulatedRegion) throws -> Bool {
        guard let signed = proposal?.signed else { return false }
        let ending = try run(region, "charter adopt", isRare: true) { world in
            let writer = try RegionWriter.open(path: region.path, world: world)
            try writer.checkAdoption(signed.charter)
            try writer.adopt(signed)
        }
        guard case .done = ending else { return false }
        hits.add("charter adopted")
        return true
    }

    /// A new region is given all charters.
    private func join(_ newcomer: SimulatedRegion) throws {
        guard let proposal else { return }
        guard
            let holder = try honest.first(where: {
                try charters(of: try region($0)).newest == proposal.before
            })
        else { throw Violation("nobody has the charter before the one that was signed") }
        let peer = try region(holder)
        let notes =
            try RegionDirectory(path: peer.path, world: peer.world).signedCharters + [proposal.signed]
        let ending = newcomer.run { world in
            try FoundedRegion(opening: newcomer.path, world: world).install(notes)
        }
        guard case .done = ending else { throw Violation("\(newcomer.name) cannot join: \(ending)") }
        self.proposal?.newcomer = nil
        try welcome(newcomer)
        hits.add("charter adopted by a new region")
    }

    // MARK: The end of all faults

    /// What goes round is signed by all who can, and one region adopts it.
    func concludeCharters() throws {
        silenced = nil
        guard let epoch = proposal?.charter.epoch else { return }
        for name in honest {
            let region = try region(name)
            for _ in 0..<3 where try charters(of: region).newest.epoch < epoch - 1 {
                deliverAll(to: region)
                try synchronize(region)
            }
            if try proposal.map({ try $0.isComplete() }) ?? true { break }
            if proposal?.kind == .rekey {
                deliverAll(to: region)
                try synchronize(region)
            }
            if try charters(of: region).newest.epoch < epoch { try sign(region, isSure: true) }
        }
        if let newcomer = proposal?.newcomer {
            if try proposal.map({ try !$0.isComplete() }) ?? false { try sign(newcomer, isSure: true) }
            try join(newcomer)
        }
        let isComplete = try proposal?.isComplete() ?? true
        guard isComplete, let first = try honestVoters().first, try adopt(try region(first)) else {
            throw Violation("charter \(epoch) does not come into force")
        }
        proposal = nil
    }

    /// All have the newest charter, and every chain has come to it.
    func concludeEpochs(isSure: Bool) throws {
        let newest = witness.charters.newest
        hits.add("epochs", newest.epoch)
        for name in honest {
            if try charters(of: try region(name)).newest != newest {
                throw Violation("\(name) has not heard of charter \(newest.epoch)")
            }
            if isSure, newest.voter(named: name) != nil, witness.lastEpoch(of: name) != newest.epoch {
                throw Violation("the chain of \(name) does not come to epoch \(newest.epoch)")
            }
        }
    }
}
