internal import ScripCrypto

extension FuzzTarget {
    /// Private keys in PEM: a key that is read is written, and read again, as the same key; without a passphrase nothing
    /// encrypted is read.
    static let pem = FuzzTarget("pem") { bytes in
        let isEncrypted = PrivateKeyPEM.isEncrypted(bytes)
        guard let key = try reading({ try PrivateKeyPEM.decode(bytes, passphrase: nil) }) else {
            return false
        }
        try require(!isEncrypted, "an encrypted key is read without its passphrase")
        let text = PrivateKeyPEM.encode(key)
        let again = try reading { try PrivateKeyPEM.decode(text, passphrase: nil) }
        try require(again?.publicKey == key.publicKey, "a key is not read again")
        try require(again.map { PrivateKeyPEM.encode($0) } == text, "a key is written differently")
        return true
    }
}
