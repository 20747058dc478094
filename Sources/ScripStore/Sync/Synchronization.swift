internal import ScripCore
internal import ScripCrypto

extension RegionWriter {
    /// Takes over what peers have and this region lacks, attests what is asked of it, votes, counts, and publishes
    /// (protocol section 7). `onEvent` is told of each thing once it is durable. Returns whether a fault was found.
    ///
    /// With `isDryRun` nothing is written: the events say what would be taken over first.
    public func synchronize(
        peers: [String], isDryRun: Bool = false, onEvent: (SyncEvent) throws -> Void
    ) throws(StoreError) -> Bool {
        do {
            return try Synchronization(self, isDryRun: isDryRun).run(peers: peers, onEvent: onEvent)
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// The peers that `scrip.json` names, as paths from here.
    public var configuredPeers: [String] { directory.configuredPeers }
}

/// One run of `sync`.
final class Synchronization {
    let writer: RegionWriter
    let index: LedgerIndex
    let isDryRun: Bool
    var charters: CharterHistory { writer.charters }
    var genesis: Digest { writer.genesis }
    private(set) var foundFault = false
    /// Own files that are no good and give way to those that are pulled; nil but in a repair.
    var damaged: DamagedFiles?
    /// What is to be told once it is durable.
    private let events: EventSpool
    /// Files of peers that an earlier run, or this one, read in vain.
    private(set) lazy var useless = UselessFiles(writer)
    private var quarantinedCount = 0
    /// Good refusals of records that did not come yet.
    var earlyRefusals: [EarlyRefusal] = []
    /// Whether a chain was walked over in this run, to prove a fork.
    var hasWalkedChain = false
    /// What is left of the searches for forks, by peer.
    var inflationBudgets: [String: InflationBudget] = [:]
    /// Peers that could not be opened, and why not.
    private var missingPeers: [(path: String, error: FileError)] = []

    init(_ writer: RegionWriter, isDryRun: Bool) {
        self.writer = writer
        index = writer.index
        self.isDryRun = isDryRun
        events = EventSpool(writer.publisher)
    }

    /// Says what happened, once: a file that is of no use is met in every round.
    func report(_ event: SyncEvent) {
        events.add(event)
        if event.isFault { foundFault = true }
    }

    func tell(_ onEvent: (SyncEvent) throws -> Void) throws { try events.tell(onEvent) }

    // MARK: Files that are read in vain

    /// Opens a file of a peer's; nil if it was read before, in vain, or if too many of its folder were.
    func open(_ path: String, of peer: PeerFolder, limit: Int) throws -> ForeignFile? {
        // In a repair a file may be of use that was of none when the own one lay there.
        if damaged == nil, let status = peer.status(of: path),
            try useless.contains(path, of: peer.path, status)
        {
            // What was a fault is one as long as it lies there.
            if try useless.isFault(path, of: peer.path) { foundFault = true }
            peer.passOver(path)
            return nil
        }
        if peer.isExhausted(path) { return nil }
        return try peer.open(path, limit: limit)
    }

    /// Notes that a file was read in vain, and would be again.
    /// `bytes` were read of it, all that there are if nothing else is said.
    func foundUseless(
        _ path: String, of peer: PeerFolder, _ status: FileStatus?, bytes: Int64? = nil, isFault: Bool = false
    ) throws {
        peer.isComplete = false
        peer.countUseless(path, bytes: bytes ?? status?.size ?? 0)
        // What a repair has no use for, as votes on another branch, the next sync may have to look at.
        if damaged == nil, let status { try useless.note(path, of: peer.path, status, isFault: isFault) }
    }

    /// The names in a folder of a peer's, without those of files that were read in vain. Where there are too many, half
    /// of them are kept from either end. With `isQuiet` nobody is told how many were passed over.
    func names<Name>(
        _ folder: String, of peer: PeerFolder, part: String = "", by order: @escaping (Name, Name) -> Bool,
        isQuiet: Bool = false, isForeign: (String) -> Bool = { _ in true }, _ parse: (String) -> Name?
    ) throws -> [Name] {
        var noted: NotedNames?
        var failure: (any Error)?
        let names = peer.names(
            folder, part: part, keeping: .bothEnds, by: order, isForeign: isForeign,
            standing: { text in
                do {
                    if damaged != nil { return .unread }
                    let known = try noted ?? useless.names(in: folder, of: peer.path)
                    noted = known
                    let path = "\(folder)/\(text)"
                    guard known.mayContain(text), let status = peer.status(of: path) else { return .unread }
                    let standing = try useless.standing(path, of: peer.path, status)
                    if standing == .useless, !isQuiet {
                        if try useless.isFault(path, of: peer.path) { foundFault = true }
                        peer.passOverName(in: folder)
                    }
                    return standing
                } catch {
                    failure = error
                    return .unread
                }
            }, parse)
        if let failure { throw failure }
        return names
    }

    func run(peers paths: [String], onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var peers = try open(paths)
        if try !isDryRun && pullCharters(peers) {
            missingPeers = []
            peers = try open(paths)
        }
        let fresh = try peers.filter { try isWorthVisiting($0) }
        try writer.requireOwnMark()
        if writer.isVoter {
            for peer in fresh { try requireNothingMore(in: peer, onEvent) }
        }
        writer.publisher.isDryRun = isDryRun
        // It holds until a person has looked, so every run says so.
        if let place = try writer.standingContradiction() {
            report(.contradicted(place.chain, height: place.height))
        }
        try pullSettlements(peers)
        if try !fresh.isEmpty || !isSettled() {
            if isDryRun {
                try writer.rehearse { _ = try exchange(fresh) }
            } else {
                let good = try writer.changing {
                    let good = try exchange(fresh)
                    for peer in fresh { try remember(peer) }
                    return good
                }
                try askPolicy(good)
            }
            if !isDryRun {
                try writer.pool.tidy(at: try index.head(of: writer.name, genesis: genesis).time)
                try writer.deferred.tidy()
            }
        }
        if !isDryRun { try writer.writeHeads(repairs: true) }
        // Last, so that peers see what was done even if nobody can be told of it here.
        try tell(onEvent)
        try throwIfMissing()
        return foundFault
    }

    /// Throws if the peer holds more of this region than this directory. If that is another branch of its chain, what
    /// proves it is kept first.
    private func requireNothingMore(in peer: PeerFolder, _ onEvent: (SyncEvent) throws -> Void) throws {
        do {
            try OwnCopies(writer, remembering: isDryRun ? nil : useless).requireNothingMore(in: peer)
        } catch {
            if !isDryRun {
                peer.suspects.insert(writer.name)
                try writer.changing {
                    try pullEvidence(peer)
                    try searchForks(peer)
                }
                try tell(onEvent)
            }
            throw error
        }
    }

    private func throwIfMissing() throws {
        guard let first = missingPeers.first else { return }
        let more = missingPeers.count == 1 ? "" : ", and \(missingPeers.count - 1) more"
        throw StoreError(
            .noInput, first.path, "this peer\(more) cannot be read (\(first.error)); the others were visited")
    }

    /// Takes, judges and votes until nothing moves any more: what is confirmed by one's own vote may let the next
    /// block in. Returns the peers that are of this federation.
    private func exchange(_ visited: [PeerFolder]) throws -> [PeerFolder] {
        let peers = try checkCharters(visited)
        try useless.forgetOld()
        // First, so that nothing is signed that evidence speaks against.
        for peer in peers {
            try pullEvidence(peer)
            try searchForks(peer)
            try compareStatements(peer)
        }
        var isProgress = true
        while isProgress {
            isProgress = false
            for peer in peers {
                if try pullCertificates(peer) { isProgress = true }
                if try pullSegments(peer) { isProgress = true }
                if try pullVotes(peer, reports: false) { isProgress = true }
                if !peer.suspects.isEmpty { try searchForks(peer) }
            }
            if try writer.voteAndTally({ report($0) }) { isProgress = true }
        }
        for peer in peers {
            try reportGaps(peer)
            _ = try pullVotes(peer, reports: true)
        }
        try reportWaiting()
        try takeOutboxes(peers)
        for peer in peers {
            try checkPromises(peer)
            reportForeignNames(peer)
        }
        return peers
    }

    /// Says what is disputed, and on what this region does not vote yet.
    private func reportWaiting() throws {
        for chain in charters.chains {
            for height in try writer.disputedHeights(chain) {
                report(.disputed(chain, height: height))
            }
            if let (height, reason) = try writer.pendingVote(on: chain) {
                report(.pending(chain, height: height, reason))
            }
        }
    }

    /// Says what a peer shows of chains behind a block that nobody has shown.
    private func reportGaps(_ peer: PeerFolder) throws {
        for chain in charters.chains {
            guard let wanted = try nextHeight(of: chain, at: peer) else { continue }
            let names = try segmentNames(peer, chain, from: wanted)
            if names.contains(where: { $0.heights.contains(wanted) }) { continue }
            let later = names.filter { $0.heights.lowerBound > wanted }
            guard let next = later.min(by: { $0.heights.lowerBound < $1.heights.lowerBound }) else {
                continue
            }
            report(
                .pending(
                    peer.path, SegmentFiles.path(next, of: chain),
                    "block \(wanted) of '\(chain)', before it, is not here yet"))
        }
    }

    private func reportForeignNames(_ peer: PeerFolder) {
        let chains = Set(charters.chains)
        for folder in [RegionLayout.segments, RegionLayout.certificates, RegionLayout.votes] {
            _ = peer.names(folder) { text in
                RegionName(text).flatMap { chains.contains($0) ? $0 : nil }
            }
        }
        for (folder, count) in peer.foreignNames.sorted(by: { $0.key < $1.key }) where count > 0 {
            report(.ignored(peer.path, folder, "the name is none that a region writes", count: count))
        }
        for folder in peer.exhaustedFolders {
            report(
                .pending(
                    peer.path, folder, "many files there are of no use; the next run goes on with the rest"))
        }
        for (folder, count) in peer.passedOverCounts.sorted(by: { $0.key < $1.key }) {
            report(
                .ignored(
                    peer.path, folder, "it was of no use before and is as it was; it is not read again",
                    count: count))
        }
    }

    private func open(_ paths: [String]) throws -> [PeerFolder] {
        var peers: [PeerFolder] = []
        for path in paths {
            do {
                peers.append(
                    try PeerFolder(path: path, charters: charters, fileSystem: writer.world.fileSystem))
            } catch {
                // One peer that is away is no reason to leave the others alone.
                missingPeers.append((path, error))
            }
        }
        return peers
    }

    // MARK: Whether there is anything to do

    /// Whether this region waits for nothing that time alone brings.
    private func isSettled() throws -> Bool {
        // What an observer waits for comes with what its peers have.
        guard writer.hasVoted, try writer.standingContradiction() == nil else { return true }
        for chain in charters.chains where try !index.frozen().stops(chain) && writer.dueBlock(chain) != nil {
            return false
        }
        return try writer.deferred.isEmpty()
    }

    /// Whether a peer may have anything new, and whether its hint is to be followed.
    private func isWorthVisiting(_ peer: PeerFolder) throws -> Bool {
        let query = try index.database.prepare("SELECT heads, complete, scanned FROM peer WHERE path=?")
        try query.bind(1, text: peer.path)
        guard try query.step() else { return true }
        // A hint may lie: now and then everything is looked at all the same.
        let age = writer.now.seconds - query.integer(2)
        let isTime = age < 0 || age >= Int64(writer.settings.fullScanHours) * 3_600
        guard let digest = peer.hintDigest else {
            peer.lastScan = isTime ? nil : query.integer(2)
            return true
        }
        if isTime { return true }
        peer.isFullScan = false
        peer.lastScan = query.integer(2)
        return query.bytes32(0) != digest || query.integer(1) == 0
    }

    /// What the hint names and is not here yet, though this region could use it, has to be looked for again: a mirror
    /// may bring the hint first and its files later.
    private func checkPromises(_ peer: PeerFolder) throws {
        guard let hint = peer.hint else { return }
        for chain in hint.chains where charters.hasChain(chain.region) {
            if try index.head(of: chain.region, genesis: genesis).height < chain.height {
                peer.isComplete = false
            }
        }
        for certificates in hint.certificates where charters.hasChain(certificates.chain) {
            if try index.certificateCount(certificates.chain) < certificates.count { peer.isComplete = false }
        }
        for votes in hint.votes where votes.voter != writer.name {
            guard charters.hasChain(votes.voter), charters.hasChain(votes.chain) else { continue }
            // Votes that a certificate holds may be gone.
            if try index.firstLackedVote(votes.chain, by: votes.voter, upTo: votes.height) != nil {
                peer.isComplete = false
            }
        }
    }

    func remember(_ peer: PeerFolder) throws {
        let statement = try index.database.prepare(
            "INSERT OR REPLACE INTO peer(path, heads, complete, scanned) VALUES(?,?,?,?)")
        try statement.bind(1, text: peer.path)
        try statement.bind(2, peer.hintDigest ?? .zero)
        try statement.bind(3, peer.isComplete && peer.isOutboxComplete && peer.hintDigest != nil ? 1 : 0)
        try statement.bind(4, peer.lastScan ?? writer.now.seconds)
        try statement.run()
    }

    // MARK: Charters

    /// The peers of this federation. One whose charter is not there, or not good, may have files that are: each is
    /// verified by itself. One with a good charter of another federation has nothing for this region.
    func checkCharters(_ peers: [PeerFolder]) throws -> [PeerFolder] {
        let path = RegionLayout.firstCharter
        return try peers.filter { peer in
            guard let file = try? open(path, of: peer, limit: RegionDirectory.charterBytesMax),
                let bytes = try? file.contents()
            else {
                peer.isComplete = false
                if peer.isUseless(path) { return true }
                report(.pending(peer.path, path, "the charter is not there"))
                return true
            }
            guard let signed = try? SignedCharter(parsing: bytes), (try? signed.check()) != nil else {
                try foundUseless(path, of: peer, file.status)
                report(.ignored(peer.path, path, "it is no charter that is in force"))
                return true
            }
            if signed.charter.digest == genesis { return true }
            peer.isComplete = false
            report(
                .ignored(peer.path, path, "it is the charter of another federation; nothing was read here"))
            return false
        }
    }

    // MARK: Segments

    /// The segment files that may hold the block of a height or a later one, of the folder for it.
    private func segmentNames(
        _ peer: PeerFolder, _ chain: RegionName, from height: Int
    ) throws -> [SegmentName] {
        let thousand = ThousandName(height: height)
        return try names(
            SegmentFiles.folder(thousand, of: chain), of: peer, part: "wanted", by: SegmentName.precede,
            isForeign: { SegmentName($0)?.thousand != thousand },
            { text in
                SegmentName(text).flatMap {
                    $0.thousand == thousand && $0.heights.upperBound >= height ? $0 : nil
                }
            })
    }

    /// The segment files that may hold the block of a height, in the order in which they are tried: a file that is no
    /// good has others tried, and that with this block alone before most.
    private func segmentNames(
        _ peer: PeerFolder, _ chain: RegionName, holding height: Int
    ) throws -> [SegmentName] {
        let names = try segmentNames(peer, chain, from: height)
        let fitting = names.filter { $0.heights.contains(height) }
        if fitting.isEmpty, names.contains(where: { $0.heights.lowerBound > height }) {
            peer.isComplete = false
        }
        return alternating(fitting)
    }

    /// The same where names were left out, with another choice: of those that may hold this block only.
    private func crowdedSegmentNames(
        _ peer: PeerFolder, _ chain: RegionName, holding height: Int
    ) throws -> [SegmentName] {
        let thousand = ThousandName(height: height)
        let folder = SegmentFiles.folder(thousand, of: chain)
        guard peer.isCut("\(folder)/wanted") else { return [] }
        return alternating(
            try names(
                folder, of: peer, part: "\(height)", by: SegmentName.precede,
                isForeign: { SegmentName($0)?.thousand != thousand },
                { text in
                    SegmentName(text).flatMap {
                        $0.thousand == thousand && $0.heights.contains(height) ? $0 : nil
                    }
                }))
    }

    func pullSegments(_ peer: PeerFolder) throws -> Bool {
        var isProgress = false
        for chain in charters.chains where try nextHeight(of: chain, at: peer) != nil {
            if try pullChain(peer, chain) { isProgress = true }
        }
        return isProgress
    }

    /// The height of the block that a chain lacks here, if the peer may hold it.
    private func nextHeight(of chain: RegionName, at peer: PeerFolder) throws -> Int? {
        let head = try index.head(of: chain, genesis: genesis)
        if let end = charters.end(of: chain), head.size >= end.size { return nil }
        if let guide = peer.guide,
            guide.chains.first(where: { $0.region == chain })?.height ?? 0 <= head.height
        {
            return nil
        }
        return head.height + 1
    }

    private func pullChain(_ peer: PeerFolder, _ chain: RegionName) throws -> Bool {
        let start = try index.head(of: chain, genesis: genesis).height
        while true {
            let before = try index.head(of: chain, genesis: genesis).height
            // Where the hint says that there is one block more, it has a file of its own most of the time.
            if let offered = peer.guide?.chains.first(where: { $0.region == chain })?.height,
                offered == before + 1, let single = SegmentName(heights: offered...offered),
                peer.status(of: SegmentFiles.path(single, of: chain)) != nil,
                try pull(peer, chain, single)
            {
                break
            }
            if try pullFirst(
                of: segmentNames(peer, chain, holding: before + 1), peer, chain)
            {
                continue
            }
            if try !pullFirst(of: crowdedSegmentNames(peer, chain, holding: before + 1), peer, chain) {
                break
            }
        }
        return try index.head(of: chain, genesis: genesis).height > start
    }

    /// Takes the first of some files that brings a block. True if there is one.
    private func pullFirst(
        of names: [SegmentName], _ peer: PeerFolder, _ chain: RegionName
    ) throws -> Bool {
        var waiting = 0
        for name in names where waiting < Self.segmentsWaitingMax {
            let path = SegmentFiles.path(name, of: chain)
            if peer.isExhausted(path) { return false }
            if try pull(peer, chain, name) { return true }
            if !peer.isUseless(path) { waiting += 1 }
        }
        return false
    }

    /// Files with one and the same block that are opened in one run though it has to wait.
    private static let segmentsWaitingMax = 16

    /// Reads one segment file: verifies block after block while the bytes go to an own copy, and publishes the
    /// blocks that were good. True if there were any.
    private func pull(_ peer: PeerFolder, _ chain: RegionName, _ name: SegmentName) throws -> Bool {
        let path = SegmentFiles.path(name, of: chain)
        let file: ForeignFile
        do {
            guard let opened = try open(path, of: peer, limit: PeerFolder.segmentBytesMax) else {
                return false
            }
            file = opened
        } catch let error as ForeignFileError {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
            return false
        }
        let copy = SegmentCopy(writer.publisher)
        defer { copy.discard() }
        var blocks: [IndexedBlock] = []
        // Where the blocks that are new lie in the file: those that are held already are not kept once more.
        var goodStart: Int64 = 0
        var goodEnd: Int64 = 0
        var memberStarts: [Int64] = []
        var segment: SegmentReader?
        do {
            let reader = SegmentReader { buffer in
                let before = buffer.count
                let count = try file.read(into: &buffer)
                try copy.append(buffer.span.extracting(before..<buffer.count))
                return count
            }
            var isWaiting = false
            var hasEnded = false
            var isMisplaced = false
            var memberCount = 0
            segment = reader
            while try !isWaiting && !hasEnded && !isMisplaced && reader.startMember() {
                defer { memberCount += 1 }
                switch try writer.evaluator.evaluate(
                    reader, chain: chain,
                    BlockEvaluator.Options(needsCertificates: true, refusesUncertifiedRoot: true))
                {
                case .accepted(let block):
                    if blocks.isEmpty { goodStart = reader.memberStart }
                    blocks.append(block)
                    memberStarts.append(reader.memberStart)
                    goodEnd = reader.memberEnd
                case .held(let height):
                    // Held blocks of other heights than the name says, however many, are nothing to read on for.
                    isMisplaced = height != name.heights.lowerBound + memberCount
                case .waits(let wait):
                    isWaiting = true
                    peer.isComplete = false
                    report(.pending(peer.path, path, Self.text(wait)))
                case .ended(let epoch):
                    hasEnded = true
                    report(.ignored(peer.path, path, "charter \(epoch) ends the chain before this block"))
                }
            }
            if try !isWaiting && !hasEnded
                && index.head(of: chain, genesis: genesis).height < name.heights.upperBound
            {
                try foundUseless(path, of: peer, file.status, bytes: file.bytesRead)
                report(.pending(peer.path, path, "the file does not reach to the block that its name says"))
            }
        } catch let fault as BlockFault {
            // Of a fork the evidence tells for as long as it stands.
            let isOfFork = fault.code == .fork || fault.code == .link
            try foundUseless(
                path, of: peer, file.status, bytes: file.bytesRead, isFault: !fault.isCutOff && !isOfFork)
            if fault.isCutOff {
                report(.pending(peer.path, path, fault.reason))
            } else if try isOfFork && index.frozen().stops(chain) {
                report(.ignored(peer.path, path, "it is of another branch of a chain that has forked"))
            } else {
                if isOfFork { peer.suspects.insert(chain) }
                if fault.code == .fork {
                    let size = try index.head(of: chain, genesis: genesis).size
                    report(.fork(peer.path, path, chain, size: size, fault.reason))
                } else {
                    report(.quarantined(peer.path, path, fault.code, fault.reason))
                }
                if let segment { try keepInvalidBlock(try copy.staged(), segment, of: chain) }
                try quarantine(copy)
            }
        } catch let error as ForeignFileError {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        } catch let error as FileError where blocks.isEmpty && !error.isFull {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
        guard let first = blocks.first, let last = blocks.last else { return false }
        let heights = first.height...last.height
        try publish(copy, heights, chain, bytes: goodStart..<goodEnd)
        if let name = SegmentName(heights: heights) {
            try index.setMembers(memberStarts.map { $0 - goodStart }, of: chain, in: name)
        }
        report(.pulled(segment: path, of: chain, heights, from: peer.path))
        for block in blocks { try writer.certify(block, block.certification) { report($0) } }
        return true
    }

    /// Publishes those bytes of a copy, which hold exactly those blocks.
    private func publish(
        _ file: SegmentCopy, _ heights: ClosedRange<Int>, _ chain: RegionName, bytes: Range<Int64>
    ) throws {
        guard let name = SegmentName(heights: heights) else { return }
        let copy = try file.staged()
        var staged = copy
        try copy.finish()
        if bytes != 0..<copy.size {
            staged = try writer.publisher.stage()
            try staged.append(copy.file, from: bytes.lowerBound, to: bytes.upperBound)
            try staged.finish()
        }
        let path = PublicFile.segment(chain: chain, name).regionPath
        try damaged?.clear(PublicFile.segment(chain: chain, name).path) { self.holds($0, heights, of: chain) }
        do {
            _ = try writer.publisher.publish(
                staged, to: path, isEquivalent: { self.holds($0, heights, of: chain) })
        } catch PublishError.conflict {
            report(.damaged(path, "it does not hold the blocks that its name says; run 'scrip verify'"))
        }
    }

    /// Whether an own file holds the blocks that were just judged, however it is compressed.
    func holds(_ file: File, _ heights: ClosedRange<Int>, of chain: RegionName) -> Bool {
        (try? SegmentCheck(chain: chain, index: index).requireBlocks(heights, in: file)) != nil
    }

    private static func text(_ wait: BlockRules.Wait) -> String {
        switch wait.reason {
        case .chain: "it has seen '\(wait.chain)' to \(wait.size), which is not here yet"
        case .certificate: "the certificate of '\(wait.chain)' at \(wait.size) is not here yet"
        case .charter: "it names charter \(wait.size), which is not here yet"
        case .disagreement: "what it has seen of '\(wait.chain)' at \(wait.size) is not what is held here"
        }
    }

    /// Keeps a file that is no good for an operator to look at, as far as there is room for such files.
    private func quarantine(_ file: SegmentCopy) throws {
        let folder = try writer.root.makeSubdirectory(RegionLayout.quarantine, permissions: .privateDirectory)
        guard quarantinedCount < Self.quarantinedInRunMax, file.size <= Self.quarantineBytesMax,
            try folder.names().count < Self.quarantineFilesMax
        else { return }
        quarantinedCount += 1
        let copy = try file.staged()
        try copy.finish()
        let bytes = try copy.file.contents(limit: Self.quarantineBytesMax)
        let name = "\(SHA256.hash(bytes).hexadecimal).seg.gz"
        _ = try writer.publisher.publish(
            bytes, to: "\(RegionLayout.quarantine)/\(name)", permissions: .secret)
    }

    private static let quarantineFilesMax = 64
    /// Whoever floods this region with bad files is not to make it write as many.
    private static let quarantinedInRunMax = 8
    private static let quarantineBytesMax = 64 << 20
}
