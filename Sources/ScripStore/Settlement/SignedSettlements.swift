public import ScripCore
internal import ScripCrypto

/// The settlements that one region signed, as far as they lie in a folder.
struct SignedSettlements {
    /// Files of one region that are taken over and looked at: one a day for eleven years.
    static let countMax = 4_096

    /// How a settlement is called where it is compared with another.
    static func path(_ region: RegionName, _ name: SettlementName) -> String {
        PublicFile.settlement(region: region, name).path
    }

    /// Why two settlements of one region do not go together, as a phrase about the first; nil if they do.
    static func contradiction(
        _ name: SettlementName, _ cut: Cut, _ otherName: SettlementName, _ other: Cut, region: RegionName
    ) -> String? {
        if name.cut == otherName.cut {
            return "'\(region.text)' signed another settlement of the same cut, \(otherName.text)"
        }
        for chain in cut.chains {
            guard let before = other.chains.first(where: { $0.region == chain.region }) else { continue }
            if max(chain.from, before.from) < min(chain.size, before.size) {
                return """
                    it settles records of '\(chain.region.text)' that \(otherName.text) of \
                    '\(region.text)' settles too
                    """
            }
        }
        return nil
    }
}

extension RegionWriter {
    /// Signs the settlement of a cut that was checked, and publishes it. Signing again changes nothing. Returns where
    /// it lies below the region directory.
    public func signSettlement(of cut: Cut) throws(StoreError) -> String {
        do {
            guard isVoter else {
                throw StoreError(
                    .permission, directory.path, "an observer owes nothing and signs no settlement")
            }
            try requireMaySign()
            let note = SettlementNote(cut: cut, digest: try index.settlementDigest(of: cut))
            let settlement = SettlementName(cut: cut.hash, digest: note.digest)
            let path = PublicFile.settlement(region: name, settlement).regionPath
            try requireNew(settlement, cut)
            let bytes = note.signed(by: try loadSigners().log).bytes
            // No change of the index; but if this is cut off, the next command clears what it left in staging.
            try changing { _ = try publisher.publish(bytes, to: path) }
            return path
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Every record settles in one cut, so what this region signs shares none with what it signed before.
    private func requireNew(_ settlement: SettlementName, _ cut: Cut) throws {
        let path = "\(RegionLayout.settlements)/\(name.text)"
        guard let folder = try directory.publicFolder.subdirectoryIfPresent(path) else { return }
        for signed in try folder.names().compactMap({ SettlementName($0) }) where signed != settlement {
            let bytes = try folder.contents(of: signed.text, limit: SettlementNote.bytesMax)
            guard let parsed = try? SignedNote(parsing: bytes),
                let note = try? SettlementNote(parsed, signer: name, charters: charters)
            else {
                throw StoreError(
                    .rejected, "\(folder.path)/\(signed.text)",
                    "this is no settlement that this region signed; run 'scrip verify'")
            }
            if let reason = SignedSettlements.contradiction(
                settlement, cut, signed, note.cut, region: name)
            {
                throw StoreError(
                    .rejected, "\(folder.path)/\(signed.text)",
                    "not signed: \(reason); give the last file signed with --after")
            }
        }
    }
}
