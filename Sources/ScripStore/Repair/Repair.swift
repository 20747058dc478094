internal import ScripCore
internal import ScripCrypto

extension RegionWriter {
    /// Takes back from peers what the region at `path` lost or what is damaged there, everything verified as a
    /// stranger's, and then lets it sign again if it had to stop (protocol section 9). `onEvent` is told of each thing
    /// once it is durable. Returns whether something is left that is not as it should be.
    ///
    /// - Throws: `retry` if the region must not sign yet; what it took back stays.
    public static func repair(
        path: String, world: World, options: RepairOptions,
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds,
        onEvent: (RepairEvent) throws -> Void
    ) throws(StoreError) -> Bool {
        do {
            let charters = try CharterRepair(
                path: path, world: world, options: options, lockTimeoutMilliseconds: lockTimeoutMilliseconds)
            for event in try charters.run() { try onEvent(event) }
            let writer = try RegionWriter(
                directory: try RegionDirectory(path: path, world: world),
                lockTimeoutMilliseconds: lockTimeoutMilliseconds, purpose: .repair)
            return try Repair(writer, options).run(onEvent)
        } catch {
            throw StoreError(error, subject: path)
        }
    }
}

/// One run of `repair`, under the lock. It can be cut off at any point, and the next run goes on.
final class Repair {
    private let writer: RegionWriter
    private let options: RepairOptions
    private var index: LedgerIndex { writer.index }
    private var charter: Charter { writer.charter }
    private let pulls: Synchronization
    private let damaged: DamagedFiles
    private var missingPeers: [(path: String, error: FileError)] = []
    private var foundFault = false

    init(_ writer: RegionWriter, _ options: RepairOptions) {
        self.writer = writer
        self.options = options
        pulls = Synchronization(writer, isDryRun: false)
        damaged = DamagedFiles([], root: writer.root, randomness: writer.world.randomness)
        pulls.damaged = damaged
    }

    func run(_ onEvent: (RepairEvent) throws -> Void) throws -> Bool {
        func tell(_ event: RepairEvent) throws {
            if event.isFault { foundFault = true }
            try onEvent(event)
        }
        let before = try problems()
        for problem in before { if let file = problem.file { damaged.add(Self.publicPath(file)) } }
        var peers = open()
        // A later charter tells by which keys this region has signed since, and where an old one ends.
        if try pulls.pullCharters(peers) {
            missingPeers = []
            peers = open()
        }
        for peer in peers { try tell(.heard(peer.path, peer.ownHint)) }

        try pulls.pullSettlements(peers)
        var answers: [RepairEvent] = []
        try writer.changing {
            try index.removeAll()
            try restoreChains(peers)
            try restoreEvidence(peers)
            try moveSuperfluous()
            try writer.loadPending()
            let recovery = AnswerRecovery(writer)
            answers = try recovery.run(peers)
            if try PendingDamage.known(to: index).isEmpty { try writer.publishUnheard() }
        }
        for moved in damaged.moved { try tell(.moved(moved.path, to: moved.place)) }
        // What waits for something, or was not to be used, is no fault of this region's files.
        try pulls.tell { event in if event.event == "pulled" { try tell(RepairEvent(event)) } }
        for event in answers { try tell(event) }

        let refusal = try mark(peers, tell)
        if try refusal == nil && (!writer.isVoter || writer.ownMark.fault() == nil) {
            try writer.writeHeads(repairs: true)
        }
        if !before.isEmpty || !damaged.moved.isEmpty {
            for problem in try problems() where isWrong(problem, refusal) { try tell(.unrepaired(problem)) }
        }
        if let refusal { throw refusal }
        try writer.requirePendingWhole()
        if let first = missingPeers.first {
            throw StoreError(
                .noInput, first.path,
                "this peer cannot be read (\(first.error)); what the others hold was taken")
        }
        return foundFault
    }

    /// Without a mark nothing may be signed, the heads neither: they are put right once it may. Evidence that proves what
    /// it says is no damage.
    private func isWrong(_ problem: Problem, _ refusal: StoreError?) -> Bool {
        if refusal != nil, problem.code == .heads { return false }
        guard let file = problem.file, case .evidence = PublicFile(path: Self.publicPath(file)) else {
            return true
        }
        return problem.code == .evidence || problem.code == .name
    }

    // MARK: What is wrong

    /// All that `verify` finds wrong with single files here.
    private func problems() throws -> [Problem] {
        var problems: [Problem] = []
        let verification = try Verification(path: writer.directory.path, world: writer.world)
        _ = try verification.run { line in
            if case .problem(let problem) = line { problems.append(problem) }
        }
        return problems
    }

    /// The path below `public/`.
    private static func publicPath(_ file: String) -> String {
        let prefix = "\(RegionLayout.public)/"
        return file.utf8.starts(with: prefix.utf8) ? String(file.dropFirst(prefix.count)) : file
    }

