internal import ScripCore
internal import ScripCrypto

extension FuzzTarget {
    /// Records: what is read is written the same, has the hash of its signed bytes as its id, and keeps it whatever
    /// attestations it has.
    ///
    /// No mutation meets a hash, so the bytes are also read with the id that they should have.
    static let record = FuzzTarget("record") { bytes in
        let parsed = try isRecord(bytes)
        guard let document = try? JSONDocument(bytes, form: .any), document.root.member("id") != nil,
            case .object(var members) = document.root.json
        else { return parsed }
        for name in ["id", "sig", "accept", "attest"] { members[name] = nil }
        let id = SHA256.hash(FuzzFederation.signedPrefix + JSON.object(members).canonical)
        guard case .object(var whole) = document.root.json else { return parsed }
        whole["id"] = .string(id.hexadecimal)
        let signed = try isRecord(JSON.object(whole).canonical)
        return parsed || signed
    }

    private static func isRecord(_ bytes: [UInt8]) throws -> Bool {
        let prefix = FuzzFederation.signedPrefix
        let strict = try reading { try Record(line: bytes, signedPrefix: prefix) }
        if let strict { try require(strict.line == bytes, "a record is written differently") }
        let loose = try reading { try Record.reading(bytes, signedPrefix: prefix) }
        if strict != nil { try require(loose == strict, "a record is another one on standard input") }
        guard let record = loose else { return false }
        try require(SHA256.hash(record.signedBytes) == record.id, "the id is not that of the signed bytes")
        let again = try reading { try Record(line: record.line, signedPrefix: prefix) }
        try require(again == record, "a record is not read again")
        let bare = try reading { try record.attested([]) }
        try require(
            bare?.id == record.id && bare?.attestations.isEmpty == true,
            "a record has another id without attestations")
        try require(
            try reading { try bare?.attested(record.attestations) } == record, "attestations do not come back"
        )
        if let bare {
            try require(
                try reading { try Record(line: bare.line, signedPrefix: prefix) } == bare,
                "a record without attestations is not read")
        }
        return true
    }
}
