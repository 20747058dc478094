internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Takes over the evidence that a peer has and this region lacks. What proves nothing, or nothing new, is read once
    /// and remembered.
    func pullEvidence(_ peer: PeerFolder) throws {
        let names = try names(
            RegionLayout.evidence, of: peer, by: { $0.digest < $1.digest }, isQuiet: true,
            { EvidenceFileName($0) })
        var bad = (first: "", reason: "", count: 0)
        for name in alternating(names) {
            if try index.hasEvidence(named: name.digest) { continue }
            let path = PublicFile.evidence(name).path
            let status = peer.status(of: path)
            if try index.isJudged(name.digest) {
                // By another peer's file, perhaps.
                if let status { try useless.note(path, of: peer.path, status) }
                continue
            }
            var bytesRead: Int64 = 0
            do {
                guard let file = try open(path, of: peer, limit: Evidence.bytesMax) else {
                    if peer.isExhausted(path) { break }
                    continue
                }
                defer { bytesRead = file.bytesRead }
                guard let kept = try writer.keep(Self.read(file, name)) else {
                    try index.setJudged(name.digest)
                    continue
                }
                report(.evidence(kept, from: peer.path))
            } catch let error as EvidenceError {
                if case .provesNothing = error {} else { try index.setJudged(name.digest) }
                try foundUseless(path, of: peer, status, bytes: bytesRead)
                if bad.count == 0 { (bad.first, bad.reason) = (path, "\(error)") }
                bad.count += 1
            } catch let error as ForeignFileError {
                try foundUseless(path, of: peer, status, bytes: bytesRead)
                if bad.count == 0 { (bad.first, bad.reason) = (path, "it \(error)") }
                bad.count += 1
            }
        }
        if bad.count > 0 { report(.ignored(peer.path, bad.first, bad.reason, count: bad.count)) }
    }

    /// What a file holds. Its bytes are not kept beside that: they may be many.
    private static func read(_ file: ForeignFile, _ name: EvidenceFileName) throws -> Evidence {
        let bytes = try file.contents()
        guard SHA256.hash(bytes) == name.digest else {
            // It may still be arriving: another size or time, and it is read again.
            throw EvidenceError.provesNothing("its name is not the hash of its content")
        }
        return try Evidence(parsingFile: consume bytes)
    }

    /// Tells of evidence that was found here.
    func report(_ evidence: IndexedEvidence?) {
        if let evidence { report(.evidence(evidence, from: nil)) }
    }
}
