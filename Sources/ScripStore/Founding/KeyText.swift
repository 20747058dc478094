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

    /// A region's own key that cannot be used. Where it signs, nobody is there who could be asked for a passphrase.
    init(_ error: PrivateKeyPEMError, ofRegionKey relativePath: String, in path: String) {
        let message =
            switch error {
            case .passphraseRequired, .wrongPassphrase:
                "a region's own key must not be encrypted: 'seal' and 'sync' sign with it unattended, and the mode of "
                    + "its file and the disk protect it; run 'openssl pkey -in \(relativePath) -out plain.pem' there, "
                    + "and move plain.pem, of mode 0600, in its place"
            case .notEd25519: "its key is not an Ed25519 key; put the copy of the region's key in its place"
            case .notPEM, .wrongLabel, .malformed:
                "it holds no private key; put the copy of the region's key in its place"
            }
        self.init(.permission, "\(path)/\(relativePath)", message)
    }
}
