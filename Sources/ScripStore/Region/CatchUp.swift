internal import ScripCore
internal import ScripCrypto

/// Bringing the index up to the region's own files: after a crash, after a restart of the machine, and from
/// nothing. Files are believed only after they were verified again.
extension RegionWriter {
    func catchUp() throws { try load(after: {}) }

    /// Changes the index by `prepare`, and fills it from the files.
    private func load(after prepare: () throws -> Void) throws {
        try IndexFile.setMeta(index.database, "clean", "0")
        do {
            try index.database.transaction {
                try prepare()
                _ = try loadFiles()
                try markClean()
            }
        } catch {
            index.forgetMemory()
            throw error
        }
    }

    /// Brings the index up to charters that it was not filled under. What was read of a chain beyond the place where one
    /// of them ends it counts no longer, nor does a branch that is not the one they say; so then all is read anew.
    func takeUpCharters() throws {
        try directory.checkCharter()
        let broken = try charters.chains.filter { try index.contradictsCharters($0) || isLost($0) }
        for chain in broken {
            // The blocks of the branch that stands come again from whoever holds them.
            if try isLost(chain) {
                try setAside(chain, beyond: index.lastCertified(chain)?.height ?? 0)
            } else if let end = try index.lastBeforeEnd(chain), end.point != charters.end(of: chain) {
                try setAside(chain, beyond: end.height)
            }
        }
        try load(after: broken.isEmpty ? index.forgetEvidenceByKeys : index.removeAll)
    }

    /// Whether another branch of a chain may take the place of what is here without a certificate.
    private func isLost(_ chain: RegionName) throws -> Bool {
        try index.isOnOtherBranch(chain) || chain != name && index.mayBeOnLostBranch(chain)
    }

    /// Moves the segments of a chain that hold blocks beyond a height, those that the index knows, out of the way, so that
    /// others can take their place. Nothing is deleted.
    func setAside(_ chain: RegionName, beyond height: Int) throws {
        let path = "\(RegionLayout.segments)/\(chain.text)"
        let quarantine = try root.makeSubdirectory(
            RegionLayout.quarantine, permissions: .privateDirectory)
        for text in try directory.publicFolder.subdirectoryIfPresent(path)?.names() ?? [] {
            guard ThousandName(text) != nil else { continue }
            let folder = try directory.publicFolder.subdirectory("\(path)/\(text)")
            for name in try folder.names() {
                guard let segment = SegmentName(name), segment.heights.upperBound > height,
                    try !holdsOther(try folder.file(name), than: chain, beyond: height)
                else { continue }
                if segment.heights.contains(height) {
                    try publish(segment.heights.lowerBound...height, of: chain, from: try folder.file(name))
                }
                var newName = "\(chain.text)-\(charter.epoch)-\(name)"
                if try quarantine.status(of: newName) != nil {
                    // Another, or this one: a power cut may have kept both names.
                    newName = "\(Hexadecimal.encode(world.randomness.bytes(4)))-\(newName)"
                }
                try folder.rename(name, to: newName, in: quarantine, replacing: false)
            }
            try folder.synchronize()
        }
        try quarantine.synchronize()
    }

    /// Whether the first block beyond a height in a segment is another than the one in the index, and so has its place.
    private func holdsOther(_ file: File, than chain: RegionName, beyond height: Int) throws -> Bool {
        let reader = SegmentReader(file)
        do {
            while try reader.startMember() {
                let header = try BlockHeader(line: try reader.readLines(atMost: 1).line(0))
                guard header.height > height else {
                    try reader.skipMember()
                    continue
                }
                try reader.skipLines(header.count)
                let seal = try SealLine(line: try reader.readLines(atMost: 1).line(0))
                guard let block = try index.block(chain, height: header.height) else { return false }
                return block.checkpoint != seal.checkpoint
            }
        } catch {
            // Whatever it holds, it is no block that stands.
        }
        return false
    }

