internal import ScripCore
internal import ScripCrypto

/// Checks the form of evidence files: canonical JSON, the members of evidence, and the name. What they prove is not
/// judged in this version.
struct EvidenceVerification {
    /// Two certificates, or a block in base64, fit.
    static let bytesMax = 256 << 20
    private static let kinds = ["block", "certificate", "charter", "fork", "vote"]

    func run(_ folder: WalkedFolder) throws {
        for (text, name) in try folder.names({ EvidenceFileName($0) }) {
            guard let bytes = try folder.contents(text, limit: Self.bytesMax) else { continue }
            if SHA256.hash(bytes) != name.digest {
                try folder.problem(.name, folder.path(of: text), "its name is not the hash of its content")
            } else if let fault = Self.fault(bytes) {
                try folder.problem(.evidence, folder.path(of: text), fault)
            }
        }
    }

    private static func fault(_ bytes: [UInt8]) -> String? {
        guard bytes.last == UInt8(ascii: "\n") else { return "it does not end with a newline" }
        let root: JSONValue
        do {
            root = try JSONDocument(Array(bytes.dropLast()), form: .canonical, allowsNewlines: true).root
        } catch {
            return "\(error.reason) (byte \(error.offset + 1))"
        }
        guard root.hasOnly(["a", "b", "kind", "type"]), root.member("type")?.text == "evidence",
            let first = root.member("a")?.string, let second = root.member("b")?.string,
            let kind = root.member("kind")?.text, kinds.contains(kind)
        else { return "it is no evidence of a known kind" }
        if kind != "block" && !first.lexicographicallyPrecedes(second) { return "'a' is not before 'b'" }
        return nil
    }
}
