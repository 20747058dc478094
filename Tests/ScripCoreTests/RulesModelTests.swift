import ScripCrypto
import Testing

@testable import ScripCore

/// Every sequence of up to four operations on two vouchers between two owners in two regions, against a model
/// in plain integers: the same verdicts, value conserved, and no head replaced twice.
@Suite struct RulesModelTests {
    /// What can be done. Each is one record, sealed by the chain that its seller, holder or issuer chooses.
    enum Operation: Hashable, Sendable {
        /// The owner in one region hands vouchers to the one in the other; `isStale` names the first head.
        case trade(from: Int, vouchers: [Int], isStale: Bool)
        case redeem(holder: Int, parts: [Part])
        /// Sealed by the region of owner 0 or 1.
        case void(voucher: Int, region: Int)
        /// Of the last redemption of the voucher.
        case refund(voucher: Int, amount: Int64)
        case split(holder: Int, voucher: Int, amounts: [Int64])

        struct Part: Hashable, Sendable {
            let voucher: Int
            let amount: Int64
        }
    }

    private static let operations: [Operation] =
        [0, 1].flatMap { voucher -> [Operation] in
            [
                .trade(from: 0, vouchers: [voucher], isStale: false),
                .trade(from: 1, vouchers: [voucher], isStale: false),
                .trade(from: 0, vouchers: [voucher], isStale: true),
                .redeem(holder: 0, parts: [.init(voucher: voucher, amount: 4)]),
                .redeem(holder: 1, parts: [.init(voucher: voucher, amount: 10)]),
                .void(voucher: voucher, region: 0), .void(voucher: voucher, region: 1),
                .refund(voucher: voucher, amount: 3),
            ]
        } + [
            .trade(from: 0, vouchers: [0, 1], isStale: false),
            .redeem(holder: 0, parts: [.init(voucher: 0, amount: 6), .init(voucher: 1, amount: 10)]),
            .split(holder: 0, voucher: 0, amounts: [4, 6]),
        ]

    @Test func everySequenceOfFour() throws {
        let walk = try Walk(operations: Self.operations)
        try walk.run(length: 4)
        #expect(walk.stepCount == 19 + 19 * 19 + 19 * 19 * 19 + 19 * 19 * 19 * 19)
        // Each verdict that the operations can bring about was met.
        #expect(
            Set(walk.counts.keys) == [
                "valid", "duplicate", "unknown-voucher", "wrong-region", "not-owner", "spent", "overspent",
                "not-voidable",
            ])
        #expect(walk.counts["valid", default: 0] > 10_000)
    }
}

/// The ledger in plain integers.
private struct IntegerModel {
    struct Voucher {
        var owner = 0
        var remaining: Int64 = 10
        /// How often the head was replaced.
        var version = 0
        var isVoided = false
        let isPartial: Bool
        let isVoidable: Bool
    }

    /// A record by what it says: two operations with the same key are the same record.
    struct Key: Hashable {
        let operation: RulesModelTests.Operation
        let versions: [Int]
        let redemption: Int?
    }

    struct Redemption {
        /// Counted along the sequence; it stands for the record's id.
        let number: Int
        let region: Int
        var amounts: [Int: Int64]
        var refunded: [Int: Int64] = [:]
    }

    var vouchers = [
        Voucher(isPartial: true, isVoidable: true), Voucher(isPartial: false, isVoidable: false),
    ]
    var redemptions: [Redemption] = []
    /// The last redemption of each voucher.
    var last: [Int: Int] = [:]
    var seen: [Set<Key>] = [[], []]
    /// Value in vouchers that refunds and splits made.
    var made: Int64 = 0
    var redeemed: Int64 = 0
    var refunded: Int64 = 0

    /// All that there is: issued and refunded, and where it is now.
    var isConserved: Bool {
        let left = vouchers.reduce(0) { $0 + $1.remaining }
        return 20 + refunded == left + made + redeemed
    }

