internal import ScripCore
internal import ScripCrypto

/// The evidence that lies in a public folder: each file proves itself or is junk.
struct HeldEvidence {
    let folder: Directory
    let charters: CharterHistory

    /// Files of one folder that are read at most. A region holds one for a kind, a chain and a signer.
    static let filesMax = 4_096

    /// Calls `body` with what each file shows, and its name. Junk is passed over: `verify` says what is.
    func read(
        known: (Digest) throws -> Bool, _ body: (ProvenEvidence, Digest) throws -> Void
    ) throws {
        guard let files = try folder.subdirectoryIfPresent(RegionLayout.evidence) else { return }
        for name in try files.names().compactMap({ EvidenceFileName($0) }).prefix(Self.filesMax)
        where try !known(name.digest) {
            guard let bytes = try? ForeignFile(name.text, in: files, limit: Evidence.bytesMax).contents(),
                SHA256.hash(bytes) == name.digest,
                let proven = try? Evidence(parsingFile: bytes).prove(by: charters)
            else { continue }
            try body(proven, name.digest)
        }
    }
}

extension PublicFiles {
    /// Adds the evidence that the index does not have.
    func loadEvidence(_ folder: Directory, _ charters: CharterHistory, _ index: LedgerIndex) throws {
        let held = Set(try index.evidence().map(\.name))
        try HeldEvidence(folder: folder, charters: charters).read(
            known: { held.contains($0) }, { try index.addEvidence($0, name: $1) })
    }
}

extension RegionWriter {
    /// Proves evidence, and publishes it unless what it shows is known already. Returns what it shows if it was
    /// published, nil if it is no news.
    ///
    /// - Throws: `EvidenceError` if it proves nothing.
    func keep(_ evidence: Evidence) throws -> IndexedEvidence? {
        let proven = try evidence.prove(by: charters)
        if try index.covers(proven) {
            // One pair is enough for everybody; but two verdicts never count, whichever pair shows it.
            try noteContradiction(proven)
            return nil
        }
        let name = evidence.digest
        _ = try publisher.publish(
            evidence.fileBytes, to: PublicFile.evidence(EvidenceFileName(digest: name)).regionPath)
        try index.addEvidence(proven, name: name)
        return try index.evidence().first { $0.name == name }
    }

    private func noteContradiction(_ proven: ProvenEvidence) throws {
        guard proven.kind == .vote, let chain = proven.chain, let voter = proven.signers.first,
            let height = proven.height, let epoch = proven.epoch
        else { return }
        for verdict in proven.verdicts {
            try index.addContradiction(chain, height: height, epoch: epoch, voter: voter, verdict: verdict)
        }
    }

    /// Finds what the own files prove and no evidence says yet, as after a kill between the two: a certificate for another
    /// tree than the one held.
    func findForks() throws {
        for chain in charters.chains where try !index.frozen().stops(chain) {
            for height in try index.uncertifiedHeights(chain) {
                for held in try index.certificates(chain, height: height) {
                    let certificate = try heldCertificate(chain, height: height, epoch: held.epoch)
                    if let certificate { _ = try keepFork(certificate.checkpoint, of: chain) }
                }
            }
        }
    }

    /// A certificate of this region's own copy.
    func heldCertificate(_ chain: RegionName, height: Int, epoch: Int) throws -> Certificate? {
        guard let name = CertificateName(height: height, epoch: epoch),
            let bytes = try directory.publicFolder.contentsIfPresent(
                of: PublicFile.certificate(chain: chain, name).path,
                limit: Certificate.bytesMax)
        else { return nil }
        return try? Certificate(parsingFile: bytes)
    }

    /// Compares a checkpoint that the chain has signed with what is held at its size. If it is of another tree, that is
    /// evidence of a fork, which is kept and returned if it is news.
    func keepFork(_ note: SignedNote, of chain: RegionName) throws -> IndexedEvidence? {
        guard let other = try? Checkpoint(parsing: note.text),
            let block = try index.block(chain, size: other.size), block.root != other.root,
            let evidence = Evidence.fork(try SignedNote(parsing: block.checkpoint), note)
        else { return nil }
        do {
            return try keep(evidence)
        } catch is EvidenceError {
            return nil
        }
    }
}
