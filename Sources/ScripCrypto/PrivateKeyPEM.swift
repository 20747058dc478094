import CLibCrypto

/// Ed25519 private keys as `openssl genpkey -algorithm ed25519` writes them: PKCS#8 (RFC 5958, RFC 8410) in
/// PEM (RFC 7468), plain or encrypted (PBES2, RFC 8018).
/// ```
/// -----BEGIN PRIVATE KEY-----
/// MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
/// -----END PRIVATE KEY-----
/// ```
public enum PrivateKeyPEM {
    private static let plainLabel = "PRIVATE KEY"
    private static let encryptedLabel = "ENCRYPTED PRIVATE KEY"

    /// Labels of the forms that came before PKCS#8, each for one algorithm, none for Ed25519.
    private static let otherAlgorithmLabels = ["RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY"]

    /// How often PBKDF2 hashes the passphrase of an encrypted key: the number that OWASP's Password Storage
    /// Cheat Sheet asks for with HMAC-SHA256.
    private static let iterationCount: Int32 = 600_000

    /// The key as plain PEM, byte for byte as the openssl program writes it.
    public static func encode(_ key: Ed25519PrivateKey) -> [UInt8] {
        PEMBlock(label: plainLabel, content: PrivateKeyInformation.encode(key)).text
    }

    /// The key as PEM encrypted with AES-256-CBC under `passphrase`, any bytes; the salt is random, so the
    /// result differs from call to call.
    public static func encode(_ key: Ed25519PrivateKey, passphrase: [UInt8]) -> [UInt8] {
        let block = PEMBlock(label: plainLabel, content: PrivateKeyInformation.encode(key))
        let content = PrivateKeyInformation.encrypt(
            block.content, passphrase: passphrase, iterationCount: iterationCount)
        return PEMBlock(label: encryptedLabel, content: content).text
    }

    /// Whether `pem` is an encrypted private key; false for what is no PEM at all.
    public static func isEncrypted(_ pem: [UInt8]) -> Bool {
        guard let block = PEMBlock.only(in: pem) else { return false }
        return block.label == encryptedLabel
    }

    /// The key that `pem` holds. Never asks for a passphrase; one that a plain key does not need is ignored.
    public static func decode(
        _ pem: [UInt8], passphrase: [UInt8]?
    ) throws(PrivateKeyPEMError) -> Ed25519PrivateKey {
        guard let block = PEMBlock.only(in: pem) else { throw .notPEM }
        switch block.label {
        case plainLabel:
            return try PrivateKeyInformation.decode(block.content)
        case encryptedLabel:
            guard let passphrase else { throw .passphraseRequired }
            return try PrivateKeyInformation.decode(encrypted: block.content, passphrase: passphrase)
        case let label where otherAlgorithmLabels.contains(label):
            throw .notEd25519
        default:
            throw .wrongLabel(block.label)
        }
    }
}
