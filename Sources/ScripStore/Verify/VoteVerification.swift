internal import ScripCore
internal import ScripCrypto

/// Checks vote files, all signatures in them, and the votes against the blocks that they are on.
final class VoteVerification {
    private let context: VerificationContext
    private let pipeline: OrderedPipeline<[Checked]>
    /// The files of the jobs that are on their way.
    private var batches = Queue<(file: VoteFile, firstLine: Int)>()

    /// A vote file that is being read.
    private final class VoteFile {
        let voter: RegionName
        let chain: RegionName
        let name: VoteFileName
        let folder: WalkedFolder
        let path: String
        /// It is no text of votes at all; nothing more is told of it.
        var isGivenUp = false

        init(
            voter: RegionName, chain: RegionName, name: VoteFileName, folder: WalkedFolder, path: String
        ) {
            self.voter = voter
            self.chain = chain
            self.name = name
            self.folder = folder
            self.path = path
        }
    }

    /// A line with the checkpoint of the block that it should be on, if that is here.
    private struct Line: Sendable {
        let bytes: [UInt8]
        let seal: VerifiedCheckpoint?
    }

    private struct Checked: Sendable {
        let result: Result<CheckedVote, VoteError>
        let vote: Vote?
    }

    private static let fileBytesMax = 1 << 40
    /// A verdict that lists every record of a full block, escaped, and a checkpoint fit.
    private static let lineBytesMax = 16 << 20
    /// Each line costs two signatures.
    private static let linesPerJob = 16
    private static let jobBytesMax = 1 << 20

    init(_ context: VerificationContext) {
        self.context = context
        pipeline = OrderedPipeline(context.workers)
    }

    /// Checks everything below `votes/`.
    func run(_ folder: WalkedFolder) throws {
        for (text, voter) in try folder.names({ RegionName($0) }) {
            guard let inner = try folder.folder(text) else { continue }
            let isVoter = context.charters.hasChain(voter)
            for (text, chain) in try inner.names({ context.chain($0) }) {
                guard let chainFolder = try inner.folder(text, chain: chain) else { continue }
                try run(chainFolder, voter: voter, chain: chain, isVoter: isVoter)
            }
        }
        while let checked = pipeline.next() { try take(checked) }
    }

    private func run(
        _ folder: WalkedFolder, voter: RegionName, chain: RegionName, isVoter: Bool
    ) throws {
        for (text, thousand) in try folder.names({ ThousandName($0) }) {
            guard let inner = try folder.folder(text) else { continue }
            let names = try inner.names { text in
                VoteFileName(text).flatMap { $0.thousand == thousand ? $0 : nil }
            }
            for (text, name) in names {
                let path = inner.path(of: text)
                guard isVoter else {
                    try folder.problem(.notAVoter, path, "'\(voter)' is no voter of the charter")
                    continue
                }
                guard let foreign = try inner.file(text, limit: Self.fileBytesMax) else { continue }
                let file = VoteFile(voter: voter, chain: chain, name: name, folder: folder, path: path)
                try read(LineStream(foreign, lineBytesMax: Self.lineBytesMax), file)
            }
        }
    }

    // MARK: Reading

    private func read(_ lines: LineStream, _ file: VoteFile) throws {
        let heights = file.name.heights
        var count = 0
        var batch: [Line] = []
        var bytes = 0
        func submitBatch() throws {
            if batch.isEmpty { return }
            try submit(batch, file, firstLine: count - batch.count + 1)
            batch = []
            bytes = 0
        }
        do {
            while count <= heights.count, !file.isGivenUp, let line = try lines.next() {
                batch.append(Line(bytes: line, seal: try seal(file.chain, heights.lowerBound + count)))
                count += 1
                bytes += line.count
                if batch.count == Self.linesPerJob || bytes > Self.jobBytesMax { try submitBatch() }
            }
        } catch let fault as LineStream.Fault {
            try submitBatch()
            return try report(fault, file, line: count + 1)
        }
        try submitBatch()
        if count != heights.count && !file.isGivenUp {
            let word = count > heights.count ? "more" : "fewer"
            try file.folder.problem(.name, file.path, "it holds \(word) votes than its name says")
        }
    }

    private func report(_ fault: LineStream.Fault, _ file: VoteFile, line: Int) throws {
        switch fault {
        case .tooLong: try problem(.limit, file, line: line, "it is longer than \(Self.lineBytesMax) bytes")
        case .cutOff: try problem(.vote, file, line: line, "it is cut off")
        case .file(let error): try file.folder.problem(.file, file.path, "it cannot be read: \(error)")
        }
    }

    private func problem(_ code: ProblemCode, _ file: VoteFile, line: Int, _ reason: String) throws {
        try file.folder.problem(
            code, file.path, "line \(line): \(reason)", height: file.name.heights.lowerBound + line - 1)
    }

