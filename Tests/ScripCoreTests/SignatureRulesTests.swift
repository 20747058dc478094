import ScripCrypto
import Testing

@testable import ScripCore

/// Step 2 of protocol section 5: the right keys signed, and exactly the attestations of section 4 are there.
@Suite struct SignatureRulesTests {
    private static let signature = "the signature is not good"

    private let samples: SampleRecords
    private let rules: SignatureRules

    init() throws {
        samples = try SampleRecords()
        rules = try Self.rules(samples, sealing: "north")
    }

    private static func rules(_ samples: SampleRecords, sealing: String) throws -> SignatureRules {
        SignatureRules(
            charter: samples.federation.charter, genesis: samples.genesis, sealing: try region(sealing))
    }

    @Test(arguments: RecordType.allCases) func completeRecordsAreSigned(_ type: RecordType) throws {
        let record = try samples.complete(type)
        #expect(rules.fault(record) == nil)
        #expect(rules.partialFault(record) == nil)
        #expect(rules.missingAttestations(record).isEmpty)
    }

    // MARK: Signers

    private func keys() throws -> [(String, Ed25519PrivateKey)] {
        var keys = [
            ("shop", samples.shop.key), ("alice", samples.alice.key), ("bob", samples.bob.key),
            ("cafe", samples.cafe.key), ("stranger", privateKey("stranger")),
        ]
        for region in ["east", "north", "south", "hq"] {
            keys.append(("\(region) log", try samples.federation.keys(region).log.privateKey))
            keys.append(("\(region) witness", privateKey("\(region) witness")))
        }
        return keys
    }

    /// Only one key can sign each: that of the party that gives something up.
    @Test(arguments: [
        (RecordType.accredit, "north log"), (.issue, "shop"), (.trade, "alice"), (.redeem, "alice"),
        (.refund, "cafe"), (.split, "alice"), (.void, "shop"),
    ])
    func theSigner(type: RecordType, signer: String) throws {
        for (name, key) in try keys() {
            var members = samples.members(type)
            members["price"] = nil
            var record = try RecordDraft(type: type, members: members).signed(
                with: key, genesis: samples.genesis)
            let regions = record.body.attestingRegions(sealedBy: try region("north"))
            record = try record.attested(
                regions.map { try samples.attestation(of: record, by: $0.text) })
            let expected = name == signer ? nil : Self.signature
            #expect(rules.fault(record) == expected, "\(type) signed by \(name)")
            #expect(rules.partialFault(record) == expected)
        }
    }

    /// The signature of another record, of the same one elsewhere, and of the bytes without their prefix.
    @Test(arguments: RecordType.allCases) func aSignatureIsOfOneRecord(_ type: RecordType) throws {
        let record = try samples.complete(type)
        let key = try samples.signer(type)
        let other = try SampleRecords(salt: "test ")
        let body = Array(record.signedBytes.dropFirst(samples.prefix.count))
        let signed: [[UInt8]] = [
            body, record.id.bytes, [], other.prefix + body, record.signedBytes + [0x0a],
            Array(record.signedBytes.dropLast()),
        ]
        for bytes in signed {
            var members = try samples.lineMembers(type)
            members["sig"] = .string(Base64.encode(key.signature(for: bytes).bytes))
            #expect(rules.fault(try samples.read(samples.line(members, signedBy: key))) == Self.signature)
        }
        // Each bit of a good one.
        for bit in stride(from: 0, to: 512, by: 37) {
            var bytes = record.signature.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var members = try samples.lineMembers(type)
            members["sig"] = .string(Base64.encode(bytes))
            #expect(rules.fault(try samples.read(samples.line(members, signedBy: key))) == Self.signature)
        }
    }

    // MARK: Acceptance

