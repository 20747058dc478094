internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Writes the records that people ask for, honest ones and such as spend twice.
struct Requests {
    let accounts: Accounts
    let genesis: Digest
    let signers: Signers
    private var number = 0
    /// Bearer codes that something was issued to.
    private(set) var codes: [BearerCode] = []
    private var codesByKey: [Ed25519PublicKey: BearerCode] = [:]
    /// Vouchers that some record made.
    private(set) var vouchers: [VoucherID] = []
    /// Redemptions that were written, with the merchant.
    private var redemptions: [(id: Digest, voucher: VoucherID, amount: Int64, merchant: Accounts.Account)] =
        []
    /// Heads that a record replaced already, to replace them again.
    private var used: [(voucher: VoucherID, head: Digest, owner: Address)] = []

    init(_ accounts: Accounts, genesis: Digest, _ signers: Signers) {
        self.accounts = accounts
        self.genesis = genesis
        self.signers = signers
    }

    /// Who can sign for an address: one of the people, or whoever has a code that was printed.
    private func account(_ address: Address) -> Accounts.Account? {
        accounts.account(address)
            ?? codesByKey[address.key].map { Accounts.Account(key: $0.key, address: address) }
    }

    private static func amount(_ amount: Int64) -> JSON {
        .object(["amount": .integer(amount), "currency": "CNY"])
    }

    private func sign(_ type: RecordType, _ members: [String: JSON], _ key: Ed25519PrivateKey) throws
        -> Record
    {
        let record = try RecordDraft(type: type, members: members).signed(with: key, genesis: genesis)
        signers.note(record, signedBy: key.publicKey)
        return record
    }

    private mutating func nextNumber() -> Int {
        number += 1
        return number
    }

    func accredit(_ region: RegionName, log: Ed25519PrivateKey) throws -> Record {
        guard let shop = accounts.shops[region] else { throw Violation("\(region) has no shop") }
        return try sign(
            .accredit,
            ["issuer": .string(shop.address.text), "name": "Shop", "status": "active", "ref": "1"], log)
    }

    /// The next record, and the region to bring it to first. `state` looks a voucher up where it is held; `isConfirmed`
    /// tells of a record whether it is valid in a certified block.
    mutating func next(
        _ dice: inout Dice, deadline: String, state: (VoucherID) -> VoucherState?,
        isConfirmed: (Digest) -> Bool
    ) throws -> (record: Record, region: RegionName, kind: String)? {
        let kind = dice.pick([
            "issue", "issue", "trade", "trade", "trade", "redeem", "redeem", "much", "twice", "twice",
            "refund", "refund", "split",
            "void",
        ])
        if kind == "issue" || vouchers.isEmpty { return try issue(&dice, deadline) }
        if kind == "refund" { return try refund(&dice, deadline, isConfirmed) }
        if kind == "twice" { return try spendAgain(&dice, deadline) }
        let id = dice.pick(vouchers)
        guard let state = state(id), let owner = account(state.owner), !state.isVoided,
            state.remaining > 0
        else { return nil }
        let region = owner.address.region
        switch kind {
        case "trade":
            let buyer = dice.pick(accounts.all)
            let price = dice.chance(30) ? Int64(dice.number(1..<10_000)) : nil
            let record = try trade(
                id, state.head, owner, buyer.address, deadline, price: price.map { ($0, buyer.key) })
            used.append((id, state.head, state.owner))
            return (record, region, price == nil ? kind : "trade at a price")
        case "redeem":
            let amount = dice.chance(50) ? state.remaining : Int64(dice.number(1..<Int(state.remaining) + 1))
            let merchant = dice.pick(accounts.all)
            let record = try redeem(id, state.head, amount, owner, merchant, deadline)
            used.append((id, state.head, state.owner))
            redemptions.append((record.id, id, amount, merchant))
            return (record, region, kind)
        case "much":
            let amount = state.remaining + Int64(dice.number(1..<100))
            return (
                try redeem(id, state.head, amount, owner, dice.pick(accounts.all), deadline), region, kind
            )
        case "split":
            guard state.remaining > 1 else { return nil }
            let part = Int64(dice.number(1..<Int(state.remaining)))
            return (try split(id, state.head, [part, state.remaining - part], owner), region, kind)
        default:
            guard let issuer = account(state.kind.issuer) else { return nil }
            return (try void(id, issuer, deadline), region, kind)
        }
    }

