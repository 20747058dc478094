import CLibCrypto

/// The context of one thread for making signatures, set up for the key that signed last: whoever signs much signs with
/// one key, and to set a context up costs a tenth of a signature.
@safe final class SigningContext {
    private let context: OpaquePointer
    /// The key that the context is set up for. The context holds a reference to it, so no other one has its address.
    private var key: OpaquePointer?

    init() {
        unsafe context = OpenSSL.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        unsafe key = nil
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// The calling thread's context.
    static let ofThread = ThreadSlot.object { SigningContext() }

    /// What `ofThread` holds.
    static func object(_ pointer: OpaquePointer) -> SigningContext {
        unsafe Unmanaged<SigningContext>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    /// The context, as new and set up for `key`.
    func begin(_ key: OpaquePointer) -> OpaquePointer {
        if unsafe key == self.key {
            // Without a key it starts again with the one that it has.
            if unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, nil, nil) == 1 {
                return unsafe context
            }
            ERR_clear_error()
        }
        unsafe self.key = nil
        unsafe OpenSSL.require(EVP_MD_CTX_reset(context), "EVP_MD_CTX_reset")
        unsafe OpenSSL.require(
            EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key, nil), "EVP_DigestSignInit_ex")
        unsafe self.key = key
        return unsafe context
    }
}
