internal import ScripCore
public import ScripCrypto

/// The name of a signed settlement, `<hash of the cut>-<SHA-256 of its lines>.note`, both in lower-case hexadecimal:
/// who signed the same has a file of the same name, and two different ones of one cut can lie side by side.
public struct SettlementName: Hashable, Sendable {
    public let cut: Digest
    public let digest: Digest

    public init(cut: Digest, digest: Digest) {
        self.cut = cut
        self.digest = digest
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let (before, after) = text[...].utf8.dropping(suffix: ".note")?.splitAtHyphen(),
            let cut = Digest(hexadecimal: before), let digest = Digest(hexadecimal: after)
        else { return nil }
        self.init(cut: cut, digest: digest)
    }

    public var text: String { "\(cut.hexadecimal)-\(digest.hexadecimal).note" }
}
