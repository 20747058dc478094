public import ScripCore
internal import ScripCrypto

/// Signing the charter of the next epoch, with the locks of protocol section 10.
extension RegionWriter {
    /// The charter with this region's signatures too: by the key that it has, and where its key changes, by the new one.
    ///
    /// What it signs is durable before the signature leaves: it signs one charter of an epoch, and a line `retire` or
    /// `rekey` is a promise never to vote beyond the place that it names.
    ///
    /// - Throws: `rejected` if the charter may not follow, if another one of its epoch was signed here, or if it says
    ///   what this region cannot stand for; `retry` if that cannot be told yet; `permission` without the keys.
    public func sign(_ draft: SignedCharter) throws(StoreError) -> SignedCharter {
        do {
            let charter = draft.charter
            if let held = charters.charter(of: charter.epoch) {
                guard held == charter else {
                    throw rejection("another charter of epoch \(charter.epoch) is installed here")
                }
            } else {
                do throws(CharterStepError) {
                    try charters.check(next: charter)
                } catch {
                    throw rejection("not signed: \(error)")
                }
            }
            let before = charters.charter(of: charter.epoch - 1)
            try draft.checkSignatures(after: before)
            let signers = try charterSigners(charter, before)
            if charters.charter(of: charter.epoch) == nil {
                try requireMaySign()
                try judge(charter)
            }
            try promise(charter)
            var signed = draft
            for signer in signers { signed = try signed.signed(by: signer, after: before) }
            return signed
        } catch let error as SignedCharterError {
            throw StoreError(.malformed, directory.path, "\(error)")
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// The promises of this region.
    func promises() throws -> CharterPromises {
        if let known = knownPromises { return known }
        let promises = try CharterPromises(reading: root, path: directory.path)
        knownPromises = promises
        return promises
    }

    /// Throws if this region has signed a charter by which its chain goes on in a new epoch only, or not at all.
    func requireUnpromised() throws {
        let head = try index.head(of: name, genesis: genesis)
        let next =
            head.epoch == 0 ? charters.joined(name) ?? charter.epoch : min(charter.epoch, head.epoch + 1)
        guard let end = try promises().end(of: name, naming: next) else { return }
        throw StoreError(
            .retry, directory.path,
            """
            this region has signed a charter that ends the blocks of this epoch at size \(end.size); \
            adopt that charter first ('scrip charter adopt', or 'scrip sync')
            """)
    }

    /// Throws if a charter rules that another branch of this region's own chain stands than is here.
    func requireRuledBranch() throws {
        let size = try index.head(of: name, genesis: genesis).size
        for anchor in charters.rulings(on: name) where size < anchor.point.size {
            throw StoreError(
                .retry, directory.path,
                """
                charter \(anchor.epoch) rules that another branch of this chain stands than the one here, to size \
                \(anchor.point.size); nothing is signed until that is back
                """)
        }
    }

    private func rejection(_ reason: String) -> StoreError { StoreError(.rejected, directory.path, reason) }

    /// The keys of this region that a charter, or the one before it, enrols.
    private func charterSigners(_ charter: Charter, _ before: Charter?) throws -> [LogSigner] {
        let keys = RegionKeys(root, path: directory.path, region: name, federation: charter.federation)
        var signers: [LogSigner] = []
        if let old = before?.region(named: name), old.log != charter.region(named: name)?.log,
            let signer = try keys.log(old.log)
        {
            signers.append(signer)
        }
        if let region = charter.region(named: name) {
            guard let signer = try keys.log(region.log), try keys.witness(region.witness) != nil else {
                throw StoreError(
                    .permission, directory.path,
                    "the keys of '\(name)' in the charter are not those in \(RegionLayout.private)/ here")
            }
            signers.append(signer)
        }
        if signers.isEmpty {
            throw StoreError(.permission, directory.path, "the charter does not name the region '\(name)'")
        }
        return signers
    }

    /// Makes durable that this region signs this charter, and no other of its epoch.
    private func promise(_ charter: Charter) throws {
        do {
            _ = try publisher.publish(
                charter.text, to: CharterPromises.path(epoch: charter.epoch), permissions: .secret)
        } catch PublishError.conflict {
            throw rejection(
                "this region has signed another charter of epoch \(charter.epoch), and signs one only "
                    + "(its text is \(CharterPromises.path(epoch: charter.epoch)))")
        }
        knownPromises = nil
    }

    // MARK: What a charter says of chains

    private func judge(_ charter: Charter) throws {
        for point in charter.changes.retirements { try judgeEnd(point, .retire) }
        for point in charter.changes.rekeys { try judgeEnd(point, .rekey) }
        for point in charter.changes.rulings { try judgeRuling(point) }
        for point in charter.changes.retirements
        where !charter.changes.successions.contains(where: { $0.lost == point.region }) {
            if try index.holdsVouchers(point) {
                throw rejection(
                    """
                    not signed: '\(point.region)' has vouchers in its custody at \(point.size), so the charter \
                    needs a line 'successor \(point.region) REGION'
                    """)
            }
        }
    }

    /// The place at which a chain ends is one that is here, and nothing beyond it is certified or voted on.
    private func judgeEnd(_ point: ChainPoint, _ kind: CharterChanges.Kind) throws {
        let chain = point.region
        let place = "'\(kind.rawValue) \(chain)' at \(point.size)"
        try requirePlace(point, place)
        if try index.isCertified(chain, beyond: point.size) {
            throw rejection("not signed: \(place): a certificate covers the chain beyond it")
        }
        let head = try index.head(of: chain, genesis: genesis)
        if chain == name && head.size > point.size {
            throw rejection("not signed: \(place): this region has sealed beyond it, to \(head.size)")
        }
        let block = try index.block(chain, size: point.size)
        // The next block goes one epoch on, and by the new key.
        if kind == .rekey && block?.charter != charter.epoch {
            throw rejection(
                """
                not signed: \(place): the chain has not come to epoch \(charter.epoch) there; it must seal a block under \
                that first
                """)
        }
        let height = block?.height ?? 0
        if try index.lastVote(chain, by: name) > height {
            throw rejection("not signed: \(place): this region has voted beyond it")
        }
    }

    /// Throws unless a block that is held ends there, with that root.
    private func requirePlace(_ point: ChainPoint, _ place: String) throws {
        if point.size == 0 {
            if point.root == MerkleFrontier().root { return }
            throw rejection("not signed: \(place): this is not the root of the empty tree")
        }
        let head = try index.head(of: point.region, genesis: genesis)
        guard head.size >= point.size else {
            throw StoreError(
                .retry, directory.path,
                "not signed: \(place): the chain is here to \(head.size) only; run 'scrip sync' first")
        }
        guard try index.block(point.region, size: point.size)?.root == point.root else {
            throw rejection("not signed: \(place): it is no block that is held here")
        }
    }

    /// A branch may be ruled to stand only if no other one has, or can still get, a certificate.
    private func judgeRuling(_ point: ChainPoint) throws {
        let chain = point.region
        let place = "'rule \(chain)' at \(point.size)"
        try requirePlace(point, place)
        if let height = try index.foreignCertificate(chain) {
            throw rejection("not signed: \(place): the certificate of block \(height) says otherwise")
        }
        guard let block = try index.block(chain, size: point.size),
            let charter = charters.charter(of: block.charter)
        else { throw IndexError.damaged }
        let stated = Set(try index.votes(chain, height: block.height, epoch: block.charter).map(\.voter))
        let twice = Set(
            try index.contradictions(chain, height: block.height, epoch: block.charter).map(\.voter))
        let count = Ruling(charter, statedFor: stated, statedElsewhere: twice)
        if count.canOtherBeCertified {
            throw rejection(
                """
                not signed: \(place): another branch may still be certified: \(count.heardFor) of \
                \(charter.voterCount) voters are known to have voted for this one, so up to \
                \(count.possibleElsewhere) may have voted for it, and \(charter.quorumSize) are enough
                """)
        }
    }
}

extension LedgerIndex {
    /// Whether anything of value is in the custody of a region when its chain ends there.
    func holdsVouchers(_ end: ChainPoint) throws -> Bool {
        let query = try database.prepare(
            """
            SELECT 1 FROM line AS a WHERE region=?1 AND remaining>0 AND voided=0 AND NOT (chain=?1 AND idx>=?2)
            AND NOT EXISTS (SELECT 1 FROM line AS b WHERE b.voucher=a.voucher AND b.seq>a.seq
                AND NOT (b.chain=?1 AND b.idx>=?2)) LIMIT 1
            """)
        try query.bind(1, try id(of: end.region))
        try query.bind(2, Int64(end.size))
        return try query.step()
    }

    /// The height of a certificate of a chain for another block than is held here, or for one that is not; nil if there
    /// is none.
    func foreignCertificate(_ chain: RegionName) throws -> Int? {
        let query = try database.prepare(
            """
            SELECT c.height FROM certificate AS c LEFT JOIN block AS b ON b.chain=c.chain AND b.height=c.height
            WHERE c.chain=? AND b.root IS NOT c.root ORDER BY c.height LIMIT 1
            """)
        try query.bind(1, try id(of: chain))
        return try query.step() ? Int(query.integer(0)) : nil
    }
}
