import CLibCrypto
import ScripCrypto
import Synchronization

/// Signatures that libcrypto has verified in this process. All regions of all seeds live in it and verify the same ones
/// again and again, which would be half of its work. The linker has their place in front of libcrypto's own function
/// (`--wrap`); what libcrypto did not call good is asked of it each time.
private enum RememberedSignatures {
    private static let known = Mutex<Set<Digest>>([])
    private static let countMax = 200_000

    static func contains(_ name: Digest) -> Bool { known.withLock { $0.contains(name) } }

    static func add(_ name: Digest) {
        known.withLock { known in
            if known.count >= countMax { known.removeAll(keepingCapacity: true) }
            known.insert(name)
        }
    }

    /// The hash of the key, the signature and the message; nil if there is no key.
    static func name(
        _ context: OpaquePointer, _ signature: UnsafeBufferPointer<UInt8>,
        _ message: UnsafeBufferPointer<UInt8>
    ) -> Digest? {
        guard let keyContext = unsafe EVP_MD_CTX_get_pkey_ctx(context),
            let key = unsafe EVP_PKEY_CTX_get0_pkey(keyContext)
        else { return nil }
        var keyBytes = [UInt8](repeating: 0, count: 32)
        var count = keyBytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &keyBytes, &count) == 1, count == 32 else { return nil }
        let hasher = SHA256Hasher()
        hasher.update(keyBytes.span)
        unsafe hasher.update(signature.span)
        unsafe hasher.update(message.span)
        return hasher.finish()
    }
}

@_silgen_name("__real_EVP_DigestVerify")
private func verify(
    _ context: OpaquePointer, _ signature: UnsafePointer<UInt8>, _ signatureSize: Int,
    _ message: UnsafePointer<UInt8>?, _ messageSize: Int
) -> CInt

@_cdecl("__wrap_EVP_DigestVerify")
func verifyUnlessRemembered(
    _ context: OpaquePointer, _ signature: UnsafePointer<UInt8>, _ signatureSize: Int,
    _ message: UnsafePointer<UInt8>?, _ messageSize: Int
) -> CInt {
    let name = unsafe RememberedSignatures.name(
        context, UnsafeBufferPointer(start: signature, count: signatureSize),
        UnsafeBufferPointer(start: message, count: messageSize))
    if let name, RememberedSignatures.contains(name) { return 1 }
    let result = unsafe verify(context, signature, signatureSize, message, messageSize)
    if let name, result == 1 { RememberedSignatures.add(name) }
    return result
}
