import CLibCrypto

/// The contexts of one thread for verifying signatures, each set up for a key: to make a key out of bytes and a
/// context out of the key costs a twentieth of a verification, and issuers, merchants and regions sign again and
/// again.
///
/// A key has one place, by its first bits, and the newest key of a place stays, so the memory is bounded: a
/// kilobyte for each of the places.
@safe final class VerificationContexts {
    private static let placesCount = 0x800

    @safe private struct Entry {
        let key: Ed25519PublicKey
        let context: OpaquePointer
    }

    private var entries: [Entry?] = Array(repeating: nil, count: placesCount)

    /// Contexts that make keys out of bytes: to make one anew for each key would double that cost.
    private let keyContext: OpaquePointer

    init() {
        unsafe keyContext = OpenSSL.require(
            EVP_PKEY_CTX_new_from_name(nil, Parameter.characters(of: "ED25519"), nil),
            "EVP_PKEY_CTX_new_from_name")
        unsafe OpenSSL.require(EVP_PKEY_fromdata_init(keyContext), "EVP_PKEY_fromdata_init")
    }

    deinit {
        for entry in entries { if let entry { unsafe EVP_MD_CTX_free(entry.context) } }
        unsafe EVP_PKEY_CTX_free(keyContext)
    }

    /// The calling thread's contexts.
    static let ofThread = ThreadSlot.object { VerificationContexts() }

    /// What `ofThread` holds.
    static func object(_ pointer: OpaquePointer) -> VerificationContexts {
        unsafe Unmanaged<VerificationContexts>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    /// A context that verifies under `key`, and whether it did so before.
    func context(for key: Ed25519PublicKey) -> (context: OpaquePointer, wasUsed: Bool) {
        let place = Int(key.bytes.first & UInt64(Self.placesCount - 1))
        if let entry = entries[place] {
            if entry.key == key { return unsafe (entry.context, true) }
            unsafe begin(entry.context, key)
            entries[place] = unsafe Entry(key: key, context: entry.context)
            return unsafe (entry.context, false)
        }
        let context = unsafe OpenSSL.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        unsafe begin(context, key)
        entries[place] = unsafe Entry(key: key, context: context)
        return unsafe (context, false)
    }

    /// Sets a context up for `key` anew.
    func begin(_ context: OpaquePointer, _ key: Ed25519PublicKey) {
        let handle = unsafe handle(of: key)
        defer { unsafe EVP_PKEY_free(handle) }
        unsafe OpenSSL.require(EVP_MD_CTX_reset(context), "EVP_MD_CTX_reset")
        // The context holds a reference to the key.
        unsafe OpenSSL.require(
            EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, handle, nil), "EVP_DigestVerifyInit_ex")
    }

    /// A new EVP_PKEY of `key`; libcrypto takes any 32 bytes, and finds out at the verification whether they
    /// are a point.
    private func handle(of key: Ed25519PublicKey) -> OpaquePointer {
        var handle: OpaquePointer?
        unsafe key.bytes.withUnsafeBuffer { bytes in
            unsafe withUnsafeTemporaryAllocation(of: OSSL_PARAM.self, capacity: 2) { parameters in
                unsafe parameters[0] = Parameter.octets("pub", UnsafeRawBufferPointer(bytes))
                unsafe parameters[1] = Parameter.end
                unsafe OpenSSL.require(
                    EVP_PKEY_fromdata(
                        keyContext, &handle, EVP_PKEY_PUBLIC_KEY_SELECTION, parameters.baseAddress),
                    "EVP_PKEY_fromdata")
            }
        }
        return unsafe OpenSSL.require(handle, "EVP_PKEY_fromdata")
    }
}
