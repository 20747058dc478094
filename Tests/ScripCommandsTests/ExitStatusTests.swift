import ScripCore
import ScripStore
import Testing

@testable import ScripCommands

/// Swift Testing has an `ExitStatus` too.
typealias Status = ScripCommands.ExitStatus

@Suite struct ExitStatusTests {
    @Test(arguments: [
        (StoreError.Kind.rejected, Status.rejected), (.usage, .usage), (.malformed, .malformed),
        (.noInput, .noInput), (.internalFault, .internalFault), (.io, .io), (.retry, .retry),
        (.durabilityUnconfirmed, .durabilityUnconfirmed), (.permission, .permission),
    ])
    func kinds(kind: StoreError.Kind, status: Status) {
        #expect(Status(kind) == status)
    }

    @Test func worstOfMany() {
        let order: [Status] = [.success, .awaiting, .rejected, .noInput, .permission, .malformed]
        for (position, better) in order.enumerated() {
            for worse in order[position...] {
                #expect(better.worse(worse) == worse)
                #expect(worse.worse(better) == worse)
            }
        }
    }

    @Test(arguments: [
        (RecordStatus.awaiting, RefusalCode?.none, Status.awaiting), (.admitted, nil, .success),
        (.sealed, nil, .success), (.confirmed, nil, .success), (.disputed, nil, .rejected),
        (.rejected, .spent, .rejected), (.rejected, .malformed, .malformed), (.rejected, nil, .rejected),
    ])
    func results(status: RecordStatus, code: RefusalCode?, exit: Status) {
        var result = RecordResult(id: nil, status: status, record: nil)
        result.code = code
        #expect(Status(result) == exit)
    }
}
