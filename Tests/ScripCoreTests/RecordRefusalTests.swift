import ScripCrypto
import Testing

@testable import ScripCore

/// `{"code","id","reason","region","sig","time","type":"refusal"}` (format section 3).
@Suite struct RecordRefusalTests {
    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    private func refusal(_ code: RefusalCode = .policy) throws -> Refusal {
        let south = try region("south")
        let time = try #require(Timestamp(SampleRecords.time))
        let signed = Refusal.signedBytes(
            genesis: samples.genesis, region: south, record: samples.genesis, time: time, code: code)
        return Refusal(
            code: code, id: samples.genesis, reason: "not here", region: south,
            signature: try samples.federation.keys("south").log.privateKey.signature(for: signed), time: time)
    }

    private func read(_ line: [UInt8]) throws -> Refusal {
        try Refusal(JSONDocument(line, form: .canonical).root)
    }

    @Test(arguments: RefusalCode.allCases) func isReadAgain(_ code: RefusalCode) throws {
        let refusal = try refusal(code)
        #expect(try read(refusal.line) == refusal)
        let key = try samples.federation.keys("south").log.privateKey.publicKey
        #expect(refusal.isSigned(by: key, genesis: samples.genesis))
        #expect(!refusal.isSigned(by: samples.alice.key.publicKey, genesis: samples.genesis))
    }

    @Test func signedBytes() throws {
        let refusal = try refusal(.unknownVoucher)
        let genesis = samples.genesis.hexadecimal
        #expect(
            Refusal.signedBytes(
                genesis: samples.genesis, region: refusal.region, record: refusal.id, time: refusal.time,
                code: refusal.code)
                == Array(
                    "scrip refuse v1 \(genesis)\nsouth\n\(genesis)\n2026-11-20T10:00:00Z\nunknown-voucher\n"
                        .utf8))
    }

    /// The signature covers all but the reason, which is for people.
    @Test func everyFieldIsBound() throws {
        let good = try refusal()
        let key = try samples.federation.keys("south").log.privateKey.publicKey
        guard case .object(let members) = try JSONDocument(good.line, form: .canonical).root.json else {
            return
        }
        for (name, value) in [
            ("code", "reserved"), ("id", .string(SampleRecords.head)), ("region", "east"),
            ("time", "2026-11-20T10:00:01Z"),
        ] as [(String, JSON)] {
            let changed = try read(JSON.object(members.merging([name: value]) { $1 }).canonical)
            #expect(!changed.isSigned(by: key, genesis: samples.genesis), "\(name)")
        }
        #expect(!good.isSigned(by: key, genesis: good.id == samples.genesis ? SHA256.hash([1]) : good.id))
        let other = try read(JSON.object(members.merging(["reason": "no"]) { $1 }).canonical)
        #expect(other.isSigned(by: key, genesis: samples.genesis))
    }

    @Test func badRefusals() throws {
        guard case .object(let members) = try JSONDocument(refusal().line, form: .canonical).root.json else {
            return
        }
        for name in members.keys {
            var fewer = members
            fewer[name] = nil
            #expect(throws: MalformedRecord("'\(name)' is missing")) {
                try read(JSON.object(fewer).canonical)
            }
            var other = members
            other[name] = 1
            #expect(throws: MalformedRecord.self) { try read(JSON.object(other).canonical) }
        }
        for (name, value) in [
            ("code", "Policy"), ("code", "later"), ("id", "00"), ("region", "scrip"), ("reason", ""),
            ("reason", .string(String(repeating: "a", count: 257))), ("sig", "AA=="), ("type", "trade"),
            ("time", "2026-11-20"), ("v", 1),
        ] as [(String, JSON)] {
            #expect(throws: MalformedRecord.self, "\(name) \(value)") {
                try read(JSON.object(members.merging([name: value]) { $1 }).canonical)
            }
        }
        for text in ["1", "[]", "\"refusal\"", "{}"] {
            #expect(throws: MalformedRecord.self) { try read(Array(text.utf8)) }
        }
    }

    /// The words of verdicts are those of protocol section 5, in the order of the checks.
    @Test func codes() {
        #expect(
            RefusalCode.allCases.map(\.rawValue) == [
                "malformed", "bad-signature", "duplicate", "unknown-voucher", "wrong-region",
                "unknown-issuer",
                "not-owner", "spent", "overspent", "not-started", "expired", "not-transferable",
                "not-redeemable-here", "not-voidable", "deadline", "reserved", "policy",
            ])
        #expect(RefusalCode.allCases.filter { !$0.isVerdict } == [.reserved, .policy])
    }
}
