import CLibCrypto

/// One object, mostly of libcrypto, for each thread that asks, made at its first use and freed when the thread ends:
/// a context that need not be allocated again for each digest or signature.
@safe struct ThreadSlot: ~Copyable {
    private var key: CRYPTO_THREAD_LOCAL = 0
    private let make: @Sendable () -> OpaquePointer

    /// A slot for what `make` returns and `free` takes back.
    init(
        make: @escaping @Sendable () -> OpaquePointer,
        free: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) {
        OpenSSL.start()
        unsafe self.make = make
        unsafe OpenSSL.require(CRYPTO_THREAD_init_local(&key, free), "CRYPTO_THREAD_init_local")
    }

    /// The calling thread's object, as the thread's last use left it.
    var object: OpaquePointer {
        var key = key
        if let object = unsafe CRYPTO_THREAD_get_local(&key) { return OpaquePointer(object) }
        let object = unsafe make()
        unsafe OpenSSL.require(
            CRYPTO_THREAD_set_local(&key, UnsafeMutableRawPointer(object)), "CRYPTO_THREAD_set_local")
        return unsafe object
    }

    /// A slot for an object of this program.
    static func object(_ make: @escaping @Sendable () -> AnyObject) -> ThreadSlot {
        unsafe ThreadSlot(
            make: { unsafe OpaquePointer(Unmanaged.passRetained(make()).toOpaque()) },
            free: { object in
                if let object = unsafe object { unsafe Unmanaged<AnyObject>.fromOpaque(object).release() }
            })
    }

    /// A slot for an EVP_MD_CTX.
    static func messageDigestContext() -> ThreadSlot {
        unsafe ThreadSlot(
            make: { unsafe OpenSSL.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new") },
            free: { unsafe EVP_MD_CTX_free(OpaquePointer($0)) })
    }
}
