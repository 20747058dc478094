import CLibCrypto

/// An Ed25519 private key (RFC 8032 section 5.1.5). libcrypto holds the secret, and overwrites it when the
/// last copy of this value is gone.
public struct Ed25519PrivateKey: Sendable {
    /// The public key that belongs to it.
    public let publicKey: Ed25519PublicKey

    let handle: PrivateKeyHandle

    /// The key of this seed, the 32 secret bytes of RFC 8032.
    public init(seed: Bytes32) {
        OpenSSL.start()
        self.init(
            handle: unsafe PrivateKeyHandle(
                taking: OpenSSL.require(
                    seed.withUnsafeBuffer {
                        unsafe EVP_PKEY_new_raw_private_key_ex(nil, "ED25519", nil, $0.baseAddress, 32)
                    }, "EVP_PKEY_new_raw_private_key_ex")))
    }

    init(handle: PrivateKeyHandle) {
        self.handle = handle
        publicKey = Ed25519PublicKey(
            bytes: unsafe Bytes32(loadedBy: { bytes in
                var count = 32
                unsafe OpenSSL.require(
                    EVP_PKEY_get_raw_public_key(handle.pointer, bytes.baseAddress, &count),
                    "EVP_PKEY_get_raw_public_key")
            }))
    }

    /// The signature of `message`; the same for the same message always.
    public func signature(for message: [UInt8]) -> Ed25519Signature {
        signature(for: message.span)
    }

    /// The signature of `message`; the same for the same message always.
    public func signature(for message: Span<UInt8>) -> Ed25519Signature {
        unsafe Ed25519.signature(for: message, by: handle.pointer)
    }
}

/// One reference to an EVP_PKEY that holds an Ed25519 private key.
///
/// Unchecked: nothing changes the key after it is made, and libcrypto counts references atomically.
@safe final class PrivateKeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over the caller's reference.
    init(taking pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }
}
