internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip split`: writes records that divide vouchers.
struct SplitCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", _superCommandName: "scrip",
        abstract: "Divide a voucher into several of the same kind.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @Option(
        help: ArgumentHelp("What the parts are worth, all that is left in all.", valueName: "value,..."))
    var amounts: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(
        help: ArgumentHelp("The voucher; '-' reads requests, one JSON object a line.", valueName: "voucher"))
    var voucher: String

    private static let requestKeys: [StaticString] = ["amounts", "head", "owner", "voucher"]

    private var reading: ArgumentReading { ArgumentReading(command: "split") }

    /// What is asked for.
    private struct Request {
        var voucher: NamedVoucher?
        var amounts: [RequestedAmount]?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let isStream = voucher == "-"
        var options = Request()
        if let amounts {
            options.amounts = try amounts.split(separator: ",", omittingEmptySubsequences: false)
                .map { .money(try reading.money(String($0), "--amounts")) }
        }
        if !isStream {
            if amounts == nil { throw reading.usage("--amounts is missing") }
            options.voucher = NamedVoucher(try reading.voucher(voucher))
        }
        let writer = try RecordWriter("split", submits: submit, invocation)
        let keyring = try keys.keyring(for: "split", readsInput: isStream, world: invocation.world)
        if !isStream { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in try write(try read(line, options), keyring, writer) }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(line, keys: Self.requestKeys, allowsVouchers: true)
        var request = options
        request.voucher = try NamedVoucher.reading(reader, takesAmounts: false).first
        request.amounts = try RequestedAmount.readingList(reader, "amounts") ?? options.amounts
        return request
    }

    private func write(_ request: Request, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard var voucher = request.voucher else { throw RequestFault.malformed("'voucher' is missing") }
        guard let requested = request.amounts else { throw RequestFault.malformed("'amounts' is missing") }
        guard requested.count >= 2 else {
            throw RequestFault.malformed("a voucher is divided into at least two parts")
        }
        try voucher.complete(writer, needsAmount: false)
        let amounts = try requested.map {
            try $0.minorUnits(of: voucher.id, in: voucher.currency, writer)
        }
        try Self.requireSum(amounts, of: voucher)
        let holder = try NamedVoucher.owner(of: [voucher])
        let key = try keyring.key(for: holder)
        let members: [String: JSON] = [
            "holder": .string(holder.text), "voucher": .string(voucher.id.description),
            "head": .string(voucher.head?.hexadecimal ?? ""),
            "amounts": .array(amounts.map { .integer($0) }),
        ]
        try writer.sink.write(try writer.sign(RecordDraft(type: .split, members: members), key))
    }

    /// Says how far off the amounts are, where it is known what is left; the rules would only say that they are.
    private static func requireSum(
        _ amounts: [Int64], of voucher: NamedVoucher
    ) throws(RequestFault) {
        guard let remaining = voucher.remaining else { return }
        let total = amounts.reduce(Int128(0)) { $0 + Int128($1) }
        if total == Int128(remaining) { return }
        func text(_ amount: Int128) -> String {
            voucher.currency.map { Money.text(amount: amount, currency: $0) } ?? "\(amount)"
        }
        throw RequestFault(
            code: .overspent,
            reason: "the amounts come to \(text(total)), and \(text(Int128(remaining))) is left of voucher "
                + "\(voucher.id)",
            status: .rejected)
    }
}