    /// Publishes the first blocks of a segment as one of their own.
    private func publish(_ heights: ClosedRange<Int>, of chain: RegionName, from file: File) throws {
        let reader = SegmentReader(file)
        do {
            for _ in heights {
                guard try reader.startMember() else { return }
                try reader.skipMember()
            }
        } catch is BlockFault {
            // What is not as its name says comes again from others.
            return
        }
        guard let name = SegmentName(heights: heights) else { return }
        let staged = try publisher.stage()
        try staged.append(file, from: 0, to: reader.memberEnd)
        try staged.finish()
        _ = try publisher.publish(
            staged, to: PublicFile.segment(chain: chain, name).regionPath,
            // Those blocks, compressed otherwise, or what was published before this was cut off.
            isEquivalent: { _ in true })
    }

    /// Brings the index up to the files. Returns what is wrong with those, which are left out.
    func loadFiles() throws -> [PublicFiles.Damage] {
        let files = PublicFiles(folder: directory.publicFolder, index: index, directory: directory)
        try files.loadChains(evaluator)
        try index.setBroken(files.damage.lazy.compactMap(BrokenChain.init).first)
        try findForks()
        try loadPending()
        return files.damage
    }

    /// The epoch by whose keys all that is in the pool is signed: a key of the table `meta`.
    static let poolEpoch = "pool_epoch"

    /// Takes pool, answers and outbox from their files, as the last thing.
    func loadPending() throws {
        let damage = try loadPool()
        try IndexFile.setMeta(index.database, Self.poolEpoch, "")
        try PendingDamage.keep(damage, in: index)
        try loadOutbox()
        // Of what a damaged file seems to hold nothing is told to others.
        if damage.isEmpty { try publishUnheard() }
        try IndexFile.setMeta(index.database, "filled", "1")
        try IndexFile.setMeta(index.database, "charters", charters.newest.digest.hexadecimal)
    }
}

/// Reading the public files of one directory into an index, from where the index stands.
final class PublicFiles {
    /// A file that is not what its name says, or a hole in a chain.
    struct Damage {
        /// Below `public/`.
        let path: String
        let reason: String
        /// The block that a segment should hold and does not, for another reason than that a charter is to come.
        var missing: BlockPlace?
    }

    private let folder: Directory
    private let index: LedgerIndex
    private let directory: RegionDirectory
    /// What was found wrong so far.
    private(set) var damage: [Damage] = []
    /// Whether a file that cannot be read is damage like any other, and no error.
    var isTolerant = false
    /// Segment files, below `public/`, that are left out as if they were not there.
    var leavesOut: (_ path: String) -> Bool = { _ in false }
    private var charters: CharterHistory { index.charters }

    private static let attemptsMax = 8
    static let voteFileBytesMax = 256 << 20

    init(folder: Directory, index: LedgerIndex, directory: RegionDirectory) {
        self.folder = folder
        self.index = index
        self.directory = directory
    }

    /// The content of a file; nil if it cannot be read and that is damage.
    private func contents(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        do {
            return try folder.contents(of: path, limit: limit)
        } catch {
            guard isTolerant else { throw error }
            damage.append(Damage(path: path, reason: "it cannot be read: \(error)"))
            return nil
        }
    }

    /// The names in a folder below `public/`; none if it is not there.
    private func names(_ path: String) throws -> [String] {
        try folder.subdirectoryIfPresent(path)?.names() ?? []
    }

    /// The thousands folders below `path`, ascending, from that of `height` on.
    private func thousands(_ path: String, from height: Int) throws -> [ThousandName] {
        let first = ThousandName(height: height).number
        return try names(path).compactMap { ThousandName($0) }.filter { $0.number >= first }
    }

    /// Takes in certificates, blocks and votes, as far as they are good.
    func loadChains(_ evaluator: BlockEvaluator) throws {
        try loadCertificates()
        try loadSegments(evaluator, options: .init(checksAllSignatures: false))
        try certifyBlocks()
        try loadVotes()
        try loadEvidence(folder, charters, index)
    }

