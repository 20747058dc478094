internal import ScripCore

extension FuzzTarget {
    /// Cuts and signed settlements: what is read is written the same.
    static let settlement = FuzzTarget("settlement") { bytes in
        let cut = try reading { try Cut(line: bytes) }
        if let cut { try require(cut.line == bytes, "a cut is written differently") }
        let bare = try reading { try SettlementNote(parsing: bytes) }
        if let bare { try require(bare.text == bytes, "a settlement is written differently") }
        guard let note = try reading({ try SignedNote(parsing: bytes) }),
            let settlement = try reading({ try SettlementNote(parsing: note.text) })
        else { return cut != nil || bare != nil }
        try require(settlement.text == note.text, "a settlement is written differently")
        if let charters = FuzzFederation.charters {
            for region in charters.newest.regions {
                guard
                    let signed = try reading({
                        try SettlementNote(note, signer: region.name, charters: charters)
                    })
                else { continue }
                try require(signed == settlement, "a signed settlement is another one")
            }
        }
        return true
    }
}
