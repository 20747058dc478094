internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// The highest blocks of a chain whose certificates are compared with those of peers.
    private static let comparedCertificates = 4
    /// Blocks without a certificate whose votes are compared, of one chain, at most.
    private static let comparedVotes = 32

    /// Compares statements that this region holds with what a peer has in their place: a voter may have told others
    /// another verdict. Where a vote can still matter, and for the latest certificates, so that a long ledger costs no
    /// more than a short one.
    func compareStatements(_ peer: PeerFolder) throws {
        for chain in charters.chains {
            let top = try index.head(of: chain, genesis: genesis).height
            if top == 0 { continue }
            let latest = max(1, top - Self.comparedCertificates + 1)...top
            for height in latest { try compareCertificates(peer, chain, height) }
            var heights = Set(try index.uncertifiedHeights(chain).prefix(Self.comparedVotes))
            if try index.frozen().stops(chain) { heights.formUnion(latest) }
            for other in charters.chains {
                if !heights.isEmpty { try compareVotes(peer, other, chain, heights) }
                if !heights.contains(top) { try compareLastVote(peer, other, chain, top) }
            }
        }
    }

    // MARK: Certificates

    private func compareCertificates(_ peer: PeerFolder, _ chain: RegionName, _ height: Int) throws {
        for held in try index.certificates(chain, height: height) {
            guard let name = CertificateName(height: height, epoch: held.epoch) else { continue }
            let path = PublicFile.certificate(chain: chain, name).path
            guard peer.status(of: path) != nil,
                let file = try? open(path, of: peer, limit: Certificate.bytesMax),
                let bytes = try? file.contents(),
                let own = try writer.heldCertificate(chain, height: height, epoch: held.epoch),
                own.fileBytes != bytes
            else { continue }
            guard let other = try? Certificate(parsingFile: bytes), other.chain == chain,
                other.height == height
            else {
                try foundUseless(path, of: peer, file.status)
                continue
            }
            guard other.verdict.text != held.verdict,
                let evidence = Evidence(.certificate, own.line, other.line)
            else { continue }
            do {
                report(try writer.keep(evidence))
                report(try writer.keepFork(other.checkpoint, of: chain))
            } catch is EvidenceError {
                // It is no good certificate.
                try foundUseless(path, of: peer, file.status)
            }
        }
    }

    // MARK: Votes

    private func compareVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ heights: Set<Int>
    ) throws {
        let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)"
        let held = try heldVotes(heights, voter, chain)
        for thousand in Set(heights.map { ThousandName(height: $0) }) {
            let folder = "\(path)/\(thousand.text)"
            let names = try names(
                folder, of: peer, part: "compared", by: VoteFileName.precede,
                isForeign: { VoteFileName($0)?.thousand != thousand },
                { text in
                    VoteFileName(text).flatMap { name in
                        name.thousand == thousand && heights.contains(where: { name.heights.contains($0) })
                            ? name : nil
                    }
                })
            var bytes: Int64 = 0
            for name in alternating(names) {
                if bytes >= Self.comparedFolderBytesMax {
                    peer.isComplete = false
                    break
                }
                bytes += try compareVotes(peer, voter, chain, name, "\(folder)/\(name.text)", held)
            }
        }
    }

    /// Compares the vote on the last block, certified or not, if it lies in a file of its own. No folder is listed.
    private func compareLastVote(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ height: Int
    ) throws {
        guard let name = VoteFileName(heights: height...height) else { return }
        let path = PublicFile.votes(voter: voter, chain: chain, name).path
        if peer.status(of: path) == nil { return }
        _ = try compareVotes(peer, voter, chain, name, path, heldVotes([height], voter, chain))
    }

    /// Compares the votes of a file with those that are held on some heights; returns how many bytes were read for that.
    /// A file is read once for each state of what it is compared with.
    private func compareVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName, _ path: String,
        _ held: [Int: Digest]
    ) throws -> Int64 {
        guard let before = peer.status(of: path) else { return 0 }
        // Beside the place where the file is noted if it is of no use at all.
        let entry = "\(path) compared"
        let state = SHA256.hash(
            held.filter { name.heights.contains($0.key) }.sorted { $0.key < $1.key }.flatMap(\.value.bytes))
        if try useless.contains(entry, of: peer.path, before, state: state) { return 0 }
        guard let file = try? open(path, of: peer, limit: Self.voteFileBytesMax),
            let bytes = try? file.contents()
        else { return 0 }
        if bytes != (try ownVotes(voter, chain, name, size: bytes.count)) {
            let lines = bytes.last == 0x0a ? VoteFile.read(bytes) : []
            var isGood = lines.count == name.heights.count
            for (line, height) in zip(lines, name.heights) where isGood || held[height] != nil {
                guard let vote = try? Vote(parsing: line), vote.voter == voter, vote.chain == chain,
                    vote.height == height
                else {
                    isGood = false
                    continue
                }
                if held[height] != nil { try compare(vote, line) }
            }
            if !isGood {
                try foundUseless(path, of: peer, file.status)
                return file.bytesRead
            }
        }
        try useless.note(entry, of: peer.path, file.status, state: state)
        return file.bytesRead
    }

    /// What is held of a voter's votes on some blocks, by height.
    private func heldVotes(
        _ heights: Set<Int>, _ voter: RegionName, _ chain: RegionName
    ) throws -> [Int: Digest] {
        var held: [Int: Digest] = [:]
        for height in heights {
            var bytes = Array("\(height)".utf8)
            for epoch in charters.epochs.map(\.charter.epoch) {
                guard let vote = try index.vote(chain, height: height, epoch: epoch, by: voter) else {
                    continue
                }
                bytes += Array(" \(epoch) ".utf8) + vote.verdict.bytes
            }
            held[height] = SHA256.hash(bytes)
        }
        return held
    }

    /// What is read of one folder of vote files in one run to compare them, in bytes.
    private static let comparedFolderBytesMax: Int64 = 16 << 20

    /// The own file of that name, if it is of that size.
    private func ownVotes(
        _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName, size: Int
    ) throws -> [UInt8]? {
        let path = PublicFile.votes(voter: voter, chain: chain, name).path
        let (folder, text) = PeerFolder.split(path)
        guard let directory = try writer.directory.publicFolder.subdirectoryIfPresent(folder),
            let status = try directory.status(of: text), status.size == size
        else { return nil }
        return try directory.contents(of: text, limit: size)
    }

    /// Compares a vote with the one that is held of the same voter on that block.
    private func compare(_ other: Vote, _ line: [UInt8]) throws {
        let chain = other.chain
        guard let checked = try? other.check(charters: charters),
            let held = try index.vote(
                chain, height: other.height, epoch: checked.verdict.charterEpoch, by: other.voter),
            held.line != line, checked.verdictDigest != held.verdict, let own = try? Vote(parsing: held.line),
            let evidence = Evidence(.vote, own.verdict.bytes, other.verdict.bytes)
        else { return }
        do {
            report(try writer.keep(evidence))
            report(try writer.keepFork(other.checkpoint, of: chain))
        } catch is EvidenceError {
            // Checked above, so this is another chain's or epoch's.
        }
    }
}