    /// The peers that can be read. One that is named here and cannot is told at the end; one of the settings is only
    /// not heard.
    private func open() -> [PeerFolder] {
        var peers: [PeerFolder] = []
        for path in options.peers.isEmpty ? writer.configuredPeers : options.peers {
            do {
                peers.append(
                    try PeerFolder(
                        path: path, charters: writer.charters, fileSystem: writer.world.fileSystem,
                        usesHint: false))
            } catch {
                if !options.peers.isEmpty { missingPeers.append((path, error)) }
            }
        }
        return peers
    }

    // MARK: Chains, certificates, votes

    /// Takes in the own files and what is missing between them from peers, until nothing moves any more.
    private func restoreChains(_ visited: [PeerFolder]) throws {
        var peers = try pulls.checkCharters(visited)
        var switched: Set<RegionName> = []
        var replaced: Set<String> = []
        var isProgress = true
        // A peer's copy of what is damaged comes first; the good part of the own one is better than nothing.
        var leavesOutDamaged = true
        while isProgress {
            isProgress = false
            let files = PublicFiles(
                folder: writer.directory.publicFolder, index: index, directory: writer.directory)
            files.isTolerant = true
            if leavesOutDamaged { files.leavesOut = { [damaged] in damaged.contains($0) } }
            try files.loadChains(writer.evaluator)
            for damage in files.damage { damaged.add(damage.path) }
            // What a killed command signed and did not publish has its place once those before it are there.
            if try writer.completeSeal() { isProgress = true }
            for peer in peers {
                if try pulls.pullCertificates(peer) { isProgress = true }
                if try pulls.pullSegments(peer) { isProgress = true }
                if try pulls.pullVotes(peer, reports: false) { isProgress = true }
            }
            for path in damaged.all where !replaced.contains(path) {
                guard try replaceVotes(path, peers) else { continue }
                replaced.insert(path)
                isProgress = true
            }
            if !isProgress && leavesOutDamaged {
                leavesOutDamaged = false
                isProgress = true
            }
            if !isProgress, let (chain, peer) = try takeOwnBranch(peers, but: switched) {
                switched.insert(chain)
                // Whoever has the votes has the blocks.
                peers = [peers[peer]] + peers[..<peer] + peers[(peer + 1)...]
                isProgress = true
            }
        }
    }

    /// Makes room for the branch of a forked chain that this region has voted on, where it took up another one: it was
    /// restored from a backup of before. Returns that chain, and the place of the peer with the votes.
    private func takeOwnBranch(
        _ peers: [PeerFolder], but switched: Set<RegionName>
    ) throws -> (RegionName, Int)? {
        for chain in writer.charters.chains where chain != writer.name && !switched.contains(chain) {
            for (place, peer) in peers.enumerated() {
                guard let height = try OwnCopies(writer).firstVoteElsewhere(on: chain, peer) else { continue }
                try writer.setAside(chain, beyond: height - 1)
                try index.removeAll()
                return (chain, place)
            }
        }
        return nil
    }

    /// Takes a damaged vote file from a peer.
    private func replaceVotes(_ path: String, _ peers: [PeerFolder]) throws -> Bool {
        guard case .votes(let voter, let chain, let name) = PublicFile(path: path) else { return false }
        for peer in peers where try pulls.pull(peer, voter, chain, name, path, false) { return true }
        return false
    }

    // MARK: Evidence, and what is not needed

    /// Takes damaged evidence from a peer: its name is the digest of its bytes.
    private func restoreEvidence(_ peers: [PeerFolder]) throws {
        for path in damaged.all {
            guard case .evidence(let name) = PublicFile(path: path) else { continue }
            for peer in peers {
                guard let bytes = try? peer.contents(path, limit: Evidence.bytesMax),
                    name.text == "\(SHA256.hash(bytes).hexadecimal).json"
                else { continue }
                try damaged.clear(path, for: bytes)
                _ = try writer.publisher.publish(bytes, to: "\(RegionLayout.public)/\(path)")
                break
            }
        }
    }

    /// Moves damaged files away that nothing is lost with: segments of blocks that other files hold by now, and outbox
    /// files, whose content is written anew as far as it is still needed.
    private func moveSuperfluous() throws {
        for path in damaged.all {
            switch PublicFile(path: path) {
            case .segment(let chain, let name):
                if try isSuperfluous(name, chain) { try damaged.clear(path) }
            case .outbox: try damaged.clear(path)
            default: break
            }
        }
    }

