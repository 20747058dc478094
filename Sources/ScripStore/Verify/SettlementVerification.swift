internal import ScripCore
internal import ScripCrypto

/// Recomputes the settlements that regions signed. Runs when the chains have been judged: what does not follow from
/// them is a problem, and what goes beyond them is pending.
struct SettlementVerification {
    private let context: VerificationContext

    init(_ context: VerificationContext) { self.context = context }

    /// What became of a cut, which several regions may have signed.
    private enum Outcome {
        case digest(Digest)
        case behind
        case wrong(String)
    }

    func run(_ folder: WalkedFolder) throws {
        var outcomes: [Digest: Outcome] = [:]
        for (text, region) in try folder.names({ context.chain($0) }) {
            guard let inner = try folder.folder(text) else { continue }
            var before: [(name: SettlementName, cut: Cut)] = []
            for (text, name) in try inner.names({ SettlementName($0) }) {
                guard let bytes = try inner.contents(text, limit: SettlementNote.bytesMax) else { continue }
                guard let note = try read(bytes, region, name, inner, inner.path(of: text)) else { continue }
                let outcome = try outcomes[name.cut] ?? self.outcome(note.cut)
                outcomes[name.cut] = outcome
                switch outcome {
                case .behind: context.findings.pending(nil)
                case .wrong(let reason): try problem(inner, text, reason)
                case .digest(let digest) where digest != note.digest:
                    try problem(inner, text, "it is not the settlement that follows from the chains")
                case .digest: break
                }
                for other in before {
                    if let reason = SignedSettlements.contradiction(
                        name, note.cut, other.name, other.cut, region: region)
                    {
                        try problem(inner, text, reason)
                        break
                    }
                }
                before.append((name, note.cut))
            }
        }
    }

    private func problem(_ folder: WalkedFolder, _ text: String, _ reason: String) throws {
        try folder.problem(.settlement, folder.path(of: text), reason)
    }

    private func read(
        _ bytes: [UInt8], _ region: RegionName, _ name: SettlementName, _ folder: WalkedFolder, _ path: String
    ) throws -> SettlementNote? {
        do {
            let note = try SettlementNote(
                try SignedNote(parsing: bytes), signer: region, charters: context.charters)
            if name == SettlementName(cut: note.cut.hash, digest: note.digest) { return note }
            try folder.problem(.name, path, "its name is not that of the settlement in it")
        } catch let error as NoteError {
            try folder.problem(.settlement, path, "\(error)")
        } catch let error as SettlementNoteError {
            try folder.problem(.settlement, path, "\(error)")
        }
        return nil
    }

    private func outcome(_ cut: Cut) throws -> Outcome {
        let search = CutSearch(index: context.index, charters: context.charters)
        switch try search.check(cut) {
        case .good: return .digest(try context.index.settlementDigest(of: cut))
        case .behind: return .behind
        case .wrong(let reason): return .wrong(reason)
        }
    }
}
