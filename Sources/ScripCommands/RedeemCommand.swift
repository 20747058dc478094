internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip redeem`: writes records that spend vouchers at a merchant.
struct RedeemCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeem", _superCommandName: "scrip",
        abstract: "Redeem vouchers at a merchant.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @OptionGroup var codes: CodeOptions

    @Option(help: ArgumentHelp("The account at which they are redeemed.", valueName: "address"))
    var merchant: String?

    @Option(
        help: ArgumentHelp("How much of a single voucher; all that is left if not given.", valueName: "value")
    )
    var amount: String?

    @Option(help: ArgumentHelp("The till's number of the sale: one redemption for each.", valueName: "text"))
    var ref: String?

    @Option(help: ArgumentHelp("A text that everybody can read.", valueName: "text"))
    var memo: String?

    @Option(help: ArgumentHelp("Void if not sealed by then; +72h if not given.", valueName: "time"))
    var deadline: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @OptionGroup var risk: FloorLimitOptions

    @Argument(
        help: ArgumentHelp("Vouchers; '-' reads requests, one JSON object a line.", valueName: "voucher"))
    var vouchers: [String] = []

    private static let requestKeys: [StaticString] = [
        "amount", "deadline", "head", "memo", "merchant", "owner", "ref", "voucher", "vouchers",
    ]

    private var reading: ArgumentReading { ArgumentReading(command: "redeem") }

    /// What is asked for.
    private struct Request {
        var vouchers: [NamedVoucher] = []
        var merchant: Address?
        var amount: RequestedAmount?
        var ref: String?
        var memo: String?
        var deadline: TimeArgument?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        try codes.check(keys, vouchers, "redeem")
        let isStream = vouchers == ["-"]
        var options = Request()
        if let merchant { options.merchant = try reading.address(merchant, "--merchant") }
        if let amount { options.amount = .money(try reading.money(amount, "--amount")) }
        if let deadline { options.deadline = try reading.time(deadline, "--deadline") }
        options.ref = ref
        options.memo = memo
        if !isStream {
            if merchant == nil { throw reading.usage("--merchant is missing") }
            if amount != nil && vouchers.count > 1 {
                throw reading.usage("--amount goes with a single voucher")
            }
            for text in vouchers { options.vouchers.append(NamedVoucher(try reading.voucher(text))) }
        }
        let floorLimit = try risk.limit(reading)
        if floorLimit != nil && !submit { throw reading.usage("--floor-limit goes with --submit") }
        let writer = try RecordWriter("redeem", submits: submit, invocation)
        writer.sink.floorLimit = floorLimit
        if codes.isGiven { return try writeEachCode(options, writer) }
        let keyring = try keys.keyring(for: "redeem", readsInput: isStream, world: invocation.world)
        if !isStream { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in try write(try read(line, options), keyring, writer) }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(line, keys: Self.requestKeys, allowsVouchers: true)
        var request = options
        request.vouchers = try NamedVoucher.reading(reader, takesAmounts: true)
        request.amount = try RequestedAmount.reading(reader, "amount") ?? options.amount
        if request.amount != nil && request.vouchers.count > 1 {
            throw .malformed("'amount' goes with a single voucher; put it into each of 'vouchers'")
        }
        request.merchant = try reader.address("merchant") ?? options.merchant
        request.ref = try reader.text("ref") ?? options.ref
        request.memo = try reader.text("memo") ?? options.memo
        request.deadline = try reader.time("deadline") ?? options.deadline
        return request
    }

    /// One record for each bearer code.
    private func writeEachCode(_ options: Request, _ writer: RecordWriter) throws -> ExitStatus {
        let source = try codes.source(for: "redeem", world: writer.invocation.world) {
            try writer.sink.flush()
        }
        let single = [ref == nil ? nil : "--ref", amount == nil ? nil : "--amount"].compactMap { $0 }
        let choice = VoucherChoice(options.vouchers)
        return try writer.writeEach(source, single: single, choice) { code in
            let key = code.key
            var request = options
            if let merchant = options.merchant,
                let earlier = try writer.earlier(.redeem, merchant, ref)
            {
                return try writer.sink.writeEarlier(earlier)
            }
            if request.vouchers.isEmpty, let merchant = options.merchant {
                let amount: Money? = if case .money(let money) = options.amount { money } else { nil }
                request.vouchers = try BearerHolding(of: key.publicKey, try writer.ledger(), now: writer.now)
                    .vouchers(for: .redemption(at: merchant.region), amount: amount)
                request.amount = nil
            } else if !source.isSingle {
                request.vouchers = try choice.take(of: key.publicKey, writer)
            }
            try write(request, .single(path: source.name, key: key), writer)
        }
    }

    private func write(_ request: Request, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard let merchant = request.merchant else { throw RequestFault.malformed("'merchant' is missing") }
        try writer.requireAccount(merchant)
        if let earlier = try writer.earlier(.redeem, merchant, request.ref) {
            return try writer.sink.writeEarlier(earlier)
        }
        var vouchers = request.vouchers
        for index in vouchers.indices {
            try complete(&vouchers[index], request.amount, writer)
        }
        let holder = try NamedVoucher.owner(of: vouchers)
        let key = try keyring.key(for: holder)
        var members: [String: JSON] = [
            "holder": .string(holder.text), "merchant": .string(merchant.text),
            "vouchers": .array(
                vouchers.map { voucher in
                    .object([
                        "voucher": .string(voucher.id.description),
                        "head": .string(voucher.head?.hexadecimal ?? ""),
                        "amount": .integer(voucher.amount ?? 0),
                    ])
                }),
            "deadline": .string(
                (request.deadline?.time(now: writer.now) ?? DefaultDeadline.time(now: writer.now)).text),
        ]
        if let ref = request.ref { members["ref"] = .string(ref) }
        if let memo = request.memo { members["memo"] = .string(memo) }
        try writer.sink.write(try writer.sign(RecordDraft(type: .redeem, members: members), key))
    }

    private func complete(
        _ voucher: inout NamedVoucher, _ amount: RequestedAmount?, _ writer: RecordWriter
    ) throws {
        if let amount {
            voucher.amount = try amount.minorUnits(of: voucher.id, in: voucher.currency, writer)
        }
        try voucher.complete(writer, needsAmount: true)
        voucher.amount = voucher.amount ?? voucher.remaining
        guard voucher.amount != 0 else {
            throw RequestFault(
                code: .overspent, reason: "nothing is left of voucher \(voucher.id)", status: .rejected)
        }
    }
}
