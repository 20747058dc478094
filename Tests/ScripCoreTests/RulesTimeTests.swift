import Testing

@testable import ScripCore

/// Steps 6, 10 and 12 of protocol section 5 by the block's time: every end is inclusive.
@Suite struct RulesTimeTests {
    @Test(arguments: [
        (RecordType.redeem, true), (.trade, true), (.split, true), (.void, false), (.refund, false),
    ])
    func expires(type: RecordType, isChecked: Bool) throws {
        for seconds in [Int64(-86_400), -1, 0, 1, 86_400] {
            var scene = try RulesScene(type)
            scene.vouchers[1].expires = scene.time(seconds)
            if type == .split { scene.vouchers[0].expires = scene.time(seconds) }
            let expected: RefusalCode? = isChecked && seconds < 0 ? .expired : nil
            #expect(try scene.outcome().code == expected, "\(type) \(seconds)")
        }
    }

    @Test(arguments: [
        (RecordType.redeem, true), (.trade, false), (.split, false), (.void, false), (.refund, false),
    ])
    func starts(type: RecordType, isChecked: Bool) throws {
        for seconds in [Int64(-86_400), -1, 0, 1, 86_400] {
            var scene = try RulesScene(type)
            scene.vouchers[1].starts = scene.time(seconds)
            if type == .split { scene.vouchers[0].starts = scene.time(seconds) }
            let expected: RefusalCode? = isChecked && seconds > 0 ? .notStarted : nil
            #expect(try scene.outcome().code == expected, "\(type) \(seconds)")
        }
    }

    /// One second is long enough, and terms that end before they begin are never met.
    @Test func bothEnds() throws {
        for (starts, expires, code) in [
            (0, 0, nil), (-1, 0, nil), (0, 1, nil), (1, 0, .notStarted), (1, -1, .notStarted),
            (0, -1, .expired),
            (-5, -1, .expired), (1, 5, .notStarted),
        ] as [(Int64, Int64, RefusalCode?)] {
            var scene = try RulesScene(.redeem)
            for index in 0...1 {
                scene.vouchers[index].starts = scene.time(starts)
                scene.vouchers[index].expires = scene.time(expires)
            }
            #expect(try scene.outcome().code == code, "\(starts) to \(expires)")
        }
    }

    @Test(arguments: [RecordType.issue, .trade, .redeem, .refund, .void]) func deadline(_ type: RecordType)
        throws
    {
        for seconds in [Int64(-86_400), -1, 0, 1, 86_400] {
            var scene = try RulesScene(type)
            scene.members["deadline"] = .string(scene.time(seconds).text)
            #expect(try scene.outcome().code == (seconds < 0 ? .deadline : nil), "\(type) \(seconds)")
        }
    }

    @Test func anIssueNeedsNoDeadlineOnceSealed() throws {
        var scene = try RulesScene(.issue)
        scene.members["deadline"] = nil
        #expect(try scene.outcome().code == nil)
    }

    @Test func until() throws {
        for seconds in [Int64(-86_400), -1, 0, 1, 86_400] {
            for isActive in [true, false] {
                var scene = try RulesScene(.issue)
                scene.accreditation = AccreditationState(isActive: isActive, until: scene.time(seconds))
                #expect(try scene.outcome().code == (isActive && seconds >= 0 ? nil : .unknownIssuer))
            }
        }
        // An accreditation may be given that has ended: it is of no use.
        var scene = try RulesScene(.accredit)
        scene.members["until"] = .string(scene.time(-1).text)
        #expect(try scene.outcome().code == nil)
    }

    /// Only the block's time counts; a void needs no accreditation of its issuer.
    @Test func accreditationIsForIssuingOnly() throws {
        for type in [RecordType.trade, .redeem, .refund, .split, .void, .accredit] {
            for accreditation in [nil, AccreditationState(isActive: false, until: nil)] {
                var scene = try RulesScene(type)
                scene.accreditation = accreditation
                #expect(try scene.outcome().code == nil, "\(type)")
            }
        }
    }
}
