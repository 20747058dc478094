internal import ScripCore
internal import ScripCrypto

/// Files of evidence: what they prove, and what proves nothing.
extension BrokenFederations {
    private mutating func add(
        _ name: String, _ story: String, _ evidence: Evidence?, _ code: ProblemCode,
        _ files: [String: [UInt8]] = [:], pending: Int = 0, _ lines: [String] = []
    ) throws {
        guard let evidence else { throw SigningFederation.Impossible() }
        let path = Self.path(evidence)
        add(
            name, story, files.merging([path: evidence.fileBytes]) { $1 }, pending: pending,
            lines + [Self.problem(code, path)])
    }

    private static func path(_ evidence: Evidence) -> String {
        "evidence/\(evidence.digest.hexadecimal).json"
    }

    private func verdict(
        _ voter: RegionName, on block: LedgerMaker.Block, invalid: [VerdictText.Invalid] = []
    ) throws -> [UInt8] {
        try honest.ledger.vote(voter, on: block, invalid: invalid).verdict.bytes
    }

    mutating func addEvidence() throws {
        let ledger = honest.ledger
        let (third, last, another) = (try block(north, 3), try block(north, 4), try anotherLast())
        let spent = [VerdictText.Invalid(index: third.first + 1, code: .spent)]
        try add(
            "evidence-fork", "A chain has signed two trees of one size.",
            Evidence.fork(last.checkpoint, another.checkpoint), .fork)
        try add(
            "evidence-leaves", "A chain has signed two trees, and their first leaf that differs is proven.",
            try leaves(last), .fork)
        try add(
            "evidence-vote", "A voter has signed two verdicts, of which others have seen one.",
            Evidence(.vote, try verdict(south, on: third), try verdict(south, on: third, invalid: spent)),
            .equivocation)
        try add(
            "evidence-certificate", "A quorum has signed two verdicts on one block.",
            Evidence(
                .certificate, try ledger.certificate(on: third).line,
                try ledger.certificate(on: third, invalid: spent).line), .certificate)
        let wrong = try honest.nextBlock([]) { $0.changed(count: 1) }
        try add(
            "evidence-block", "A chain has signed a block that is invalid by itself.",
            Evidence.block(wrong.member, after: wrong.before.frontier), .block)
        try addForked()
        try addFraming()
    }

    /// The last block and one with more records in its place, by their first leaves.
    private func leaves(_ last: LedgerMaker.Block) throws -> Evidence? {
        let line = try honest.records.accredit(honest.neighbour, ref: "another").line
        let another = try honest.ledger.aside(from: last.before) {
            try honest.ledger.seal(north, [line], time: last.header.time)
        }
        let frontier = last.before.frontier
        let first = TransparencyProof(
            of: last.header.line, before: frontier, leaves: [MerkleTree.leafHash(last.header.line.span)],
            checkpoint: last.checkpoint)
        let second = TransparencyProof(
            of: another.header.line, before: frontier,
            leaves: [another.header.line, line].map { MerkleTree.leafHash($0.span) },
            checkpoint: another.checkpoint)
        guard let first, let second else { return nil }
        return Evidence.fork(first, second)
    }

    /// What a region holds after it has met the other branch of a chain: one branch, that it has voted on, the proof that
    /// there is another, and the proof that its region has voted on both.
    private mutating func addForked() throws {
        let ledger = honest.ledger
        let own = try honest.nextBlock([])
        let other = try honest.nextBlock([]) { $0.changed(seen: $0.seen, time: $0.time.adding(seconds: 1)) }
        let equivocation = Evidence(.vote, try verdict(north, on: own), try verdict(north, on: other))
        guard let equivocation else { throw SigningFederation.Impossible() }
        func vote(_ voter: RegionName) throws -> [UInt8] {
            try ledger.vote(voter, on: own).line + [UInt8(ascii: "\n")]
        }
        try add(
            "forked",
            "A chain has forked; one branch is here, with the votes of its region and of one other.",
            Evidence.fork(own.checkpoint, other.checkpoint), .fork,
            [
                HonestFederation.segment(north, 5): own.member,
                HonestFederation.votes(north, north, 5): try vote(north),
                HonestFederation.votes(south, north, 5): try vote(south),
                Self.path(equivocation): equivocation.fileBytes,
            ], pending: 1, [Self.problem(.equivocation, Self.path(equivocation))])
    }

    /// What honest regions sign, put together by somebody who is none.
    private mutating func addFraming() throws {
        let ledger = honest.ledger
        let (third, last) = (try block(north, 3), try block(north, 4))
        try add(
            "evidence-sizes", "Two checkpoints of two sizes are no fork.",
            Evidence.fork(third.checkpoint, last.checkpoint), .evidence)
        try add(
            "evidence-cosigned", "A checkpoint and the same one with a cosignature are no fork.",
            Evidence(.fork, last.checkpoint.bytes, try ledger.vote(south, on: last).checkpoint.bytes),
            .evidence)
        let foreign = try HonestFederation(salt: "foreign ")
        guard let abroad = foreign.blocks[north]?[3] else { throw SigningFederation.Impossible() }
        try add(
            "evidence-foreign", "A checkpoint of another federation of the same name is no fork.",
            Evidence.fork(last.checkpoint, abroad.checkpoint), .evidence)
        try add(
            "evidence-voters", "Two verdicts of two voters are no contradiction.",
            Evidence(
                .vote, try verdict(south, on: last),
                try verdict(
                    east, on: third, invalid: [VerdictText.Invalid(index: third.first + 1, code: .spent)])),
            .evidence)
        try add(
            "evidence-honest-block", "A good block is not invalid by itself.",
            Evidence.block(last.member, after: last.before.frontier), .evidence)
        try add(
            "evidence-part", "The last two blocks of a chain are not one invalid block.",
            Evidence.block(try joined(third, last), after: third.before.frontier), .evidence)
    }

    /// The lines of two blocks in one member, with the seal of the second.
    private func joined(_ first: LedgerMaker.Block, _ second: LedgerMaker.Block) throws -> [UInt8] {
        var lines: [[UInt8]] = []
        for (block, isLast) in [(first, false), (second, true)] {
            let inflater = GzipInflater()
            var text: [UInt8] = []
            _ = try inflater.read(block.member.span, into: &text, limit: 1 << 20)
            let all = text.split(separator: 0x0a).map { Array($0) }
            lines += isLast ? all : all.dropLast()
        }
        return LedgerMaker.member(lines)
    }
}
