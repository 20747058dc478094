internal import Foundation
internal import ScripCore

extension FuzzTarget {
    /// Lines of vote files: what is read is written the same; a vote that counts does so again, and one with another
    /// voter, chain or height in its fields does not.
    static let vote = FuzzTarget("vote") { bytes in
        guard let vote = try reading({ try Vote(parsing: bytes) }) else { return false }
        try require(vote.line == bytes, "a vote is written differently")
        guard let charters = FuzzFederation.charters else { return true }
        let checked = try reading { try vote.check(charters: charters) }
        guard checked != nil else { return true }
        let again = try reading { try Vote(parsing: vote.line).check(charters: charters) }
        try require(again != nil, "a vote that counts does not when it is read again")
        for (from, to) in [
            ("\"voter\":\"\(vote.voter)\"", "\"voter\":\"zz\""),
            ("\"chain\":\"\(vote.chain)\"", "\"chain\":\"zz\""),
            ("\"height\":\(vote.height),", "\"height\":\(vote.height + 1),"),
        ] {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let range = text.range(of: from) else {
                throw BrokenProperty(description: "\(from) is not there")
            }
            let changed = Array(text.replacingCharacters(in: range, with: to).utf8)
            let other = try reading { try Vote(parsing: changed).check(charters: charters) }
            try require(other == nil, "a vote counts with \(to)")
        }
        return true
    }
}
