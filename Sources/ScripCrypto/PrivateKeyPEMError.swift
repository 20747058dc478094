/// Why bytes are not taken as the PEM of an Ed25519 private key.
public enum PrivateKeyPEMError: Error, Hashable, Sendable {
    /// There is no PEM block, or more than one, or the one is not valid base64.
    case notPEM
    /// The PEM block is not a PKCS#8 private key; `label` is what stands after `BEGIN`.
    case wrongLabel(String)
    /// The key is encrypted, and no passphrase was given.
    case passphraseRequired
    /// The key does not decrypt: the passphrase is wrong, or the encryption is one that OpenSSL does not know.
    case wrongPassphrase
    /// The key is of another algorithm than Ed25519.
    case notEd25519
    /// What the PEM block holds is not the DER of a private key.
    case malformed
}
