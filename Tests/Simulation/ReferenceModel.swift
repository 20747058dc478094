internal import ScripCore
internal import ScripCrypto

/// The ledger in plain integers: what certified blocks say happened to each voucher, computed from their lines alone,
/// with none of the program's rules.
///
/// Blocks are taken in an order in which each comes after all that it has seen. Whatever a record does must fit what
/// the voucher is by then: the head that it replaces, who holds it, how much is left.
final class ReferenceModel {
    struct Voucher {
        var owner: String
        var remaining: Int
        var head: String
        var isVoided = false
        let issuer: String
        let currency: String
    }

    struct Block {
        let chain: String
        let height: Int
        /// The epoch that it names.
        let charter: Int
        /// The size and the root of the chain before it.
        let first: Int
        let previous: String
        let size: Int
        let root: String
        let seen: [String: Int]
        /// With their leaf index.
        let records: [(index: Int, line: [UInt8])]
    }

    private(set) var vouchers: [String: Voucher] = [:]
    private var taken: [String: Int] = [:]
    private var takenHeights: [String: Int] = [:]
    /// What a record redeemed of a voucher and was not refunded yet: `record voucher`.
    private var redeemed: [String: (amount: Int, holder: String, merchant: String)] = [:]
    private var waiting: [Block: Set<Int>] = [:]
    /// By region whose chain has ended: which one has its vouchers in custody, in blocks of which epochs.
    private var successors: [String: (heir: String, epoch: Int)] = [:]
    /// All records that are valid in certified blocks.
    private(set) var records: Set<String> = []
    /// What one region owes another by a record: the chain and the leaf index of that come first.
    private var debts:
        [(chain: String, index: Int, debtor: String, creditor: String, currency: String, amount: Int)] = []
    private var issued: [String: Int] = [:]
    private var spent: [String: Int] = [:]
    private let signers: Signers

    init(_ signers: Signers) { self.signers = signers }

    /// The blocks that wait for what they have seen, in words; nil if none does.
    var incomplete: String? {
        if waiting.isEmpty { return nil }
        return waiting.keys.sorted { ($0.chain, $0.height) < ($1.chain, $1.height) }.map { block in
            "block \(block.height) of \(block.chain), after \(takenHeights[block.chain, default: 0]), has seen "
                + "\(block.seen)"
        }.joined(separator: "; ") + "; taken are \(taken)"
    }

    /// A charter says that another region stands in for one whose chain has ended.
    func succeed(_ lost: String, by heir: String, since epoch: Int) { successors[lost] = (heir, epoch) }

    /// Takes a block that has a certificate, with the leaves that it says are invalid.
    func certify(_ block: Block, invalid: Set<Int>) throws {
        waiting[block] = invalid
        while let next = waiting.keys.filter(isReady).min(by: {
            ($0.chain, $0.height) < ($1.chain, $1.height)
        }) {
            guard let invalid = waiting.removeValue(forKey: next) else { break }
            try take(next, invalid)
        }
    }

    private func isReady(_ block: Block) -> Bool {
        takenHeights[block.chain, default: 0] == block.height - 1
            && block.seen.allSatisfy { taken[$0.key, default: 0] >= $0.value }
    }

    private func take(_ block: Block, _ invalid: Set<Int>) throws {
        for (index, line) in block.records where !invalid.contains(index) {
            do {
                try apply(try JSONDocument(line, form: .canonical).root, at: index, in: block)
            } catch {
                throw Violation("block \(block.height) of \(block.chain), leaf \(index): \(error)")
            }
        }
        taken[block.chain] = block.size
        takenHeights[block.chain] = block.height
        try conserve()
    }

    /// What was issued and refunded is what is left or was spent, whoever holds it.
    private func conserve() throws {
        var left: [String: Int] = [:]
        for voucher in vouchers.values where !voucher.isVoided {
            left[voucher.currency, default: 0] += voucher.remaining
        }
        for (currency, amount) in issued {
            let rest = left[currency, default: 0] + spent[currency, default: 0]
            if rest != amount {
                throw Violation("\(amount) \(currency) were issued, \(rest) are there or spent")
            }
        }
    }

