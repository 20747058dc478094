public import ScripCrypto

/// A region's log key: it signs checkpoints, verdicts, charters and heads.
public struct LogSigner: Sendable {
    /// The public key, of kind `log`.
    public let verifierKey: VerifierKey

    /// The private key, for what is signed outside notes: attestations, refusals, accreditations.
    public let privateKey: Ed25519PrivateKey

    /// The signer of `region`'s log.
    public init(region: RegionName, federation: FederationName, privateKey: Ed25519PrivateKey) {
        self.privateKey = privateKey
        verifierKey = VerifierKey(
            kind: .log, of: region, in: federation, key: privateKey.publicKey)
    }

    /// The signature line for a note with `text`.
    public func signature(on text: [UInt8]) -> NoteSignature {
        NoteSignature(
            name: verifierKey.name, keyHash: verifierKey.keyHash,
            payload: privateKey.signature(for: text).bytes)
    }
}

/// A region's witness key: it cosigns the checkpoints that the region votes on.
public struct WitnessSigner: Sendable {
    /// The public key, of kind `witness`.
    public let verifierKey: VerifierKey

    private let privateKey: Ed25519PrivateKey

    /// The signer of `region`'s cosignatures.
    public init(region: RegionName, federation: FederationName, privateKey: Ed25519PrivateKey) {
        self.privateKey = privateKey
        verifierKey = VerifierKey(
            kind: .witness, of: region, in: federation, key: privateKey.publicKey)
    }

    /// The signature line for a checkpoint with `text`. `timeSeconds` is POSIX time; a time before 1970,
    /// which C2SP cannot write, counts as 0.
    public func cosignature(on text: [UInt8], timeSeconds: Int64) -> NoteSignature {
        let seconds = max(timeSeconds, 0)
        let message = Cosignature.message(timeSeconds: seconds, text: text)
        let cosignature = Cosignature(
            timeSeconds: seconds, signature: privateKey.signature(for: message))
        return NoteSignature(
            name: verifierKey.name, keyHash: verifierKey.keyHash, payload: cosignature.payload)
    }
}