    /// The shop of a region issues to somebody there.
    mutating func issue(_ dice: inout Dice, from region: RegionName) throws -> Record {
        guard let shop = accounts.shops[region] else { throw Violation("\(region) has no shop") }
        let owner = dice.pick(accounts.all.filter { $0.address.region == region })
        return try issue(&dice, shop, owner, "")
    }

    /// Somebody redeems a part of what they hold in a region, at the merchant there; nil if nobody holds anything.
    mutating func redeem(
        _ dice: inout Dice, at region: RegionName, state: (VoucherID) -> VoucherState?
    ) throws -> Record? {
        guard let merchant = accounts.all.first(where: { $0.address.region == region }) else { return nil }
        for id in vouchers {
            guard let state = state(id), state.owner.region == region,
                let owner = account(state.owner)
            else { continue }
            let amount = Int64(dice.number(1..<Int(state.remaining) + 1))
            let record = try redeem(id, state.head, amount, owner, merchant, Federation.end.text)
            redemptions.append((record.id, id, amount, merchant))
            return record
        }
        return nil
    }

    private mutating func issue(
        _ dice: inout Dice, _ deadline: String
    ) throws -> (record: Record, region: RegionName, kind: String) {
        let shop = dice.pick(accounts.shops.keys.sorted().compactMap { accounts.shops[$0] })
        return (try issue(&dice, shop, dice.pick(accounts.all), deadline), shop.address.region, "issue")
    }

    private mutating func issue(
        _ dice: inout Dice, _ shop: Accounts.Account, _ owner: Accounts.Account, _ deadline: String
    ) throws -> Record {
        try issue(
            &dice, shop, to: [(count: dice.number(1..<4), owner: owner.address)], in: owner.address.region,
            deadline)
    }

    private mutating func issue(
        _ dice: inout Dice, _ shop: Accounts.Account, to shares: [(count: Int, owner: Address)],
        in region: RegionName, _ deadline: String
    ) throws -> Record {
        var members: [String: JSON] = [
            "issuer": .string(shop.address.text), "ref": .string("\(nextNumber())"), "partial": true,
            "transferable": true, "voidable": .boolean(dice.chance(50)),
            "value": Self.amount(Int64(dice.number(1..<10_000))),
            "owners": .array(
                shares.map { share in
                    .object(["count": .integer(Int64(share.count)), "owner": .string(share.owner.text)])
                }),
        ]
        if region != shop.address.region { members["deadline"] = .string(deadline) }
        let record = try sign(.issue, members, shop.key)
        for index in 0..<shares.reduce(0, { $0 + $1.count }) {
            vouchers.append(VoucherID(createdBy: record.id, index: index))
        }
        return record
    }

    private func trade(
        _ id: VoucherID, _ head: Digest, _ owner: Accounts.Account, _ buyer: Address,
        _ deadline: String, price: (amount: Int64, key: Ed25519PrivateKey)? = nil
    ) throws -> Record {
        var members: [String: JSON] = [
            "from": .string(owner.address.text), "to": .string(buyer.text),
            "deadline": .string(deadline),
            "vouchers": .array([
                .object(["head": .string(head.hexadecimal), "voucher": .string(id.description)])
            ]),
        ]
        guard let price else { return try sign(.trade, members, owner.key) }
        members["price"] = Self.amount(price.amount)
        return try sign(.trade, members, owner.key).accepted(by: price.key, genesis: genesis)
    }

