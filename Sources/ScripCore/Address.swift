public import ScripCrypto

/// Why a text is no address.
public enum AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// So many characters follow the `1`, or so many are there in all if there is none; 58 must follow it.
    case length(Int)
    /// The text before the key is not the name of a region.
    case region
    /// The text is not bech32m: a wrong character, the checksum, or the padding.
    case encoding(Bech32mError)

    /// Where in the text the fault is, as a byte position from 0, if that is known.
    public var position: Int? {
        switch self {
        case .encoding(let error): error.position
        case .length, .region: nil
        }
    }

    public var description: String {
        switch self {
        case .length(let count): "58 characters must follow the '1' of an address, not \(count)"
        case .region: "an address begins with the name of a region"
        case .encoding(let error): error.description
        }
    }
}

/// An account: an Ed25519 public key at a region, written in bech32m with the region's name as prefix
/// (format section 2).
///
///     north1qypqxpq9…     `north`, `1`, 52 characters for the key, 6 for the checksum over both
public struct Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The region that keeps the account.
    public let region: RegionName

    /// The key that signs for the account.
    public let key: Ed25519PublicKey

    private static let keySymbolCount = 52

    /// The account of `key` at `region`.
    public init(region: RegionName, key: Ed25519PublicKey) {
        self.region = region
        self.key = key
    }

    /// The address that `text` writes.
    ///
    /// - Throws: `AddressError` with the position of a single wrong character, where it can be told.
    public init(parsing text: Span<UInt8>) throws(AddressError) {
        let prefixCount = text.count - Self.keySymbolCount - Bech32m.checksumCount - 1
        guard prefixCount >= 1, prefixCount <= RegionName.byteCountMax, text[prefixCount] == Bech32m.separator
        else { throw Self.misplacedSeparator(text, expectedAt: prefixCount) }
        do throws(Bech32mError) {
            try Bech32m.check(text, prefixCount: prefixCount)
        } catch {
            throw .encoding(error)
        }
        guard let region = RegionName(text, count: prefixCount) else { throw .region }
        var storage = InlineArray<32, UInt8>(repeating: 0)
        var output = storage.mutableSpan
        guard Bech32m.unpack(text, from: prefixCount + 1, count: Self.keySymbolCount, into: &output),
            let bytes = Bytes32(storage.span)
        else { throw .encoding(.padding) }
        self.region = region
        self.key = Ed25519PublicKey(bytes: bytes)
    }

    /// The address that `text` writes.
    ///
    /// - Throws: `AddressError` with the position of a single wrong character, where it can be told.
    public init(parsing text: String) throws(AddressError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.span)
    }

    /// The address in bech32m.
    public var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Bech32m.byteCountMax)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    /// Appends the bytes of the text to `output`.
    public func append(to output: inout [UInt8]) {
        region.append(to: &output)
        key.bytes.withSpan { Bech32m.append($0, afterPrefixOf: region.count, to: &output) }
    }

    /// By region, then by the bytes of the key.
    public static func < (left: Address, right: Address) -> Bool {
        left.region == right.region ? left.key < right.key : left.region < right.region
    }

    /// What is wrong with a text that has no `1` where an address of its length has it, after a region's name:
    /// characters are missing or too many, or that one is wrong.
    private static func misplacedSeparator(_ text: Span<UInt8>, expectedAt expected: Int) -> AddressError {
        for position in text.indices.reversed() where text[position] == Bech32m.separator {
            return position == expected ? .region : .length(text.count - position - 1)
        }
        let isLengthRight = expected >= 1 && expected <= RegionName.byteCountMax
        return isLengthRight ? .encoding(.character(position: expected)) : .length(text.count)
    }
}
