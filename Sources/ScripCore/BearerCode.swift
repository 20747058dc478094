public import ScripCrypto

/// What a bearer voucher is held by: 16 random bytes, printed on paper (format section 2).
///
///     scrip1 qqqs yqcy q5rq wzqf pg9s crgw pudt p7k5
///     prefix 26 characters of data, 6 of checksum, in groups as they are printed
///
/// Whoever has the code can sign with its key, so it is a secret like a key: its bytes are overwritten when the
/// last copy of this value is gone, and no description shows it. Only `text` and `grouped` do.
public struct BearerCode: Sendable {
    /// What every code begins with. No region has this name.
    public static let prefix = "scrip"

    /// The characters of a code, `scrip1` among them; spaces and hyphens do not count.
    public static let characterCount = 38

    /// The random bytes that a code is made of.
    public static let byteCount = 16

    private let secret: Secret

    /// The code of 16 random bytes; nil if there are not exactly 16. The caller erases its own copy.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        secret = Secret(bytes)
    }

    /// The code that a person typed: small or capital letters, not both, with spaces and hyphens wherever they
    /// help the eye.
    ///
    /// - Throws: `BearerCodeError`, which says where the mistake is as far as that can be told, and never what was
    ///   typed or should have been.
    public init(parsing text: String) throws(BearerCodeError) {
        var typed = TypedCode(text)
        defer { typed.erase() }
        try typed.check()
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        defer { bytes.erase() }
        var output = bytes.mutableSpan
        let dataStart = TypedCode.start.count
        let dataCount = Self.characterCount - dataStart - Bech32m.checksumCount
        guard Bech32m.unpack(typed.characters.span, from: dataStart, count: dataCount, into: &output) else {
            throw .padding
        }
        secret = Secret(bytes)
    }

    /// The key that signs for what the code holds. Its seed is HKDF-SHA256 of the bytes, with an empty salt and
    /// `scrip bearer v1`.
    public var key: Ed25519PrivateKey {
        var seed = HKDF.sha256(
            input: secret.bytes, salt: [], info: Array("scrip bearer v1".utf8), count: 32)
        defer { seed.erase() }
        return Ed25519PrivateKey(seed: Bytes32(seed) ?? .zero)
    }

    /// The code itself in small letters, without spaces: a secret.
    public var text: String { Bech32m.encode(prefix: Self.prefix, bytes: secret.bytes) }

    /// The code itself as it is printed, `scrip1` and eight groups of four: a secret.
    public var grouped: String {
        var result = ""
        for (position, character) in text.enumerated() {
            if position >= TypedCode.start.count && (position - TypedCode.start.count) % 4 == 0 {
                result.append(" ")
            }
            result.append(character)
        }
        return result
    }

    /// Sixteen bytes that are overwritten when nobody needs them any more.
    ///
    /// Unchecked: nothing changes the bytes before the last reference goes.
    private final class Secret: @unchecked Sendable {
        private(set) var bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            // Storage of its own: what is erased must not be a copy that erasing makes.
            self.bytes = bytes.map { $0 }
        }

        deinit { bytes.erase() }
    }
}

extension BearerCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a bearer code" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension BearerCode {
    /// Whether a text that is no code may be one that was mistyped, or a part of one, so that it must not be shown:
    /// one that begins with `scrip1` and is not much too long, or one of about the right length that nearly does.
    public static func resembles(_ text: String) -> Bool {
        let characters = TypedCode(text).characters
        guard characters.count > TypedCode.start.count, characters.count <= characterCount + 4 else {
            return false
        }
        let wrongCount = zip(characters, TypedCode.start).count { $0 != $1 }
        return wrongCount == 0 || (wrongCount <= 2 && characters.count >= characterCount - 4)
    }
}
