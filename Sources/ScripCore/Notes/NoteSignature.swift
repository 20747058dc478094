internal import ScripCrypto

/// One signature line of a note (C2SP signed-note):
///
///     — example.org/vouchers/north 96cCCGbAl6lpaPojgtuQnyM2bb8rnqtydmhyFvr/1pnVXxIioM2lA3…
///
/// An em dash, a space, the name of the key, a space, and the base64 of four bytes that identify the key and
/// the signature itself: 64 bytes of a log key, 8 bytes of time and 64 of a witness key.
public struct NoteSignature: Hashable, Sendable {
    /// The most bytes after the four that identify the key; post-quantum signatures of other tools fit.
    public static let payloadByteCountMax = 8_192

    /// The name of the key.
    public let name: String

    /// The four bytes that identify key and kind, read big-endian.
    public let keyHash: UInt32

    /// The bytes after those four; never empty.
    public let payload: [UInt8]

    /// An em dash (U+2014) and a space.
    static let prefix: [UInt8] = [0xe2, 0x80, 0x94, 0x20]

    init(name: String, keyHash: UInt32, payload: [UInt8]) {
        self.name = name
        self.keyHash = keyHash
        self.payload = payload
    }

    /// The signature that `line`, without its newline, is; nil if it is none, byte for byte.
    init?(parsing line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.prefix) else { return nil }
        let words = LineCursor.words(line.dropFirst(Self.prefix.count))
        guard words.count == 2, let name = KeyName.parse(words[0]) else { return nil }
        guard words[1].count <= (Self.payloadByteCountMax + 4) / 3 * 4 + 4 else { return nil }
        guard let bytes = Base64.decode(words[1]), bytes.count > 4 else { return nil }
        self.init(
            name: name, keyHash: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            payload: Array(bytes.dropFirst(4)))
    }

    /// The line, without a newline.
    public var line: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + payload.count)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: keyHash >> UInt32(shift))) }
        bytes += payload
        return Self.prefix + Array(name.utf8) + [UInt8(ascii: " ")] + Array(Base64.encode(bytes).utf8)
    }
}
