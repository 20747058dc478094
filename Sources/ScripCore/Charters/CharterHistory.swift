public import ScripCrypto

/// The charters of a federation from epoch 1 to the newest, each of which may follow the one before it (protocol
/// section 10). What was signed in any epoch is judged by it.
public struct CharterHistory: Hashable, Sendable {
    /// Where a charter pins a chain down.
    public struct Anchor: Hashable, Sendable {
        /// The epoch of the charter that says so.
        public let epoch: Int
        /// A block of the chain ends there, with that root.
        public let point: ChainPoint
        /// Whether blocks that name an earlier epoch do not count beyond it.
        public let endsEarlierEpochs: Bool
    }

    /// By epoch, that of epoch 1 first.
    public let epochs: [Epoch]

    /// Every region that has or had a chain, sorted by name.
    public let chains: [RegionName]

    /// The epoch in which each of those became a voter.
    private let joined: [RegionName: Int]

    private let anchors: [RegionName: [Anchor]]

    /// Every log key that each region had.
    private let keys: [RegionName: [VerifierKey]]

    /// The charter of epoch 1 alone. Any other charter stands for itself, as if nothing had been before it.
    public init(_ charter: Charter) {
        epochs = [Epoch(first: charter)]
        chains = charter.voters.map(\.name)
        joined = Dictionary(uniqueKeysWithValues: charter.voters.map { ($0.name, charter.epoch) })
        anchors = [:]
        keys = Dictionary(uniqueKeysWithValues: charter.regions.map { ($0.name, [$0.log]) })
    }

    private init(_ before: CharterHistory, adding charter: Charter) {
        epochs = before.epochs + [Epoch(charter, after: before.newestEpoch)]
        var joined = before.joined
        for voter in charter.voters where joined[voter.name] == nil { joined[voter.name] = charter.epoch }
        self.joined = joined
        chains = joined.keys.sorted()
        var anchors = before.anchors
        func add(_ point: ChainPoint, ends: Bool) {
            anchors[point.region, default: []].append(
                Anchor(epoch: charter.epoch, point: point, endsEarlierEpochs: ends))
        }
        for point in charter.changes.rekeys { add(point, ends: true) }
        for point in charter.changes.retirements { add(point, ends: true) }
        for point in charter.changes.rulings { add(point, ends: false) }
        self.anchors = anchors
        var keys = before.keys
        for region in charter.regions where !(keys[region.name]?.contains(region.log) ?? false) {
            keys[region.name, default: []].append(region.log)
        }
        self.keys = keys
    }

    /// The newest epoch.
    public var newestEpoch: Epoch { epochs[epochs.count - 1] }

    /// The charter of the newest epoch.
    public var newest: Charter { newestEpoch.charter }

    private var firstNumber: Int { epochs[0].charter.epoch }

    /// The digest of the text of the charter of epoch 1, which every signature binds.
    public var genesis: Digest { epochs[0].charter.digest }

    /// The name of the federation.
    public var federation: FederationName { epochs[0].charter.federation }

    /// The epoch of that number; nil if it is not known here.
    public func epoch(_ number: Int) -> Epoch? {
        let place = number - firstNumber
        return place >= 0 && place < epochs.count ? epochs[place] : nil
    }

    /// The charter of that epoch; nil if it is not known here.
    public func charter(of epoch: Int) -> Charter? { self.epoch(epoch)?.charter }

    /// The log key of a region in an epoch.
    public func logKey(of region: RegionName, in epoch: Int) -> VerifierKey? {
        charter(of: epoch)?.region(named: region)?.log
    }

    /// Whether a voter of an epoch is one still, with the log key that it had then.
    public func isKeyInForce(of voter: RegionName, since epoch: Int) -> Bool {
        guard let key = newest.voter(named: voter)?.log else { return false }
        return logKey(of: voter, in: epoch) == key
    }

    /// All log keys that a region has and had, the first one first.
    public func logKeys(of region: RegionName) -> [VerifierKey] { keys[region] ?? [] }

