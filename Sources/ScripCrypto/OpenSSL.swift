import CLibCrypto

/// What the files of this module share about libcrypto: how it is started, and what happens when it fails.
enum OpenSSL {
    /// Starts libcrypto once, before its first use.
    ///
    /// No configuration file is read, whatever OPENSSL_CONF says: bytes decide consensus, so no file outside
    /// the program may change which signatures hold. No exit handler is left: the contexts of threads that
    /// still run at exit stay valid. The tables of the algorithms of old are not filled: what is used here
    /// comes from the providers, and to enter some hundred names costs a tenth of a short command.
    private static let isStarted: Bool =
        OPENSSL_init_crypto(
            UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT)
                | UInt64(OPENSSL_INIT_NO_ADD_ALL_CIPHERS) | UInt64(OPENSSL_INIT_NO_ADD_ALL_DIGESTS), nil) == 1

    /// Makes sure that libcrypto is started as this module wants it.
    static func start() {
        precondition(isStarted, "libcrypto does not start")
    }

    /// The value that libcrypto returns where only a lack of memory, or a libcrypto without the algorithm,
    /// makes it return none: the program cannot go on then.
    static func require<Value>(_ value: Value?, _ function: StaticString) -> Value {
        guard let value else { preconditionFailure("libcrypto: \(function) failed") }
        return value
    }

    /// As `require(_:_:)`, for functions that return 1 for success.
    static func require(_ result: Int32, _ function: StaticString) {
        if result != 1 { preconditionFailure("libcrypto: \(function) failed") }
    }
}