    func region(of operation: RulesModelTests.Operation) -> Int {
        switch operation {
        case .trade(let from, _, _): from
        case .redeem(let holder, _), .split(let holder, _, _): holder
        case .void(_, let region): region
        case .refund(let voucher, _): last[voucher].map { redemptions[$0].region } ?? 0
        }
    }

    func named(_ operation: RulesModelTests.Operation) -> [Int] {
        switch operation {
        case .trade(_, let named, let isStale):
            isStale ? named.map { _ in 0 } : named.map { vouchers[$0].version }
        case .redeem(_, let parts): parts.map { vouchers[$0.voucher].version }
        case .split(_, let voucher, _): [vouchers[voucher].version]
        case .void, .refund: []
        }
    }

    /// The verdict, and what follows from it.
    mutating func apply(_ operation: RulesModelTests.Operation) -> RefusalCode? {
        let chain = region(of: operation)
        var redemption: Int?
        if case .refund(let voucher, _) = operation { redemption = last[voucher] }
        // A void is the same record in either chain.
        var same = operation
        if case .void(let voucher, _) = operation { same = .void(voucher: voucher, region: 0) }
        let key = Key(operation: same, versions: named(operation), redemption: redemption)
        guard seen[chain].insert(key).inserted else { return .duplicate }
        let names = named(operation)
        switch operation {
        case .trade(let from, let named, _):
            if named.contains(where: { vouchers[$0].owner != from }) { return .notOwner }
            for (voucher, version) in zip(named, names)
            where vouchers[voucher].isVoided || vouchers[voucher].version != version { return .spent }
            if named.contains(where: { vouchers[$0].remaining == 0 }) { return .overspent }
            for voucher in named {
                vouchers[voucher].owner = 1 - from
                vouchers[voucher].version += 1
            }
        case .redeem(let holder, let parts):
            // The holder's region seals, so another owner is another custodian.
            if parts.contains(where: { vouchers[$0.voucher].owner != holder }) { return .wrongRegion }
            if parts.contains(where: { vouchers[$0.voucher].isVoided }) { return .spent }
            for part in parts {
                let voucher = vouchers[part.voucher]
                if part.amount > voucher.remaining { return .overspent }
                if !voucher.isPartial && part.amount != voucher.remaining { return .overspent }
            }
            for part in parts {
                vouchers[part.voucher].remaining -= part.amount
                vouchers[part.voucher].version += 1
                redeemed += part.amount
                last[part.voucher] = redemptions.count
            }
            let amounts = Dictionary(uniqueKeysWithValues: parts.map { ($0.voucher, $0.amount) })
            redemptions.append(Redemption(number: redemptions.count, region: holder, amounts: amounts))
        case .void(let voucher, let region):
            if vouchers[voucher].owner != region { return .wrongRegion }
            if vouchers[voucher].isVoided || vouchers[voucher].remaining == 0 { return .overspent }
            if !vouchers[voucher].isVoidable { return .notVoidable }
            vouchers[voucher].isVoided = true
        case .refund(let voucher, let amount):
            guard let number = last[voucher] else { return .unknownVoucher }
            let before = redemptions[number].refunded[voucher] ?? 0
            if amount > (redemptions[number].amounts[voucher] ?? 0) - before { return .overspent }
            redemptions[number].refunded[voucher] = before + amount
            refunded += amount
            made += amount
        case .split(let holder, let voucher, let amounts):
            if vouchers[voucher].owner != holder { return .wrongRegion }
            if vouchers[voucher].isVoided { return .spent }
            if !vouchers[voucher].isPartial || vouchers[voucher].remaining != amounts.reduce(0, +) {
                return .overspent
            }
            vouchers[voucher].remaining = 0
            vouchers[voucher].version += 1
            made += amounts.reduce(0, +)
        }
        return nil
    }
}

/// The sequence at whose end the rules and the model part, and how.
private struct Disagreement: Error {
    let path: [RulesModelTests.Operation]
    let what: String
}