    /// Checks certificates that the index does not have and adds them.
    func loadCertificates() throws {
        for chain in charters.chains {
            let path = "\(RegionLayout.certificates)/\(chain.text)"
            for thousand in try thousands(path, from: 0) {
                for name in try names("\(path)/\(thousand.text)").compactMap({ CertificateName($0) }) {
                    if try index.certificates(chain, height: name.height).contains(where: {
                        $0.epoch == name.epoch
                    }) {
                        continue
                    }
                    guard
                        let bytes = try contents(
                            "\(path)/\(thousand.text)/\(name.text)", limit: Certificate.bytesMax)
                    else { continue }
                    guard let certificate = try? Certificate(parsingFile: bytes),
                        let checked = try? certificate.check(charters: charters),
                        certificate.chain == chain, certificate.height == name.height,
                        checked.verdict.charterEpoch == name.epoch
                    else {
                        damage.append(
                            Damage(
                                path: "\(path)/\(thousand.text)/\(name.text)",
                                reason: "it is no good certificate of that block"))
                        continue
                    }
                    try index.addCertificate(
                        chain, height: name.height, epoch: checked.verdict.charterEpoch,
                        size: checked.verdict.size, root: checked.verdict.root,
                        verdict: checked.verdict.text)
                }
            }
        }
    }

    /// Evaluates the blocks that the index does not have, chain after chain, until none is left that can be.
    func loadSegments(_ evaluator: BlockEvaluator, options: BlockEvaluator.Options) throws {
        var isProgress = true
        while isProgress {
            isProgress = false
            for chain in charters.chains where try loadRetrying(chain, evaluator, options) {
                isProgress = true
            }
        }
    }

    /// As `loadNext`, and once more where a file vanishes after its name was read: `pack` has merged it meanwhile.
    private func loadRetrying(
        _ chain: RegionName, _ evaluator: BlockEvaluator, _ options: BlockEvaluator.Options
    ) throws -> Bool {
        for _ in 1..<Self.attemptsMax {
            do {
                return try loadNext(chain, evaluator, options)
            } catch let error as FileError {
                if !error.isMissing { throw error }
            }
        }
        return try loadNext(chain, evaluator, options)
    }

    private func loadNext(
        _ chain: RegionName, _ evaluator: BlockEvaluator, _ options: BlockEvaluator.Options
    ) throws -> Bool {
        let start = try index.head(of: chain, genesis: directory.genesis).height
        let path = "\(RegionLayout.segments)/\(chain.text)"
        for thousand in try thousands(path, from: start + 1) {
            let found = try names("\(path)/\(thousand.text)").compactMap { SegmentName($0) }
                .sorted { $0.heights.lowerBound < $1.heights.lowerBound }
            for name in found where name.heights.upperBound > start {
                let head = try index.head(of: chain, genesis: directory.genesis).height
                if name.heights.upperBound <= head { continue }
                let filePath = "\(path)/\(thousand.text)/\(name.text)"
                if name.heights.lowerBound > head + 1 {
                    if head == start {
                        damage.append(
                            Damage(path: filePath, reason: "the block before it, \(head + 1), is missing"))
                    }
                    return head > start
                }
                if leavesOut(filePath) { return head > start }
                var memberStarts: [Int64] = []
                do {
                    let reader = SegmentReader(try folder.file(at: filePath))
                    while try reader.startMember() {
                        if try index.head(of: chain, genesis: directory.genesis).height
                            >= name.heights.upperBound
                        {
                            throw BlockFault(.framing, "something follows the last block of its name")
                        }
                        memberStarts.append(reader.memberStart)
                        switch try evaluator.evaluate(reader, chain: chain, options) {
                        case .accepted, .held: break
                        case .waits, .ended:
                            return try index.head(of: chain, genesis: directory.genesis).height > start
                        }
                    }
                    try index.setMembers(memberStarts, of: chain, in: name)
                } catch let fault as BlockFault {
                    // The chain simply ends before it.
                    let height = try index.head(of: chain, genesis: directory.genesis).height
                    // A file whose blocks are all there is not read again.
                    if height == start || height >= name.heights.upperBound {
                        let isMissing = height == start && fault.code != .charter
                        damage.append(
                            Damage(
                                path: filePath, reason: fault.reason,
                                missing: isMissing ? BlockPlace(chain: chain, height: height + 1) : nil))
                    }
                    return height > start
                } catch let error as FileError where isTolerant {
                    damage.append(Damage(path: filePath, reason: "it cannot be read: \(error)"))
                    return try index.head(of: chain, genesis: directory.genesis).height > start
                }
            }
        }
        return try index.head(of: chain, genesis: directory.genesis).height > start
    }

