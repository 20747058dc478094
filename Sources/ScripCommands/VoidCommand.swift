internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip void`: writes records with which an issuer withdraws what is left of vouchers.
struct VoidCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "void", _superCommandName: "scrip",
        abstract: "Withdraw what is left of vouchers, as their issuer.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @Option(help: ArgumentHelp("Why; everybody can read it.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("Void if not sealed by then; +72h if not given.", valueName: "time"))
    var deadline: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(
        help: ArgumentHelp("Vouchers; '-' reads requests, one JSON object a line.", valueName: "voucher"))
    var vouchers: [String]

    private static let requestKeys: [StaticString] = [
        "deadline", "issuer", "owner", "reason", "voucher", "vouchers",
    ]

    private var reading: ArgumentReading { ArgumentReading(command: "void") }

    /// What is asked for.
    private struct Request {
        var vouchers: [NamedVoucher] = []
        var issuer: Address?
        var reason: String?
        var deadline: TimeArgument?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let isStream = vouchers == ["-"]
        var options = Request()
        if let deadline { options.deadline = try reading.time(deadline, "--deadline") }
        options.reason = reason
        if !isStream {
            if reason == nil { throw reading.usage("--reason is missing") }
            for text in vouchers { options.vouchers.append(NamedVoucher(try reading.voucher(text))) }
        }
        let writer = try RecordWriter("void", submits: submit, invocation)
        let keyring = try keys.keyring(for: "void", readsInput: isStream, world: invocation.world)
        if !isStream { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in try write(try read(line, options), keyring, writer) }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(line, keys: Self.requestKeys, allowsVouchers: true)
        var request = options
        request.vouchers = try NamedVoucher.reading(reader, takesAmounts: false)
        request.issuer = try reader.address("issuer")
        request.reason = try reader.text("reason") ?? options.reason
        request.deadline = try reader.time("deadline") ?? options.deadline
        return request
    }

    private func write(_ request: Request, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard let reason = request.reason else { throw RequestFault.malformed("'reason' is missing") }
        let issuer = try issuer(request, writer)
        try writer.requireAccount(issuer)
        let key = try keyring.key(for: issuer)
        let members: [String: JSON] = [
            "issuer": .string(issuer.text), "reason": .string(reason),
            "vouchers": .array(
                request.vouchers.map { .object(["voucher": .string($0.id.description)]) }),
            "deadline": .string(
                (request.deadline?.time(now: writer.now) ?? DefaultDeadline.time(now: writer.now)).text),
        ]
        try writer.sink.write(try writer.sign(RecordDraft(type: .void, members: members), key))
    }

    /// The one issuer of all the vouchers, which are in the custody of one region.
    private func issuer(_ request: Request, _ writer: RecordWriter) throws -> Address {
        var issuers: Set<Address> = []
        var custodians: Set<RegionName> = []
        if let issuer = request.issuer { issuers.insert(issuer) }
        for voucher in request.vouchers {
            if let owner = voucher.owner, request.issuer != nil {
                custodians.insert(owner.region)
                continue
            }
            guard let state = try writer.ledger().voucher(voucher.id)?.state else {
                // With the issuer named, it may be a voucher that only its custodian knows.
                if request.issuer != nil { continue }
                throw RequestFault.unknownVoucher(voucher.id)
            }
            if request.issuer == nil { issuers.insert(state.kind.issuer) }
            custodians.insert(state.owner.region)
        }
        guard custodians.count <= 1 else {
            let names = custodians.sorted().map { "'\($0)'" }.joined(separator: " and ")
            throw RequestFault.malformed(
                "the vouchers are in the custody of \(names); write a record for each region, or pipe them from "
                    + "'scrip list' into 'scrip void -'")
        }
        guard issuers.count == 1, let issuer = issuers.first else {
            throw RequestFault.malformed("the vouchers have different issuers; a record is signed by one")
        }
        return issuer
    }
}
