public import ScripCore
internal import ScripCrypto

/// What a draft of the next charter is made of, and its adoption.
extension RegionWriter {
    /// This region as the next charter lists it: as the newest does, or with keys that are made for the next epoch. Keys
    /// that were made for it before stay.
    public func nextCharterRegion(newLogKey: Bool, newWitnessKey: Bool) throws(StoreError) -> CharterRegion {
        guard let region = charter.region(named: name) else {
            throw StoreError(.permission, directory.path, "the charter does not name '\(name)' any more")
        }
        do {
            let federation = charter.federation
            let log =
                newLogKey
                ? LogSigner(
                    region: name, federation: federation, privateKey: try nextKey(RegionLayout.logKey)
                ).verifierKey : region.log
            let witness =
                newWitnessKey
                ? WitnessSigner(
                    region: name, federation: federation, privateKey: try nextKey(RegionLayout.witnessKey)
                ).verifierKey : region.witness
            return CharterRegion(name: name, role: region.role, log: log, witness: witness)
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    private func nextKey(_ relativePath: String) throws -> Ed25519PrivateKey {
        let file = RegionKeys.file(relativePath, epoch: charter.epoch + 1)
        if try !root.contains(file) {
            guard let seed = Bytes32(world.randomness.bytes(32)) else {
                throw StoreError(.internalFault, directory.path, "there were no 32 random bytes")
            }
            _ = try publisher.publish(
                PrivateKeyPEM.encode(Ed25519PrivateKey(seed: seed)), to: file, permissions: .secret)
        } else {
            // Whoever made it may have been killed before it was durable.
            let (folder, _) = try root.split(file)
            try root.file(at: file).synchronize()
            try root.subdirectory(folder).synchronize()
        }
        return try RegionKeys.read(file, root, directory.path)
    }

    /// Throws unless a charter may be adopted here: it follows the newest, or is one that is installed.
    ///
    /// - Throws: `rejected`.
    public func checkAdoption(_ charter: Charter) throws(StoreError) {
        if let held = charters.charter(of: charter.epoch) {
            guard held == charter else {
                throw StoreError(
                    .rejected, directory.path, "another charter of epoch \(charter.epoch) is installed here")
            }
            return
        }
        do {
            try charters.check(next: charter)
        } catch {
            throw StoreError(.rejected, directory.path, "not adopted: \(error)")
        }
    }

    /// Installs a charter that has all its signatures, and takes up what it says. One that is installed stays.
    public func adopt(_ signed: SignedCharter) throws(StoreError) {
        do {
            if charters.charter(of: signed.charter.epoch) != nil { return }
            try signed.check(after: charter)
            try install(signed)
            try writeHeads()
        } catch let error as SignedCharterError {
            throw StoreError(.malformed, directory.path, "\(error)")
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }
}

extension Ledger {
    /// The place at which a block ends; that before the first block at height 0. Nil if the block is not here.
    public func point(of chain: RegionName, height: Int) throws -> ChainPoint? {
        if height == 0 { return ChainPoint(region: chain, size: 0, root: MerkleFrontier().root) }
        return try index.block(chain, height: height).map {
            ChainPoint(region: chain, size: $0.size, root: $0.root)
        }
    }

    /// The end of the last block of a chain that is certified.
    public func lastCertifiedPoint(_ chain: RegionName) throws -> ChainPoint {
        let height = try index.lastCertified(chain)?.height ?? 0
        guard let point = try point(of: chain, height: height) else { throw IndexError.damaged }
        return point
    }

    /// The end of a chain as it is held here.
    public func headPoint(_ chain: RegionName) throws -> ChainPoint {
        let height = try index.head(of: chain, genesis: directory.genesis).height
        guard let point = try point(of: chain, height: height) else { throw IndexError.damaged }
        return point
    }
}
