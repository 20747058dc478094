import ScripCrypto
import TestSupport
import Testing

@testable import ScripCore

/// A signed block proves itself to be invalid only by what no part of an honest chain shows.
@Suite struct BlockEvidenceTests {
    let federation: SigningFederation
    let ledger: LedgerMaker
    let records: RecordMaker
    let north: RegionName
    let south: RegionName
    let time: Timestamp
    let lines: [[UInt8]]

    init() throws {
        federation = try SigningFederation()
        ledger = LedgerMaker(federation)
        records = RecordMaker(federation)
        north = try #require(RegionName("north"))
        south = try #require(RegionName("south"))
        time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        let shop = federation.account("shop", at: north)
        let records = self.records
        lines = try (0..<3).map { number in
            number == 0
                ? try records.accredit(shop, ref: "accredit").line
                : try records.issue(by: shop, to: shop, count: 1, ref: "issue \(number)").line
        }
        _ = try ledger.seal(north, lines, time: time)
    }

    private func proof(
        _ member: [UInt8], _ before: MerkleFrontier, _ charters: CharterHistory? = nil
    ) throws -> ProvenEvidence {
        let evidence = try #require(Evidence.block(member, after: before))
        return try Evidence(parsingFile: evidence.fileBytes)
            .prove(by: charters ?? CharterHistory(federation.charter))
    }

    private func isInvalid(
        _ lines: [[UInt8]] = [], by charters: CharterHistory? = nil,
        alter: @escaping (BlockHeader) -> BlockHeader = { $0 },
        alterSeal: (Int, Digest) -> (Int, Digest) = { ($0, $1) }
    ) throws -> Bool {
        try ledger.aside(from: ledger.head(north)) {
            let block = try ledger.seal(north, lines, time: time, alter: alter, alterSeal: alterSeal)
            guard let proven = try? proof(block.member, block.before.frontier, charters) else { return false }
            #expect(proven.code == .block && proven.signers == [north] && proven.first == block.first)
            return true
        }
    }

    private func header(
        _ header: BlockHeader, charter: Int? = nil, count: Int? = nil, height: Int? = nil,
        previous: Digest? = nil, region: RegionName? = nil, seen: [BlockHeader.Seen]? = nil,
        time: Timestamp? = nil
    ) -> BlockHeader {
        BlockHeader(
            charter: charter ?? header.charter, count: count ?? header.count, height: height ?? header.height,
            previous: previous ?? header.previous, region: region ?? header.region, seen: seen ?? header.seen,
            time: time ?? header.time)
    }

