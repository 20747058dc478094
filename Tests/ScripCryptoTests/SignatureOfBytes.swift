import ScripCrypto

extension Ed25519Signature {
    /// The signature that 64 bytes are; the macros of Swift Testing cannot hold a span.
    init?(_ bytes: [UInt8]) { self.init(bytes.span) }
}
