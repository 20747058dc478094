import CLibCrypto

/// The calls of libcrypto that sign and verify.
enum Ed25519 {
    private static let context = ThreadSlot.messageDigestContext()

    /// Contexts that make keys out of bytes: to make one anew for each key would double that cost.
    private static let keyContext = unsafe ThreadSlot(
        make: {
            let context = unsafe OpenSSL.require(
                EVP_PKEY_CTX_new_from_name(nil, Parameter.characters(of: "ED25519"), nil),
                "EVP_PKEY_CTX_new_from_name")
            unsafe OpenSSL.require(EVP_PKEY_fromdata_init(context), "EVP_PKEY_fromdata_init")
            return unsafe context
        },
        free: { unsafe EVP_PKEY_CTX_free(OpaquePointer($0)) })

    /// What OpenSSL says of the signature, which knows of no points of low order.
    static func isValid(
        _ signature: Ed25519Signature, for message: Span<UInt8>, under key: Ed25519PublicKey
    ) -> Bool {
        let handle = unsafe handle(of: key)
        defer { unsafe EVP_PKEY_free(handle) }
        let context = unsafe context.object
        unsafe OpenSSL.require(EVP_MD_CTX_reset(context), "EVP_MD_CTX_reset")
        unsafe OpenSSL.require(
            EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, handle, nil), "EVP_DigestVerifyInit_ex")
        let result = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { encoded in
            unsafe signature.point.store(to: encoded.baseAddress.unsafelyUnwrapped)
            unsafe signature.scalar.store(to: encoded.baseAddress.unsafelyUnwrapped + 32)
            return unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context, encoded.baseAddress, 64, message.baseAddress, message.count)
            }
        }
        if result == 1 { return true }
        ERR_clear_error()
        return false
    }

    /// The signature of `message` by the private key `handle`.
    static func signature(for message: Span<UInt8>, by handle: OpaquePointer) -> Ed25519Signature {
        let context = unsafe context.object
        unsafe OpenSSL.require(EVP_MD_CTX_reset(context), "EVP_MD_CTX_reset")
        unsafe OpenSSL.require(
            EVP_DigestSignInit_ex(context, nil, nil, nil, nil, handle, nil), "EVP_DigestSignInit_ex")
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { encoded in
            var count = 64
            unsafe message.withUnsafeBufferPointer { message in
                unsafe OpenSSL.require(
                    EVP_DigestSign(context, encoded.baseAddress, &count, message.baseAddress, message.count),
                    "EVP_DigestSign")
            }
            return unsafe OpenSSL.require(
                Ed25519Signature(UnsafeBufferPointer(encoded).span), "EVP_DigestSign")
        }
    }

    /// A new EVP_PKEY of `key`; libcrypto takes any 32 bytes, and finds out at the verification whether they
    /// are a point.
    private static func handle(of key: Ed25519PublicKey) -> OpaquePointer {
        var handle: OpaquePointer?
        unsafe key.bytes.withUnsafeBuffer { bytes in
            unsafe withUnsafeTemporaryAllocation(of: OSSL_PARAM.self, capacity: 2) { parameters in
                unsafe parameters[0] = Parameter.octets("pub", UnsafeRawBufferPointer(bytes))
                unsafe parameters[1] = Parameter.end
                unsafe OpenSSL.require(
                    EVP_PKEY_fromdata(
                        keyContext.object, &handle, EVP_PKEY_PUBLIC_KEY_SELECTION, parameters.baseAddress),
                    "EVP_PKEY_fromdata")
            }
        }
        return unsafe OpenSSL.require(handle, "EVP_PKEY_fromdata")
    }
}
