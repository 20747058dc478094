internal import ScripCore

extension FuzzTarget {
    /// Lines of outbox files: a record or a refusal, as `RecordTarget` and the canonical form have it.
    static let outbox = FuzzTarget("outbox") { bytes in
        var isTaken = false
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: true).prefix(16).map(Array.init) {
            guard let document = try? JSONDocument(line, form: .canonical) else { continue }
            if let refusal = try reading({ try Refusal(document.root) }) {
                isTaken = true
                try require(refusal.line == line, "a refusal is written differently")
                if let charters = FuzzFederation.charters,
                    let key = charters.logKey(of: refusal.region, in: charters.newest.epoch)?.key
                {
                    _ = refusal.isSigned(by: key, genesis: charters.genesis)
                }
            } else if try FuzzTarget.record.accepts(line) {
                isTaken = true
            }
        }
        return isTaken
    }
}