    private mutating func redeem(
        _ id: VoucherID, _ head: Digest, _ amount: Int64, _ owner: Accounts.Account,
        _ merchant: Accounts.Account,
        _ deadline: String
    ) throws -> Record {
        try sign(
            .redeem,
            [
                "holder": .string(owner.address.text), "merchant": .string(merchant.address.text),
                "deadline": .string(deadline), "ref": .string("till \(nextNumber())"),
                "vouchers": .array([
                    .object([
                        "amount": .integer(amount), "head": .string(head.hexadecimal),
                        "voucher": .string(id.description),
                    ])
                ]),
            ], owner.key)
    }

    // MARK: Bearer codes

    /// The shop of a region issues a voucher to each code, kept in `keeper`.
    mutating func issue(
        _ dice: inout Dice, from region: RegionName, to codes: [BearerCode], in keeper: RegionName,
        _ deadline: String
    ) throws -> Record {
        guard let shop = accounts.shops[region] else { throw Violation("\(region) has no shop") }
        self.codes += codes
        for code in codes { codesByKey[code.key.publicKey] = code }
        let shares = codes.map { (count: 1, owner: Address(region: keeper, key: $0.key.publicKey)) }
        return try issue(&dice, shop, to: shares, in: keeper, deadline)
    }

    /// Whoever has `key` redeems a part of a voucher: as its owner, or as `holder`.
    mutating func redeem(
        _ state: VoucherState, _ amount: Int64, of holder: Address? = nil, by key: Ed25519PrivateKey,
        at merchant: Address, _ deadline: String
    ) throws -> Record {
        let owner = Accounts.Account(key: key, address: holder ?? state.owner)
        guard let merchant = accounts.account(merchant) else { throw Violation("there is no such merchant") }
        let record = try redeem(state.id, state.head, amount, owner, merchant, deadline)
        if state.owner.key == key.publicKey {
            used.append((state.id, state.head, state.owner))
            redemptions.append((record.id, state.id, amount, merchant))
        }
        return record
    }

    /// Whoever has `key` trades a voucher that is the key's.
    mutating func trade(
        _ state: VoucherState, by key: Ed25519PrivateKey, to buyer: Address, _ deadline: String
    ) throws -> Record {
        used.append((state.id, state.head, state.owner))
        return try trade(
            state.id, state.head, Accounts.Account(key: key, address: state.owner), buyer, deadline)
    }

    /// A head that was replaced before is replaced by something else.
    private mutating func spendAgain(
        _ dice: inout Dice, _ deadline: String
    ) throws -> (record: Record, region: RegionName, kind: String)? {
        if used.isEmpty { return nil }
        let (id, head, address) = dice.pick(used)
        guard let owner = account(address) else { return nil }
        let record =
            dice.chance(50)
            ? try trade(id, head, owner, dice.pick(accounts.all).address, deadline)
            : try redeem(id, head, 1, owner, dice.pick(accounts.all), deadline)
        return (record, owner.address.region, "twice")
    }

    // MARK: Forgeries

