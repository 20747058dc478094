internal import ScripCore

extension FuzzTarget {
    /// Charters: what is read is written the same; one whose signatures are good is so again when it is read again.
    static let charter = FuzzTarget("charter") { bytes in
        if let charter = try reading({ try Charter(parsing: bytes) }) {
            try require(charter.text == bytes, "a charter is written differently")
        }
        guard let signed = try reading({ try SignedCharter(parsing: bytes) }) else { return false }
        try require(signed.bytes == bytes, "a signed charter is written differently")
        let again = try reading { try SignedCharter(parsing: signed.bytes) }
        try require(again == signed, "a charter is not read again")
        let isGood = try reading { try signed.checkSignatures() } != nil
        let isInForce = try reading { try signed.check() } != nil
        try require(isGood || !isInForce, "a charter with bad signatures is in force")
        try require(
            signed.missingSigners.isEmpty || signed.charter.epoch > 1 || !isInForce,
            "a charter is in force unsigned")
        return true
    }
}