/// The walk over all sequences.
private final class Walk {
    private struct Position {
        var model = IntegerModel()
        var ledger: MemoryLedger
        /// The heads that were replaced so far.
        var replaced: Set<ReplacedHead> = []
        /// The ids of redemptions by their number in the model.
        var redemptions: [Digest] = []
        var path: [RulesModelTests.Operation] = []
    }

    private struct ReplacedHead: Hashable {
        let voucher: VoucherID
        let head: Digest
    }

    /// What makes a record what it is.
    private struct Content: Hashable {
        let operation: RulesModelTests.Operation
        let heads: [Digest]
    }

    private let operations: [RulesModelTests.Operation]
    private let samples: SampleRecords
    private let time: Timestamp
    private let owners: [Account]
    private let cafe: Account
    private let ids: [VoucherID]
    private let start: Position
    private let firstHeads: [Digest]
    private var records: [Content: Record] = [:]
    private(set) var stepCount = 0
    private(set) var counts: [String: Int] = [:]

    init(operations: [RulesModelTests.Operation]) throws {
        self.operations = operations
        samples = try SampleRecords()
        time = try #require(Timestamp(SampleRecords.time))
        owners = [try Account("alice", at: "north"), try Account("bob", at: "south")]
        cafe = try Account("cafe", at: "north")
        var ledger = MemoryLedger(chain: try region("north"))
        ledger.accreditations[samples.shop.address] = AccreditationState(isActive: true, until: nil)
        var ids: [VoucherID] = []
        var heads: [Digest] = []
        for (number, flag) in [true, false].enumerated() {
            let owner = JSON.object(["count": 1, "owner": owners[0].json])
            let issue = try samples.bare(.issue) { members in
                members = [
                    "issuer": members["issuer"] ?? "", "owners": .array([owner]), "partial": .boolean(flag),
                    "ref": .string("\(number)"), "transferable": true,
                    "value": .object(["amount": 10, "currency": "CNY"]), "voidable": .boolean(flag),
                ]
            }
            try #require(ledger.seal(issue, at: time).code == nil)
            ids.append(VoucherID(createdBy: issue.id, index: 0))
            heads.append(issue.id)
        }
        self.ids = ids
        firstHeads = heads
        start = Position(ledger: ledger)
    }

    func run(length: Int) throws { try visit(start, length) }

    private func visit(_ position: Position, _ length: Int) throws {
        if length == 0 { return }
        for operation in operations {
            var next = position
            try step(operation, &next)
            try visit(next, length - 1)
        }
    }

    private func step(_ operation: RulesModelTests.Operation, _ position: inout Position) throws {
        stepCount += 1
        position.path.append(operation)
        let record = try record(operation, position)
        position.ledger.chain = owners[position.model.region(of: operation)].address.region
        let expected = position.model.apply(operation)
        let outcome = position.ledger.seal(record, at: time)
        counts[expected?.rawValue ?? "valid", default: 0] += 1
        guard outcome.code == expected else {
            throw Disagreement(
                path: position.path,
                what: "\(outcome.code?.rawValue ?? "valid"), and not \(expected?.rawValue ?? "valid")")
        }
        if expected == nil {
            for head in record.body.heads
            where !position.replaced.insert(.init(voucher: head.voucher, head: head.head)).inserted {
                throw Disagreement(path: position.path, what: "a head is replaced twice")
            }
            if case .redeem = record.body { position.redemptions.append(record.id) }
        }
        try check(position)
    }

