internal import ScripCore
internal import ScripStore

/// A charter in a file that the user named: a draft, or a note with some or all of its signatures.
enum CharterFile {
    private static let bytesMax = 1 << 20

    /// Reads the file; the signatures that are there are good.
    static func read(_ path: String, _ invocation: Invocation) throws(StoreError) -> SignedCharter {
        let bytes = try UserFile.contents(path, limit: bytesMax, world: invocation.world)
        do {
            let signed = try SignedCharter(parsing: bytes)
            try signed.checkSignatures()
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
            if signed.charter.epoch == 1 { try signed.check() } else { try signed.checkOwnQuorum() }
            return signed.charter
        } catch {
            throw StoreError(.malformed, UserFile.name(path), "\(error)")
        }
    }

    /// The charter in the file, or that of the region if no file is named.
    static func readOrInstalled(
        _ path: String?, _ invocation: Invocation
    ) throws(StoreError) -> SignedCharter {
        if let path { return try read(path, invocation) }
        return try invocation.openRegion().signedCharter
    }
}
