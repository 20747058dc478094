import CLibCrypto

extension [UInt8] {
    /// Overwrites the bytes with zeros, in a way that no optimiser drops; for secrets. Another array that
    /// shares these bytes keeps them.
    public mutating func erase() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
