public import ScripCrypto

extension StoreError {
    /// A key file that holds no usable key: `permission` where a passphrase is the matter, else `malformed`.
    public init(_ error: PrivateKeyPEMError, path: String) {
        switch error {
        case .notPEM: self.init(.malformed, path, "there is no PEM in it; a key is made with 'scrip keygen'")
        case .wrongLabel(let label):
            self.init(.malformed, path, "it is a PEM of '\(label)', not of a private key")
        case .notEd25519: self.init(.malformed, path, "its key is not an Ed25519 key")
        case .malformed: self.init(.malformed, path, "its PEM does not hold a private key")
        case .passphraseRequired:
            self.init(.permission, path, "the key is encrypted; give its passphrase with --passphrase-file")
        case .wrongPassphrase: self.init(.permission, path, "the passphrase is not that of this key")
        }
    }
}
