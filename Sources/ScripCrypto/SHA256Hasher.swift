import CLibCrypto

/// SHA-256 of bytes that come in parts. Not for use by two threads at once.
@safe public final class SHA256Hasher {
    private let context: OpaquePointer

    /// A hasher that has taken no bytes.
    public init() {
        OpenSSL.start()
        unsafe context = OpenSSL.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        unsafe SHA256.begin(context)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes `bytes` after all that it took before.
    public func update(_ bytes: Span<UInt8>) { unsafe SHA256.update(context, bytes) }

    /// Takes `bytes` after all that it took before.
    public func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// The digest of everything taken; the hasher then begins anew.
    public func finish() -> Digest {
        let digest = unsafe SHA256.finish(context)
        unsafe SHA256.begin(context)
        return digest
    }
}
