internal import ScripCore
public import ScripCrypto

/// The name of a file of evidence: the lower-case hexadecimal SHA-256 of its content, and `.json`.
public struct EvidenceFileName: Hashable, Sendable {
    public let digest: Digest

    public init(digest: Digest) {
        self.digest = digest
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let digits = text[...].utf8.dropping(suffix: ".json"),
            let digest = Digest(hexadecimal: digits)
        else { return nil }
        self.digest = digest
    }

    public var text: String { "\(digest.hexadecimal).json" }
}
