internal import ScripCore
internal import ScripStore

/// A charter in a file that the user named: a draft, or a note with some or all of its signatures.
enum CharterFile {
    private static let bytesMax = 1 << 20

    /// Reads the file. Of epoch 1 the signatures that are there are good; those of a later epoch are judged where the
    /// charter before it is at hand.
    static func read(_ path: String, _ invocation: Invocation) throws(StoreError) -> SignedCharter {
        let bytes = try UserFile.contents(path, limit: bytesMax, world: invocation.world)
        do {
            let signed = try SignedCharter(parsing: bytes)
            if signed.charter.epoch == 1 { try signed.checkSignatures() }
            return signed
        } catch {
            throw StoreError(.malformed, UserFile.name(path), "\(error)")
        }
    }

    /// Reads a charter that the user trusts and hands over without those before it: epoch 1 must be in force, a later one
    /// be signed by the quorum of its own voters.
    static func trusted(_ path: String, _ invocation: Invocation) throws(StoreError) -> Charter {
        let bytes = try UserFile.contents(path, limit: bytesMax, world: invocation.world)
        do {
            let signed = try SignedCharter(parsing: bytes)
            if signed.charter.epoch == 1 {
                try signed.check()
            } else {
                // Whoever gives it trusts it; that a quorum of it has signed shows that it is no draft.
                try signed.checkOwnQuorum()
            }
            return signed.charter
        } catch {
            throw StoreError(.malformed, UserFile.name(path), "\(error)")
        }
    }

    /// The charter in the file, or one that is installed in the region if no file is named: the newest, or that of
    /// `epoch`. With it come the charters of the region, which one of a later epoch needs.
    static func readOrInstalled(
        _ path: String?, epoch: Int? = nil, _ invocation: Invocation
    ) throws(StoreError) -> (signed: SignedCharter, history: CharterHistory?) {
        if let path {
            let signed = try read(path, invocation)
            if signed.charter.epoch == 1 { return (signed, nil) }
            if invocation.namedRegion == nil { return (signed, nil) }
            return (signed, try invocation.openRegion().charters)
        }
        let region = try invocation.openRegion()
        guard let epoch else { return (region.signedCharter, region.charters) }
        guard let signed = region.signedCharters.first(where: { $0.charter.epoch == epoch }) else {
            throw StoreError(
                .noInput, region.path,
                "there is no charter of epoch \(epoch) here; the newest is that of \(region.charter.epoch)")
        }
        return (signed, region.charters)
    }
}
