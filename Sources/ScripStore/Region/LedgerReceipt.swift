public import ScripCore
public import ScripCrypto

/// Receipts: what is held of a record that anybody can check offline.
extension Ledger {
    /// The receipt of a record, or of the last one that changed a voucher.
    ///
    /// - Throws: `noInput` if nothing is known of it, `awaiting` if there is no certificate yet, `rejected` if there
    ///   never will be one or if the one that is held contradicts this region's own recomputation.
    public func receipt(of id: Digest) throws -> Receipt {
        let subject = "record \(id.hexadecimal)"
        guard let entry = try index.record(id).first else { throw try unsealed(id, subject) }
        return try receipt(chain: entry.chain, at: entry.index, subject)
    }

    /// As `receipt(of: Digest)`, of the record that changed the voucher last.
    public func receipt(of id: VoucherID) throws -> Receipt {
        guard let last = try index.line(of: id).last else {
            throw StoreError(.noInput, "prove", "voucher \(id) is not known here")
        }
        return try receipt(chain: last.chain, at: last.index, "the last record of voucher \(id)")
    }

    /// Why there is nothing to prove of a record that no chain here holds.
    private func unsealed(_ id: Digest, _ subject: String) throws -> StoreError {
        guard let result = try result(of: id) else {
            return StoreError(.noInput, "prove", "\(subject) is not known here")
        }
        if result.status == .rejected {
            let reason = result.reason.map { " (\($0))" } ?? ""
            return StoreError(
                .rejected, "prove",
                "\(subject) was refused and never sealed\(reason); there is nothing to prove")
        }
        return StoreError(
            .awaiting, "prove",
            "\(subject) is \(result.status.rawValue), not sealed yet; 'scrip wait' waits for its certificate")
    }

    private func receipt(chain: RegionName, at position: Int, _ subject: String) throws -> Receipt {
        guard let block = try index.block(chain, holding: position) else { throw IndexError.damaged }
        switch block.certification {
        case .agrees: break
        case .differs:
            throw StoreError(
                .rejected, "prove",
                """
                the certificate of block \(block.height) of '\(chain)' contradicts this region's own \
                recomputation; run 'scrip verify --full'
                """)
        case .absent: throw try uncertified(block, subject)
        }
        let certificate = try certificate(of: block)
        let (record, hashes) = try proof(of: position, in: block)
        guard
            let receipt = Receipt(record: record, index: position, hashes: hashes, certificate: certificate)
        else {
            throw StoreError(.rejected, "prove", "\(subject) is too long for a proof")
        }
        // A disk or a memory that fails must not hand out what nobody else will take.
        do {
            guard let epoch = receipt.charterEpoch, let charter = charters.charter(of: epoch) else {
                throw IndexError.damaged
            }
            _ = try receipt.check(charter: charter)
        } catch {
            throw StoreError(
                .io, "prove", "the receipt of \(subject) does not verify: \(error); run 'scrip verify'")
        }
        return receipt
    }

    private func uncertified(_ block: IndexedBlock, _ subject: String) throws -> StoreError {
        let place = "\(subject) is sealed in block \(block.height) of '\(block.chain)'"
        let tally = try tally(block, epoch: block.charter)
        guard let charter = charters.charter(of: block.charter) else { throw IndexError.damaged }
        if case .disputed = tally.outcome {
            return StoreError(.rejected, "prove", "\(place), which is disputed; see 'scrip tally'")
        }
        let count = tally.classes.first?.voters.count ?? 0
        if count >= charter.quorumSize {
            // The first block of an epoch needs the quorums of both.
            return StoreError(
                .awaiting, "prove",
                """
                \(place), which has the votes of charter \(block.charter), and not yet those of the charter before; \
                run 'scrip sync', or 'scrip wait'
                """)
        }
        return StoreError(
            .awaiting, "prove",
            """
            \(place), which has \(count) of the \(charter.quorumSize) votes that certify it; \
            run 'scrip sync', or 'scrip wait'
            """)
    }

    /// The certificate file of a block.
    func certificate(of block: IndexedBlock) throws -> Certificate {
        let held = try index.certificates(block.chain, height: block.height).map(\.epoch)
        let epoch = held.contains(block.charter) ? block.charter : held.max() ?? block.charter
        guard let name = CertificateName(height: block.height, epoch: epoch) else {
            throw IndexError.damaged
        }
        let path = PublicFile.certificate(chain: block.chain, name).path
        let bytes = try directory.publicFolder.contents(of: path, limit: Certificate.bytesMax)
        do throws(CertificateError) {
            return try Certificate(parsingFile: bytes)
        } catch {
            throw StoreError(
                .rejected, Directory.join(directory.publicFolder.path, path), "\(error); run 'scrip verify'")
        }
    }

    /// The line of a leaf of the block, and the hashes from it to the block's root.
    private func proof(of position: Int, in block: IndexedBlock) throws -> ([UInt8], [Digest]) {
        var leafHashes: [Digest] = []
        var record: [UInt8] = []
        try withLeaves(of: block) { line in
            if block.first + leafHashes.count == position { record = line }
            leafHashes.append(MerkleTree.leafHash(line.span))
        }
        let tree = GrownTree(try index.frontier(of: block.chain, at: block.first), leafHashes: leafHashes)
        guard let hashes = tree.inclusion(of: position) else { throw IndexError.damaged }
        return (record, hashes)
    }

    /// Calls `body` with each leaf of a block: its block line and its record lines.
    private func withLeaves(of block: IndexedBlock, _ body: ([UInt8]) -> Void) throws {
        let blocks = try SealedBlocks(
            block.chain, from: block.height, index: index, folder: directory.publicFolder)
        try blocks.readLeaves(body)
    }
}
