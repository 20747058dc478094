internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    // MARK: Certificates

    /// Takes over certificates that this region lacks.
    func pullCertificates(_ peer: PeerFolder) throws -> Bool {
        var isProgress = false
        for chain in charters.chains {
            let highest = max(
                try index.head(of: chain, genesis: genesis).height,
                peer.hint?.chains.first { $0.region == chain }?.height ?? 0)
            let lacking = try index.firstUncertified(chain)
            if peer.hint != nil && lacking > highest { continue }
            let path = "\(RegionLayout.certificates)/\(chain.text)"
            for thousand in peer.thousands(path, from: lacking) {
                let folder = "\(path)/\(thousand.text)"
                let names = peer.names(folder) {
                    CertificateName($0).flatMap { $0.thousand == thousand ? $0 : nil }
                }
                .filter { $0.height >= lacking }.sorted { $0.height < $1.height }
                for name in names where try pull(peer, chain, name, "\(folder)/\(name.text)") {
                    isProgress = true
                }
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
        do {
            let bytes = try peer.contents(path, limit: PublicFiles.certificateBytesMax)
            let certificate = try Certificate(parsingFile: bytes)
            let checked = try certificate.check(charters: charters)
            guard certificate.chain == chain, certificate.height == name.height,
                checked.verdict.charterEpoch == name.epoch
            else {
                report(.ignored(peer.path, path, "the name is not that of the certificate"))
                return false
            }
            try damaged?.clear(path, for: bytes)
            report(.pulled(certificate: path, of: chain, height: name.height, from: peer.path))
            try writer.take(certificate, checked, isOwn: false) { report($0) }
            return true
        } catch let error as CertificateError {
            peer.isComplete = false
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
        for voter in charters.chains where voter != writer.name || damaged != nil {
            for chain in charters.chains {
                let held = try index.lastVote(chain, by: voter)
                if let hint = peer.hint {
                    let offered = hint.votes.first { $0.voter == voter && $0.chain == chain }?.height ?? 0
                    if offered <= held, try index.firstUncertified(chain) > offered { continue }
                }
                let from = min(held + 1, try index.firstUncertified(chain))
                if try pullVotes(peer, voter, chain, from: from, reports: reports) {
                    isProgress = true
                }
            }
        }
        return isProgress
    }

    private func pullVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, from height: Int, reports: Bool
    ) throws -> Bool {
        var isProgress = false
        let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)"
        for thousand in peer.thousands(path, from: height) {
            let folder = "\(path)/\(thousand.text)"
            let names = peer.names(folder) { VoteFileName($0).flatMap { $0.thousand == thousand ? $0 : nil } }
                .filter { $0.heights.upperBound >= height }
                .sorted { $0.heights.lowerBound < $1.heights.lowerBound }
            for name in names {
                if try index.holdsVotes(name, of: voter, on: chain) { continue }
                if try pull(peer, voter, chain, name, "\(folder)/\(name.text)", reports) { isProgress = true }
            }
        }
        return isProgress
    }

    /// Why a vote file is not taken.
    private struct FileRefusal: Error {
        let event: SyncEvent
        /// Whether the file will be no better later.
        var isLasting = false
    }

    private typealias CheckedLine = (vote: Vote, checked: CheckedVote)

    /// A vote file is taken as a whole: the votes of one voter on consecutive blocks that are held, all good.
    func pull(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName, _ path: String,
        _ reports: Bool
    ) throws -> Bool {
        do {
            let bytes = try voteFile(peer, chain, name, path)
            let lines = bytes.last == UInt8(ascii: "\n") ? VoteFile.read(bytes) : []
            let votes = try check(lines, peer, voter, chain, name, path)
            try damaged?.clear(path, for: bytes)
            do {
                _ = try writer.publisher.publish(
                    bytes, to: PublicFile.votes(voter: voter, chain: chain, name).regionPath)
            } catch PublishError.conflict {
                throw FileRefusal(
                    event: .ignored(
                        peer.path, path, "other votes of the same voter on these blocks are held"),
                    isLasting: true)
            }
            for (vote, checked) in votes {
                try index.addVote(
                    chain, height: vote.height, epoch: checked.verdict.charterEpoch, voter: voter,
                    verdict: checked.verdictDigest, line: vote.line)
            }
        } catch let refusal as FileRefusal {
            if !refusal.isLasting { peer.isComplete = false }
            if reports { report(refusal.event) }
            return false
        }
        report(.pulled(votes: path, of: voter, on: chain, name.heights, from: peer.path))
        return true
    }

    private func voteFile(
        _ peer: PeerFolder, _ chain: RegionName, _ name: VoteFileName, _ path: String
    ) throws -> [UInt8] {
        guard name.heights.upperBound <= (try index.head(of: chain, genesis: genesis).height) else {
            throw FileRefusal(event: .pending(peer.path, path, "votes on blocks that are not here yet"))
        }
        do {
            return try peer.contents(path, limit: PublicFiles.voteFileBytesMax)
        } catch {
            throw FileRefusal(event: .pending(peer.path, path, "\(error)"))
        }
    }

    private func check(
        _ lines: [[UInt8]], _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName,
        _ name: VoteFileName, _ path: String
    ) throws -> [CheckedLine] {
        guard lines.count == name.heights.count else {
            throw FileRefusal(
                event: .pending(peer.path, path, "it holds \(lines.count) votes, not \(name.heights.count)"))
        }
        var votes: [CheckedLine] = []
        for (line, height) in zip(lines, name.heights) {
            guard let block = try index.block(chain, height: height) else { throw IndexError.damaged }
            let epoch = name.epoch ?? block.charter
            let entry = try check(line, on: block, peer, path)
            guard entry.vote.voter == voter, entry.vote.chain == chain, entry.vote.height == height,
                entry.checked.verdict.root == block.root, entry.checked.verdict.from == block.first,
                entry.checked.verdict.charterEpoch == epoch
            else {
                throw FileRefusal(
                    event: .ignored(peer.path, path, "a vote on another block than the one held"),
                    isLasting: true)
            }
            votes.append(entry)
        }
        return votes
    }

    private func check(
        _ line: [UInt8], on block: IndexedBlock, _ peer: PeerFolder, _ path: String
    ) throws -> CheckedLine {
        let seal = try? block.seal(charters)
        do {
            let vote = try Vote(parsing: line)
            return (vote, try vote.check(charters: charters, seal: seal))
        } catch {
            throw FileRefusal(event: .ignored(peer.path, path, "\(error)"), isLasting: true)
        }
    }
}

extension LedgerIndex {
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