    /// Compares blocks without certification with the certificates that are held.
    func certifyBlocks() throws {
        for chain in charters.chains {
            var changes: [(Int, IndexedBlock.Certification)] = []
            try index.forEachBlock(chain, above: 0) { block in
                guard block.certification == .absent else { return true }
                let certification = try index.certification(of: block)
                if certification != .absent { changes.append((block.height, certification)) }
                return true
            }
            for (height, certification) in changes {
                try index.certify(chain, height: height, certification)
            }
        }
    }

    /// Checks votes that the index does not have and adds them.
    func loadVotes() throws {
        for voter in charters.chains {
            for chain in charters.chains {
                let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)"
                for thousand in try thousands(path, from: 0) {
                    for name in try names("\(path)/\(thousand.text)").compactMap({ VoteFileName($0) }) {
                        if try index.holdsVotes(name, of: voter, on: chain) { continue }
                        guard
                            let bytes = try contents(
                                "\(path)/\(thousand.text)/\(name.text)", limit: Self.voteFileBytesMax)
                        else { continue }
                        let lines = VoteFile.read(bytes)
                        let filePath = "\(path)/\(thousand.text)/\(name.text)"
                        if lines.count != name.heights.count {
                            damage.append(
                                Damage(
                                    path: filePath,
                                    reason: "it holds \(lines.count) votes, not \(name.heights.count)"))
                        }
                        for (line, height) in zip(lines, name.heights) {
                            guard let block = try index.block(chain, height: height) else { continue }
                            guard let vote = try? Vote(parsing: line), vote.height == height,
                                vote.voter == voter, vote.chain == chain,
                                let checked = try? vote.check(
                                    charters: charters, seal: try block.seal(charters)),
                                checked.verdict.root == block.root,
                                checked.verdict.charterEpoch == name.epoch ?? block.charter
                            else {
                                // On a branch that a charter has ruled out, and on what an old key signed, votes are
                                // left standing.
                                if index.rulingEpochs(of: block).isEmpty,
                                    !isSettled(line, voter, chain, height)
                                {
                                    damage.append(
                                        Damage(
                                            path: filePath, reason: "it holds no good vote on block \(height)"
                                        ))
                                }
                                continue
                            }
                            try index.addVote(
                                chain, height: vote.height, epoch: checked.verdict.charterEpoch, voter: voter,
                                verdict: checked.verdictDigest, line: vote.line)
                        }
                    }
                }
            }
        }
    }
}

extension PublicFiles {
    /// Whether a line is a good vote on a block that is none any more, since a later charter said so.
    private func isSettled(
        _ line: [UInt8], _ voter: RegionName, _ chain: RegionName, _ height: Int
    ) -> Bool {
        guard let vote = try? Vote(parsing: line), vote.voter == voter, vote.chain == chain,
            vote.height == height, let checked = try? vote.check(charters: charters)
        else { return false }
        return charters.hasSettled(
            verdictOn: chain, size: checked.verdict.size, epoch: checked.verdict.charterEpoch)
    }
}

extension LedgerIndex {
    /// Whether all votes of a file are known.
    func holdsVotes(_ file: VoteFileName, of voter: RegionName, on chain: RegionName) throws -> Bool {
        try file.heights.allSatisfy { height in
            var epoch = file.epoch
            if epoch == nil {
                epoch =
                    try charters.epochs.count == 1
                    ? charters.newest.epoch : block(chain, height: height)?.charter
            }
            return try epoch.map { try vote(chain, height: height, epoch: $0, by: voter) != nil } ?? false
        }
    }
}

/// The lines of a vote file.
enum VoteFile {
    /// The lines without their newlines; a last line without one does not count.
    static func read(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for (position, byte) in bytes.enumerated() where byte == 0x0a {
            lines.append(Array(bytes[start..<position]))
            start = position + 1
        }
        return lines
    }
}
