internal import ScripCore
internal import ScripCrypto

/// Blocks that a region has signed although they are not valid, and records in them.
extension BrokenFederations {
    private static let path = HonestFederation.segment(HonestFederation.north, 5)

    /// One more block of north, and what is wrong with it.
    private mutating func addBlock(
        _ name: String, _ story: String, _ code: ProblemCode, _ lines: [[UInt8]] = [],
        alter: (BlockHeader) -> BlockHeader = { $0 },
        alterSeal: (Int, Digest) -> (Int, Digest) = { ($0, $1) }
    ) throws {
        let block = try honest.nextBlock(lines, alter: alter, alterSeal: alterSeal)
        add(name, story, [Self.path: block.member], [Self.problem(code, Self.path)])
    }

    mutating func addBlocks() throws {
        try addHeaders()
        try addSeen()
        try addMembers()
        let fork = try honest.nextBlock([])
        let other = try honest.nextBlock([], alter: { $0.changed(time: $0.time.adding(seconds: 1)) })
        add(
            "block-fork", "Two blocks of one height lie in two files, and both are signed.",
            [
                HonestFederation.segment(north, 4...5): try file(HonestFederation.segment(north, 4))
                    + fork.member,
                Self.path: other.member,
            ], pending: 1, [Self.problem(.fork, Self.path)])
        let fourth = try file(HonestFederation.segment(north, 4))
        let tampered = LedgerMaker.member(
            [fork.header.changed(time: HonestFederation.time.adding(seconds: 3_000)).line]
                + [SealLine(checkpoint: fork.checkpoint.bytes).line])
        add(
            "block-tampered-copy", "Of two copies of a block one was changed.",
            [HonestFederation.segment(north, 4...5): fourth + fork.member, Self.path: tampered], pending: 1,
            [Self.problem(.root, Self.path)])
        add(
            "block-tampered-first", "Of two copies of a block the one that is read first was changed.",
            [HonestFederation.segment(north, 4...5): fourth + tampered, Self.path: fork.member], pending: 1,
            [Self.problem(.root, HonestFederation.segment(north, 4...5))])
    }

    private mutating func addHeaders() throws {
        try addBlock(
            "block-other-previous", "A block does not follow the one before it.", .link,
            alter: { $0.changed(previous: .zero) })
        try addBlock(
            "block-time-backwards", "A block is older than the one before it.", .time,
            alter: { $0.changed(time: HonestFederation.time) })
        let attested = try honest.records.attested(
            try honest.records.trade(
                [honest.voucher], from: honest.holder,
                to: honest.federation.account("bob", at: HonestFederation.south)),
            by: [HonestFederation.south], time: HonestFederation.time.adding(seconds: 36_000))
        try addBlock(
            "block-time-before-attestation", "A block is older than an attestation in it.", .time,
            [attested.line])
        try addBlock(
            "block-other-charter", "A block names a charter that is not there.", .charter,
            alter: { $0.changed(charter: 3) })
        try addBlock(
            "block-wrong-count", "A block counts more records than it has.", .block,
            alter: { $0.changed(count: 1) })
        try addBlock(
            "block-wrong-size", "A checkpoint is of another size than its tree.", .checkpoint,
            alterSeal: { ($0 + 1, $1) })
        try addBlock(
            "block-wrong-root", "A checkpoint is of another tree.", .root,
            alterSeal: { size, _ in (size, .zero) })
        let forger = LedgerMaker(try SigningFederation(name: "example.org/fixture", salt: "forged "))
        let forged = try forger.aside(from: honest.ledger.head(north)) {
            try forger.seal(north, [], time: HonestFederation.time.adding(seconds: 2_400))
        }
        add(
            "block-forged", "A checkpoint is signed with another key than the region's.",
            [Self.path: forged.member], [Self.problem(.checkpoint, Self.path)])
    }

    private mutating func addSeen() throws {
        guard let last = honest.blocks[east]?[3], let first = honest.blocks[south]?[0] else {
            throw SigningFederation.Impossible()
        }
        func seen(_ region: RegionName, _ root: Digest, _ size: Int) -> (BlockHeader) -> BlockHeader {
            { $0.changed(seen: [BlockHeader.Seen(region: region, root: root, size: size)]) }
        }
        try addBlock(
            "seen-other-root", "A block has seen another tree than the certified one.", .seen,
            alter: seen(south, .zero, honest.ledger.head(south).size))
        try addBlock(
            "seen-no-boundary", "A block has seen half of a block.", .seen,
            alter: seen(south, last.root, honest.ledger.head(south).size - 1))
        try addBlock(
            "seen-less", "A block has seen less than the one before it.", .seen,
            alter: seen(south, first.root, first.size))
        try addBlock(
            "seen-itself", "A block has seen its own chain.", .block, alter: seen(north, last.root, last.size)
        )
        try addBlock(
            "seen-observer", "A block has seen the chain of an observer.", .seen,
            alter: seen(HonestFederation.region("hq"), .zero, 1))
        let more = try honest.nextBlock(
            [], alter: seen(south, honest.ledger.head(south).root, honest.ledger.head(south).size + 3))
        add(
            "seen-absent", "A block has seen more of a chain than is here, which is no problem.",
            [Self.path: more.member], pending: 1, [])
    }

