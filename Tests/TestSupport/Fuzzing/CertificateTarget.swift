internal import ScripCore

extension FuzzTarget {
    /// Certificates: what is read is written the same; one that is good is so again.
    static let certificate = FuzzTarget("certificate") { bytes in
        let inFile = try reading { try Certificate(parsingFile: bytes) }
        if let inFile {
            try require(inFile.fileBytes == bytes, "a certificate's file is written differently")
        }
        let inLine = try reading { try Certificate(parsing: bytes) }
        if let inLine { try require(inLine.line == bytes, "a certificate is written differently") }
        guard let certificate = inFile ?? inLine else { return false }
        try require(
            try reading { try Certificate(parsing: certificate.line) } == certificate, "it is not read again")
        guard let charters = FuzzFederation.charters else { return true }
        let isGood = try reading { try certificate.check(charters: charters) } != nil
        let again =
            try reading { try Certificate(parsing: certificate.line).check(charters: charters) } != nil
        try require(isGood == again, "a certificate is good once, and bad once")
        return true
    }
}
