public import ScripCrypto

/// A public key with its name and kind (C2SP signed-note, "vkey"):
///
///     example.org/vouchers/north+f7a70208+AY5iZRwMVeOADl5aXTKA0VuooyzGCp2f+AUEVIIOY2pc
///
/// The name; eight hex digits, the first four bytes of SHA-256(name ‖ 0x0A ‖ kind ‖ key); the base64 of kind
/// and key.
public struct VerifierKey: Hashable, Sendable {
    /// What the key signs. The raw value is the C2SP signature type.
    public enum Kind: UInt8, Sendable {
        /// Ed25519 over the text of the note.
        case log = 0x01
        /// A timestamped cosignature, C2SP tlog-cosignature `cosignature/v1`.
        case witness = 0x04
    }

    /// The name of the key.
    public let name: String

    /// The four bytes by which signature lines identify the key, read big-endian.
    public let keyHash: UInt32

    /// What the key signs.
    public let kind: Kind

    /// The key.
    public let key: Ed25519PublicKey

    /// The key of that name; nil if the name is empty, or holds a space, a `+` or anything but printable
    /// ASCII.
    public init?(name: String, kind: Kind, key: Ed25519PublicKey) {
        guard KeyName.parse(Array(name.utf8)[...]) != nil else { return nil }
        self.init(checkedName: name, kind: kind, key: key)
    }

    /// The key of `region` in `federation`, under the name that format section 2 gives it.
    public init(
        kind: Kind, of region: RegionName, in federation: FederationName, key: Ed25519PublicKey
    ) {
        let name =
            switch kind {
            case .log: federation.origin(of: region)
            case .witness: federation.witnessName(of: region)
            }
        self.init(checkedName: name, kind: kind, key: key)
    }

    private init(checkedName name: String, kind: Kind, key: Ed25519PublicKey) {
        self.name = name
        self.kind = kind
        self.key = key
        var named = Array(name.utf8)
        named.append(UInt8(ascii: "\n"))
        named.append(kind.rawValue)
        key.bytes.append(to: &named)
        keyHash = SHA256.hash(named).bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The key that `text` is.
    public init(parsing text: String) throws(VerifierKeyError) {
        try self.init(parsing: Array(text.utf8)[...])
    }

    init(parsing bytes: ArraySlice<UInt8>) throws(VerifierKeyError) {
        // The base64 may hold a plus sign, so only the first two part the text.
        let parts = bytes.split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .form }
        guard let name = KeyName.parse(parts[0]) else { throw .name }
        guard let typed = Base64.decode(parts[2]) else { throw .form }
        guard let type = typed.first, let kind = Kind(rawValue: type) else { throw .kind(typed.first) }
        guard let key = Bytes32(typed.dropFirst()) else { throw .keyLength(bytes: typed.count - 1) }
        self.init(checkedName: name, kind: kind, key: Ed25519PublicKey(bytes: key))
        guard Self.hexadecimal(keyHash).utf8.elementsEqual(parts[1]) else { throw .hash }
        guard text.utf8.elementsEqual(bytes) else { throw .form }
    }

    /// The key as it stands in a charter.
    public var text: String {
        name + "+" + Self.hexadecimal(keyHash) + "+" + Base64.encode([kind.rawValue] + key.bytes.bytes)
    }

    /// Whether `signature` says that it is this key's; that it is good is another question.
    public func isSigner(of signature: NoteSignature) -> Bool {
        signature.keyHash == keyHash && signature.name == name
    }

    /// Whether `signature` is this key's, and good, on a note with `text`.
    public func isValid(_ signature: NoteSignature, on text: [UInt8]) -> Bool {
        guard isSigner(of: signature) else { return false }
        switch kind {
        case .log:
            guard let bare = Ed25519Signature(signature.payload.span) else { return false }
            return key.isValid(bare, for: text)
        case .witness:
            guard let cosignature = Cosignature(payload: signature.payload) else { return false }
            return cosignature.isValid(by: key, on: text)
        }
    }

    private static func hexadecimal(_ keyHash: UInt32) -> String {
        Hexadecimal.encode([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: keyHash >> UInt32($0)) })
    }
}

/// Why a text is no verifier key.
public enum VerifierKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not three parts with `+` between them, or not written canonically.
    case form
    case name
    /// The four bytes are not those of name, kind and key.
    case hash
    /// A kind other than 0x01 and 0x04.
    case kind(UInt8?)
    case keyLength(bytes: Int)

    public var description: String {
        switch self {
        case .form: "a verifier key is written name+hash+base64"
        case .name: "the name of the verifier key is malformed"
        case .hash: "the hash in the verifier key is not that of its name and key"
        case .kind(let kind?): "the verifier key is of the unknown kind \(kind)"
        case .kind(nil): "the verifier key is empty"
        case .keyLength(let bytes): "the verifier key has \(bytes) bytes in place of 32"
        }
    }
}
