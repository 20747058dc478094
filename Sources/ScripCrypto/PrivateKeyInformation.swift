import CLibCrypto

/// The DER of a private key: PKCS#8's PrivateKeyInfo and EncryptedPrivateKeyInfo (RFC 5958).
///
/// That of an Ed25519 key (RFC 8410 section 7) is sixteen fixed bytes, and then the seed:
/// ```
/// 30 2e                    SEQUENCE
///    02 01 00                 INTEGER 0: the version
///    30 05 06 03 2b 65 70     SEQUENCE of OBJECT IDENTIFIER 1.3.101.112: Ed25519, without parameters
///    04 22 04 20              OCTET STRING of an OCTET STRING of the 32 bytes of the seed
/// ```
enum PrivateKeyInformation {
    private static let beforeSeed: [UInt8] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// What stands before the seed in the outer octet string: an OCTET STRING of 32 bytes.
    private static let seedHeader: [UInt8] = [0x04, 0x20]

    /// The 48 bytes for `key`.
    static func encode(_ key: Ed25519PrivateKey) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 48) { output, written in
            _ = unsafe output.update(fromContentsOf: beforeSeed)
            var count = 32
            unsafe OpenSSL.require(
                EVP_PKEY_get_raw_private_key(
                    key.handle.pointer, output.baseAddress.unsafelyUnwrapped + 16, &count),
                "EVP_PKEY_get_raw_private_key")
            written = 48
        }
    }

    /// `information` encrypted by PBES2 with AES-256-CBC and PBKDF2 with HMAC-SHA256.
    static func encrypt(_ information: [UInt8], passphrase: [UInt8], iterationCount: Int32) -> [UInt8] {
        let plain = unsafe OpenSSL.require(parse(information), "d2i_PKCS8_PRIV_KEY_INFO")
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(plain) }
        let encrypted = unsafe passphrase.withUnsafeBytes { passphrase in
            unsafe OpenSSL.require(
                PKCS8_encrypt(
                    -1, EVP_aes_256_cbc(), passphrase.assumingMemoryBound(to: CChar.self).baseAddress,
                    Int32(passphrase.count), nil, 0, iterationCount, plain),
                "PKCS8_encrypt")
        }
        defer { unsafe X509_SIG_free(encrypted) }
        var output: UnsafeMutablePointer<UInt8>?
        let count = unsafe Int(i2d_X509_SIG(encrypted, &output))
        defer { unsafe CRYPTO_free(output, #file, #line) }
        return unsafe Array(UnsafeBufferPointer(start: output, count: count))
    }

    /// The key of the DER `information`.
    static func decode(_ information: [UInt8]) throws(PrivateKeyPEMError) -> Ed25519PrivateKey {
        guard let parsed = unsafe parse(information) else { throw .malformed }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(parsed) }
        return try unsafe key(of: parsed)
    }

    /// The key of the DER `information`, decrypted by whatever it says it is encrypted by.
    static func decode(
        encrypted information: [UInt8], passphrase: [UInt8]
    ) throws(PrivateKeyPEMError) -> Ed25519PrivateKey {
        defer { ERR_clear_error() }
        let encrypted = unsafe information.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            let parsed = unsafe d2i_X509_SIG(nil, &position, bytes.count)
            guard unsafe position == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                unsafe X509_SIG_free(parsed)
                return nil
            }
            return unsafe parsed
        }
        guard let encrypted = unsafe encrypted else { throw .malformed }
        defer { unsafe X509_SIG_free(encrypted) }
        let decrypted = unsafe passphrase.withUnsafeBytes { passphrase in
            unsafe PKCS8_decrypt(
                encrypted, passphrase.assumingMemoryBound(to: CChar.self).baseAddress,
                Int32(passphrase.count))
        }
        guard let decrypted = unsafe decrypted else { throw .wrongPassphrase }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(decrypted) }
        return try unsafe key(of: decrypted)
    }

    /// The parsed PrivateKeyInfo; nil if the bytes are not one, from the first to the last.
    private static func parse(_ information: [UInt8]) -> OpaquePointer? {
        defer { ERR_clear_error() }
        return unsafe information.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            let parsed = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, bytes.count)
            guard unsafe position == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                unsafe PKCS8_PRIV_KEY_INFO_free(parsed)
                return nil
            }
            return unsafe parsed
        }
    }

    private static func key(of information: OpaquePointer) throws(PrivateKeyPEMError) -> Ed25519PrivateKey {
        var octets: UnsafePointer<UInt8>?
        var count: Int32 = 0
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe OpenSSL.require(
            PKCS8_pkey_get0(nil, &octets, &count, &algorithm, information), "PKCS8_pkey_get0")
        var identifier: OpaquePointer?
        var parameterType: Int32 = 0
        unsafe X509_ALGOR_get0(&identifier, &parameterType, nil, algorithm)
        guard unsafe OBJ_obj2nid(identifier) == NID_ED25519 else { throw .notEd25519 }
        let secret = unsafe UnsafeBufferPointer(start: octets, count: Int(count))
        guard parameterType == V_ASN1_UNDEF, unsafe secret.starts(with: seedHeader),
            let seed = unsafe Bytes32(secret.dropFirst(seedHeader.count))
        else { throw .malformed }
        return Ed25519PrivateKey(seed: seed)
    }
}
