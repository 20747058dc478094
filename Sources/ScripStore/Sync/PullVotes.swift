internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    // MARK: Certificates

    /// How many certificates are looked for by their names, where the hint says that there may be some; for more of
    /// them the folders are listed.
    private static let certificatesNamedMax = 64

    /// Takes over certificates that this region lacks.
    func pullCertificates(_ peer: PeerFolder) throws -> Bool {
        var isProgress = false
        for chain in charters.chains {
            if let guide = peer.guide {
                let offered = guide.chains.first { $0.region == chain }?.height ?? 0
                if let heights = try lackingCertificates(chain, upTo: offered) {
                    for height in heights {
                        if try pullCertificate(peer, chain, height: height) { isProgress = true }
                    }
                    continue
                }
            }
            if try pullListedCertificates(peer, chain) { isProgress = true }
        }
        return isProgress
    }

    /// The heights of the blocks, held or up to a height, without a certificate; nil if they are too many to be looked
    /// for one by one.
    private func lackingCertificates(_ chain: RegionName, upTo offered: Int) throws -> [Int]? {
        let held = try index.head(of: chain, genesis: genesis).height
        var heights = try index.uncertifiedHeights(chain, atMost: Self.certificatesNamedMax + 1)
        guard heights.count + max(offered - held, 0) <= Self.certificatesNamedMax else { return nil }
        if offered > held {
            for height in (held + 1)...offered where try index.certificates(chain, height: height).isEmpty {
                heights.append(height)
            }
        }
        return heights
    }

    private func pullCertificate(_ peer: PeerFolder, _ chain: RegionName, height: Int) throws -> Bool {
        var isProgress = false
        for epoch in charters.epochs.map(\.charter.epoch) {
            guard let name = CertificateName(height: height, epoch: epoch) else { continue }
            let path = "\(RegionLayout.certificates)/\(chain.text)/\(name.thousand.text)/\(name.text)"
            guard peer.status(of: path) != nil else { continue }
            if try pull(peer, chain, name, path) { isProgress = true }
        }
        return isProgress
    }

    private func pullListedCertificates(_ peer: PeerFolder, _ chain: RegionName) throws -> Bool {
        var isProgress = false
        let lacking = try index.firstUncertified(chain)
        let path = "\(RegionLayout.certificates)/\(chain.text)"
        for thousand in peer.thousands(path, from: lacking) {
            let folder = "\(path)/\(thousand.text)"
            let names = try names(
                folder, of: peer, by: CertificateName.precede,
                isForeign: { CertificateName($0)?.thousand != thousand },
                { text in
                    guard let name = CertificateName(text), name.thousand == thousand, name.height >= lacking
                    else { return nil }
                    // It is for a charter that is not here yet, or never.
                    if charters.charter(of: name.epoch) == nil {
                        peer.isComplete = false
                        return nil
                    }
                    return name
                })
            for name in names where !peer.isExhausted("\(folder)/") {
                if try pull(peer, chain, name, "\(folder)/\(name.text)") { isProgress = true }
            }
        }
        return isProgress
    }

    private func pull(
        _ peer: PeerFolder, _ chain: RegionName, _ name: CertificateName, _ path: String
    ) throws -> Bool {
        if try index.certificates(chain, height: name.height).contains(where: { $0.epoch == name.epoch }) {
            return false
        }
        var status: FileStatus?
        do {
            guard let file = try open(path, of: peer, limit: Certificate.bytesMax) else {
                return false
            }
            let bytes = try file.contents()
            status = file.status
            let certificate = try Certificate(parsingFile: bytes)
            let checked = try certificate.check(charters: charters)
            guard certificate.chain == chain, certificate.height == name.height,
                checked.verdict.charterEpoch == name.epoch
            else {
                try foundUseless(path, of: peer, status)
                report(.ignored(peer.path, path, "the name is not that of the certificate"))
                return false
            }
            try damaged?.clear(path, for: bytes)
            report(.pulled(certificate: path, of: chain, height: name.height, from: peer.path))
            try writer.take(certificate, checked, isOwn: false) { report($0) }
            return true
        } catch let error as CertificateError {
            try foundUseless(path, of: peer, status)
            report(.ignored(peer.path, path, "\(error)"))
        } catch let error as ForeignFileError {
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
        return false
    }

    // MARK: Votes

    /// Takes over votes on blocks that are held. With `reports` what cannot be used is said, once at the end.
    func pullVotes(_ peer: PeerFolder, reports: Bool) throws -> Bool {
        var isProgress = false
        // A block may need votes for two quorums, or those of a later one.
        let needsAll = charters.epochs.count > 1
        for voter in charters.chains where voter != writer.name || damaged != nil {
            for chain in charters.chains {
                let last = try index.lastVote(chain, by: voter)
                let offered =
                    if let guide = peer.guide {
                        guide.votes.first { $0.voter == voter && $0.chain == chain }?.height ?? 0
                    } else {
                        Int.max
                    }
                // A vote below those that are held matters as long as its block has no certificate.
                let gap = try index.firstLackedVote(
                    chain, by: voter, upTo: min(last, offered), evenIfOneIsHeld: needsAll)
                if gap == nil, offered <= last { continue }
                if gap == nil, offered < Int.max,
                    let name = VoteFileName(heights: (last + 1)...offered),
                    try pullNamed(peer, voter, chain, name, reports: reports)
                {
                    isProgress = true
                    continue
                }
                if try pullVotes(peer, voter, chain, from: gap ?? last + 1, reports: reports) {
                    isProgress = true
                }
            }
        }
        return isProgress
    }

    /// Takes the file that there should be according to the hint, so that its folder need not be listed.
    private func pullNamed(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName, reports: Bool
    ) throws -> Bool {
        let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)/\(name.thousand.text)/\(name.text)"
        guard name.heights.upperBound <= (try index.head(of: chain, genesis: genesis).height),
            peer.status(of: path) != nil
        else { return false }
        return try pull(peer, voter, chain, name, path, reports)
    }

    private func pullVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, from height: Int, reports: Bool
    ) throws -> Bool {
        var isProgress = false
        let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)"
        for thousand in peer.thousands(path, from: height) {
            let first = max(height, thousand.number * 1_000)
            if try pullVotes(peer, voter, chain, thousand, from: first, reports: reports) {
                isProgress = true
            }
        }
        return isProgress
    }

    /// Takes over the votes in a folder of a thousand heights.
    private func pullVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ thousand: ThousandName,
        from first: Int, reports: Bool
    ) throws -> Bool {
        let folder = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)/\(thousand.text)"
        let head = try index.head(of: chain, genesis: genesis).height
        // Looked up once for the folder, and not for each range that a name may claim.
        var lacking = try LackedHeights(
            from: first, upTo: min(head, thousand.number * 1_000 + 999),
            where: { try !index.hasVote(chain, height: $0, by: voter) })
        var later: VoteFileName?
        let names = try names(
            folder, of: peer, part: "votes \(head) \(first)", by: VoteFileName.precede,
            isForeign: { VoteFileName($0)?.thousand != thousand },
            { text in
                guard let name = VoteFileName(text), name.thousand == thousand,
                    name.heights.upperBound >= first,
                    name.epoch.map({ charters.charter(of: $0) != nil }) ?? true
                else { return nil }
                // It cannot be judged before the blocks are here, and takes no place of one that can.
                if name.heights.upperBound > head {
                    later = later ?? name
                    return nil
                }
                // In a repair more may be lacking later than is now.
                return name.epoch != nil || damaged != nil || lacking.meets(name.heights) ? name : nil
            })
        if let later {
            peer.isComplete = false
            if reports {
                report(
                    .pending(peer.path, "\(folder)/\(later.text)", "votes on blocks that are not here yet"))
            }
        }
        var isProgress = false
        // A repair takes them in the order of their heights, as they were cast.
        let ordered =
            damaged == nil
            ? alternating(names) : names.sorted { $0.heights.lowerBound < $1.heights.lowerBound }
        for name in ordered where !peer.isExhausted("\(folder)/") {
            if name.epoch == nil {
                if !lacking.meets(name.heights) { continue }
            } else if try index.holdsVotes(name, of: voter, on: chain) {
                continue
            }
            if try pull(peer, voter, chain, name, "\(folder)/\(name.text)", reports) {
                isProgress = true
                if name.epoch == nil { lacking.remove(name.heights) }
            }
        }
        return isProgress
    }

    /// Heights of one folder for which something is missing.
    private struct LackedHeights {
        private var heights: [Int]

        init(from first: Int, upTo last: Int, where isLacked: (Int) throws -> Bool) rethrows {
            heights = first > last ? [] : try (first...last).filter(isLacked)
        }

        /// Whether any of them is in a range.
        func meets(_ range: ClosedRange<Int>) -> Bool {
            var low = 0
            var high = heights.count
            while low < high {
                let middle = (low + high) / 2
                if heights[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
            }
            return low < heights.count && heights[low] <= range.upperBound
        }

        mutating func remove(_ range: ClosedRange<Int>) {
            heights.removeAll { range.contains($0) }
        }
    }

    /// Why a vote file is not taken.
    private struct FileRefusal: Error {
        let event: SyncEvent
        /// Whether the file will be no better later.
        var isUseless = false
        /// Whether it is told at once, and not in the last round only.
        var isToldAtOnce = false
    }

    /// A vote that is good: what the index keeps of it.
    private struct CheckedLine {
        let height: Int
        let epoch: Int
        let verdict: Digest
        let line: [UInt8]
    }

    /// The longest vote file that is taken, in bytes: 5 MiB. A vote that lists every record of the largest block fits.
    static let voteFileBytesMax = 5 << 20

    /// What a file of votes on these blocks can be as long as: notes without an invalid record take less than
    /// 4 KiB, and each record can be listed once.
    private func voteBytesMax(_ chain: RegionName, _ heights: ClosedRange<Int>) throws -> Int {
        var records = 0
        for height in heights { records += try index.block(chain, height: height)?.count ?? 0 }
        return min(4_096 * heights.count + 64 * records, Self.voteFileBytesMax)
    }

    /// A vote on a block that is not the one held carries a checkpoint of the chain.
    private func keepFork(_ vote: Vote, _ chain: RegionName) throws {
        if vote.chain == chain { report(try writer.keepFork(vote.checkpoint, of: chain)) }
    }

    /// A vote file is taken as a whole: the votes of one voter on consecutive blocks that are held, all good.
    func pull(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName, _ path: String,
        _ reports: Bool
    ) throws -> Bool {
        var status: FileStatus?
        do {
            guard let file = try voteFile(peer, chain, name, path) else { return false }
            let bytes = file.bytes
            status = file.status
            let lines = bytes.last == UInt8(ascii: "\n") ? VoteFile.read(bytes) : []
            let votes = try check(lines, peer, voter, chain, name, path)
            try damaged?.clear(path, for: bytes)
            try publishVotes(bytes, peer, voter, chain, name, path)
            for vote in votes {
                try index.addVote(
                    chain, height: vote.height, epoch: vote.epoch, voter: voter, verdict: vote.verdict,
                    line: vote.line)
            }
        } catch let refusal as FileRefusal {
            peer.isComplete = false
            if refusal.isUseless { try foundUseless(path, of: peer, status) }
            if refusal.isUseless || refusal.isToldAtOnce || reports { report(refusal.event) }
            return false
        }
        report(.pulled(votes: path, of: voter, on: chain, name.heights, from: peer.path))
        return true
    }

    private func publishVotes(
        _ bytes: [UInt8], _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName,
        _ name: VoteFileName, _ path: String
    ) throws {
        do {
            _ = try writer.publisher.publish(
                bytes, to: PublicFile.votes(voter: voter, chain: chain, name).regionPath)
        } catch PublishError.conflict {
            throw FileRefusal(
                event: .ignored(peer.path, path, "other votes of the same voter on these blocks are held"),
                isUseless: true)
        }
    }

    /// The content of a vote file; nil if it was of no use before.
    private func voteFile(
        _ peer: PeerFolder, _ chain: RegionName, _ name: VoteFileName, _ path: String
    ) throws -> (bytes: [UInt8], status: FileStatus)? {
        guard name.heights.upperBound <= (try index.head(of: chain, genesis: genesis).height) else {
            throw FileRefusal(event: .pending(peer.path, path, "votes on blocks that are not here yet"))
        }
        do {
            guard let file = try open(path, of: peer, limit: try voteBytesMax(chain, name.heights)) else {
                return nil
            }
            return (try file.contents(), file.status)
        } catch let error as ForeignFileError {
            // What is no file becomes none by waiting, so it is told at once.
            throw FileRefusal(event: .pending(peer.path, path, "\(error)"), isToldAtOnce: true)
        }
    }

    private func check(
        _ lines: [[UInt8]], _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName,
        _ name: VoteFileName, _ path: String
    ) throws -> [CheckedLine] {
        guard lines.count == name.heights.count else {
            throw FileRefusal(
                event: .pending(peer.path, path, "it holds \(lines.count) votes, not \(name.heights.count)"),
                isUseless: true)
        }
        var votes: [CheckedLine] = []
        for (line, height) in zip(lines, name.heights) {
            guard let block = try index.block(chain, height: height) else { throw IndexError.damaged }
            let epoch = name.epoch ?? block.charter
            let (vote, checked) = try check(line, on: block, peer, path)
            guard vote.voter == voter, vote.chain == chain, vote.height == height,
                checked.verdict.root == block.root, checked.verdict.from == block.first,
                checked.verdict.charterEpoch == epoch
            else {
                try keepFork(vote, chain)
                throw FileRefusal(
                    event: .ignored(peer.path, path, "a vote on another block than the one held"),
                    isUseless: true)
            }
            votes.append(
                CheckedLine(height: height, epoch: epoch, verdict: checked.verdictDigest, line: line))
        }
        return votes
    }

    private func check(
        _ line: [UInt8], on block: IndexedBlock, _ peer: PeerFolder, _ path: String
    ) throws -> (vote: Vote, checked: CheckedVote) {
        let seal = try? block.seal(charters)
        do {
            let vote = try Vote(parsing: line)
            return (vote, try vote.check(charters: charters, seal: seal))
        } catch {
            throw FileRefusal(event: .ignored(peer.path, path, "\(error)"), isUseless: true)
        }
    }
}

