/// The bytes with a bit turned over, and cut at a byte: each bit and each byte, or one of `every` so many.
func forEachSpoilt(
    _ bytes: [UInt8], every stride: Int = 1, _ body: ([UInt8], String) throws -> Void
) rethrows {
    for bit in Swift.stride(from: 0, to: bytes.count * 8, by: stride) {
        var spoilt = bytes
        spoilt[bit / 8] ^= 1 << (bit % 8)
        try body(spoilt, "bit \(bit)")
    }
    for count in Swift.stride(from: 0, to: bytes.count, by: stride) {
        try body(Array(bytes[..<count]), "\(count) bytes")
    }
}