    private func apply(_ record: JSONValue, at index: Int, in block: Block) throws {
        let id = try text(record, "id")
        guard records.insert(id).inserted else { throw Violation("record \(id) is confirmed twice") }
        if let giver = record.member("from") ?? record.member("holder") ?? record.member("merchant")
            ?? record.member("issuer"), try text(record, "type") != "accredit",
            !signers.isWritten(id, by: giver.text ?? "")
        {
            throw Violation("record \(id) is confirmed, and \(giver.text ?? "nobody") did not write it")
        }
        switch try text(record, "type") {
        case "accredit": break
        case "issue": try issue(record, id)
        case "trade": try trade(record, id, at: index, in: block)
        case "redeem": try redeem(record, id, at: index, in: block)
        case "refund": try refund(record, id, at: index, in: block)
        case "split": try split(record, id, in: block)
        case "void": try void(record, in: block)
        case let type: throw Violation("there is no type '\(type)'")
        }
    }

    private func text(_ value: JSONValue, _ key: StaticString) throws -> String {
        guard let text = value.member(key)?.text else { throw Violation("'\(key)' is no text") }
        return text
    }

    private func number(_ value: JSONValue, _ key: StaticString) throws -> Int {
        guard let number = value.member(key)?.integer else { throw Violation("'\(key)' is no number") }
        return Int(number)
    }

    private func create(_ id: String, _ number: Int, _ voucher: Voucher) throws {
        guard let record = Digest(hexadecimal: Array(id.utf8)) else { throw Violation("the id is none") }
        let name = VoucherID(createdBy: record, index: number).description
        guard vouchers[name] == nil else { throw Violation("voucher \(name) is made twice") }
        vouchers[name] = voucher
    }

    private static func region(of address: String) -> String {
        String(address[..<(address.lastIndex(of: "1") ?? address.startIndex)])
    }

    /// The voucher that a record in `chain` replaces `head` of.
    private func held(_ name: String, _ head: String?, by owner: String?, in block: Block) throws -> Voucher {
        guard let voucher = vouchers[name] else { throw Violation("voucher \(name) does not exist") }
        if let head, voucher.head != head {
            throw Violation("voucher \(name): head \(head) is replaced a second time; it is \(voucher.head)")
        }
        if let owner, voucher.owner != owner { throw Violation("voucher \(name) is not \(owner)'s") }
        if voucher.isVoided { throw Violation("voucher \(name) is void") }
        var custodian = Self.region(of: voucher.owner)
        while let (heir, epoch) = successors[custodian], epoch <= block.charter { custodian = heir }
        if custodian != block.chain {
            throw Violation("voucher \(name) is not in the custody of \(block.chain)")
        }
        return voucher
    }

    private func issue(_ record: JSONValue, _ id: String) throws {
        guard let value = record.member("value") else { throw Violation("there is no value") }
        let amount = try number(value, "amount")
        let currency = try text(value, "currency")
        let issuer = try text(record, "issuer")
        var count = 0
        for share in record.member("owners")?.elements ?? [] {
            for _ in 0..<(try number(share, "count")) {
                try create(
                    id, count,
                    Voucher(
                        owner: try text(share, "owner"), remaining: amount, head: id, issuer: issuer,
                        currency: currency))
                count += 1
                issued[currency, default: 0] += amount
            }
        }
    }

    /// By chain: the leaves of which the debts are added up. What each region is to receive, or, below zero, to pay, as
    /// `REGION CURRENCY`; nil if not all of them are known here.
    func balances(in ranges: [String: Range<Int>]) -> [String: Int]? {
        guard ranges.allSatisfy({ taken[$0.key, default: 0] >= $0.value.upperBound }) else { return nil }
        var balances: [String: Int] = [:]
        for debt in debts where ranges[debt.chain]?.contains(debt.index) ?? false {
            balances["\(debt.creditor) \(debt.currency)", default: 0] += debt.amount
            balances["\(debt.debtor) \(debt.currency)", default: 0] -= debt.amount
        }
        return balances.filter { $0.value != 0 }
    }

    private func owe(
        _ debtor: String, _ creditor: String, _ amount: Int, _ currency: String, at index: Int,
        in block: Block
    ) {
        debts.append(
            (block.chain, index, Self.region(of: debtor), Self.region(of: creditor), currency, amount))
    }

