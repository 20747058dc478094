internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Files of one folder that are read in vain in one run at most; the rest is for the next.
    private static let badEvidenceMax = 1_024
    /// What is read in vain of one folder in one run at most, in bytes.
    private static let badEvidenceBytesMax: Int64 = 64 << 20

    /// Takes over the evidence that a peer has and this region lacks. What proves nothing, or nothing new, is read once
    /// and remembered.
    func pullEvidence(_ peer: PeerFolder) throws {
        let names = peer.names(RegionLayout.evidence) { EvidenceFileName($0) }
        if names.isEmpty { return }
        var bad = (first: "", reason: "", count: 0, bytes: Int64(0))
        for name in names {
            if try index.hasEvidence(named: name.digest) || index.isJudged(name.digest) { continue }
            let path = PublicFile.evidence(name).path
            let status = peer.status(of: path)
            let key = Self.key(peer, name, status)
            if try index.isJudged(key) { continue }
            if bad.count == Self.badEvidenceMax || bad.bytes > Self.badEvidenceBytesMax {
                peer.isComplete = false
                break
            }
            do {
                let bytes = try peer.contents(path, limit: Evidence.bytesMax)
                guard SHA256.hash(bytes) == name.digest else {
                    // It may still be arriving: another size or time, and it is read again.
                    throw EvidenceError.provesNothing("its name is not the hash of its content")
                }
                guard let kept = try writer.keep(try Evidence(parsingFile: bytes)) else {
                    try index.setJudged(name.digest)
                    continue
                }
                report(.evidence(kept, from: peer.path))
            } catch let error as EvidenceError {
                if case .provesNothing = error {} else { try index.setJudged(name.digest) }
                try index.setJudged(key)
                if bad.count == 0 { (bad.first, bad.reason) = (path, "\(error)") }
                bad.count += 1
                bad.bytes += status?.size ?? 0
            } catch let error as ForeignFileError {
                try index.setJudged(key)
                if bad.count == 0 { (bad.first, bad.reason) = (path, "it \(error)") }
                bad.count += 1
            }
        }
        if bad.count > 0 { report(.ignored(peer.path, bad.first, bad.reason, count: bad.count)) }
    }

    /// What a file in a peer's folder is remembered by: where it lies, its size and its time.
    private static func key(_ peer: PeerFolder, _ name: EvidenceFileName, _ status: FileStatus?) -> Digest {
        let time = status?.modified
        let text =
            "\(peer.path)\0\(name.text)\0\(status?.size ?? -1) \(time?.seconds ?? 0) \(time?.nanoseconds ?? 0)"
        return SHA256.hash(Array(text.utf8))
    }

    /// Tells of evidence that was found here.
    func report(_ evidence: IndexedEvidence?) {
        if let evidence { report(.evidence(evidence, from: nil)) }
    }
}
