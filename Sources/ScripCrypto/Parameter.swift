import CLibCrypto

/// Entries of an OSSL_PARAM array, which is how values are handed to libcrypto's algorithms.
///
/// An entry keeps the pointers that it is made of. So names are static strings, whose characters stay where
/// they are and end with a zero: those of a String would be gone when the entry is read.
enum Parameter {
    /// The bytes at `bytes`, which must outlive the entry; libcrypto does not write there, although it takes a
    /// pointer that is not const.
    static func octets(_ name: StaticString, _ bytes: UnsafeRawBufferPointer) -> OSSL_PARAM {
        unsafe OSSL_PARAM_construct_octet_string(
            characters(of: name), UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// The text `value`.
    static func text(_ name: StaticString, _ value: StaticString) -> OSSL_PARAM {
        unsafe OSSL_PARAM_construct_utf8_string(
            characters(of: name), UnsafeMutablePointer(mutating: characters(of: value)),
            value.utf8CodeUnitCount)
    }

    /// What ends an array of entries.
    static var end: OSSL_PARAM { unsafe OSSL_PARAM_construct_end() }

    /// The characters of `text` and a zero, for as long as the process lives.
    static func characters(of text: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
