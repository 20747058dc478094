internal import ScripCrypto

extension Evidence {
    /// What the statements show, judged by charters alone.
    ///
    /// Checkpoints, proofs, blocks and the verdicts of one voter are judged by the newest charter: what is signed under a
    /// key that it has replaced, or by a region that it has retired, freezes nothing and is held against nobody
    /// (`EvidenceError.settled`): whoever has that key now may have signed it. Certificates, which take a quorum, are
    /// judged by the charter that they name. Two honest statements never prove anything: every rule here is one that no
    /// region breaks which seals valid blocks only and signs each once.
    public func prove(by charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        switch kind {
        case .fork:
            return TransparencyProof.isOne(a)
                ? try proveTwoLeaves(charters) : try proveTwoRoots(charters)
        case .vote: return try proveTwoVerdicts(charters)
        case .certificate: return try proveTwoCertificates(charters)
        case .charter: return try proveTwoCharters(charters)
        case .block: return try BlockEvidence(member: a, subtrees: b).prove(by: charters)
        }
    }

    // MARK: Forks

    private func proveTwoRoots(_ charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let first = try Self.checkpoint(a, charters)
        let second = try Self.checkpoint(b, charters)
        guard first.chain == second.chain else { throw .provesNothing("the checkpoints are of two chains") }
        guard first.checkpoint.size == second.checkpoint.size else {
            throw .provesNothing("the checkpoints are of two sizes, as those of any chain that grows")
        }
        guard first.checkpoint.root != second.checkpoint.root else {
            throw .provesNothing("the checkpoints have the same root")
        }
        return ProvenEvidence(
            .fork, chain: first.chain, signers: [first.chain], first: max(first.checkpoint.size - 1, 0))
    }

    private func proveTwoLeaves(_ charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let first = try Self.leafProof(a)
        let second = try Self.leafProof(b)
        let chain = try Self.checkpoint(first.checkpoint.bytes, charters)
        guard chain.chain == (try Self.checkpoint(second.checkpoint.bytes, charters)).chain else {
            throw .provesNothing("the proofs are of two chains")
        }
        guard first.index == second.index else { throw .provesNothing("the proofs are of two leaf indexes") }
        guard first.leaf != second.leaf else { throw .provesNothing("the proofs are of the same leaf") }
        guard first.isGood, second.isGood else {
            throw .provesNothing("a proof does not lead to the root of its checkpoint")
        }
        return ProvenEvidence(.fork, chain: chain.chain, signers: [chain.chain], first: first.index)
    }

    private static func leafProof(_ bytes: [UInt8]) throws(EvidenceError) -> TransparencyProof {
        do { return try TransparencyProof(parsing: bytes) } catch { throw .provesNothing("\(error)") }
    }

    /// The checkpoint of a chain that a note with the log key's line alone is.
    static func checkpoint(
        _ bytes: [UInt8], _ charters: CharterHistory
    ) throws(EvidenceError) -> VerifiedCheckpoint {
        let note = try note(bytes)
        do {
            let chain = try chain(of: try Checkpoint(parsing: note.text).origin, charters)
            do {
                return try VerifiedCheckpoint(sealing: note, chain: chain, charter: charters.newest)
            } catch {
                let isOld = charters.epochs.dropLast().contains { epoch in
                    (try? VerifiedCheckpoint(sealing: note, chain: chain, charter: epoch.charter)) != nil
                }
                if isOld { throw EvidenceError.settled(chain) }
                throw error
            }
        } catch let error as EvidenceError {
            throw error
        } catch {
            throw .provesNothing("\(error)")
        }
    }

    private static func chain(
        of origin: String, _ charters: CharterHistory
    ) throws(EvidenceError) -> RegionName {
        guard let chain = charters.chain(of: origin) else {
            throw .provesNothing("no charter knows a chain '\(origin)'")
        }
        return chain
    }

    private static func note(_ bytes: [UInt8]) throws(EvidenceError) -> SignedNote {
        do { return try SignedNote(parsing: bytes) } catch { throw .provesNothing("\(error)") }
    }

    // MARK: Votes and certificates