    /// The checkpoint of a block that was verified.
    private func seal(_ chain: RegionName, _ height: Int) throws -> VerifiedCheckpoint? {
        guard let block = try context.index.block(chain, height: height) else { return nil }
        guard let charter = context.charters.charter(of: block.charter) else { return nil }
        return try VerifiedCheckpoint(
            verifiedBefore: try SignedNote(parsing: block.checkpoint), chain: chain, charter: charter)
    }

    private func submit(_ lines: [Line], _ file: VoteFile, firstLine: Int) throws {
        if pipeline.isFull, let checked = pipeline.next() { try take(checked) }
        batches.append((file, firstLine))
        let charters = context.charters
        pipeline.submit {
            lines.map { line in
                var vote: Vote?
                let result = Result { () throws(VoteError) in
                    let read = try Vote(parsing: line.bytes)
                    vote = read
                    return try read.check(charters: charters, seal: line.seal)
                }
                return Checked(result: result, vote: vote)
            }
        }
    }

    // MARK: Judging

    private func take(_ checked: [Checked]) throws {
        guard let (file, firstLine) = batches.takeFirst() else { return }
        for (number, entry) in checked.enumerated() where !file.isGivenUp {
            try take(entry, file, line: firstLine + number)
        }
    }

    private func take(_ checked: Checked, _ file: VoteFile, line: Int) throws {
        let cast: CheckedVote
        switch checked.result {
        case .success(let vote): cast = vote
        case .failure(let error):
            switch error {
            case .json: file.isGivenUp = true
            case .epoch(let epoch, let newest) where epoch > newest:
                // The charter that it is judged by is not here.
                return context.findings.pending(file.chain)
            case .stranger, .observer: return try problem(.notAVoter, file, line: line, "\(error)")
            default: break
            }
            return try problem(.vote, file, line: line, "\(error)")
        }
        let height = file.name.heights.lowerBound + line - 1
        guard checked.vote?.voter == file.voter, checked.vote?.chain == file.chain,
            cast.verdict.height == height
        else {
            return try problem(.vote, file, line: line, "voter, chain and height are not those of its place")
        }
        if let earlier = try context.index.noteVote(
            file.chain, height: height, epoch: cast.verdict.charterEpoch, voter: file.voter,
            verdict: cast.verdictDigest),
            earlier != cast.verdictDigest
        {
            return try problem(
                .equivocation, file, line: line, "the voter has signed another verdict on this block, too")
        }
        context.findings.count(file.chain) { $0.votes += 1 }
        guard let block = try context.index.block(file.chain, height: height) else {
            if let end = context.charters.end(of: file.chain), context.index.hasReached(end) { return }
            return context.findings.pending(file.chain)
        }
        let isOnBlock =
            cast.verdict.size == block.size && cast.verdict.from == block.first
            && cast.verdict.root == block.root
        // Votes on a branch that a charter has ruled out, or on what an old key signed, are left standing.
        if !isOnBlock,
            context.charters.hasSettled(
                verdictOn: file.chain, size: cast.verdict.size, epoch: cast.verdict.charterEpoch)
        {
            return
        }
        if cast.verdict.size == block.size && cast.verdict.root != block.root {
            return try problem(.fork, file, line: line, "the chain has signed another tree of this size, too")
        }
        guard cast.verdict.size == block.size, cast.verdict.from == block.first else {
            return try problem(.vote, file, line: line, "the vote does not fit the block")
        }
        guard cast.verdict.charterEpoch == file.name.epoch ?? block.charter else {
            return try problem(.vote, file, line: line, "the vote is for another epoch than its place says")
        }
    }
}

extension LedgerIndex {
    /// Notes a vote that was checked. Returns the verdict that the voter was noted with before; where that is another
    /// one, both are kept.
    fileprivate func noteVote(
        _ chain: RegionName, height: Int, epoch: Int, voter: RegionName, verdict: Digest
    ) throws -> Digest? {
        try addVote(chain, height: height, epoch: epoch, voter: voter, verdict: verdict, line: [])
        if database.changes > 0 { return nil }
        let find = try query(.vote)
        try find.bind(1, try id(of: chain))
        try find.bind(2, Int64(height))
        try find.bind(3, Int64(epoch))
        try find.bind(4, try id(of: voter))
        guard try find.step(), let earlier = find.bytes32(0) else { throw IndexError.damaged }
        if earlier != verdict {
            let mark = try database.prepare(
                "UPDATE vote SET line=? WHERE chain=? AND height=? AND epoch=? AND voter=?")
            try mark.bind(1, verdict)
            try mark.bind(2, try id(of: chain))
            try mark.bind(3, Int64(height))
            try mark.bind(4, Int64(epoch))
            try mark.bind(5, try id(of: voter))
            try mark.run()
        }
        return earlier
    }

    /// The votes that `noteVote` noted on a block, both verdicts of a voter who has two.
    func ballots(_ chain: RegionName, height: Int, epoch: Int) throws -> [Ballot] {
        try votes(chain, height: height, epoch: epoch).flatMap { vote in
            [Ballot(voter: vote.voter, verdict: vote.verdict)]
                + (Digest(vote.line).map { [Ballot(voter: vote.voter, verdict: $0)] } ?? [])
        }
    }
}
