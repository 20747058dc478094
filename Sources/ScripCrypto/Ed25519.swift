import CLibCrypto

/// The calls of libcrypto that sign and verify.
enum Ed25519 {
    /// What OpenSSL says of the signature, which knows of no points of low order.
    static func isValid(
        _ signature: Ed25519Signature, for message: Span<UInt8>, under key: Ed25519PublicKey
    ) -> Bool {
        let contexts = unsafe VerificationContexts.object(VerificationContexts.ofThread.object)
        let (context, wasUsed) = unsafe contexts.context(for: key)
        if unsafe verifies(context, signature, message) { return true }
        guard wasUsed else { return false }
        // What a context says after its first verification is promised nowhere; a yes can be only that, and what
        // looks like a no is asked again of a context as new.
        unsafe contexts.begin(context, key)
        return unsafe verifies(context, signature, message)
    }

    private static func verifies(
        _ context: OpaquePointer, _ signature: Ed25519Signature, _ message: Span<UInt8>
    ) -> Bool {
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
        let context = unsafe SigningContext.object(SigningContext.ofThread.object).begin(handle)
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
}
