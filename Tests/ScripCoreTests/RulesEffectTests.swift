import ScripCrypto
import Testing

@testable import ScripCore

/// What a valid record changes, and that it changes nothing else.
@Suite struct RulesEffectTests {
    @Test func accreditation() throws {
        for (status, until) in [
            ("active", nil), ("active", "2027-12-31T23:59:59Z"), ("revoked", nil),
            ("revoked", "2027-01-01T00:00:00Z"),
        ] as [(String, String?)] {
            var scene = try RulesScene(.accredit)
            scene.members["status"] = .string(status)
            scene.members["until"] = until.map { .string($0) }
            let effects = try #require(try scene.outcome().effects)
            var expected = Effects()
            expected.accredited = .init(
                issuer: scene.samples.shop.address,
                state: AccreditationState(
                    isActive: status == "active", until: until.flatMap { Timestamp($0) }))
            #expect(effects == expected)
        }
    }

    /// The latest accreditation counts.
    @Test func accreditationsReplaceEachOther() throws {
        let scene = try RulesScene(.accredit)
        var ledger = MemoryLedger(chain: scene.sealing)
        for (number, isActive) in [true, false, true, true, false].enumerated() {
            let record = try scene.samples.bare(.accredit) {
                $0["status"] = isActive ? "active" : "revoked"
                $0["ref"] = .string("\(number)")
            }
            #expect(ledger.seal(record, at: scene.time).code == nil)
            let issue = try scene.samples.bare(.issue) {
                $0["ref"] = .string("\(number)")
                $0["deadline"] = nil
            }
            #expect(ledger.seal(issue, at: scene.time).code == (isActive ? nil : .unknownIssuer))
        }
    }

    @Test func issue() throws {
        let scene = try RulesScene(.issue)
        let record = try scene.record()
        let effects = try #require(try scene.outcome().effects)
        guard case .issue(let issue) = record.body else { return }
        let kind = VoucherKind(issuer: scene.samples.shop.address, terms: issue.terms)
        let owners = [scene.samples.alice, scene.samples.alice, scene.samples.bob]
        var expected = Effects()
        expected.created = owners.enumerated().map { index, owner in
            VoucherState(
                id: VoucherID(createdBy: record.id, index: index), kind: kind, owner: owner.address,
                remaining: 10_000, head: record.id, isVoided: false)
        }
        #expect(effects == expected)
        #expect(kind.terms.series == "spring")
    }

    @Test func trade() throws {
        let scene = try RulesScene(.trade)
        let record = try scene.record()
        let before = try scene.ledger(for: record).vouchers
        var expected = Effects()
        expected.changed = try RulesScene.ids.map { id in
            let state = try #require(before[id])
            return VoucherState(
                id: id, kind: state.kind, owner: scene.samples.bob.address, remaining: 10_000,
                head: record.id,
                isVoided: false)
        }
        #expect(try scene.outcome().effects == expected)
    }

    @Test func redemption() throws {
        let scene = try RulesScene(.redeem)
        let record = try scene.record()
        let before = try scene.ledger(for: record).vouchers
        var expected = Effects()
        expected.changed = try RulesScene.ids.map { id in
            let state = try #require(before[id])
            return VoucherState(
                id: id, kind: state.kind, owner: state.owner, remaining: 7_000, head: record.id,
                isVoided: false)
        }
        expected.redeemed = SealedRedemption(
            chain: scene.sealing, holder: scene.samples.alice.address, merchant: scene.samples.cafe.address,
            parts: RulesScene.ids.map { .init(voucher: $0, amount: 3_000) })
        #expect(try scene.outcome().effects == expected)
    }

    /// The parent keeps nothing, its parts have its terms and owner.
    @Test func split() throws {
        let scene = try RulesScene(.split)
        let record = try scene.record()
        let parent = try #require(try scene.ledger(for: record).vouchers[RulesScene.ids[0]])
        var expected = Effects()
        expected.changed = [
            VoucherState(
                id: parent.id, kind: parent.kind, owner: parent.owner, remaining: 0, head: record.id,
                isVoided: false)
        ]
        expected.created = [Int64(3_000), 7_000].enumerated().map { index, amount in
            VoucherState(
                id: VoucherID(createdBy: record.id, index: index), kind: parent.kind, owner: parent.owner,
                remaining: amount, head: record.id, isVoided: false)
        }
        #expect(try scene.outcome().effects == expected)
    }

    /// Judging is pure: twice the same answer, and the ledger is as it was.
    @Test(arguments: RecordType.allCases) func judgingIsPure(_ type: RecordType) throws {
        let scene = try RulesScene(type)
        let record = try scene.record()
        let ledger = try scene.ledger(for: record)
        let rules = Rules(sealing: scene.sealing, time: scene.time)
        #expect(rules.evaluate(record, in: ledger) == rules.evaluate(record, in: ledger))
    }

    /// What a view throws comes through.
    @Test(arguments: RecordType.allCases) func aViewMayFail(_ type: RecordType) throws {
        let scene = try RulesScene(type)
        let record = try scene.record()
        #expect(throws: BrokenLedger.Broken.self) {
            try Rules(sealing: scene.sealing, time: scene.time).evaluate(record, in: BrokenLedger())
        }
    }
}

/// A ledger that cannot be read.
private struct BrokenLedger: LedgerView {
    struct Broken: Error {}

    func hasRecord(_ id: Digest) throws(Broken) -> Bool { throw Broken() }
    func hasReference(_ reference: RecordReference) throws(Broken) -> Bool { throw Broken() }
    func voucher(_ id: VoucherID) throws(Broken) -> VoucherState? { throw Broken() }
    func redemption(_ id: Digest) throws(Broken) -> SealedRedemption? { throw Broken() }
    func refunded(_ redemption: Digest, _ voucher: VoucherID) throws(Broken) -> Int64 { throw Broken() }
    func accreditation(of issuer: Address) throws(Broken) -> AccreditationState? { throw Broken() }
}