    private func isSuperfluous(_ name: SegmentName, _ chain: RegionName) throws -> Bool {
        let folder = writer.directory.publicFolder
        if let file = try? folder.file(at: SegmentFiles.path(name, of: chain)),
            pulls.holds(file, name.heights, of: chain)
        {
            return false
        }
        let others = try SegmentFiles.names(in: name.thousand, of: chain, in: folder)
            .filter { $0 != name }
        return try name.heights.allSatisfy { height in
            try index.block(chain, height: height) != nil
                && others.contains { $0.heights.contains(height) }
        }
    }

    // MARK: The mark

    /// Writes a new high-water mark if the one that is there is a copy or is missing, and all that this region signed
    /// is here as far as anybody can tell. Returns why the region must not sign yet.
    private func mark(
        _ peers: [PeerFolder], _ tell: (RepairEvent) throws -> Void
    ) throws -> StoreError? {
        guard writer.isVoter else { return nil }
        let path = writer.directory.path
        for peer in peers {
            if let finding = try OwnCopies(writer).finding(in: peer) {
                return StoreError(.retry, path, OwnCopies.text(finding, peer.path))
            }
        }
        guard let fault = try writer.ownMark.fault() else { return nil }
        // The marks that are there count for what they say, whoever copied them.
        if let lack = try writer.ownMark.lack() {
            return StoreError(.retry, path, "\(OwnMark.text(lack)); no peer that was read has it")
        }
        guard fault.isOnlyCopied else { return StoreError(.retry, path, OwnMark.text(fault)) }
        let unheard = charter.voters.map(\.name).filter { voter in
            voter != writer.name && !peers.contains { $0.ownHint?.region == voter }
        }
        if !options.isMoved, !unheard.isEmpty || charter.voters.count == 1 {
            let list = unheard.map(\.text).joined(separator: ", ")
            return StoreError(
                .retry, path,
                unheard.isEmpty
                    ? """
                    no other region could hold what this one signed last; if this directory is the \
                    newest there is, and the only one in use from now on, run 'scrip repair --moved'
                    """
                    : """
                    nothing was heard of \(list), who may hold what this region signed last; name a \
                    current copy of their public folders with --from, or, if this directory is the \
                    newest there is, and the only one in use from now on, run 'scrip repair --moved'
                    """
            )
        }
        try writer.markAnew()
        try tell(.marked(try index.head(of: writer.name, genesis: writer.genesis)))
        return nil
    }
}

extension RegionWriter {
    /// Writes new marks of what is here: the last own block, as a file of its own, and the votes on other chains.
    func markAnew() throws {
        let head = try index.head(of: name, genesis: genesis)
        var votes = VotesMark()
        for chain in charters.chains where chain != name {
            let height = try index.lastVote(chain, by: name)
            if height > 0, let block = try index.block(chain, height: height) {
                votes.chains[chain] = VotesMark.Entry(height: height, root: block.root)
            }
        }
        // Of a chain that a charter has ruled on, the votes on the branch that lost are in no index.
        if let before = try markFolder.votes() {
            let ruled = before.chains.filter { !charters.rulings(on: $0.key).isEmpty }
            votes = VotesMark(ruled).merging(votes)
        }
        // Peers remember the outbox files that they have read by their numbers, and an old directory would use some of
        // them again.
        try changing {
            try outbox.raiseHighest(to: outbox.highest() + Self.outboxNumbersSkipped)
        }
        let votesFile = try markFolder.begin(.votes)
        try votesFile.append(votes.bytes)
        let blockFile = try markFolder.begin(.block(height: head.height))
        if head.height > 0 { try copyBlock(head.height, to: blockFile) }
        try StagedFile.finish([votesFile, blockFile], directories: [markFolder.folder])
        // A copy of an older mark goes last: until then the region refuses to sign.
        try markFolder.remove { $0.text != votesFile.name && $0.text != blockFile.name }
        try markFolder.folder.synchronize()
    }

    private static let outboxNumbersSkipped = 100_000

    /// Appends the member that holds an own block, as it was signed.
    private func copyBlock(_ height: Int, to staged: StagedFile) throws {
        guard let (file, _) = try SegmentFiles.file(holding: height, of: name, in: directory.publicFolder)
        else { throw IndexError.damaged }
        let reader = SegmentReader(file)
        while try reader.startMember() {
            let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
            try reader.skipLines(header.count)
            _ = try reader.readLines(atMost: 1)
            try reader.finishMember()
            guard header.height == height else { continue }
            var position = reader.memberStart
            var chunk: [UInt8] = []
            while position < reader.memberEnd {
                chunk.removeAll(keepingCapacity: true)
                let wanted = Int(min(reader.memberEnd - position, 1 << 18))
                let count = try file.read(at: position, atMost: wanted, into: &chunk)
                if count == 0 { throw IndexError.damaged }
                try staged.append(chunk)
                position += Int64(count)
            }
            return
        }
        throw IndexError.damaged
    }
}