    @Test func aPriceNeedsTheBuyer() throws {
        let bare = try samples.bare(.trade)
        let attestation = try samples.attestation(of: bare, by: "south")
        let attested = try bare.attested([attestation])
        #expect(rules.fault(attested) == "the buyer did not accept the price")
        #expect(rules.partialFault(attested) == "the buyer did not accept the price")
        for (name, key) in try keys() where name != "bob" {
            let accepted = try attested.accepted(by: key, genesis: samples.genesis)
            #expect(rules.fault(accepted) == "the buyer's acceptance is not good", "\(name)")
        }
        // Over the id of another record, over another genesis, over the record itself.
        let other = try samples.bare(.trade) { $0["memo"] = "other" }
        for signed in [
            Acceptance.signedBytes(genesis: samples.genesis, record: other.id),
            Acceptance.signedBytes(genesis: other.id, record: bare.id), bare.signedBytes,
        ] {
            var members = try samples.lineMembers(.trade)
            members["accept"] = .object([
                "sig": .string(Base64.encode(samples.bob.key.signature(for: signed).bytes))
            ])
            let record = try samples.read(samples.line(members, signedBy: samples.alice.key))
            #expect(rules.fault(record) == "the buyer's acceptance is not good")
        }
        let free = try samples.complete(.trade) { $0["price"] = nil }
        #expect(rules.fault(free) == nil)
    }

    // MARK: Attestations

    /// Who must attest, by the table of protocol section 4: never the sealing region.
    @Test(arguments: [
        (RecordType.accredit, "north", []), (.issue, "north", ["south"]), (.trade, "north", ["south"]),
        (.redeem, "north", ["south"]), (.refund, "north", ["south"]), (.split, "north", []),
        (.void, "north", []),
        (.issue, "south", ["north"]), (.trade, "south", []), (.redeem, "south", []), (.refund, "south", []),
        (.void, "south", ["north"]), (.issue, "east", ["north", "south"]), (.trade, "east", ["south"]),
        (.redeem, "east", ["south"]), (.refund, "east", ["south"]), (.void, "east", ["north"]),
        (.accredit, "east", []), (.split, "east", []),
    ])
    func attestingRegions(type: RecordType, sealing: String, expected: [String]) throws {
        let record = try samples.bare(type) { $0["price"] = nil }
        let rules = try Self.rules(samples, sealing: sealing)
        #expect(record.body.attestingRegions(sealedBy: try region(sealing)).map(\.text) == expected)
        #expect(rules.missingAttestations(record).map(\.text) == expected)
        #expect(rules.partialFault(record) == nil)
        #expect((rules.fault(record) == nil) == expected.isEmpty)
        let attested = try record.attested(
            expected.map { try samples.attestation(of: record, by: $0) })
        #expect(rules.fault(attested) == nil)
        #expect(rules.missingAttestations(attested).isEmpty)
    }