    /// A verdict with the voter who alone signed it, by the charter that it names.
    private static func verdict(
        _ bytes: [UInt8], _ charters: CharterHistory
    ) throws(EvidenceError) -> (text: VerdictText, voter: RegionName) {
        let note = try note(bytes)
        let text: VerdictText
        do { text = try VerdictText(parsing: note.text) } catch { throw .provesNothing("\(error)") }
        let charter = try charter(text.charterEpoch, charters)
        _ = try chain(of: text.origin, charters)
        guard note.signatures.count == 1 else { throw .provesNothing("a verdict is not signed exactly once") }
        guard let voter = charter.voters.first(where: { $0.log.isSigner(of: note.signatures[0]) }) else {
            throw .provesNothing("a verdict is signed by no voter")
        }
        guard voter.log.isValid(note.signatures[0], on: note.text) else {
            throw .provesNothing("the signature of region '\(voter.name)' on a verdict is bad")
        }
        return (text, voter.name)
    }

    private static func charter(_ epoch: Int, _ charters: CharterHistory) throws(EvidenceError) -> Charter {
        guard let charter = charters.charter(of: epoch) else {
            throw .provesNothing("the charter of epoch \(epoch) is not known here")
        }
        return charter
    }

    private func proveTwoVerdicts(_ charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let first = try Self.verdict(a, charters)
        let second = try Self.verdict(b, charters)
        guard first.voter == second.voter else { throw .provesNothing("the verdicts are of two voters") }
        try Self.requireSameBlock(first.text, second.text)
        guard charters.isKeyInForce(of: first.voter, since: first.text.charterEpoch) else {
            throw .settled(first.voter)
        }
        return ProvenEvidence(
            .vote, chain: try Self.chain(of: first.text.origin, charters), signers: [first.voter],
            height: first.text.height, epoch: first.text.charterEpoch,
            first: min(first.text.from, second.text.from), verdicts: [first.text.digest, second.text.digest])
    }

    private static func requireSameBlock(
        _ first: VerdictText, _ second: VerdictText
    ) throws(EvidenceError) {
        guard first.origin == second.origin, first.height == second.height,
            first.charterEpoch == second.charterEpoch
        else { throw .provesNothing("the verdicts are on two blocks") }
        guard first.text != second.text else { throw .provesNothing("the verdicts are the same") }
    }

    private static func certificate(
        _ bytes: [UInt8], _ charters: CharterHistory
    ) throws(EvidenceError) -> (certificate: Certificate, checked: CheckedCertificate) {
        do {
            let certificate = try Certificate(parsing: bytes)
            let epoch = try VerdictText(parsing: certificate.verdict.text).charterEpoch
            return (certificate, try certificate.check(charter: try charter(epoch, charters)))
        } catch let error as EvidenceError {
            throw error
        } catch {
            throw .provesNothing("\(error)")
        }
    }

    private func proveTwoCertificates(_ charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let first = try Self.certificate(a, charters)
        let second = try Self.certificate(b, charters)
        let (one, other) = (first.checked.verdict, second.checked.verdict)
        try Self.requireSameBlock(one, other)
        return ProvenEvidence(
            .certificate, chain: first.certificate.chain,
            signers: first.checked.voters.filter { second.checked.voters.contains($0) }, height: one.height,
            epoch: one.charterEpoch, first: min(one.from, other.from), verdicts: [one.digest, other.digest])
    }

    // MARK: Charters

    /// Two charters of one epoch above the first, each with the quorum of the epoch before. Two of epoch 1 are two
    /// federations.
    private func proveTwoCharters(_ charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let first = try Self.signedCharter(a)
        let second = try Self.signedCharter(b)
        guard first.charter.epoch == second.charter.epoch, first.charter.previous == second.charter.previous
        else { throw .provesNothing("the charters are not of one epoch") }
        guard first.charter.text != second.charter.text else {
            throw .provesNothing("the charters are the same")
        }
        guard let previous = first.charter.previous,
            let before = charters.epochs.first(where: { $0.charter.digest == previous })?.charter
        else { throw .provesNothing("the charters follow none that is known here") }
        let signers = [first, second].map { signed in
            before.voters.filter { voter in
                signed.signatures.contains {
                    voter.log.isSigner(of: $0) && voter.log.isValid($0, on: signed.charter.text)
                }
            }.map(\.name)
        }
        guard signers.allSatisfy({ $0.count >= before.quorumSize }) else {
            throw .provesNothing("a charter lacks the quorum of the epoch before")
        }
        return ProvenEvidence(
            .charter, chain: nil, signers: signers[0].filter { signers[1].contains($0) },
            epoch: first.charter.epoch)
    }

    private static func signedCharter(_ bytes: [UInt8]) throws(EvidenceError) -> SignedCharter {
        do { return try SignedCharter(parsing: bytes) } catch { throw .provesNothing("\(error)") }
    }
}
