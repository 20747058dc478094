internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip refund`: writes records that give back what was redeemed.
struct RefundCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund", _superCommandName: "scrip",
        abstract: "Give back what was redeemed, or a part of it.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @Option(help: ArgumentHelp("The redemption: the id of its record.", valueName: "id"))
    var redemption: String?

    @Option(
        help: ArgumentHelp(
            "How much of a single voucher; all that was not given back yet if not given.", valueName: "value")
    )
    var amount: String?

    @Option(help: ArgumentHelp("The till's number of the refund: one refund for each.", valueName: "text"))
    var ref: String?

    @Option(help: ArgumentHelp("Void if not sealed by then; +72h if not given.", valueName: "time"))
    var deadline: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(
        help: ArgumentHelp(
            "Vouchers of the redemption, all of them if none is named; '-' reads requests, one JSON object a line.",
            valueName: "voucher"))
    var vouchers: [String] = []

    private static let requestKeys: [StaticString] = [
        "amount", "deadline", "head", "merchant", "owner", "redemption", "ref", "voucher", "vouchers",
    ]

    private var reading: ArgumentReading { ArgumentReading(command: "refund") }

    /// What is asked for.
    private struct Request {
        var redemption: Digest?
        /// None means all of the redemption's.
        var vouchers: [NamedVoucher] = []
        var merchant: Address?
        var amount: RequestedAmount?
        var ref: String?
        var deadline: TimeArgument?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let isStream = vouchers == ["-"]
        var options = Request()
        if let redemption { options.redemption = try reading.record(redemption, "--redemption") }
        if let amount { options.amount = .money(try reading.money(amount, "--amount")) }
        if let deadline { options.deadline = try reading.time(deadline, "--deadline") }
        options.ref = ref
        if !isStream {
            if redemption == nil { throw reading.usage("--redemption is missing") }
            if amount != nil && vouchers.count > 1 {
                throw reading.usage("--amount goes with a single voucher")
            }
            for text in vouchers { options.vouchers.append(NamedVoucher(try reading.voucher(text))) }
        }
        let writer = try RecordWriter("refund", submits: submit, invocation)
        let keyring = try keys.keyring(for: "refund", readsInput: isStream, world: invocation.world)
        if !isStream { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in
            // What the command before could not read has no record to refund; its result goes on.
            if case .result(let result, let status) = RecordInput(line) {
                return try writer.sink.pass(result, status)
            }
            try write(try read(line, options), keyring, writer)
        }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(
            line, keys: Self.requestKeys, allowsVouchers: true, allowsRedemptions: true)
        var request = options
        if reader.form == .redemption {
            request.redemption = try reader.digest("id")
            return request
        }
        if reader.form == .result {
            guard let record = reader.value("record"),
                record.member("type")?.text == RecordType.redeem.rawValue
            else { throw .malformed("the record of the result is no redemption") }
            request.redemption = record.member("id")?.text.flatMap { Digest(hexadecimal: Array($0.utf8)) }
        }
        request.redemption = try reader.digest("redemption") ?? request.redemption
        if reader.has("voucher") || reader.has("vouchers") {
            request.vouchers = try NamedVoucher.reading(reader, takesAmounts: true)
        }
        request.amount = try RequestedAmount.reading(reader, "amount") ?? options.amount
        if request.amount != nil && request.vouchers.count > 1 {
            throw .malformed("'amount' goes with a single voucher; put it into each of 'vouchers'")
        }
        request.merchant = try reader.address("merchant")
        request.ref = try reader.text("ref") ?? options.ref
        request.deadline = try reader.time("deadline") ?? options.deadline
        return request
    }

    private func write(_ request: Request, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard let redemption = request.redemption else {
            throw RequestFault.malformed("'redemption' is missing")
        }
        // A request that brings all that the record takes needs no ledger.
        var known: RedemptionReport?
        if request.merchant == nil || request.vouchers.isEmpty
            || request.amount == nil && request.vouchers.contains(where: { $0.amount == nil })
        {
            known = try writer.ledger().redemption(redemption)
            if known == nil { throw RequestFault.unknownRedemption(redemption) }
        }
        guard let merchant = request.merchant ?? known?.redemption.merchant else {
            throw RequestFault.unknownRedemption(redemption)
        }
        try writer.requireAccount(merchant)
        if let earlier = try writer.earlier(.refund, merchant, request.ref) {
            return try writer.sink.writeEarlier(earlier)
        }
        let parts = try parts(request, redemption, known, writer)
        let key = try keyring.key(for: merchant)
        var members: [String: JSON] = [
            "merchant": .string(merchant.text), "redemption": .string(redemption.hexadecimal),
            "vouchers": .array(
                parts.map {
                    .object(["amount": .integer($0.amount), "voucher": .string($0.voucher.description)])
                }),
            "deadline": .string(
                (request.deadline?.time(now: writer.now) ?? DefaultDeadline.time(now: writer.now)).text),
        ]
        if let ref = request.ref { members["ref"] = .string(ref) }
        try writer.sink.write(try writer.sign(RecordDraft(type: .refund, members: members), key))
    }

    /// How much of which voucher: what is named, or else what was not given back yet.
    private func parts(
        _ request: Request, _ redemption: Digest, _ known: RedemptionReport?, _ writer: RecordWriter
    ) throws -> [RecordBody.Part] {
        var vouchers = request.vouchers
        if vouchers.isEmpty {
            vouchers = known?.left.filter { $0.amount > 0 }.map { NamedVoucher($0.voucher) } ?? []
            if vouchers.isEmpty { throw Self.nothingLeft("redemption \(redemption.hexadecimal)") }
        }
        if request.amount != nil && vouchers.count > 1 {
            throw RequestFault.malformed("an amount goes with a single voucher; name the one that is meant")
        }
        return try vouchers.map { voucher in
            if let amount = try request.amount?.minorUnits(
                of: voucher.id, in: voucher.currency, writer) ?? voucher.amount
            {
                return RecordBody.Part(voucher: voucher.id, amount: amount)
            }
            guard let part = known?.left.first(where: { $0.voucher == voucher.id }) else {
                throw RequestFault(
                    code: .overspent,
                    reason: "voucher \(voucher.id) is not in redemption \(redemption.hexadecimal)",
                    status: .rejected)
            }
            if part.amount == 0 { throw Self.nothingLeft("voucher \(voucher.id)") }
            return part
        }
    }

    private static func nothingLeft(_ what: String) -> RequestFault {
        RequestFault(
            code: .overspent, reason: "all of \(what) was given back already", status: .rejected)
    }
}
