import ScripCore
import ScripCrypto
import ScripStore
import Testing

/// One file of each kind that a peer offers, with each bit turned over and cut at each byte: refused, or the same content,
/// never another one (quality section 2).
@Suite struct SpoiltFileTests {
    /// A federation in which each kind of file lies at north.
    private func regions() throws -> TestRegions {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        let bob = regions.account(2, at: "south")
        let issue = try regions.issue(shop, to: shop, count: 2)
        _ = try regions.admit([try regions.accredit(shop), issue], at: "north")
        try regions.seal("north")
        try regions.settle()
        try regions.seal("north", isHeartbeat: true)
        let trade = try regions.trade(
            VoucherID(createdBy: issue.id, index: 0), head: issue.id, from: shop, to: bob, price: 100)
        _ = try regions.admit([trade], at: "north")
        return regions
    }

    private func contents(_ regions: TestRegions, below folder: String) throws -> [UInt8] {
        let name = try #require(
            try regions.scratch.tree().first { $0.hasPrefix("north/public/\(folder)") && $0.contains(".") })
        return try #require(regions.scratch.contents(name))
    }

    @Test func `a charter`() throws {
        let regions = try regions()
        let bytes = try contents(regions, below: "charter/1.note")
        forEachSpoilt(bytes) { spoilt, how in
            guard let signed = try? SignedCharter(parsing: spoilt), (try? signed.check()) != nil else {
                return
            }
            // Of three signatures one may be no good to a reader who counts the others.
            #expect(signed.charter.text == regions.charter.text, "\(how)")
        }
    }

    @Test func `a vote`() throws {
        let regions = try regions()
        let bytes = try contents(regions, below: "votes/north/north/0000000/0000000001")
        let line = Array(bytes.dropLast())
        let honest = try Vote(parsing: line).check(charter: regions.charter, seal: nil)
        forEachSpoilt(line) { spoilt, how in
            guard let vote = try? Vote(parsing: spoilt),
                let checked = try? vote.check(charter: regions.charter, seal: nil)
            else { return }
            #expect(checked.verdictDigest == honest.verdictDigest, "\(how)")
        }
    }

    @Test func `a certificate`() throws {
        let regions = try regions()
        let bytes = try contents(regions, below: "certificates/north")
        let honest = try Certificate(parsingFile: bytes).check(charter: regions.charter)
        forEachSpoilt(bytes) { spoilt, how in
            guard let certificate = try? Certificate(parsingFile: spoilt),
                let checked = try? certificate.check(charter: regions.charter)
            else { return }
            #expect(checked.verdict.text == honest.verdict.text, "\(how)")
        }
    }

    @Test func `heads`() throws {
        let regions = try regions()
        let bytes = try contents(regions, below: "heads.note")
        forEachSpoilt(bytes) { spoilt, how in
            guard let note = try? SignedNote(parsing: spoilt) else { return }
            #expect(throws: (any Error).self, "\(how)") {
                _ = try HeadsNote(note, charters: CharterHistory(regions.charter))
            }
        }
    }

    @Test func `an item of an outbox`() throws {
        let regions = try regions()
        let bytes = try contents(regions, below: "outbox/")
        let line = Array(bytes.dropLast())
        let prefix = Record.signedPrefix(genesis: regions.charter.digest)
        let rules = SignatureRules(
            charter: regions.charter, genesis: regions.charter.digest, sealing: regions.region("north"))
        let honest = try Record(line: line, signedPrefix: prefix)
        #expect(rules.statementFault(honest) == nil)
        forEachSpoilt(line) { spoilt, how in
            guard let record = try? Record(line: spoilt, signedPrefix: prefix) else { return }
            #expect(rules.statementFault(record) != nil, "\(how)")
        }
    }

    @Test func `a signed settlement`() throws {
        let regions = try regions()
        let path = try sign(regions)
        let bytes = try #require(regions.scratch.contents(path))
        let charters = CharterHistory(regions.charter)
        let signer = regions.region("south")
        #expect(throws: Never.self) {
            try SettlementNote(try SignedNote(parsing: bytes), signer: signer, charters: charters)
        }
        forEachSpoilt(bytes) { spoilt, how in
            #expect(throws: (any Error).self, "\(how)") {
                try SettlementNote(try SignedNote(parsing: spoilt), signer: signer, charters: charters)
            }
        }
    }

    /// Has south sign the largest cut; returns where the settlement lies.
    private func sign(_ regions: TestRegions) throws -> String {
        let cut = try #require(try regions.ledger("south").largestCut())
        return "south/\(try regions.writer("south").signSettlement(of: cut))"
    }

    /// Through `sync` itself, a sample: what is spoilt under the good name is told of and not held, whatever else is new
    /// is taken, and so is the good file, once it is there.
    @Test func `a signed settlement in a peer's folder`() throws {
        let regions = try regions()
        let path = try sign(regions)
        let bytes = try #require(regions.scratch.contents(path))
        let name = try #require(path.split(separator: "/").last)
        var spoilt: [[UInt8]] = []
        forEachSpoilt(bytes, every: bytes.count / 4) { bytes, _ in spoilt.append(bytes) }
        try regions.scratch.makeDirectory("peer/charter")
        try regions.scratch.makeDirectory("peer/settlements/south")
        try regions.scratch.write(
            try contents(regions, below: "charter/1.note"), to: "peer/charter/1.note")
        let file = "peer/settlements/south/\(name)"
        let copy = "east/public/settlements/south/\(name)"
        for (number, bytes) in spoilt.enumerated() {
            try regions.scratch.write(bytes, to: file)
            let events = try regions.sync("east", from: ["peer", "north"])
            #expect(events.contains { isAbout("settlements/south/\(name)", $0) }, "\(number)")
            #expect(regions.scratch.contents(copy) == nil, "\(number)")
            // North goes on all the while.
            let ours = try regions.ledger("east").index.block(regions.region("north"), height: 2 + number)
            #expect(ours != nil, "\(number)")
            try regions.seal("north", isHeartbeat: true)
        }
        try regions.scratch.write(bytes, to: file)
        try regions.sync("east", from: ["peer"])
        #expect(regions.scratch.contents(copy) == bytes)
    }

    private func isAbout(_ file: String, _ event: SyncEvent) -> Bool {
        let line = String(decoding: event.json.canonical, as: UTF8.self)
        return line.contains("\"file\":\"\(file)\"") && (line.contains("ignored") || line.contains("pending"))
    }

    /// Through `sync` itself: spoilt files under the names of longer segments are all tried before the run gives up.
    @Test func `a segment`() throws {
        let regions = try regions()
        try regions.scratch.makeDirectory("peer/segments/north/0000000")
        try regions.scratch.makeDirectory("peer/charter")
        try regions.scratch.write(
            try contents(regions, below: "charter/1.note"), to: "peer/charter/1.note")
        let bytes = try contents(regions, below: "segments/north/0000000/0000000002")
        var spoilt: [([UInt8], String)] = []
        forEachSpoilt(bytes) { spoilt.append(($0, $1)) }
        let folder = "peer/segments/north/0000000"
        var number = 3
        for (bytes, how) in spoilt {
            try regions.scratch.write(bytes, to: "\(folder)/0000000002-\(padded(number)).seg.gz")
            number += 1
            if number == 250 || how == spoilt.last?.1 {
                _ = try regions.writer("east").synchronize(peers: [regions.scratch.path("peer")]) { _ in }
                try expectHonest(regions, how)
                for last in 3..<number {
                    try regions.scratch.remove("\(folder)/0000000002-\(padded(last)).seg.gz")
                }
                number = 3
            }
        }
    }

    private func padded(_ number: Int) -> String {
        String(repeating: "0", count: 10 - String(number).count) + String(number)
    }

    /// What east holds of block 2 of north, if it took any, has the same content: a bit of the padding, say.
    private func expectHonest(_ regions: TestRegions, _ how: String) throws {
        let ours = try regions.ledger("east").index
        let theirs = try regions.ledger("north").index
        let head = try #require(try ours.block(regions.region("north"), height: 1))
        #expect(head == (try theirs.block(regions.region("north"), height: 1)))
        if let block = try ours.block(regions.region("north"), height: 2) {
            #expect(block == (try theirs.block(regions.region("north"), height: 2)), "\(how)")
        }
    }
}