    /// A record that no rule allows, or hardly any, for a region that seals it all the same. Nobody else need attest it.
    mutating func forgery(
        _ dice: inout Dice, at region: RegionName, deadline: String, state: (VoucherID) -> VoucherState?
    ) throws -> (record: Record, kind: String)? {
        let locals = accounts.all.filter { $0.address.region == region }
        guard !locals.isEmpty, !vouchers.isEmpty else { return nil }
        let local = dice.pick(locals)
        let kind = dice.pick([
            "refund", "refund", "twice", "much", "stolen", "unsigned", "elsewhere", "issue", "split", "void",
        ])
        switch kind {
        case "refund":
            // Whatever was given back of it already.
            let here = redemptions.filter { $0.merchant.address.region == region }
            guard let (id, voucher, amount, merchant) = here.isEmpty ? nil : dice.pick(here) else {
                return nil
            }
            return (try refund(id, voucher, amount, merchant, deadline), kind)
        case "twice":
            let here = used.filter { $0.owner.region == region }
            guard let (id, head, address) = here.isEmpty ? nil : dice.pick(here),
                let owner = account(address)
            else { return nil }
            return (
                dice.chance(50)
                    ? try trade(id, head, owner, local.address, deadline)
                    : try redeem(id, head, 1, owner, local, deadline), kind
            )
        case "issue":
            // Nobody but the shop is accredited.
            guard let holder = locals.first(where: { $0.address != accounts.shops[region]?.address }) else {
                return nil
            }
            return (try issue(&dice, holder, local, deadline), kind)
        default: break
        }
        let id = dice.pick(vouchers)
        guard let state = state(id), let owner = account(state.owner) else { return nil }
        let isHere = state.owner.region == region
        switch kind {
        case "much" where isHere:
            let amount = state.remaining + Int64(dice.number(1..<100))
            return (try redeem(id, state.head, amount, owner, local, deadline), kind)
        case "stolen" where isHere && local.address != state.owner:
            return (
                dice.chance(50)
                    ? try trade(id, state.head, local, dice.pick(locals).address, deadline)
                    : try redeem(id, state.head, 1, local, dice.pick(locals), deadline), kind
            )
        case "unsigned" where isHere && local.address != state.owner:
            // In the owner's name, without the owner's key or code.
            let pretender = Accounts.Account(key: local.key, address: state.owner)
            return (
                dice.chance(50)
                    ? try trade(id, state.head, pretender, local.address, deadline)
                    : try redeem(id, state.head, 1, pretender, local, deadline), kind
            )
        case "elsewhere" where !isHere:
            return (
                dice.chance(50)
                    ? try trade(id, state.head, owner, local.address, deadline)
                    : try redeem(id, state.head, 1, owner, local, deadline), kind
            )
        case "split" where isHere:
            let amounts = [state.remaining + 1, Int64(dice.number(1..<100))]
            return (try split(id, state.head, amounts, owner), kind)
        case "void" where local.address != state.kind.issuer:
            return (try void(id, local, deadline), kind)
        default: return nil
        }
    }

    private mutating func refund(
        _ dice: inout Dice, _ deadline: String, _ isConfirmed: (Digest) -> Bool
    ) throws -> (record: Record, region: RegionName, kind: String)? {
        if redemptions.isEmpty { return nil }
        // Mostly of what is known to have happened, and often of more than is left.
        let confirmed = dice.chance(80) ? redemptions.filter { isConfirmed($0.id) } : []
        let (id, voucher, amount, merchant) = dice.pick(confirmed.isEmpty ? redemptions : confirmed)
        let part = dice.chance(50) ? amount : Int64(dice.number(1..<Int(amount) + 1))
        let record = try refund(id, voucher, part, merchant, deadline)
        return (record, merchant.address.region, "refund")
    }

    private mutating func refund(
        _ id: Digest, _ voucher: VoucherID, _ amount: Int64, _ merchant: Accounts.Account, _ deadline: String
    ) throws -> Record {
        let record = try sign(
            .refund,
            [
                "merchant": .string(merchant.address.text), "redemption": .string(id.hexadecimal),
                "deadline": .string(deadline), "ref": .string("back \(nextNumber())"),
                "vouchers": .array([
                    .object(["amount": .integer(amount), "voucher": .string(voucher.description)])
                ]),
            ], merchant.key)
        vouchers.append(VoucherID(createdBy: record.id, index: 0))
        return record
    }

    private mutating func split(
        _ id: VoucherID, _ head: Digest, _ amounts: [Int64], _ owner: Accounts.Account
    ) throws -> Record {
        let record = try sign(
            .split,
            [
                "holder": .string(owner.address.text), "voucher": .string(id.description),
                "head": .string(head.hexadecimal), "amounts": .array(amounts.map { .integer($0) }),
            ], owner.key)
        for index in amounts.indices { vouchers.append(VoucherID(createdBy: record.id, index: index)) }
        return record
    }

    private func void(_ id: VoucherID, _ issuer: Accounts.Account, _ deadline: String) throws -> Record {
        try sign(
            .void,
            [
                "issuer": .string(issuer.address.text),
                "vouchers": .array([.object(["voucher": .string(id.description)])]),
                "reason": "recalled", "deadline": .string(deadline),
            ], issuer.key)
    }
}
