internal import ScripCore
internal import ScripCrypto

/// Bringing the index up to the region's own files: after a crash, after a restart of the machine, and from
/// nothing. Files are believed only after they were verified again.
extension RegionWriter {
    func catchUp() throws {
        try IndexFile.setMeta(index.database, "clean", "0")
        _ = try publisher.clearStaging()
        try index.database.transaction {
            _ = try loadFiles()
            try markClean()
        }
    }

    /// Brings the index up to the files. Returns what is wrong with those, which are left out.
    func loadFiles() throws -> [PublicFiles.Damage] {
        let files = PublicFiles(folder: directory.publicFolder, index: index, directory: directory)
        try files.loadChains(evaluator)
        try findForks()
        try loadPending()
        return files.damage
    }

    /// Takes pool, answers and outbox from their files, as the last thing.
    func loadPending() throws {
        try loadPool()
        try loadOutbox()
        try publishUnheard()
        try IndexFile.setMeta(index.database, "filled", "1")
    }
}

/// Reading the public files of one directory into an index, from where the index stands.
final class PublicFiles {
    /// A file that is not what its name says, or a hole in a chain.
    struct Damage {
        /// Below `public/`.
        let path: String
        let reason: String
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
    private var charter: Charter { directory.charter }

    private static let attemptsMax = 8
    static let certificateBytesMax = 1 << 20
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
        try loadEvidence(folder, [charter], index)
    }

    /// Checks certificates that the index does not have and adds them.
    func loadCertificates() throws {
        for voter in charter.voters {
            let path = "\(RegionLayout.certificates)/\(voter.name.text)"
            for thousand in try thousands(path, from: 0) {
                for name in try names("\(path)/\(thousand.text)").compactMap({ CertificateName($0) }) {
                    if try index.certificates(voter.name, height: name.height).contains(where: {
                        $0.epoch == name.epoch
                    }) {
                        continue
                    }
                    guard
                        let bytes = try contents(
                            "\(path)/\(thousand.text)/\(name.text)", limit: Self.certificateBytesMax)
                    else { continue }
                    guard let certificate = try? Certificate(parsingFile: bytes),
                        let checked = try? certificate.check(charter: charter),
                        certificate.chain == voter.name, certificate.height == name.height
                    else {
                        damage.append(
                            Damage(
                                path: "\(path)/\(thousand.text)/\(name.text)",
                                reason: "it is no good certificate of that block"))
                        continue
                    }
                    try index.addCertificate(
                        voter.name, height: name.height, epoch: checked.verdict.charterEpoch,
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
            for voter in charter.voters where try loadRetrying(voter.name, evaluator, options) {
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
                        memberStarts.append(reader.memberStart)
                        if case .waits = try evaluator.evaluate(reader, chain: chain, options) {
                            return try index.head(of: chain, genesis: directory.genesis).height > start
                        }
                    }
                    try index.setMembers(memberStarts, of: chain, in: name)
                } catch let fault as BlockFault {
                    // The chain simply ends before it.
                    let isProgress = try index.head(of: chain, genesis: directory.genesis).height > start
                    if !isProgress { damage.append(Damage(path: filePath, reason: fault.reason)) }
                    return isProgress
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
        for voter in charter.voters {
            var changes: [(Int, IndexedBlock.Certification)] = []
            try index.forEachBlock(voter.name, above: 0) { block in
                guard block.certification == .absent else { return true }
                for certificate in try index.certificates(voter.name, height: block.height)
                where certificate.epoch == block.charter {
                    changes.append(
                        (block.height, try block.certification(by: certificate.verdict, charter: charter)))
                }
                return true
            }
            for (height, certification) in changes {
                try index.certify(voter.name, height: height, certification)
            }
        }
    }

    /// Checks votes that the index does not have and adds them.
    func loadVotes() throws {
        for voter in charter.voters {
            for chain in charter.voters {
                let path = "\(RegionLayout.votes)/\(voter.name.text)/\(chain.name.text)"
                for thousand in try thousands(path, from: 0) {
                    for name in try names("\(path)/\(thousand.text)").compactMap({ VoteFileName($0) }) {
                        if try name.heights.allSatisfy({
                            try index.vote(chain.name, height: $0, by: voter.name) != nil
                        }) {
                            continue
                        }
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
                            guard let block = try index.block(chain.name, height: height) else { continue }
                            guard let vote = try? Vote(parsing: line), vote.height == height,
                                vote.voter == voter.name, vote.chain == chain.name,
                                let checked = try? vote.check(
                                    charter: charter, seal: try block.seal(charter: charter)),
                                checked.verdict.root == block.root
                            else {
                                damage.append(
                                    Damage(path: filePath, reason: "it holds no good vote on block \(height)")
                                )
                                continue
                            }
                            try index.addVote(
                                chain.name, height: vote.height, voter: voter.name,
                                verdict: checked.verdictDigest, line: vote.line)
                        }
                    }
                }
            }
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