    @Test func aMemberThatIsDecodedInPartsIsReadToItsEnd() throws {
        // Without compression, so that it takes several parts of base64; its last line is no seal.
        var content: [UInt8] = []
        for number in 0..<900 {
            content += [UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: 999) + [0x0a]
        }
        let deflater = GzipDeflater(level: 0)
        var member: [UInt8] = []
        deflater.write(content.span, into: &member)
        deflater.finish(into: &member)
        func reason(_ text: some Sequence<UInt8>) throws -> String {
            let evidence = BlockEvidence(member: Array(text), subtrees: [UInt8(ascii: "-")])
            let error = #expect(throws: EvidenceError.self) {
                try evidence.prove(by: CharterHistory(federation.charter))
            }
            return "\(try #require(error))"
        }
        let text = Array(Base64.encode(member).utf8)
        #expect(text.count > 1_000_000)
        let read = try reason(text)
        #expect(!read.contains("base64") && !read.contains("cut off") && !read.contains("follow"), "\(read)")
        #expect(try reason(text.prefix(4 << 17)).contains("the block is cut off"))
        #expect(try reason(Base64.encode(member + [0]).utf8).contains("bytes follow the block"))
        #expect(try reason(Base64.encode(member + member).utf8).contains("bytes follow the block"))
        // Where a part ends padding could pass for that of the whole.
        var padded = text
        padded[(4 << 16) - 1] = UInt8(ascii: "=")
        padded[(4 << 16) - 2] = UInt8(ascii: "A")
        #expect(try reason(padded).contains("base64"))
    }

    @Test func whatHasEndedMayBeSeen() throws {
        let first = federation.charter
        let retirement = ChainPoint(region: south, size: 4, root: SHA256.hash([1]))
        let second = try Charter(
            federation: first.federation, epoch: 2, previous: first.digest, quorum: first.quorum,
            regions: first.regions.filter { $0.name != south },
            changes: CharterChanges(retirements: [retirement]))
        let charters = try CharterHistory(first).adding(second)
        let seen = [BlockHeader.Seen(region: south, root: SHA256.hash([1]), size: 4)]
        // As a successor's first block must.
        #expect(try !isInvalid(by: charters) { header($0, charter: 2, seen: seen) })
        let hq = try #require(RegionName("hq"))
        let never = [BlockHeader.Seen(region: hq, root: SHA256.hash([1]), size: 4)]
        #expect(try isInvalid(by: charters) { header($0, charter: 2, seen: never) })
    }

    @Test func whatNoHonestRegionSigns() throws {
        let hq = try #require(RegionName("hq"))
        let seen = [BlockHeader.Seen(region: hq, root: SHA256.hash([1]), size: 4)]
        let itself = [BlockHeader.Seen(region: north, root: SHA256.hash([1]), size: 4)]
        #expect(try isInvalid { header($0, count: 1) })
        #expect(try isInvalid { header($0, previous: SHA256.hash([1])) })
        #expect(try isInvalid { header($0, height: 1) })
        #expect(try isInvalid { header($0, height: 99) })
        #expect(try isInvalid { header($0, region: south) })
        #expect(try isInvalid { header($0, seen: seen) })
        #expect(try isInvalid { header($0, seen: itself) })
        #expect(try isInvalid { header($0, seen: seen + seen) })
        #expect(try isInvalid([lines[0], lines[1]]) { header($0, count: 1) })
        #expect(try isInvalid([lines[0], lines[1]]) { header($0, count: 3) })
    }

    @Test func anAttestationAfterTheBlock() throws {
        let shop = federation.account("shop", at: north)
        let buyer = federation.account("buyer", at: south)
        let voucher = (voucher: VoucherID(createdBy: SHA256.hash([1]), index: 0), head: SHA256.hash([1]))
        var trade = try records.trade([voucher], from: shop, to: buyer)
        trade = try records.attested(trade, by: [south], time: time.adding(seconds: 60))
        #expect(try isInvalid([trade.line]))
        #expect(try !isInvalid([trade.line]) { header($0, time: time.adding(seconds: 60)) })
    }

    @Test func whatOnlyTheChainShowsIsNoEvidence() throws {
        // A good block, one whose records are not, and what must be compared with other blocks.
        #expect(try !isInvalid())
        #expect(try !isInvalid([lines[1], Array("no record".utf8)]))
        #expect(try !isInvalid { header($0, time: time.adding(seconds: -60)) })
        let seen = [BlockHeader.Seen(region: south, root: SHA256.hash([1]), size: 4)]
        #expect(try !isInvalid { header($0, seen: seen) })
        #expect(try !isInvalid { header($0, height: 3) })
        #expect(try !isInvalid { header($0, charter: 2) })
        // What was signed is not what is here.
        #expect(try !isInvalid(alterSeal: { ($0 + 1, $1) }))
        #expect(try !isInvalid(alterSeal: { size, _ in (size, SHA256.hash([1])) }))
    }

    /// Whatever part of an honest chain somebody cuts out, with the right subtrees before it and the region's own seal
    /// behind it, proves nothing.
    @Test func noPartOfAnHonestChainIsInvalid() throws {
        var leaves: [[UInt8]] = []
        var seal: [UInt8] = []
        let maker = LedgerMaker(federation)
        for content in [
            lines, [], [try records.accredit(federation.account("x", at: north), ref: "x").line], [],
        ] {
            let block = try maker.seal(north, content, time: time)
            leaves += [block.header.line] + content
            seal = SealLine(checkpoint: block.checkpoint.bytes).line
        }
        var before = MerkleFrontier()
        for (number, leaf) in leaves.enumerated() {
            let rest = Array(leaves[number...])
            #expect(throws: EvidenceError.self, "from leaf \(number)") {
                try proof(LedgerMaker.member(rest + [seal]), before)
            }
            before.append(MerkleTree.leafHash(leaf.span))
        }
    }

    @Test func junkIsNone() throws {
        let block = try ledger.aside(from: ledger.head(north)) {
            try ledger.seal(north, [], time: time) { header($0, count: 1) }
        }
        let before = block.before.frontier
        #expect((try? proof(block.member, before)) != nil)
        #expect((try? proof(block.member, MerkleFrontier())) == nil)
        #expect((try? proof(Array(block.member.dropLast()), before)) == nil)
        #expect((try? proof(block.member + [0], before)) == nil)
        #expect((try? proof(block.member + block.member, before)) == nil)
        #expect((try? proof([], before)) == nil)
        #expect((try? proof(LedgerMaker.member([]), before)) == nil)
        #expect((try? proof(LedgerMaker.member(text: [0x61]), before)) == nil)
        let text = Array(Base64.encode(block.member).utf8)
        for subtrees in ["", "\n", "-\n", "AAAA", Base64.encode(before.root.bytes) + "\n"] {
            let evidence = try #require(Evidence(.block, text, Array(subtrees.utf8)))
            #expect(throws: EvidenceError.self) { try evidence.prove(by: CharterHistory(federation.charter)) }
        }
        // Another federation knows nothing of it.
        let other = try SigningFederation(salt: "other ")
        let evidence = try #require(Evidence.block(block.member, after: before))
        #expect(throws: EvidenceError.self) { try evidence.prove(by: CharterHistory(other.charter)) }
    }

    /// What inflates to more than a block may is given up on.
    @Test func aBombIsNone() throws {
        let bomb = LedgerMaker.member(text: [UInt8](repeating: 0x0a, count: 1 << 20))
        #expect(throws: EvidenceError.self) { try proof(bomb, MerkleFrontier()) }
        let line = LedgerMaker.member(text: [UInt8](repeating: 0x20, count: 2 << 20))
        #expect(throws: EvidenceError.self) { try proof(line, MerkleFrontier()) }
    }
}
