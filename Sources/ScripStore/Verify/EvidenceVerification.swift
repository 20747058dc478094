internal import ScripCore
internal import ScripCrypto

/// Checks evidence files, each by nothing but the charter. What is proven is a problem of whoever signed it; what proves
/// nothing is a problem of the file. Of a voter's two verdicts on a block neither counts in what follows.
struct EvidenceVerification {
    private let context: VerificationContext

    init(_ context: VerificationContext) { self.context = context }

    func run(_ folder: WalkedFolder) throws {
        for (text, name) in try folder.names({ EvidenceFileName($0) }) {
            guard let bytes = try folder.contents(text, limit: Evidence.bytesMax) else { continue }
            let path = folder.path(of: text)
            if SHA256.hash(bytes) != name.digest {
                try folder.problem(.name, path, "its name is not the hash of its content")
                continue
            }
            let proven: ProvenEvidence
            do throws(EvidenceError) {
                proven = try Evidence(parsingFile: bytes).prove(by: context.charters)
            } catch {
                // What a charter has settled is no problem any more; it stays where it is.
                if case .settled = error { continue }
                try folder.problem(.evidence, path, "\(error)")
                continue
            }
            try take(proven, name, path)
        }
    }

    private func take(_ proven: ProvenEvidence, _ name: EvidenceFileName, _ path: String) throws {
        try context.index.addEvidence(proven, name: name.digest)
        // It stays where it is, and is settled.
        if context.index.isRuled(proven.kind, chain: proven.chain, first: proven.first) { return }
        try context.findings.problem(
            proven.code, path, proven.reason, chain: proven.chain, height: proven.height)
    }
}
