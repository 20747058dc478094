internal import ScripCore

extension FuzzTarget {
    /// Signed notes, and the texts in them: checkpoints, verdicts, heads, settlements, verifier keys. What is read is
    /// written the same.
    static let note = FuzzTarget("note") { bytes in
        var isTaken = try isText(bytes)
        if let note = try reading({ try SignedNote(parsing: bytes) }) {
            isTaken = true
            try require(note.bytes == bytes, "a note is written differently")
            _ = try isText(note.text)
            for signature in note.signatures {
                guard let cosignature = Cosignature(payload: signature.payload) else { continue }
                try require(cosignature.payload == signature.payload, "a cosignature is written differently")
            }
        }
        if let text = String(validating: bytes, as: UTF8.self),
            let key = try reading({ try VerifierKey(parsing: text) })
        {
            isTaken = true
            try require(Array(key.text.utf8) == bytes, "a verifier key is written differently")
        }
        return isTaken
    }

    private static func isText(_ bytes: [UInt8]) throws -> Bool {
        let texts = [
            try reading { try Checkpoint(parsing: bytes).text },
            try reading { try VerdictText(parsing: bytes).text },
            try reading { try HeadsNote(parsing: bytes).text },
            try reading { try SettlementNote(parsing: bytes).text },
        ].compactMap { $0 }
        try require(texts.count <= 1, "one text is of two kinds")
        try require(texts.allSatisfy { $0 == bytes }, "a text is written differently")
        return !texts.isEmpty
    }
}
