import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct RecordDraftTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    @Test(arguments: RecordType.allCases) func signedDraftIsReadAgain(_ type: RecordType) throws {
        let record = try samples.bare(type)
        #expect(try samples.read(record.line) == record)
        #expect(record.type == type && record.accept == nil && record.attestations.isEmpty)
        #expect(try samples.signer(type).publicKey.isValid(record.signature, for: record.signedBytes))
        // Ed25519 signatures are deterministic, so that the same request is the same line.
        #expect(try samples.bare(type) == record)
    }

    @Test func fieldsArriveWhereTheyBelong() throws {
        let north = try region("north")
        let head = try #require(Digest(hexadecimal: Array(SampleRecords.head.utf8)))
        let ids = SampleRecords.vouchers.compactMap { VoucherID($0) }
        let time = try #require(Timestamp(SampleRecords.time))
        let cny = try #require(Currency("CNY"))
        guard case .accredit(let accredit) = try samples.bare(.accredit).body,
            case .issue(let issue) = try samples.bare(.issue).body,
            case .trade(let trade) = try samples.bare(.trade).body,
            case .redeem(let redeem) = try samples.bare(.redeem).body,
            case .refund(let refund) = try samples.bare(.refund).body,
            case .split(let split) = try samples.bare(.split).body,
            case .void(let void) = try samples.bare(.void).body
        else {
            Issue.record("a body is of another type")
            return
        }
        #expect(
            accredit.issuer == samples.shop.address && accredit.name == "Corner shop" && accredit.isActive)
        #expect(accredit.ref == "2026-7" && accredit.until == Timestamp("2027-12-31T23:59:59Z"))

        #expect(issue.issuer == samples.shop.address && issue.ref == "order 17" && issue.deadline == time)
        #expect(issue.owners.map(\.count) == [2, 1] && issue.count == 3)
        #expect(issue.owners.map(\.owner) == [samples.alice.address, samples.bob.address])
        #expect(
            issue.terms
                == Terms(
                    value: try #require(Money(amount: 10_000, currency: cny)), partial: true,
                    transferable: true,
                    voidable: true, series: "spring", starts: Timestamp("2026-03-01T00:00:00Z"),
                    expires: Timestamp("2027-06-30T23:59:59Z"), redeemIn: [north, try region("south")],
                    text: head))

        #expect(trade.from == samples.alice.address && trade.to == samples.bob.address)
        #expect(trade.vouchers.map(\.voucher) == ids && trade.vouchers.allSatisfy { $0.head == head })
        #expect(trade.price?.text == "80.00EUR" && trade.deadline == time && trade.memo == "thanks")

        #expect(redeem.holder == samples.alice.address && redeem.merchant == samples.cafe.address)
        #expect(redeem.vouchers.map(\.voucher) == ids && redeem.vouchers.map(\.amount) == [3_000, 3_000])
        #expect(redeem.vouchers.allSatisfy { $0.head == head } && redeem.deadline == time)
        #expect(redeem.ref == "till 3/118" && redeem.memo == "table 4")

        #expect(
            refund.merchant == samples.cafe.address
                && refund.redemption.hexadecimal == SampleRecords.redemption)
        #expect(refund.vouchers == ids.map { .init(voucher: $0, amount: 1_000) })
        #expect(refund.deadline == time && refund.ref == "till 3/119")

        #expect(split.holder == samples.alice.address && split.amounts == [3_000, 7_000])
        #expect(split.voucher == .init(voucher: ids[0], head: head))

        #expect(void.issuer == samples.shop.address && void.vouchers == ids)
        #expect(void.reason == "recalled" && void.deadline == time)
    }

    @Test func absentFieldsStayAbsent() throws {
        let optional = ["until", "deadline", "expires", "redeem_in", "series", "starts", "terms"]
        let issue = try samples.bare(.issue) { for name in optional { $0[name] = nil } }
        guard case .issue(let body) = issue.body else { return }
        #expect(body.deadline == nil && issue.body.deadline == nil)
        #expect(
            body.terms.starts == nil && body.terms.expires == nil && body.terms.redeemIn == nil
                && body.terms.series == nil && body.terms.text == nil)
        #expect(body.terms.members.keys.sorted() == ["partial", "transferable", "value", "voidable"])
        let redeem = try samples.bare(.redeem) { for name in ["ref", "memo"] { $0[name] = nil } }
        #expect(redeem.body.reference == nil)
        guard case .accredit(let accredit) = try samples.bare(.accredit, { $0["until"] = nil }).body else {
            return
        }
        #expect(accredit.until == nil)
        guard case .accredit(let revoked) = try samples.bare(.accredit, { $0["status"] = "revoked" }).body
        else { return }
        #expect(!revoked.isActive)
    }

    /// Nothing leaves that a reader would call malformed.
    @Test func badDraftsAreRefused() throws {
        let cases: [(RecordType, String, JSON?)] = [
            (.trade, "deadline", nil), (.trade, "to", "north1qqqq"), (.redeem, "vouchers", .array([])),
            (.split, "amounts", .array([1])), (.issue, "ref", ""), (.void, "reason", "a\nb"),
            (.accredit, "status", "maybe"), (.issue, "unknown", 1), (.redeem, "memo", "\u{9c}"),
        ]
        for (type, name, value) in cases {
            #expect(throws: MalformedRecord.self, "\(type) \(name)") {
                try samples.bare(type) { $0[name] = value }
            }
        }
    }

    @Test func acceptanceIsTheBuyersWord() throws {
        let record = try samples.bare(.trade)
        let accepted = try record.accepted(by: samples.bob.key, genesis: samples.genesis)
        #expect(accepted.id == record.id && accepted.body == record.body)
        let signed = Array(
            "scrip accept v1 \(samples.genesis.hexadecimal)\n\(record.id.hexadecimal)\n".utf8)
        #expect(Acceptance.signedBytes(genesis: samples.genesis, record: record.id) == signed)
        let signature = try #require(accepted.accept)
        #expect(samples.bob.key.publicKey.isValid(signature, for: signed))
        // Once more is the same; by another it is replaced.
        #expect(try accepted.accepted(by: samples.bob.key, genesis: samples.genesis) == accepted)
        let other = try accepted.accepted(by: samples.alice.key, genesis: samples.genesis)
        #expect(other.accept != accepted.accept && other.id == record.id)
        // Attestations stay.
        let attestation = try samples.attestation(of: record, by: "south")
        let attested = try record.attested([attestation])
        let both = try attested.accepted(by: samples.bob.key, genesis: samples.genesis)
        #expect(both.attestations == [attestation] && both.accept == accepted.accept)
        #expect(try accepted.attested([attestation]) == both)
        // There is nothing to accept without a price.
        let free = try samples.bare(.trade) { $0["price"] = nil }
        #expect(throws: MalformedRecord("'accept' stands without a price")) {
            try free.accepted(by: samples.bob.key, genesis: samples.genesis)
        }
    }

    /// The line that is put together from its parts is the one that would be written: read again, it is the same record.
    @Test(arguments: RecordType.allCases)
    func attestedLineReadsAsItself(type: RecordType) throws {
        let record = try samples.bare(type)
        let prefix = Record.signedPrefix(genesis: samples.genesis)
        let attestations = try ["south", "north", "east"].map { try samples.attestation(of: record, by: $0) }
        var attested = record
        for count in 0...attestations.count {
            attested = try attested.attested(Array(attestations.prefix(count)))
            #expect(attested.attestations.count == count)
            #expect(try Record(line: attested.line, signedPrefix: prefix) == attested)
        }
        #expect(try attested.attested([]) == record)
    }

    @Test func attestationsAreSortedAndReplaced() throws {
        let record = try samples.bare(.issue) { members in
            members["owners"] = .array(
                ["east", "north", "south"].compactMap { name in
                    (try? Account("owner", at: name)).map { .object(["count": 1, "owner": $0.json]) }
                })
        }
        let east = try samples.attestation(of: record, by: "east")
        let south = try samples.attestation(of: record, by: "south", time: "2026-11-21T00:00:00Z")
        let attested = try record.attested([south, east])
        #expect(attested.attestations == [east, south])
        #expect(try record.attested([east, south]) == attested)
        #expect(try attested.attested([south]).attestations == [south])
        #expect(try attested.attested([]) == record)
        #expect(throws: MalformedRecord.self) { try record.attested([east, east]) }
        let signed = """
            scrip attest v1 \(samples.genesis.hexadecimal)
            south
            \(record.id.hexadecimal)
            2026-11-21T00:00:00Z

            """
        #expect(
            Attestation.signedBytes(
                genesis: samples.genesis, region: south.region, record: record.id, time: south.time)
                == Array(signed.utf8))
        let key = try samples.federation.keys("south").log.privateKey.publicKey
        #expect(south.isSigned(by: key, record: record.id, genesis: samples.genesis))
        #expect(!south.isSigned(by: key, record: samples.genesis, genesis: samples.genesis))
        #expect(!south.isSigned(by: key, record: record.id, genesis: record.id))
    }
}