    private mutating func addMembers() throws {
        let block = try honest.nextBlock([])
        let header = block.header.line
        let seal = SealLine(checkpoint: block.checkpoint.bytes).line
        var named = block.member
        named[3] = 8
        named.insert(contentsOf: Array("name".utf8) + [0], at: 10)
        let full = block.header.changed(count: 1).line
        let cases: [(String, String, ProblemCode, [UInt8])] = [
            ("gzip-name", "A gzip header has a name.", .framing, named),
            ("trailing-byte", "A byte follows the last block of a segment.", .framing, block.member + [0]),
            ("twice", "A segment holds its block twice.", .name, block.member + block.member),
            ("trailing-line", "A line follows the seal.", .block, LedgerMaker.member([header, seal, seal])),
            ("no-seal", "A block has no seal.", .block, LedgerMaker.member([header])),
            (
                "no-newline", "A seal line does not end.", .block,
                LedgerMaker.member(text: header + [10] + seal)
            ),
            (
                "not-canonical", "A block line is not canonical.", .block,
                LedgerMaker.member([header + [32], seal])
            ),
            (
                "over-limit", "A block inflates to more than 64 MiB.", .limit,
                LedgerMaker.member([full, [UInt8](repeating: 32, count: 64 << 20), seal])
            ),
        ]
        for (name, story, code, bytes) in cases {
            // Where the block itself is whole it counts, and has no certificate.
            let isJudged = bytes.starts(with: block.member)
            add(
                "block-\(name)", story, [Self.path: bytes], pending: isJudged ? 1 : 0,
                [Self.problem(code, Self.path)])
        }
    }

    // MARK: Records

    mutating func addRecords() throws {
        let records = honest.records
        let (holder, neighbour) = (honest.holder, honest.neighbour)
        let trade = try records.trade([honest.voucher], from: holder, to: neighbour)
        let again = try records.redeem(
            honest.voucher.voucher, head: honest.voucher.head, amount: 10_000, by: holder, at: neighbour)
        let forged = try records.trade([honest.voucher], from: holder, to: neighbour, signer: neighbour)
        let unattested = try records.trade(
            [honest.voucher], from: holder, to: honest.federation.account("bob", at: south))
        let foreign = try HonestFederation(salt: "foreign ")
        let strange = try foreign.records.trade([honest.voucher], from: holder, to: neighbour)
        let known = try records.issue(
            by: honest.federation.account("shop", at: north), to: holder, count: 2, ref: "issue 1")
        let unknown = try records.trade(
            [(VoucherID(createdBy: trade.id, index: 9), trade.id)], from: holder, to: neighbour)
        let intruder = try records.issue(by: neighbour, to: holder, ref: "mine")
        let cases: [(String, String, [[UInt8]], [(Int, RefusalCode)])] = [
            ("malformed", "A line is no record.", [Array("{\"v\":1}".utf8)], [(0, .malformed)]),
            ("not-utf8", "A line is no text.", [[0xff, 0xfe]], [(0, .malformed)]),
            ("other-federation", "A record is of another federation.", [strange.line], [(0, .malformed)]),
            ("forged", "A record is not signed by its holder.", [forged.line], [(0, .badSignature)]),
            ("unattested", "A record lacks an attestation.", [unattested.line], [(0, .badSignature)]),
            ("duplicate", "A record is sealed twice.", [trade.line, trade.line], [(1, .duplicate)]),
            ("same-ref", "A reference is used twice.", [known.line], [(0, .duplicate)]),
            ("unknown-voucher", "A voucher does not exist.", [unknown.line], [(0, .unknownVoucher)]),
            (
                "unknown-issuer", "An account issues that is not accredited.", [intruder.line],
                [(0, .unknownIssuer)]
            ),
            ("double-spend", "A voucher is spent twice.", [trade.line, again.line], [(1, .notOwner)]),
            (
                "double-trade", "A voucher is given away twice.",
                [
                    try records.trade([honest.voucher], from: holder, to: holder).line,
                    try records.trade([honest.voucher], from: holder, to: neighbour).line,
                ], [(1, .spent)]
            ),
        ]
        for (name, story, lines, invalid) in cases {
            let block = try honest.nextBlock(lines)
            add(
                "record-\(name)", "\(story) It changes nothing and is no problem.", [Self.path: block.member],
                pending: 1,
                invalid.map { "invalid \($1.rawValue) north \(block.first + 1 + $0)" })
        }
    }
}
