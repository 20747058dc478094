import ScripCrypto
import Testing

@testable import ScripCore

/// The order of the checks is part of the protocol (section 5): a record that violates several rules gets the
/// code of the first, whichever of its vouchers violates it.
@Suite struct RulesOrderTests {
    /// One way to violate one rule.
    struct Violation: Sendable {
        let code: RefusalCode
        let name: String
        /// Whether it is about one voucher, rather than the record.
        let isOfVoucher: Bool
        let apply: @Sendable (inout RulesScene, Int) throws -> Void

        static func record(
            _ code: RefusalCode, _ name: String,
            _ apply: @escaping @Sendable (inout RulesScene) throws -> Void
        ) -> Violation {
            Violation(code: code, name: name, isOfVoucher: false) { scene, _ in try apply(&scene) }
        }

        static func voucher(
            _ code: RefusalCode, _ name: String,
            _ apply: @escaping @Sendable (inout RulesScene.Voucher, RulesScene) throws -> Void
        ) -> Violation {
            Violation(code: code, name: name, isOfVoucher: true) { scene, index in
                try apply(&scene.vouchers[index], scene)
            }
        }
    }

    private static let repeated = Violation.record(.duplicate, "same id") { $0.isRepeated = true }
    private static let referenced = Violation.record(.duplicate, "same ref") { $0.hasReference = true }
    private static let unknown = Violation.voucher(.unknownVoucher, "unknown") { voucher, _ in
        voucher.isKnown = false
    }
    private static let elsewhere = Violation.record(.wrongRegion, "sealed elsewhere") {
        $0.sealing = try region("east")
    }
    private static let otherCustodian = Violation.voucher(.wrongRegion, "owned elsewhere") { voucher, _ in
        voucher.owner = try Account("alice", at: "east").address
    }
    private static let otherOwner = Violation.voucher(.notOwner, "owned by another") { voucher, _ in
        voucher.owner = try Account("bob", at: "north").address
    }
    private static let otherHead = Violation.voucher(.spent, "other head") { voucher, scene in
        voucher.head = scene.samples.genesis
    }
    private static let voided = Violation.voucher(.spent, "voided") { voucher, _ in voucher.isVoided = true }
    private static let nothingLeft = Violation.voucher(.overspent, "nothing left") { voucher, _ in
        voucher.remaining = 0
    }
    private static let notPartial = Violation.voucher(.overspent, "not partial") { voucher, _ in
        voucher.partial = false
    }
    private static let notStarted = Violation.voucher(.notStarted, "not started") { voucher, scene in
        voucher.starts = scene.time(1)
    }
    private static let expired = Violation.voucher(.expired, "expired") { voucher, scene in
        voucher.expires = scene.time(-1)
    }
    private static let notTransferable = Violation.voucher(.notTransferable, "not transferable") {
        voucher, _ in
        voucher.transferable = false
    }
    private static let deadline = Violation.record(.deadline, "deadline") {
        $0.members["deadline"] = .string($0.time(-1).text)
    }

    /// The violations of each type, in the order of the protocol.
    static func violations(_ type: RecordType) -> [Violation] {
        switch type {
        case .accredit: [repeated, elsewhere]
        case .issue:
            [
                repeated, referenced, elsewhere,
                .record(.unknownIssuer, "not accredited") { $0.accreditation = nil },
                .record(.unknownIssuer, "revoked") {
                    $0.accreditation = AccreditationState(isActive: false, until: nil)
                },
                .record(.unknownIssuer, "no longer accredited") {
                    $0.accreditation = AccreditationState(isActive: true, until: $0.time(-1))
                },
                deadline,
            ]
        case .trade:
            [
                repeated, unknown, elsewhere, otherOwner, otherHead, voided, nothingLeft, expired,
                notTransferable, deadline,
            ]
        case .redeem:
            [
                repeated, referenced, unknown, otherCustodian, otherOwner, otherHead, voided, nothingLeft,
                notPartial,
                .voucher(.overspent, "too little left") { voucher, _ in voucher.remaining = 2_999 },
                notStarted, expired,
                .voucher(.notRedeemableHere, "not redeemable here") { voucher, _ in
                    voucher.redeemIn = [try region("east"), try region("north")]
                },
                deadline,
            ]
        case .refund:
            [
                repeated, referenced, .record(.unknownVoucher, "no redemption") { $0.redemption = nil },
                .record(.wrongRegion, "redeemed elsewhere") { scene in
                    scene.redemption = try scene.redemption.map {
                        SealedRedemption(
                            chain: try region("east"), holder: $0.holder, merchant: $0.merchant,
                            parts: $0.parts)
                    }
                },
                .record(.notOwner, "redeemed by another merchant") { scene in
                    scene.redemption = scene.redemption.map {
                        SealedRedemption(
                            chain: $0.chain, holder: $0.holder, merchant: scene.samples.bob.address,
                            parts: $0.parts)
                    }
                },
                Violation(code: .overspent, name: "refunded before", isOfVoucher: true) { scene, index in
                    scene.refunded[index] = 2_001
                },
                Violation(code: .overspent, name: "not redeemed", isOfVoucher: true) { scene, index in
                    scene.redemption = scene.redemption.map { redemption in
                        SealedRedemption(
                            chain: redemption.chain, holder: redemption.holder, merchant: redemption.merchant,
                            parts: redemption.parts.filter { $0.voucher != RulesScene.ids[index] })
                    }
                },
                deadline,
            ]
        case .split:
            [
                repeated, unknown, otherCustodian, otherOwner, otherHead, voided, nothingLeft, notPartial,
                .record(.overspent, "too little") { $0.members["amounts"] = .array([3_000, 6_999]) },
                .record(.overspent, "too much") { $0.members["amounts"] = .array([3_000, 7_001]) }, expired,
            ]
        case .void:
            [
                repeated, unknown, otherCustodian,
                .voucher(.notOwner, "issued by another") { voucher, scene in
                    voucher.issuer = scene.samples.cafe.address
                },
                .voucher(.overspent, "voided") { voucher, _ in voucher.isVoided = true }, nothingLeft,
                .voucher(.notVoidable, "not voidable") { voucher, _ in voucher.voidable = false }, deadline,
            ]
        }
    }

