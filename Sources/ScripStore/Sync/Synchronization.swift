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
    public var configuredPeers: [String] {
        settings.peers.map { RegionSettings.path(ofPeer: $0, from: directory.path) }
    }
}

/// One run of `sync`.
final class Synchronization {
    let writer: RegionWriter
    let index: LedgerIndex
    let isDryRun: Bool
    var charter: Charter { writer.charter }
    var genesis: Digest { writer.genesis }
    private(set) var foundFault = false
    private var events: [SyncEvent] = []
    private var lastMissingPeer: StoreError?

    init(_ writer: RegionWriter, isDryRun: Bool) {
        self.writer = writer
        index = writer.index
        self.isDryRun = isDryRun
    }

    func report(_ event: SyncEvent) {
        events.append(event)
        if event.isFault { foundFault = true }
    }

    private func flush(_ onEvent: (SyncEvent) throws -> Void) throws {
        let ready = events
        events = []
        for event in ready { try onEvent(event) }
    }

    func run(peers paths: [String], onEvent: (SyncEvent) throws -> Void) throws -> Bool {
        let peers = try open(paths)
        let fresh = try peers.filter { try isWorthReading($0) }
        if isDryRun {
            try dryRun(fresh)
            try flush(onEvent)
            try throwIfMissing()
            return foundFault
        }
        let isSettled = try isSettled()
        if !fresh.isEmpty || !isSettled {
            try writer.changing {
                try exchange(fresh)
                try writer.tidyPending()
                for peer in fresh { try remember(peer) }
            }
            try flush(onEvent)
            try writer.pool.tidy()
        }
        try writer.writeHeads()
        try throwIfMissing()
        return foundFault
    }

    private func throwIfMissing() throws {
        if let lastMissingPeer { throw lastMissingPeer }
    }

    /// Takes, judges and votes until nothing moves any more: what is confirmed by one's own vote may let the next
    /// block in.
    private func exchange(_ peers: [PeerFolder]) throws {
        try checkCharters(peers)
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
        let admission = try Admission(writer)
        for peer in peers { try pullOutbox(peer, admission) }
        try writer.writePending()
    }

    private func open(_ paths: [String]) throws -> [PeerFolder] {
        var peers: [PeerFolder] = []
        for path in paths {
            do {
                peers.append(
                    try PeerFolder(path: path, charter: charter, fileSystem: writer.world.fileSystem))
            } catch {
                // One peer that is away is no reason to leave the others alone.
                lastMissingPeer = StoreError(
                    .noInput, path, "this peer cannot be read (\(error)); the others were synchronised")
            }
        }
        return peers
    }

    // MARK: Whether there is anything to do

