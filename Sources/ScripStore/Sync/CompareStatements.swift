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
            guard let name = CertificateName(height: height, epoch: held.epoch),
                let bytes = try? peer.contents(
                    PublicFile.certificate(chain: chain, name).path, limit: Certificate.bytesMax),
                let own = try writer.heldCertificate(chain, height: height, epoch: held.epoch),
                own.fileBytes != bytes,
                let other = try? Certificate(parsingFile: bytes), other.chain == chain,
                other.height == height, other.verdict.text != held.verdict,
                let evidence = Evidence(.certificate, own.line, other.line)
            else { continue }
            do {
                report(try writer.keep(evidence))
                report(try writer.keepFork(other.checkpoint, of: chain))
            } catch is EvidenceError {
                // It is no good certificate.
            }
        }
    }

    // MARK: Votes

    private func compareVotes(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ heights: Set<Int>
    ) throws {
        let path = "\(RegionLayout.votes)/\(voter.text)/\(chain.text)"
        for thousand in Set(heights.map { ThousandName(height: $0) }) {
            let folder = "\(path)/\(thousand.text)"
            for name in peer.names(folder, { VoteFileName($0) })
            where heights.contains(where: { name.heights.contains($0) }) {
                guard let bytes = try? peer.contents("\(folder)/\(name.text)", limit: Self.comparedBytesMax),
                    bytes != (try ownVotes(voter, chain, name))
                else { continue }
                for (line, height) in zip(VoteFile.read(bytes), name.heights) where heights.contains(height) {
                    try compareVote(line, voter, chain, height)
                }
            }
        }
    }

    /// Compares the vote on the last block, certified or not, if it lies in a file of its own. No folder is listed.
    private func compareLastVote(
        _ peer: PeerFolder, _ voter: RegionName, _ chain: RegionName, _ height: Int
    ) throws {
        guard let name = VoteFileName(heights: height...height) else { return }
        let path = PublicFile.votes(voter: voter, chain: chain, name).path
        guard let bytes = try? peer.contents(path, limit: Self.comparedBytesMax), bytes.last == 0x0a,
            bytes != (try ownVotes(voter, chain, name))
        else { return }
        try compareVote(Array(bytes.dropLast()), voter, chain, height)
    }

    /// Vote files are compared up to this size.
    private static let comparedBytesMax = 4 << 20

    private func ownVotes(
        _ voter: RegionName, _ chain: RegionName, _ name: VoteFileName
    ) throws -> [UInt8]? {
        try writer.directory.publicFolder.contentsIfPresent(
            of: PublicFile.votes(voter: voter, chain: chain, name).path, limit: PublicFiles.voteFileBytesMax)
    }

    /// Compares a vote with the one that is held of the same voter on that block.
    func compareVote(_ line: [UInt8], _ voter: RegionName, _ chain: RegionName, _ height: Int) throws {
        guard let other = try? Vote(parsing: line), other.voter == voter, other.chain == chain,
            other.height == height, let checked = try? other.check(charters: charters),
            let held = try index.vote(
                chain, height: height, epoch: checked.verdict.charterEpoch, by: voter),
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
