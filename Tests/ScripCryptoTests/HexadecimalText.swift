/// The bytes of hexadecimal digits, written here anew so that the tests do not lean on what they test.
func hexadecimal(_ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    precondition(digits.count.isMultiple(of: 2), "half a byte")
    return stride(from: 0, to: digits.count, by: 2).map { position in
        guard let byte = UInt8(String(decoding: digits[position..<position + 2], as: UTF8.self), radix: 16)
        else { preconditionFailure("no hexadecimal digits") }
        return byte
    }
}

/// The hexadecimal digits of bytes, in lower case.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
