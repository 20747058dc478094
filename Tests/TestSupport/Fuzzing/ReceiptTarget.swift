internal import ScripCore

extension FuzzTarget {
    /// Receipts, and the tlog-proofs in them: what is read is written the same; what is good is so again.
    static let receipt = FuzzTarget("receipt") { bytes in
        let proof = try reading { try TransparencyProof(parsing: bytes) }
        if let proof { try require(proof.bytes == bytes, "a proof is written differently") }
        guard let receipt = try reading({ try Receipt(parsing: bytes) }) else { return proof != nil }
        try require(receipt.line == bytes, "a receipt is written differently")
        guard let charter = FuzzFederation.charters?.newest else { return true }
        let isGood = try reading { try receipt.check(charter: charter) } != nil
        let again = try reading { try Receipt(parsing: receipt.line).check(charter: charter) } != nil
        try require(isGood == again, "a receipt is good once, and bad once")
        return true
    }
}
