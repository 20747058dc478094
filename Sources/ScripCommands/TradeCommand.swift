internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip trade`: writes records that hand vouchers over.
struct TradeCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "trade", _superCommandName: "scrip",
        abstract: "Hand vouchers over to another account.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @OptionGroup var codes: CodeOptions

    @Option(help: ArgumentHelp("The buyer's account, in any region.", valueName: "address"))
    var to: String?

    @Option(
        help: ArgumentHelp("What the buyer owes for all of them; the buyer must accept.", valueName: "value"))
    var price: String?

    @Option(help: ArgumentHelp("A text that everybody can read.", valueName: "text"))
    var memo: String?

    @Option(help: ArgumentHelp("Void if not sealed by then; +72h if not given.", valueName: "time"))
    var deadline: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(
        help: ArgumentHelp("Vouchers; '-' reads requests, one JSON object a line.", valueName: "voucher"))
    var vouchers: [String] = []

    private static let requestKeys: [StaticString] = [
        "deadline", "head", "memo", "owner", "price", "to", "voucher", "vouchers",
    ]

    private var reading: ArgumentReading { ArgumentReading(command: "trade") }

    /// What is asked for.
    private struct Request {
        var vouchers: [NamedVoucher] = []
        var to: Address?
        var price: Money?
        var memo: String?
        var deadline: TimeArgument?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        try codes.check(keys, vouchers, "trade")
        let isStream = vouchers == ["-"]
        var options = Request()
        if let to { options.to = try reading.address(to, "--to") }
        if let price { options.price = try reading.money(price, "--price") }
        if let deadline { options.deadline = try reading.time(deadline, "--deadline") }
        options.memo = memo
        if !isStream {
            if to == nil { throw reading.usage("--to is missing") }
            for text in vouchers { options.vouchers.append(NamedVoucher(try reading.voucher(text))) }
        }
        let writer = try RecordWriter("trade", submits: submit, invocation)
        if codes.isGiven { return try writeEachCode(options, writer) }
        let keyring = try keys.keyring(for: "trade", readsInput: isStream, world: invocation.world)
        if !isStream { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in try write(try read(line, options), keyring, writer) }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(line, keys: Self.requestKeys, allowsVouchers: true)
        var request = options
        request.vouchers = try NamedVoucher.reading(reader, takesAmounts: false)
        request.to = try reader.address("to") ?? options.to
        request.price = try reader.money("price") ?? options.price
        request.memo = try reader.text("memo") ?? options.memo
        request.deadline = try reader.time("deadline") ?? options.deadline
        return request
    }

    /// One record for each bearer code.
    private func writeEachCode(_ options: Request, _ writer: RecordWriter) throws -> ExitStatus {
        let source = try codes.source(for: "trade", world: writer.invocation.world) {
            try writer.sink.flush()
        }
        let choice = VoucherChoice(options.vouchers)
        return try writer.writeEach(source, single: price == nil ? [] : ["--price"], choice) { code in
            let key = code.key
            var request = options
            if request.vouchers.isEmpty {
                request.vouchers = try BearerHolding(of: key.publicKey, try writer.ledger(), now: writer.now)
                    .vouchers(for: .trade, amount: nil)
            } else if !source.isSingle {
                request.vouchers = try choice.take(of: key.publicKey, writer)
            }
            try write(request, .single(path: source.name, key: key), writer)
        }
    }

    private func write(_ request: Request, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard let to = request.to else { throw RequestFault.malformed("'to' is missing") }
        try writer.requireAccount(to)
        var vouchers = request.vouchers
        for index in vouchers.indices { try vouchers[index].complete(writer, needsAmount: false) }
        let from = try NamedVoucher.owner(of: vouchers)
        let key = try keyring.key(for: from)
        var members: [String: JSON] = [
            "from": .string(from.text), "to": .string(to.text),
            "vouchers": .array(
                vouchers.map { voucher in
                    .object([
                        "voucher": .string(voucher.id.description),
                        "head": .string(voucher.head?.hexadecimal ?? ""),
                    ])
                }),
            "deadline": .string(
                (request.deadline?.time(now: writer.now) ?? DefaultDeadline.time(now: writer.now)).text),
        ]
        if let price = request.price { members["price"] = price.json }
        if let memo = request.memo { members["memo"] = .string(memo) }
        try writer.sink.write(try writer.sign(RecordDraft(type: .trade, members: members), key))
    }
}
