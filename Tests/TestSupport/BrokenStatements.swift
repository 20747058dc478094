internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Votes, certificates and what else regions say, and what is wrong with it.
extension BrokenFederations {
    func block(_ region: RegionName, _ height: Int) throws -> LedgerMaker.Block {
        guard let block = honest.blocks[region]?[height - 1] else { throw SigningFederation.Impossible() }
        return block
    }

    private func line(_ vote: Vote) -> [UInt8] { vote.line + [UInt8(ascii: "\n")] }

    // MARK: Votes

    mutating func addVotes() throws {
        let (ledger, third, last) = (honest.ledger, try block(north, 3), try block(north, 4))
        let path = HonestFederation.votes(south, north, 4)
        let west = HonestFederation.region("west")
        let larger = LedgerMaker(
            try SigningFederation(name: "example.org/fixture", voters: ["east", "north", "south", "west"]))
        let stranger = HonestFederation.votes(west, north, 4)
        add(
            "vote-stranger", "A region votes that the charter does not know.",
            [stranger: line(try larger.vote(west, on: last))], [Self.problem(.notAVoter, stranger)])
        let hq = HonestFederation.region("hq")
        let observer = HonestFederation.votes(hq, north, 4)
        add(
            "vote-observer", "An observer votes.", [observer: line(try ledger.vote(hq, on: last))],
            [Self.problem(.notAVoter, observer)])
        add(
            "vote-copied", "A vote lies in the folder of another voter.",
            [path: try file(HonestFederation.votes(east, north, 4))], [Self.problem(.vote, path)])
        let forger = try SigningFederation(name: "example.org/fixture", salt: "forged ")
        add(
            "vote-forged", "A vote is signed with other keys than the voter's.",
            [path: line(try ledger.vote(south, on: last, signers: forger))],
            [Self.problem(.vote, path)])
        add(
            "vote-other-block", "A vote is on a block that the chain has signed and nobody else has seen.",
            [path: line(try ledger.vote(south, on: try anotherLast()))], [Self.problem(.fork, path)])

        func dissent(_ voter: RegionName, _ code: RefusalCode) throws -> [UInt8] {
            line(
                try ledger.vote(
                    voter, on: third, invalid: [VerdictText.Invalid(index: third.first + 1, code: code)]))
        }
        let ownVotes = HonestFederation.votes(south, north, 3)
        add(
            "vote-dissent", "A voter finds a record invalid that the others find valid, which is no problem.",
            [ownVotes: try dissent(south, .spent)], [])
        let twice = "votes/south/north/0000000/0000000003-0000000004.jsonl"
        add(
            "vote-equivocation", "A voter has signed two verdicts on one block.",
            [twice: try dissent(south, .spent) + file(path)], [Self.problem(.equivocation, twice)])
        add(
            "vote-disputed", "The voters disagree so that nothing can be certified.",
            [
                ownVotes: try dissent(south, .spent),
                HonestFederation.votes(east, north, 3): try dissent(east, .expired),
            ], without: [HonestFederation.certificate(north, 3)], pending: 3, ["problem disputed -"])
    }

    /// Another fourth block of north, of the same size.
    func anotherLast() throws -> LedgerMaker.Block {
        let last = try block(north, 4)
        return try honest.ledger.aside(from: last.before) {
            try honest.ledger.seal(north, [], time: last.header.time) {
                $0.changed(seen: last.header.seen, time: last.header.time.adding(seconds: 1))
            }
        }
    }

    // MARK: Certificates

    mutating func addCertificates() throws {
        let (ledger, third) = (honest.ledger, try block(north, 3))
        let path = HonestFederation.certificate(north, 3)
        let vote = try ledger.vote(east, on: third)
        let lonely = JSON.object([
            "chain": .string(north.text), "height": 3, "type": "certificate",
            "checkpoint": .string(String(decoding: vote.checkpoint.bytes, as: UTF8.self)),
            "verdict": .string(String(decoding: vote.verdict.bytes, as: UTF8.self)),
        ])
        add(
            "certificate-one-vote", "A certificate has one vote of the two that it needs.",
            [path: lonely.canonical + [UInt8(ascii: "\n")]], pending: 3, [Self.problem(.certificate, path)])
        let wrong = [VerdictText.Invalid(index: third.first + 1, code: .spent)]
        add(
            "certificate-contradicts", "A quorum calls a record invalid that is not.",
            [path: try ledger.certificate(on: third, invalid: wrong).fileBytes],
            [Self.problem(.verdict, path)])
        let last = HonestFederation.certificate(north, 4)
        add(
            "certificate-other-block", "The certified block is another one than the one here.",
            [last: try ledger.certificate(on: try anotherLast()).fileBytes], pending: 9,
            [Self.problem(.fork, HonestFederation.segment(north, 4))])
    }

    // MARK: Outbox, heads, evidence, charter

    mutating func addOthers() throws {
        let outbox = "outbox/0000000008.jsonl"
        let trade = try honest.records.trade(
            [honest.voucher], from: honest.holder, to: honest.neighbour, signer: honest.neighbour)
        add(
            "outbox-forged", "A record in the outbox is not signed by its holder.",
            [outbox: trade.line + [UInt8(ascii: "\n")]], [Self.problem(.outbox, outbox)])
        add(
            "heads-garbage", "The heads are no text.", ["heads.note": [0, 1, 2, 0xff, 0x0a]],
            [Self.problem(.heads, "heads.note")])
        let foreign = try HonestFederation(salt: "foreign ")
        let segment = HonestFederation.segment(south, 1)
        guard let heads = foreign.files["heads.note"], let charter = foreign.files["charter/1.note"],
            let foreignSegment = foreign.files[segment]
        else { throw SigningFederation.Impossible() }
        add(
            "heads-foreign", "The heads are of another federation of the same name.", ["heads.note": heads],
            [Self.problem(.heads, "heads.note")])
        let junk = Array("{\"a\":\"x\",\"b\":\"y\",\"kind\":\"gossip\",\"type\":\"evidence\"}\n".utf8)
        let evidence = "evidence/\(SHA256.hash(junk).hexadecimal).json"
        add("evidence-junk", "Evidence is of no kind.", [evidence: junk], [Self.problem(.evidence, evidence)])
        add(
            "charter-second", "There is a charter of an epoch that this version does not know.",
            ["charter/2.note": charter], [Self.problem(.charter, "charter/2.note")])
        add(
            "foreign-segment", "The first segment of a chain is of another federation of the same name.",
            [segment: foreignSegment], pending: 49, [Self.problem(.link, segment)])
        let mark = "0000000004-0000000000000000-1-0.seg.gz"
        add(
            "rollback", "A region directory whose public folder is older than what the region has signed.",
            [
                "high-water/\(mark)": try file(HonestFederation.segment(north, 4)),
                "scrip.json": RegionSettings(federation: honest.federation.charter.federation, region: north)
                    .bytes,
            ],
            without: [HonestFederation.segment(north, 3), HonestFederation.segment(north, 4)], pending: 24,
            [
                Self.problem(.rollback, "private/high-water/\(mark)"),
                Self.problem(.rollback, "public/heads.note"),
            ],
            commands: [
                "mkdir -p ../region/private", "mv high-water ../region/private/", "mv scrip.json ../region/",
                "mv ../public ../region/",
            ])
    }
}
