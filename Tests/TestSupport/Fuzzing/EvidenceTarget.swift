internal import ScripCore

extension FuzzTarget {
    /// Evidence: what is read is written the same and named by the same hash; what proves something does so again.
    static let evidence = FuzzTarget("evidence") { bytes in
        let inFile = try reading { try Evidence(parsingFile: bytes) }
        if let inFile { try require(inFile.fileBytes == bytes, "an evidence file is written differently") }
        guard let evidence = try inFile ?? reading({ try Evidence(parsing: bytes) }) else { return false }
        let again = try reading { try Evidence(parsing: evidence.line) }
        try require(again == evidence && again?.digest == evidence.digest, "evidence is not read again")
        try require(
            Evidence(evidence.kind, evidence.a, evidence.b) == evidence,
            "evidence cannot be made of its statements")
        guard let charters = FuzzFederation.charters else { return true }
        let proven = try reading { try evidence.prove(by: charters) }
        try require(try reading { try evidence.prove(by: charters) } == proven, "evidence proves two things")
        if let proven {
            try require(proven.kind == evidence.kind && !proven.signers.isEmpty, "it accuses nobody")
        }
        return true
    }
}