    private static func position(_ code: RefusalCode) -> Int {
        RefusalCode.allCases.firstIndex(of: code) ?? .max
    }

    private func indexes(_ violation: Violation, _ type: RecordType) -> [Int] {
        violation.isOfVoucher && type != .split ? [0, 1] : [0]
    }

    @Test(arguments: RecordType.allCases) func theSceneIsValid(_ type: RecordType) throws {
        #expect(try RulesScene(type).outcome().effects != nil)
    }

    @Test(arguments: RecordType.allCases) func oneViolationGivesItsCode(_ type: RecordType) throws {
        let violations = Self.violations(type)
        let order = violations.map { Self.position($0.code) }
        #expect(order == order.sorted())
        for violation in violations {
            for index in indexes(violation, type) {
                var scene = try RulesScene(type)
                try violation.apply(&scene, index)
                let voucher = violation.isOfVoucher ? RulesScene.ids[index] : nil
                guard case .invalid(let fault) = try scene.outcome() else {
                    Issue.record("\(type) with '\(violation.name)' is valid")
                    continue
                }
                #expect(fault.code == violation.code, "\(type) \(violation.name)")
                if type != .split { #expect(fault.voucher == voucher, "\(type) \(violation.name)") }
            }
        }
    }

    /// Every two violations, on the same voucher and on different ones, both ways round.
    @Test(arguments: RecordType.allCases) func theEarlierCheckDecides(_ type: RecordType) throws {
        let violations = Self.violations(type)
        for (place, first) in violations.enumerated() {
            for second in violations[(place + 1)...] {
                for firstIndex in indexes(first, type) {
                    for secondIndex in indexes(second, type) {
                        var scene = try RulesScene(type)
                        try second.apply(&scene, secondIndex)
                        try first.apply(&scene, firstIndex)
                        let outcome = try scene.outcome()
                        let comment: Comment =
                            "\(type): '\(first.name)' at \(firstIndex), '\(second.name)' at \(secondIndex)"
                        #expect(outcome.code == first.code, comment)
                        guard case .invalid(let fault) = outcome, first.isOfVoucher, type != .split else {
                            continue
                        }
                        // Of two vouchers with the same code the first is named.
                        if first.code != second.code {
                            #expect(fault.voucher == RulesScene.ids[firstIndex], comment)
                        } else if second.isOfVoucher {
                            #expect(fault.voucher == RulesScene.ids[min(firstIndex, secondIndex)], comment)
                        }
                    }
                }
            }
        }
    }

    /// All violations from one on, at once.
    @Test(arguments: RecordType.allCases) func theFirstOfAllDecides(_ type: RecordType) throws {
        let violations = Self.violations(type)
        for (place, first) in violations.enumerated() {
            var scene = try RulesScene(type)
            for violation in violations[place...].reversed() {
                for index in indexes(violation, type).reversed() { try violation.apply(&scene, index) }
            }
            #expect(try scene.outcome().code == first.code, "\(type) from '\(first.name)' on")
        }
    }

    /// Which codes a type can get at all.
    @Test func codesOfEachType() {
        let all: [RecordType: [RefusalCode]] = [
            .accredit: [.duplicate, .wrongRegion],
            .issue: [.duplicate, .wrongRegion, .unknownIssuer, .deadline],
            .trade: [
                .duplicate, .unknownVoucher, .wrongRegion, .notOwner, .spent, .overspent, .expired,
                .notTransferable, .deadline,
            ],
            .redeem: [
                .duplicate, .unknownVoucher, .wrongRegion, .notOwner, .spent, .overspent, .notStarted,
                .expired,
                .notRedeemableHere, .deadline,
            ],
            .refund: [.duplicate, .unknownVoucher, .wrongRegion, .notOwner, .overspent, .deadline],
            .split: [.duplicate, .unknownVoucher, .wrongRegion, .notOwner, .spent, .overspent, .expired],
            .void: [
                .duplicate, .unknownVoucher, .wrongRegion, .notOwner, .overspent, .notVoidable, .deadline,
            ],
        ]
        for type in RecordType.allCases {
            var codes: [RefusalCode] = []
            for violation in Self.violations(type) where codes.last != violation.code {
                codes.append(violation.code)
            }
            #expect(codes == all[type])
        }
        // Together with what needs no ledger these are all codes of verdicts.
        let reached = Set(all.values.flatMap { $0 } + [.malformed, .badSignature])
        #expect(reached == Set(RefusalCode.allCases.filter(\.isVerdict)))
    }
}