    /// Whether this region waits for nothing that time alone brings.
    private func isSettled() throws -> Bool {
        guard writer.isVoter, try index.firstContradiction() == nil else { return true }
        for voter in charter.voters {
            let head = try index.head(of: voter.name, genesis: genesis)
            if try index.lastVote(voter.name, by: writer.name) < head.height { return false }
        }
        return true
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

    private func remember(_ peer: PeerFolder) throws {
        let statement = try index.database.prepare(
            "INSERT OR REPLACE INTO peer(path, heads, complete, scanned) VALUES(?,?,?,?)")
        try statement.bind(1, text: peer.path)
        try statement.bind(2, peer.hintDigest ?? .zero)
        try statement.bind(3, peer.isComplete && peer.hintDigest != nil ? 1 : 0)
        try statement.bind(4, writer.now.seconds)
        try statement.run()
    }

    private func dryRun(_ peers: [PeerFolder]) throws {
        for peer in peers {
            for voter in charter.voters {
                let head = try index.head(of: voter.name, genesis: genesis)
                var thousand = (head.height + 1) / 1_000
                while true {
                    let names = segmentNames(peer, voter.name, ThousandName(height: thousand * 1_000))
                    for name in names where name.heights.upperBound > head.height {
                        report(
                            .pending(
                                peer.path, SegmentFiles.path(name, of: voter.name), "would be pulled"))
                    }
                    if names.isEmpty { break }
                    thousand += 1
                }
            }
        }
    }

    // MARK: Charters

    private func checkCharters(_ peers: [PeerFolder]) throws {
        for peer in peers {
            let path = RegionLayout.firstCharter
            guard let bytes = try? peer.contents(path, limit: RegionDirectory.charterBytesMax) else {
                peer.isComplete = false
                report(.pending(peer.path, path, "the charter is not there"))
                continue
            }
            guard let signed = try? SignedCharter(parsing: bytes), (try? signed.check()) != nil,
                signed.charter.text == charter.text
            else {
                peer.isComplete = false
                report(.ignored(peer.path, path, "not the charter of this federation"))
                continue
            }
        }
    }

    // MARK: Segments

    func segmentNames(_ peer: PeerFolder, _ chain: RegionName, _ thousand: ThousandName) -> [SegmentName] {
        peer.names("\(RegionLayout.segments)/\(chain.text)/\(thousand.text)")
            .compactMap { SegmentName($0) }.filter { $0.thousand == thousand }
            .sorted {
                ($0.heights.lowerBound, -$0.heights.upperBound)
                    < ($1.heights.lowerBound, -$1.heights.upperBound)
            }
    }

    private func pullSegments(_ peer: PeerFolder) throws -> Bool {
        var isProgress = false
        for voter in charter.voters {
            let held = try index.head(of: voter.name, genesis: genesis).height
            if let hint = peer.hint,
                hint.chains.first(where: { $0.region == voter.name })?.height ?? 0 <= held
            {
                continue
            }
            if try pullChain(peer, voter.name) { isProgress = true }
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
        var goodEnd: Int64 = 0
        var firstHeight: Int?
        do {
            let file = try peer.open(path, limit: PeerFolder.segmentBytesMax)
            let reader = SegmentReader { buffer in
                let before = buffer.count
                let count = try file.read(into: &buffer)
                try copy.append(buffer.span.extracting(before..<buffer.count))
                return count
            }
            var isWaiting = false
            while try !isWaiting && reader.startMember() {
                switch try writer.evaluator.evaluate(
                    reader, chain: chain, BlockEvaluator.Options(needsCertificates: true))
                {
                case .accepted(let block):
                    blocks.append(block)
                    firstHeight = firstHeight ?? block.height
                    goodEnd = reader.memberEnd
                case .held(let height):
                    firstHeight = firstHeight ?? height
                    goodEnd = reader.memberEnd
                case .waits(let wait):
                    isWaiting = true
                    peer.isComplete = false
                    report(.pending(peer.path, path, Self.text(wait)))
                }
            }
        } catch let fault as BlockFault {
            peer.isComplete = false
            if fault.isCutOff {
                report(.pending(peer.path, path, fault.reason))
            } else {
                report(.quarantined(peer.path, path, fault.code, fault.reason))
                try quarantine(copy)
            }
        } catch let error as ForeignFileError {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        } catch let error as FileError where blocks.isEmpty && !error.isFull {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
        guard let firstHeight, let last = blocks.last else { return }
        try publish(copy, firstHeight...last.height, chain, bytes: goodEnd)
        for block in blocks { report(.pulled(block: block, from: peer.path)) }
        for block in blocks where block.certification != .absent {
            if let certificate = try index.certificates(chain, height: block.height).first {
                try writer.certify(block, certificate.verdict) { report($0) }
            }
        }
    }

    /// Publishes the first `bytes` bytes of a copy, which hold exactly those blocks.
    private func publish(
        _ copy: StagedFile, _ heights: ClosedRange<Int>, _ chain: RegionName, bytes: Int64
    ) throws {
        guard let name = SegmentName(heights: heights) else { return }
        var staged = copy
        try copy.finish()
        if copy.size != bytes {
            staged = try writer.publisher.stage()
            var chunk: [UInt8] = []
            while staged.size < bytes {
                chunk.removeAll(keepingCapacity: true)
                let wanted = Int(min(bytes - staged.size, 1 << 18))
                if try copy.file.read(at: staged.size, atMost: wanted, into: &chunk) == 0 { break }
                try staged.append(chunk)
            }
            try staged.finish()
        }
        _ = try writer.publisher.publish(
            staged, to: PublicFile.segment(chain: chain, name).regionPath, isEquivalent: { _ in true })
    }

    private static func text(_ wait: BlockRules.Wait) -> String {
        switch wait.reason {
        case .chain: "it has seen '\(wait.chain)' to \(wait.size), which is not here yet"
        case .certificate: "the certificate of '\(wait.chain)' at \(wait.size) is not here yet"
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
