internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Writes the records of a story about power cuts.
struct PowerRecords {
    let genesis: Digest
    let deadline: Timestamp

    typealias Account = Accounts.Account

    private func sign(_ type: RecordType, _ members: [String: JSON], _ key: Ed25519PrivateKey) throws
        -> Record
    {
        try RecordDraft(type: type, members: members).signed(with: key, genesis: genesis)
    }

    func accredit(_ shop: Account, log: Ed25519PrivateKey) throws -> Record {
        try sign(
            .accredit,
            ["issuer": .string(shop.address.text), "name": "Shop", "status": "active", "ref": "1"], log)
    }

    func issue(_ shop: Account, to owner: Account, count: Int, ref: String) throws -> Record {
        var members: [String: JSON] = [
            "issuer": .string(shop.address.text), "ref": .string(ref), "partial": true, "transferable": true,
            "voidable": true, "value": .object(["amount": 1_000, "currency": "CNY"]),
            "owners": .array([
                .object(["count": .integer(Int64(count)), "owner": .string(owner.address.text)])
            ]),
        ]
        if owner.address.region != shop.address.region { members["deadline"] = .string(deadline.text) }
        return try sign(.issue, members, shop.key)
    }

    func trade(_ voucher: VoucherState, from owner: Account, to buyer: Account) throws -> Record {
        try sign(
            .trade,
            [
                "from": .string(owner.address.text), "to": .string(buyer.address.text),
                "deadline": .string(deadline.text), "vouchers": .array([Self.named(voucher)]),
            ], owner.key)
    }

    func redeem(
        _ voucher: VoucherState, amount: Int64, from holder: Account, at merchant: Account, ref: String
    ) throws -> Record {
        try sign(
            .redeem,
            [
                "holder": .string(holder.address.text), "merchant": .string(merchant.address.text),
                "deadline": .string(deadline.text), "ref": .string(ref),
                "vouchers": .array([Self.named(voucher, amount: amount)]),
            ], holder.key)
    }

    func refund(_ redemption: Digest, of voucher: VoucherID, amount: Int64, by merchant: Account) throws
        -> Record
    {
        try sign(
            .refund,
            [
                "merchant": .string(merchant.address.text), "redemption": .string(redemption.hexadecimal),
                "deadline": .string(deadline.text), "ref": "back",
                "vouchers": .array([
                    .object(["amount": .integer(amount), "voucher": .string(voucher.description)])
                ]),
            ], merchant.key)
    }

    func split(_ voucher: VoucherState, of holder: Account, into amounts: [Int64]) throws -> Record {
        try sign(
            .split,
            [
                "holder": .string(holder.address.text), "voucher": .string(voucher.id.description),
                "head": .string(voucher.head.hexadecimal), "amounts": .array(amounts.map { .integer($0) }),
            ], holder.key)
    }

    func void(_ voucher: VoucherID, by issuer: Account) throws -> Record {
        try sign(
            .void,
            [
                "issuer": .string(issuer.address.text), "reason": "recalled",
                "vouchers": .array([.object(["voucher": .string(voucher.description)])]),
                "deadline": .string(deadline.text),
            ], issuer.key)
    }

    private static func named(_ voucher: VoucherState, amount: Int64? = nil) -> JSON {
        var members: [String: JSON] = [
            "head": .string(voucher.head.hexadecimal), "voucher": .string(voucher.id.description),
        ]
        if let amount { members["amount"] = .integer(amount) }
        return .object(members)
    }
}