    /// Every set of attestations but the right one is refused; on the way to be sealed, what is missing may
    /// come.
    @Test(arguments: RecordType.allCases) func exactlyThoseThatMustAttest(_ type: RecordType) throws {
        let all = ["east", "north", "south"]
        let record = try samples.complete(type)
        let required = Set(record.attestations.map(\.region.text))
        for mask in 0..<8 {
            let present = all.indices.filter { mask >> $0 & 1 == 1 }.map { all[$0] }
            let changed = try record.attested(
                present.map { try samples.attestation(of: record, by: $0) })
            #expect((rules.fault(changed) == nil) == (Set(present) == required), "\(type) \(present)")
            #expect(
                (rules.partialFault(changed) == nil) == Set(present).isSubset(of: required),
                "\(type) \(present)")
            #expect(
                rules.missingAttestations(changed).map(\.text) == required.subtracting(present).sorted())
        }
        #expect(
            rules.fault(
                try record.attested([samples.attestation(of: record, by: "hq")]))
                != nil)
    }

    @Test func faultsAreTold() throws {
        let trade = try samples.complete(.trade)
        #expect(
            rules.fault(try trade.attested([]))
                == "the attestations are not exactly those of 'south'")
        let split = try samples.bare(.split)
        let extra = try split.attested([samples.attestation(of: split, by: "east")])
        #expect(rules.fault(extra) == "it carries an attestation that nobody asks for")
        #expect(rules.partialFault(extra) == "region 'east' attests and need not")
        let issue = try samples.complete(.issue)
        #expect(
            try Self.rules(samples, sealing: "east").fault(issue)
                == "the attestations are not exactly those of 'north', 'south'")
    }

    /// An attestation binds the federation, the region, the record and the time, and is by the region's log
    /// key.
    @Test(arguments: [RecordType.issue, .trade, .redeem, .refund]) func forgedAttestations(_ type: RecordType)
        throws
    {
        let record = try samples.complete(type)
        let south = try region("south")
        let time = try #require(Timestamp(SampleRecords.time))
        let other = try samples.bare(.split)
        let key = try samples.federation.keys("south").log.privateKey
        func refused(_ attestation: Attestation, _ what: String) throws {
            let forged = try record.attested([attestation])
            #expect(rules.fault(forged) == "the attestation of 'south' is not good", "\(type) \(what)")
            #expect(rules.partialFault(forged) == "the attestation of 'south' is not good", "\(type) \(what)")
        }
        for (name, key) in try keys() where name != "south log" {
            try refused(samples.attestation(of: record, by: "south", key: key), "by \(name)")
        }
        let signed: [(String, [UInt8])] = [
            (
                "other record",
                Attestation.signedBytes(
                    genesis: samples.genesis, region: south, record: other.id, time: time)
            ),
            (
                "other genesis",
                Attestation.signedBytes(
                    genesis: other.id, region: south, record: record.id, time: time)
            ),
            (
                "other region",
                Attestation.signedBytes(
                    genesis: samples.genesis, region: try region("east"), record: record.id, time: time)
            ),
            (
                "other time",
                Attestation.signedBytes(
                    genesis: samples.genesis, region: south, record: record.id, time: time.adding(seconds: 1))
            ),
            (
                "a refusal",
                Refusal.signedBytes(
                    genesis: samples.genesis, region: south, record: record.id, time: time, code: .policy)
            ),
            ("an acceptance", Acceptance.signedBytes(genesis: samples.genesis, record: record.id)),
            ("the record", record.signedBytes),
        ]
        for (what, bytes) in signed {
            try refused(Attestation(region: south, signature: key.signature(for: bytes), time: time), what)
        }
        // A good one with its time changed behind the signature.
        let good = try samples.attestation(of: record, by: "south")
        try refused(
            Attestation(region: south, signature: good.signature, time: time.adding(seconds: -1)), "earlier")
    }

    // MARK: Addresses

    /// Observers keep no accounts, and a region that is not in the charter does not either.
    @Test(arguments: ["hq", "west", "northern"]) func addressesAtNoVoterRegion(_ name: String) throws {
        let elsewhere = try Account("alice", at: name)
        let fault = "'\(name)' is no voter region of the charter"
        let cases: [(RecordType, String)] = [
            (.accredit, "issuer"), (.issue, "issuer"), (.trade, "from"), (.trade, "to"), (.redeem, "holder"),
            (.redeem, "merchant"), (.refund, "merchant"), (.split, "holder"), (.void, "issuer"),
        ]
        for (type, field) in cases {
            var members = samples.members(type)
            members["price"] = nil
            members[field] = elsewhere.json
            for key in [elsewhere.key, try samples.signer(type)] {
                let record = try RecordDraft(type: type, members: members).signed(
                    with: key, genesis: samples.genesis)
                #expect(rules.fault(record) == fault, "\(type) \(field)")
                #expect(rules.partialFault(record) == fault, "\(type) \(field)")
            }
        }
        for position in 0...1 {
            let issue = try samples.bare(.issue) { members in
                members["owners"] =
                    JSON.object(members).replacing(
                        [.member("owners"), .element(position), .member("owner")], by: elsewhere.json)[
                        [.member("owners")]]
            }
            #expect(rules.fault(issue) == fault)
        }
    }

    /// A redemption may name regions that are none: that is for nobody to redeem in.
    @Test func regionsThatAreNoAddressMayBeUnknown() throws {
        let record = try samples.complete(.issue) { $0["redeem_in"] = .array(["hq", "nowhere"]) }
        #expect(rules.fault(record) == nil)
    }

    /// No signature under a key of low order is good, whatever it is; an address of one is well-formed.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ])
    func lowOrderKeys(_ hex: String) throws {
        let key = Ed25519PublicKey(bytes: try #require(Bytes32(hexadecimal: Array(hex.utf8))))
        try #require(key.isLowOrder)
        let north = JSON.string(Address(region: try region("north"), key: key).text)
        let south = JSON.string(Address(region: try region("south"), key: key).text)
        // The signatures that verifiers without the rule take: R the same point or the neutral one, S zero.
        let neutral = [1] + [UInt8](repeating: 0, count: 31)
        let zero = [UInt8](repeating: 0, count: 32)
        let signatures = [
            key.bytes.bytes + zero, neutral + zero, zero + zero, [UInt8](repeating: 0xff, count: 64),
            samples.alice.key.signature(for: [1]).bytes,
        ]
        for (type, field) in [
            (RecordType.issue, "issuer"), (.trade, "from"), (.redeem, "holder"), (.split, "holder"),
            (.void, "issuer"),
        ] {
            for signature in signatures {
                var members = samples.members(type)
                members["price"] = nil
                members["type"] = .string(type.rawValue)
                members["v"] = 1
                members[field] = north
                members["sig"] = .string(Base64.encode(signature))
                let record = try samples.read(samples.line(members, signedBy: samples.alice.key))
                #expect(rules.fault(record) == Self.signature, "\(type)")
            }
        }
        // It may receive; but it can accept no price.
        let gift = try samples.complete(.trade) {
            $0["to"] = south
            $0["price"] = nil
        }
        #expect(rules.fault(gift) == nil)
        let redeem = try samples.complete(.redeem) { $0["merchant"] = south }
        #expect(rules.fault(redeem) == nil)
        for signature in signatures {
            var members = samples.members(.trade)
            members["type"] = "trade"
            members["v"] = 1
            members["to"] = south
            members["accept"] = .object(["sig": .string(Base64.encode(signature))])
            let record = try samples.read(samples.line(members, signedBy: samples.alice.key))
            #expect(rules.fault(record) == "the buyer's acceptance is not good")
        }
    }

    /// R of low order under an honest key.
    @Test func lowOrderCommitments() throws {
        let good = try samples.complete(.split)
        for first in [UInt8(0), 1] {
            var bytes = good.signature.bytes
            bytes.replaceSubrange(0..<32, with: [first] + [UInt8](repeating: 0, count: 31))
            var members = try samples.lineMembers(.split)
            members["sig"] = .string(Base64.encode(bytes))
            #expect(
                rules.fault(try samples.read(samples.line(members, signedBy: samples.alice.key)))
                    == Self.signature)
        }
    }

    // MARK: The charter

    /// The keys are those of the charter that is given: another federation's are not good, although the
    /// parties' are the same.
    @Test func anotherCharterHasOtherKeys() throws {
        let other = try TestFederation(salt: "test ")
        let rules = SignatureRules(
            charter: other.charter, genesis: samples.genesis, sealing: try region("north"))
        #expect(rules.fault(try samples.complete(.split)) == nil)
        #expect(rules.fault(try samples.complete(.accredit)) == Self.signature)
        #expect(rules.fault(try samples.complete(.trade)) == "the attestation of 'south' is not good")
    }

    /// An issue whose attestations are complete needs no deadline any more.
    @Test func anAttestedIssueNeedsNoDeadline() throws {
        #expect(rules.fault(try samples.complete(.issue) { $0["deadline"] = nil }) == nil)
    }
}