    /// The ledger and the model agree, and value is conserved.
    private func check(_ position: Position) throws {
        let ledger = position.ledger
        var isSame = position.model.isConserved
        for (id, voucher) in zip(ids, position.model.vouchers) {
            guard let state = ledger.vouchers[id] else {
                isSame = false
                continue
            }
            isSame = isSame && state.remaining == voucher.remaining && state.isVoided == voucher.isVoided
            isSame = isSame && state.owner == owners[voucher.owner].address
        }
        let left = ledger.vouchers.values.reduce(Int64(0)) { $0 + $1.remaining }
        let redeemed = ledger.redemptions.values.reduce(Int64(0)) {
            $0 + $1.parts.reduce(0) { $0 + $1.amount }
        }
        let refunded = ledger.refunds.values.reduce(0, +)
        isSame = isSame && redeemed == position.model.redeemed && refunded == position.model.refunded
        if !isSame || 20 + refunded != left + redeemed {
            throw Disagreement(path: position.path, what: "value is not conserved")
        }
    }

    private func record(_ operation: RulesModelTests.Operation, _ position: Position) throws -> Record {
        var heads: [Digest] = []
        for (voucher, id) in ids.enumerated() {
            if case .trade(_, _, true) = operation {
                heads.append(firstHeads[voucher])
            } else {
                heads.append(position.ledger.vouchers[id]?.head ?? samples.genesis)
            }
        }
        let content: Content
        switch operation {
        case .trade(_, let vouchers, _):
            content = Content(operation: operation, heads: vouchers.map { heads[$0] })
        case .redeem(_, let parts):
            content = Content(operation: operation, heads: parts.map { heads[$0.voucher] })
        case .split(_, let voucher, _): content = Content(operation: operation, heads: [heads[voucher]])
        case .void(let voucher, _):
            content = Content(operation: .void(voucher: voucher, region: 0), heads: [])
        case .refund(let voucher, _):
            let redemption = position.model.last[voucher].map { position.redemptions[$0] } ?? samples.genesis
            content = Content(operation: operation, heads: [redemption])
        }
        if let record = records[content] { return record }
        let record = try sign(content)
        records[content] = record
        return record
    }

    private func sign(_ content: Content) throws -> Record {
        let deadline = JSON.string(SampleRecords.time)
        func head(_ index: Int) -> JSON { .string(content.heads[index].hexadecimal) }
        func voucher(_ number: Int) -> JSON { .string(ids[number].description) }
        let type: RecordType
        let members: [String: JSON]
        let key: Ed25519PrivateKey
        switch content.operation {
        case .trade(let from, let vouchers, _):
            (type, key) = (.trade, owners[from].key)
            members = [
                "deadline": deadline, "from": owners[from].json, "to": owners[1 - from].json,
                "memo": .string(content.operation.isStale ? "stale" : "fresh"),
                "vouchers": .array(
                    vouchers.enumerated().map { .object(["head": head($0), "voucher": voucher($1)]) }),
            ]
        case .redeem(let holder, let parts):
            (type, key) = (.redeem, owners[holder].key)
            members = [
                "deadline": deadline, "holder": owners[holder].json, "merchant": cafe.json,
                "vouchers": .array(
                    parts.enumerated().map { index, part in
                        .object([
                            "amount": .integer(part.amount), "head": head(index),
                            "voucher": voucher(part.voucher),
                        ])
                    }),
            ]
        case .void(let number, _):
            (type, key) = (.void, samples.shop.key)
            members = [
                "deadline": deadline, "issuer": samples.shop.json, "reason": "recalled",
                "vouchers": .array([.object(["voucher": voucher(number)])]),
            ]
        case .refund(let number, let amount):
            (type, key) = (.refund, cafe.key)
            members = [
                "deadline": deadline, "merchant": cafe.json, "redemption": head(0),
                "vouchers": .array([.object(["amount": .integer(amount), "voucher": voucher(number)])]),
            ]
        case .split(let holder, let number, let amounts):
            (type, key) = (.split, owners[holder].key)
            members = [
                "amounts": .array(amounts.map { .integer($0) }), "head": head(0),
                "holder": owners[holder].json,
                "voucher": voucher(number),
            ]
        }
        return try RecordDraft(type: type, members: members).signed(with: key, genesis: samples.genesis)
    }
}

extension RulesModelTests.Operation {
    fileprivate var isStale: Bool {
        if case .trade(_, _, true) = self { true } else { false }
    }
}
