import CLibCrypto

/// One PEM block (RFC 7468): what it says it is, and bytes.
/// ```
/// -----BEGIN <label>-----
/// <base64>
/// -----END <label>-----
/// ```
/// The bytes are taken for a secret, and are overwritten when this value goes.
final class PEMBlock {
    /// No PEM of one key, however encrypted, comes near this number of bytes.
    static let byteCountMax = 65_536

    let label: String
    private(set) var content: [UInt8]

    /// The block that says it is a `label`, and holds `content`.
    init(label: String, content: [UInt8]) {
        self.label = label
        self.content = content
    }

    deinit { content.erase() }

    /// The only block in `text`, which may have other text around it, as openssl allows; nil if there is
    /// none, or it is broken, or there are more.
    static func only(in text: [UInt8]) -> PEMBlock? {
        guard !text.isEmpty, text.count <= byteCountMax else { return nil }
        OpenSSL.start()
        return unsafe text.withUnsafeBytes { text in
            // This BIO reads where the bytes are, so it must not outlive them.
            let input = unsafe OpenSSL.require(
                BIO_new_mem_buf(text.baseAddress, Int32(text.count)), "BIO_new_mem_buf")
            defer {
                unsafe BIO_free(input)
                ERR_clear_error()
            }
            guard let block = unsafe read(from: input), unsafe read(from: input) == nil else { return nil }
            let isEnd = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
            return isEnd ? block : nil
        }
    }

    /// The next block of `input`. PEM_read_bio itself decrypts nothing, so it asks for no passphrase.
    private static func read(from input: OpaquePointer) -> PEMBlock? {
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var content: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(input, &label, &header, &content, &count) == 1 else { return nil }
        defer {
            unsafe CRYPTO_free(label, #file, #line)
            unsafe CRYPTO_free(header, #file, #line)
            unsafe CRYPTO_clear_free(content, count, #file, #line)
        }
        return unsafe PEMBlock(
            label: String(cString: label.unsafelyUnwrapped),
            content: Array(UnsafeBufferPointer(start: content, count: count)))
    }

    /// The block as text, in lines of 64 characters.
    var text: [UInt8] {
        OpenSSL.start()
        let output = unsafe OpenSSL.require(BIO_new(BIO_s_mem()), "BIO_new")
        defer { unsafe BIO_free(output) }
        let written = unsafe PEM_write_bio(output, label, "", content, content.count)
        precondition(written > 0, "libcrypto: PEM_write_bio failed")
        var start: UnsafeMutableRawPointer?
        let count = unsafe BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
