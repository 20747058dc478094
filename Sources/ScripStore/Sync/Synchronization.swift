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
    private var events: [SyncEvent] = []
    /// The lines of the events that a second look would bring again.
    private var told: Set<[UInt8]> = []
    /// Own files that are no good and give way to those that are pulled; nil but in a repair.
    var damaged: DamagedFiles?
    /// Peers that could not be opened, and why not.
    private var missingPeers: [(path: String, error: FileError)] = []

    init(_ writer: RegionWriter, isDryRun: Bool) {
        self.writer = writer
        index = writer.index
        self.isDryRun = isDryRun
    }

    /// Says what happened, once: a file that is of no use is met in every round.
    func report(_ event: SyncEvent) {
        if event.mayRepeat, !told.insert(event.json.canonical).inserted { return }
        events.append(event)
        if event.isFault { foundFault = true }
    }

    func flush(_ onEvent: (SyncEvent) throws -> Void) throws {
        let ready = events
        events = []
        for event in ready { try onEvent(event) }
    }

    func run(peers paths: [String], onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        var peers = try open(paths)
        if try !isDryRun && pullCharters(peers) {
            missingPeers = []
            peers = try open(paths)
        }
        let fresh = try peers.filter { try isWorthReading($0) }
        try writer.requireOwnMark()
        if writer.isVoter {
            for peer in fresh { try OwnCopies(writer).requireNothingMore(in: peer) }
        }
        writer.publisher.isDryRun = isDryRun
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
        try flush(onEvent)
        try throwIfMissing()
        return foundFault
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
        var isProgress = true
        while isProgress {
            isProgress = false
            for peer in peers {
                if try pullCertificates(peer) { isProgress = true }
                if try pullSegments(peer) { isProgress = true }
                if try pullVotes(peer, reports: false) { isProgress = true }
            }
            if try writer.voteAndTally({ report($0) }) { isProgress = true }
        }
        for peer in peers { _ = try pullVotes(peer, reports: true) }
        try reportWaiting()
        try takeOutboxes(peers)
        for peer in peers { reportForeignNames(peer) }
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

    private func reportForeignNames(_ peer: PeerFolder) {
        for (folder, count) in peer.foreignNames.sorted(by: { $0.key < $1.key }) where count > 0 {
            report(.ignored(peer.path, folder, "the name is none that a region writes", count: count))
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
        guard writer.hasVoted, try index.firstContradiction() == nil else { return true }
        for chain in charters.chains where try writer.dueBlock(chain) != nil { return false }
        return try writer.deferred.isEmpty()
    }

    private func isWorthReading(_ peer: PeerFolder) throws -> Bool {
        guard let digest = peer.hintDigest else { return true }
        let query = try index.database.prepare("SELECT heads, complete, scanned FROM peer WHERE path=?")
        try query.bind(1, text: peer.path)
        guard try query.step(), query.bytes32(0) == digest, query.integer(1) != 0 else { return true }
        // A hint may lie: now and then everything is looked at all the same.
        let age = writer.now.seconds - query.integer(2)
        return age < 0 || age >= Int64(writer.settings.fullScanHours) * 3_600
    }

    func remember(_ peer: PeerFolder) throws {
        let statement = try index.database.prepare(
            "INSERT OR REPLACE INTO peer(path, heads, complete, scanned) VALUES(?,?,?,?)")
        try statement.bind(1, text: peer.path)
        try statement.bind(2, peer.hintDigest ?? .zero)
        try statement.bind(3, peer.isComplete && peer.isOutboxComplete && peer.hintDigest != nil ? 1 : 0)
        try statement.bind(4, writer.now.seconds)
        try statement.run()
    }

    // MARK: Charters

    /// The peers of this federation. One whose charter is not there, or not good, may have files that are: each is
    /// verified by itself. One with a good charter of another federation has nothing for this region.
    func checkCharters(_ peers: [PeerFolder]) throws -> [PeerFolder] {
        let path = RegionLayout.firstCharter
        return peers.filter { peer in
            guard let bytes = try? peer.contents(path, limit: RegionDirectory.charterBytesMax) else {
                peer.isComplete = false
                report(.pending(peer.path, path, "the charter is not there"))
                return true
            }
            guard let signed = try? SignedCharter(parsing: bytes), (try? signed.check()) != nil else {
                peer.isComplete = false
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

    func segmentNames(_ peer: PeerFolder, _ chain: RegionName, _ thousand: ThousandName) -> [SegmentName] {
        peer.names("\(RegionLayout.segments)/\(chain.text)/\(thousand.text)") { text in
            SegmentName(text).flatMap { $0.thousand == thousand ? $0 : nil }
        }
    }

    func pullSegments(_ peer: PeerFolder) throws -> Bool {
        var isProgress = false
        for chain in charters.chains {
            let head = try index.head(of: chain, genesis: genesis)
            if let end = charters.end(of: chain), head.size >= end.size { continue }
            if let hint = peer.hint,
                hint.chains.first(where: { $0.region == chain })?.height ?? 0 <= head.height
            {
                continue
            }
            if try pullChain(peer, chain) { isProgress = true }
        }
        return isProgress
    }

    private func pullChain(_ peer: PeerFolder, _ chain: RegionName) throws -> Bool {
        let start = try index.head(of: chain, genesis: genesis).height
        while true {
            let before = try index.head(of: chain, genesis: genesis).height
            let names = segmentNames(peer, chain, ThousandName(height: before + 1))
            // The longest file first: a pack saves many small ones.
            let next = names.filter { $0.heights.contains(before + 1) }
                .max { $0.heights.upperBound < $1.heights.upperBound }
            guard let next else {
                if names.contains(where: { $0.heights.lowerBound > before + 1 })
                    || peer.hint?.chains.first(where: { $0.region == chain })?.height ?? 0 > before
                {
                    peer.isComplete = false
                }
                break
            }
            try pull(peer, chain, next)
            if try index.head(of: chain, genesis: genesis).height == before { break }
        }
        return try index.head(of: chain, genesis: genesis).height > start
    }

    /// Reads one segment file: verifies block after block while the bytes go to an own copy, and publishes the
    /// blocks that were good.
    private func pull(_ peer: PeerFolder, _ chain: RegionName, _ name: SegmentName) throws {
        let path = SegmentFiles.path(name, of: chain)
        let copy = try writer.publisher.stage()
        defer { copy.discard() }
        var blocks: [IndexedBlock] = []
        // Where the blocks that are new lie in the file: those that are held already are not kept once more.
        var goodStart: Int64 = 0
        var goodEnd: Int64 = 0
        var memberStarts: [Int64] = []
        do {
            let file = try peer.open(path, limit: PeerFolder.segmentBytesMax)
            let reader = SegmentReader { buffer in
                let before = buffer.count
                let count = try file.read(into: &buffer)
                try copy.append(buffer.span.extracting(before..<buffer.count))
                return count
            }
            var isWaiting = false
            var hasEnded = false
            while try !isWaiting && !hasEnded && reader.startMember() {
                switch try writer.evaluator.evaluate(
                    reader, chain: chain, BlockEvaluator.Options(needsCertificates: true))
                {
                case .accepted(let block):
                    if blocks.isEmpty { goodStart = reader.memberStart }
                    blocks.append(block)
                    memberStarts.append(reader.memberStart)
                    goodEnd = reader.memberEnd
                case .held: break
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
                peer.isComplete = false
                report(.pending(peer.path, path, "the file does not reach to the block that its name says"))
            }
        } catch let fault as BlockFault {
            peer.isComplete = false
            if fault.isCutOff {
                report(.pending(peer.path, path, fault.reason))
            } else {
                if fault.code == .fork {
                    let size = try index.head(of: chain, genesis: genesis).size
                    report(.fork(peer.path, path, chain, size: size, fault.reason))
                } else {
                    report(.quarantined(peer.path, path, fault.code, fault.reason))
                }
                try quarantine(copy)
            }
        } catch let error as ForeignFileError {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        } catch let error as FileError where blocks.isEmpty && !error.isFull {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
        guard let first = blocks.first, let last = blocks.last else { return }
        let heights = first.height...last.height
        try publish(copy, heights, chain, bytes: goodStart..<goodEnd)
        if let name = SegmentName(heights: heights) {
            try index.setMembers(memberStarts.map { $0 - goodStart }, of: chain, in: name)
        }
        report(.pulled(segment: path, of: chain, heights, from: peer.path))
        for block in blocks { try writer.certify(block, block.certification) { report($0) } }
    }

    /// Publishes those bytes of a copy, which hold exactly those blocks.
    private func publish(
        _ copy: StagedFile, _ heights: ClosedRange<Int>, _ chain: RegionName, bytes: Range<Int64>
    ) throws {
        guard let name = SegmentName(heights: heights) else { return }
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
        let reader = SegmentReader(file)
        do {
            for height in heights {
                guard try reader.startMember() else { return false }
                let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
                var rest = header.count
                while rest > 0 { rest -= try reader.readLines(atMost: rest).count }
                let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
                try reader.finishMember()
                guard header.height == height,
                    try index.block(chain, height: height)?.checkpoint == seal.checkpoint
                else { return false }
            }
            return try !reader.startMember()
        } catch {
            return false
        }
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
    private func quarantine(_ copy: StagedFile) throws {
        let folder = try writer.root.makeSubdirectory(RegionLayout.quarantine, permissions: .privateDirectory)
        guard try folder.names().count < Self.quarantineFilesMax, copy.size <= Self.quarantineBytesMax
        else { return }
        try copy.finish()
        let bytes = try copy.file.contents(limit: Self.quarantineBytesMax)
        let name = "\(SHA256.hash(bytes).hexadecimal).seg.gz"
        _ = try writer.publisher.publish(
            bytes, to: "\(RegionLayout.quarantine)/\(name)", permissions: .secret)
    }

    private static let quarantineFilesMax = 64
    private static let quarantineBytesMax = 64 << 20
}
