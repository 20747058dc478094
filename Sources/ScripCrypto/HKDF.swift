import CLibCrypto

/// The key derivation of RFC 5869.
public enum HKDF {
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        OpenSSL.start()
        return unsafe OpenSSL.require(EVP_KDF_fetch(nil, "HKDF", nil), "EVP_KDF_fetch")
    }()

    /// `count` bytes by HKDF with SHA-256, extract and then expand.
    ///
    /// `input` is not empty; an empty `salt` stands for 32 zero bytes, as the RFC has it; `count` is 1 to
    /// 8,160, the most that the RFC gives.
    public static func sha256(input: [UInt8], salt: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        precondition(!input.isEmpty, "HKDF of no input")
        precondition((1...8_160).contains(count), "HKDF gives 1 to 8,160 bytes")
        let context = unsafe OpenSSL.require(EVP_KDF_CTX_new(algorithm), "EVP_KDF_CTX_new")
        defer { unsafe EVP_KDF_CTX_free(context) }
        return unsafe input.withUnsafeBytes { input in
            unsafe salt.withUnsafeBytes { salt in
                unsafe info.withUnsafeBytes { info in
                    let parameters = unsafe [
                        Parameter.text("digest", "SHA256"),
                        Parameter.octets("key", input),
                        Parameter.octets("salt", salt),
                        Parameter.octets("info", info),
                        Parameter.end,
                    ]
                    return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
                        unsafe OpenSSL.require(
                            EVP_KDF_derive(context, output.baseAddress, count, parameters),
                            "EVP_KDF_derive")
                        written = count
                    }
                }
            }
        }
    }
}