    /// Whether the region has or had a chain.
    public func hasChain(_ region: RegionName) -> Bool { joined[region] != nil }

    /// The epoch since which a region votes and has a chain; nil if it never did.
    public func joined(_ region: RegionName) -> Int? { joined[region] }

    /// Whether a block that names `epoch` may say that it has seen the region's chain: it was a voter by then, and may
    /// have ended since.
    func mayBeSeen(_ region: RegionName, inEpoch epoch: Int) -> Bool {
        joined[region].map { $0 <= epoch } ?? false
    }

    /// The region whose chain has that origin; nil if none has, or had.
    func chain(of origin: String) -> RegionName? {
        chains.first { logKeys(of: $0).first?.name.utf8.elementsEqual(origin.utf8) ?? false }
    }

    /// Where the chain of a region ended; nil if it goes on.
    public func end(of chain: RegionName) -> ChainPoint? { newestEpoch.ends[chain] }

    /// Where charters pin down a chain, by epoch.
    public func anchors(of chain: RegionName) -> [Anchor] {
        anchors.isEmpty ? [] : anchors[chain] ?? []
    }

    /// The epochs whose quorums must certify a block that names `epoch`. The first block of a chain that names an
    /// epoch after another needs both, the voters that are gone included.
    public func certifyingEpochs(naming epoch: Int, isFirst: Bool, of chain: RegionName) -> [Int] {
        isFirst && epoch > joined[chain] ?? epoch ? [epoch - 1, epoch] : [epoch]
    }

    /// Where charters have ruled on a fork which branch of a chain stands.
    public func rulings(on chain: RegionName) -> [Anchor] {
        anchors(of: chain).filter { !$0.endsEarlierEpochs }
    }

    /// Whether a charter has ruled which branch of a chain stands, at a place beyond the leaf `first`: then evidence that
    /// the chain forked there freezes nothing any more.
    public func hasRuled(on chain: RegionName, beyond first: Int) -> Bool {
        rulings(on: chain).contains { $0.point.size > first }
    }

    /// Whether a verdict for the quorum of `epoch`, on a block of a chain that ends at `size`, may be of a block that is
    /// none any more: a later charter ruled on a fork of the chain, or ended before it what blocks of earlier epochs count
    /// for.
    public func hasSettled(verdictOn chain: RegionName, size: Int, epoch: Int) -> Bool {
        anchors(of: chain).contains {
            epoch < $0.epoch && (!$0.endsEarlierEpochs || size > $0.point.size)
        }
    }

    /// The later epochs in which the block of a chain that ends at `size` and names `epoch` may be voted on again,
    /// since a charter ruled that this branch stands.
    public func rulingEpochs(of chain: RegionName, size: Int, naming epoch: Int) -> [Int] {
        rulings(on: chain).filter { size <= $0.point.size && $0.epoch > epoch }.map(\.epoch)
    }

    // MARK: The next charter

    /// The history with `charter` too, if it may follow; its signatures are for `CharterSignatures`.
    public func adding(_ charter: Charter) throws(CharterStepError) -> CharterHistory {
        try check(next: charter)
        return CharterHistory(self, adding: charter)
    }

    /// Throws unless `charter` may follow the newest one.
    public func check(next charter: Charter) throws(CharterStepError) {
        let newest = newest
        guard charter.federation == federation else { throw .federation }
        guard charter.epoch == newest.epoch + 1 else {
            throw .epoch(charter.epoch, expected: newest.epoch + 1)
        }
        guard charter.previous == newest.digest else { throw .previous }
        try checkNames(charter, newest)
        try checkVoters(charter, newest)
        try checkKeys(charter, newest)
    }

    private func checkNames(_ charter: Charter, _ newest: Charter) throws(CharterStepError) {
        for region in charter.regions where newest.region(named: region.name) == nil {
            if keys[region.name] != nil { throw .nameUsed(region.name) }
        }
        for voter in charter.voters where newestEpoch.ends[voter.name] != nil {
            throw .endedVoter(voter.name)
        }
    }

