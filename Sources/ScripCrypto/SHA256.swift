import CLibCrypto

/// SHA-256 (FIPS 180-4) of bytes that are all at hand. `SHA256Hasher` takes them in parts.
public enum SHA256 {
    private static let context = ThreadSlot.messageDigestContext()

    /// The algorithm, fetched once for the life of the process: a fetch costs more than a short digest.
    nonisolated(unsafe) private static let algorithm: OpaquePointer = {
        OpenSSL.start()
        return unsafe OpenSSL.require(EVP_MD_fetch(nil, "SHA256", nil), "EVP_MD_fetch")
    }()

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Digest { hash(bytes.span) }

    /// The digest of `bytes`; nothing is allocated after a thread's first call.
    public static func hash(_ bytes: Span<UInt8>) -> Digest {
        let context = unsafe context.object
        unsafe begin(context)
        unsafe update(context, bytes)
        return unsafe finish(context)
    }

    /// The digest of `prefix` followed by `bytes`: a leaf hash (RFC 6962 section 2.1), signed bytes.
    public static func hash(prefix: [UInt8], _ bytes: Span<UInt8>) -> Digest {
        let context = unsafe context.object
        unsafe begin(context)
        unsafe update(context, prefix.span)
        unsafe update(context, bytes)
        return unsafe finish(context)
    }

    /// The digest of `prefix`, `left` and `right`: a node of a Merkle tree (RFC 6962 section 2.1).
    public static func hash(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        let context = unsafe context.object
        unsafe begin(context)
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 65) { node in
            unsafe node[0] = prefix
            unsafe left.store(to: node.baseAddress.unsafelyUnwrapped + 1)
            unsafe right.store(to: node.baseAddress.unsafelyUnwrapped + 33)
            unsafe OpenSSL.require(
                EVP_DigestUpdate(context, node.baseAddress, 65), "EVP_DigestUpdate")
        }
        return unsafe finish(context)
    }

    static func begin(_ context: OpaquePointer) {
        unsafe OpenSSL.require(EVP_DigestInit_ex2(context, algorithm, nil), "EVP_DigestInit_ex2")
    }

    static func update(_ context: OpaquePointer, _ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe OpenSSL.require(
                EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "EVP_DigestUpdate")
        }
    }

    static func finish(_ context: OpaquePointer) -> Digest {
        unsafe Digest(loadedBy: { digest in
            unsafe OpenSSL.require(
                EVP_DigestFinal_ex(context, digest.baseAddress, nil), "EVP_DigestFinal_ex")
        })
    }
}
