internal import ScripCore
internal import ScripCrypto

extension RegionWriter {
    /// Writes `heads.note` anew if anything but its time would change. It is a hint, so a failure is no
    /// reason to take anything back; but it is reported, since peers would not see what is new.
    ///
    /// With `repairs` also if the note that is there says the same but is not well signed. That costs as much as to
    /// admit a record, so it is left to `sync`.
    func writeHeads(repairs: Bool = false) throws {
        // Whom no charter names any more has nothing to say.
        if charter.region(named: name) == nil { return }
        let old = repairs ? directory.headsHint : directory.uncheckedHeads
        let text = try headsText(time: old?.time ?? now)
        if let old, old.text == text.text { return }
        let note = try headsText(time: now).signed(by: try loadSigners().log)
        let path = "\(RegionLayout.public)/\(RegionLayout.heads)"
        if old?.outbox.highest == text.outbox.highest {
            try publisher.replaceHint(path, with: note.bytes)
        } else {
            // The highest number that the outbox ever used has to outlive the files.
            try publisher.replace(path, with: note.bytes)
        }
    }

    private func headsText(time: Timestamp) throws -> HeadsNote {
        var chains: [HeadsNote.Chain] = []
        var votes: [HeadsNote.Votes] = []
        var certificates: [HeadsNote.Certificates] = []
        // A note holds as many chains as a charter has regions; those that ended first are left out.
        let named = charters.chains.filter { charters.end(of: $0) == nil }
        let ended = charters.chains.filter { charters.end(of: $0) != nil }
        let shown = (named + ended.suffix(max(HeadsNote.chainCountMax - named.count, 0))).sorted()
        for voter in shown {
            let head = try index.head(of: voter, genesis: genesis)
            if head.height > 0 {
                chains.append(
                    HeadsNote.Chain(region: voter, height: head.height, size: head.size, root: head.root))
            }
            for chain in shown {
                let height = try index.lastVote(chain, by: voter)
                if height > 0 { votes.append(HeadsNote.Votes(voter: voter, chain: chain, height: height)) }
            }
            let count = try index.certificateCount(voter)
            if count > 0 { certificates.append(HeadsNote.Certificates(chain: voter, count: count)) }
        }
        return try HeadsNote(
            federation: charter.federation, genesis: genesis, region: name, time: time,
            charterEpoch: charter.epoch, chains: chains, votes: votes, certificates: certificates,
            outbox: HeadsNote.Outbox(highest: try outbox.highest(), count: try outbox.fileCount()),
            evidenceCount: try index.evidenceCount())
    }
}

extension LedgerIndex {
    func certificateCount(_ chain: RegionName) throws -> Int {
        let query = try database.prepare("SELECT count FROM certificate_count WHERE chain=?")
        try query.bind(1, try id(of: chain))
        return try query.step() ? Int(query.integer(0)) : 0
    }
}