    /// A voter leaves, or becomes an observer, only with its chain ended.
    private func checkVoters(_ charter: Charter, _ newest: Charter) throws(CharterStepError) {
        let changes = charter.changes
        for voter in newest.voters where charter.voter(named: voter.name) == nil {
            guard changes.retirements.contains(where: { $0.region == voter.name }) else {
                throw .notRetired(voter.name)
            }
        }
        for point in changes.retirements where newest.voter(named: point.region) == nil {
            throw .notVoter(.retire, point.region)
        }
        for succession in changes.successions {
            let isRetired = changes.retirements.contains { $0.region == succession.lost }
            guard isRetired || newestEpoch.ends[succession.lost] != nil else {
                throw .notEnded(succession.lost)
            }
            if newestEpoch.hasSuccessor(succession.lost) { throw .hasSuccessor(succession.lost) }
        }
        for point in changes.rulings where newest.voter(named: point.region) == nil {
            throw .notVoter(.rule, point.region)
        }
    }

    /// A key that is new to its region was never any region's, so that no old statement is good again.
    private func checkKeys(_ charter: Charter, _ newest: Charter) throws(CharterStepError) {
        var used: Set<Ed25519PublicKey> = []
        for epoch in epochs {
            for region in epoch.charter.regions {
                used.insert(region.log.key)
                used.insert(region.witness.key)
            }
        }
        for region in charter.regions {
            let before = newest.region(named: region.name)
            for (key, old) in [(region.log.key, before?.log.key), (region.witness.key, before?.witness.key)]
            where key != old && used.contains(key) {
                throw .keyUsed(region.name)
            }
        }
        for point in charter.changes.rekeys {
            guard let before = newest.voter(named: point.region) else {
                throw .notVoter(.rekey, point.region)
            }
            if before.log == charter.region(named: point.region)?.log { throw .sameKey(point.region) }
        }
    }
}

/// Why a charter may not follow the one before it.
public enum CharterStepError: Error, Hashable, Sendable, CustomStringConvertible {
    case federation
    case epoch(Int, expected: Int)
    /// `previous` is not the hash of the charter before.
    case previous
    /// A region of that name was there before, and names are never used again.
    case nameUsed(RegionName)
    /// The chain of the region ended, so it never votes again.
    case endedVoter(RegionName)
    /// A voter leaves, or becomes an observer, without 'retire'.
    case notRetired(RegionName)
    /// The line is about a region that was no voter in the epoch before.
    case notVoter(CharterChanges.Kind, RegionName)
    /// 'successor' of a region whose chain goes on.
    case notEnded(RegionName)
    case hasSuccessor(RegionName)
    /// A new key of the region stood in an earlier charter.
    case keyUsed(RegionName)
    /// 'rekey' of a region whose log key stays.
    case sameKey(RegionName)

    public var description: String {
        switch self {
        case .federation: "it is a charter of another federation"
        case .epoch(let epoch, let expected): "it is of epoch \(epoch), and the next one is \(expected)"
        case .previous: "'previous' is not the hash of the charter before; draft it anew from that one"
        case .nameUsed(let region): "there was a region '\(region)' before, and names are never used again"
        case .endedVoter(let region): "the chain of '\(region)' has ended, so it cannot vote again"
        case .notRetired(let region):
            "the voter '\(region)' can leave, or become an observer, only with a line 'retire \(region) …'"
        case .notVoter(let kind, let region):
            "'\(kind.rawValue) \(region)' is about a region that was no voter in the epoch before"
        case .notEnded(let region): "'successor \(region)' is about a region whose chain has not ended"
        case .hasSuccessor(let region): "region '\(region)' has a successor already"
        case .keyUsed(let region):
            "a new key of region '\(region)' stood in an earlier charter; a key that was replaced stays away"
        case .sameKey(let region): "'rekey \(region)' is about a region whose log key stays the same"
        }
    }
}