extension LedgerIndex {
    /// The heights of the first blocks of a chain without a certificate, ascending.
    func uncertifiedHeights(_ chain: RegionName, atMost count: Int) throws -> [Int] {
        let query = try database.cached(
            """
            SELECT height FROM block WHERE certified<>1 AND certified=0 AND chain=? ORDER BY height LIMIT ?
            """)
        defer { query.reset() }
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(count))
        var heights: [Int] = []
        while try query.step() { heights.append(Int(query.integer(0))) }
        return heights
    }

    /// The lowest block of a chain up to a height that has no certificate, and no vote of `voter`, or perhaps not all;
    /// nil if there is none.
    func firstLackedVote(
        _ chain: RegionName, by voter: RegionName, upTo height: Int, evenIfOneIsHeld: Bool = false
    ) throws -> Int? {
        let query = try database.cached(
            """
            SELECT height FROM block WHERE certified<>1 AND certified=0 AND chain=?1 AND height<=?3
            AND (?4 OR NOT EXISTS (
                SELECT 1 FROM vote WHERE vote.chain=?1 AND vote.height=block.height AND vote.voter=?2))
            ORDER BY height LIMIT 1
            """)
        defer { query.reset() }
        try query.bind(1, try id(of: chain))
        try query.bind(2, try id(of: voter))
        try query.bind(3, Int64(height))
        try query.bind(4, evenIfOneIsHeld ? 1 : 0)
        return try query.step() ? Int(query.integer(0)) : nil
    }

    /// Whether the vote of `voter` on a block is held, for the quorum of the epoch that the block names.
    func hasVote(_ chain: RegionName, height: Int, by voter: RegionName) throws -> Bool {
        let query = try database.cached(
            """
            SELECT 1 FROM vote JOIN block USING(chain, height)
            WHERE chain=? AND height=? AND voter=? AND epoch=block.charter
            """)
        defer { query.reset() }
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, try id(of: voter))
        return try query.step()
    }

    /// The lowest height of a chain for which no certificate is held, be the block held or not.
    func firstUncertified(_ chain: RegionName) throws -> Int {
        let query = try database.prepare(
            "SELECT MIN(height) FROM block WHERE certified=0 AND chain=? AND certified<>1")
        try query.bind(1, try id(of: chain))
        if try query.step(), !query.isNull(0) { return Int(query.integer(0)) }
        let last = try database.prepare("SELECT MAX(height) FROM certificate WHERE chain=?")
        try last.bind(1, try id(of: chain))
        return try last.step() && !last.isNull(0) ? Int(last.integer(0)) + 1 : 1
    }
}