    private func trade(_ record: JSONValue, _ id: String, at index: Int, in block: Block) throws {
        let from = try text(record, "from")
        if let price = record.member("price") {
            owe(
                try text(record, "to"), from, try number(price, "amount"), try text(price, "currency"),
                at: index, in: block)
        }
        for item in record.member("vouchers")?.elements ?? [] {
            let name = try text(item, "voucher")
            var voucher = try held(name, try text(item, "head"), by: from, in: block)
            if voucher.remaining == 0 { throw Violation("voucher \(name) is spent") }
            voucher.owner = try text(record, "to")
            voucher.head = id
            vouchers[name] = voucher
        }
    }

    private func redeem(_ record: JSONValue, _ id: String, at index: Int, in block: Block) throws {
        let holder = try text(record, "holder")
        for item in record.member("vouchers")?.elements ?? [] {
            let name = try text(item, "voucher")
            var voucher = try held(name, try text(item, "head"), by: holder, in: block)
            let amount = try number(item, "amount")
            guard amount > 0, amount <= voucher.remaining else {
                throw Violation("\(amount) of the \(voucher.remaining) of voucher \(name) are redeemed")
            }
            voucher.remaining -= amount
            voucher.head = id
            vouchers[name] = voucher
            spent[voucher.currency, default: 0] += amount
            let merchant = try text(record, "merchant")
            redeemed["\(id) \(name)"] = (amount, holder, merchant)
            owe(voucher.issuer, merchant, amount, voucher.currency, at: index, in: block)
        }
    }

    private func refund(_ record: JSONValue, _ id: String, at index: Int, in block: Block) throws {
        let redemption = try text(record, "redemption")
        for (count, item) in (record.member("vouchers")?.elements ?? []).enumerated() {
            let name = try text(item, "voucher")
            let amount = try number(item, "amount")
            guard let before = vouchers[name], var rest = redeemed["\(redemption) \(name)"], amount > 0,
                amount <= rest.amount, rest.merchant == (try text(record, "merchant"))
            else { throw Violation("\(amount) of voucher \(name) are refunded and were not redeemed") }
            rest.amount -= amount
            redeemed["\(redemption) \(name)"] = rest
            spent[before.currency, default: 0] -= amount
            owe(rest.merchant, before.issuer, amount, before.currency, at: index, in: block)
            try create(
                id, count,
                Voucher(
                    owner: rest.holder, remaining: amount, head: id, issuer: before.issuer,
                    currency: before.currency))
        }
    }

    private func split(_ record: JSONValue, _ id: String, in block: Block) throws {
        let name = try text(record, "voucher")
        let holder = try text(record, "holder")
        var voucher = try held(name, try text(record, "head"), by: holder, in: block)
        var sum = 0
        for (count, amount) in (record.member("amounts")?.elements ?? []).enumerated() {
            guard let amount = amount.integer, amount > 0 else { throw Violation("an amount is none") }
            sum += Int(amount)
            try create(
                id, count,
                Voucher(
                    owner: holder, remaining: Int(amount), head: id, issuer: voucher.issuer,
                    currency: voucher.currency))
        }
        guard sum == voucher.remaining else { throw Violation("voucher \(name) is split into another sum") }
        voucher.remaining = 0
        voucher.head = id
        vouchers[name] = voucher
    }

    private func void(_ record: JSONValue, in block: Block) throws {
        for item in record.member("vouchers")?.elements ?? [] {
            let name = try text(item, "voucher")
            var voucher = try held(name, nil, by: nil, in: block)
            guard voucher.issuer == (try text(record, "issuer")) else {
                throw Violation("voucher \(name) is voided by another issuer")
            }
            // What was left stays written there, and counts no more. The head stays.
            spent[voucher.currency, default: 0] += voucher.remaining
            voucher.isVoided = true
            vouchers[name] = voucher
        }
    }
}

extension ReferenceModel.Block: Hashable {
    static func == (left: Self, right: Self) -> Bool { left.chain == right.chain && left.root == right.root }

    func hash(into hasher: inout Hasher) {
        hasher.combine(chain)
        hasher.combine(root)
    }
}
