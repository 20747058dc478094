internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// A voucher that a request names, with what the request says of it itself.
struct NamedVoucher {
    let id: VoucherID
    var head: Digest?
    var owner: Address?
    /// What is left, in minor units.
    var remaining: Int64?
    /// How much of it to redeem, in minor units.
    var amount: Int64?
    var currency: Currency?

    init(_ id: VoucherID) {
        self.id = id
    }

    /// The vouchers of a line: `voucher`, with `head` and `owner` beside it, or `vouchers`, which are ids or
    /// objects.
    static func reading(_ reader: RequestReader, takesAmounts: Bool) throws(RequestFault) -> [NamedVoucher] {
        let owner = try reader.address("owner")
        if let id = try reader.voucher("voucher") {
            guard !reader.has("vouchers") else {
                throw .malformed("'voucher' and 'vouchers' exclude each other")
            }
            var voucher = NamedVoucher(id)
            voucher.head = try reader.digest("head")
            voucher.owner = owner
            if reader.isVoucher {
                voucher.remaining = try reader.integer("remaining")
                voucher.currency = try reader.money("value")?.currency
            }
            return [voucher]
        }
        guard let elements = try reader.elements("vouchers"), !elements.isEmpty else {
            throw .malformed("no voucher is named; give 'voucher' or 'vouchers'")
        }
        guard !reader.has("head") else {
            throw .malformed("'head' stands beside 'vouchers'; put it into each of them")
        }
        var vouchers: [NamedVoucher] = []
        for element in elements {
            if let text = element.text {
                vouchers.append(NamedVoucher(try RequestReader.voucher(text, "vouchers")))
            } else {
                let keys: [StaticString] =
                    takesAmounts ? ["amount", "head", "voucher"] : ["head", "voucher"]
                let inner = try RequestReader(element, "vouchers", keys: keys)
                guard let id = try inner.voucher("voucher") else {
                    throw .malformed("'vouchers' lacks a 'voucher'")
                }
                var voucher = NamedVoucher(id)
                voucher.head = try inner.digest("head")
                voucher.amount = try inner.minorUnits("amount")
                vouchers.append(voucher)
            }
            vouchers[vouchers.count - 1].owner = owner
        }
        return vouchers
    }

    /// Fills in from the ledger what the request does not say, if that is anything.
    mutating func complete(_ writer: RecordWriter, needsAmount: Bool) throws {
        if head != nil && owner != nil && (!needsAmount || amount != nil || remaining != nil) { return }
        guard let report = try writer.ledger().voucher(id) else { throw RequestFault.unknownVoucher(id) }
        head = head ?? report.state.head
        owner = owner ?? report.state.owner
        remaining = remaining ?? report.state.remaining
        currency = currency ?? report.state.kind.terms.value.currency
    }

    /// The one owner of all the vouchers.
    static func owner(of vouchers: [NamedVoucher]) throws(RequestFault) -> Address {
        guard let owner = vouchers.first?.owner else { throw .malformed("no voucher is named") }
        for voucher in vouchers where voucher.owner != owner {
            throw .malformed("the vouchers have different owners; a record is signed by one")
        }
        return owner
    }
}
