internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip issue`: writes records that create vouchers.
struct IssueCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", _superCommandName: "scrip",
        abstract: "Issue vouchers.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @Option(help: ArgumentHelp("An owner of the new vouchers; may be repeated.", valueName: "address"))
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "Whoever has the code owns the voucher: draw one for each, and write them to this new file.",
            valueName: "codes-file"))
    var bearer: String?

    @Option(help: ArgumentHelp("What one voucher is worth, like 100.00CNY.", valueName: "value"))
    var value: String?

    @Option(help: ArgumentHelp("How many every owner gets; 1 if not given.", valueName: "n"))
    var count: Int64?

    @Option(help: ArgumentHelp("A name to find them by.", valueName: "name"))
    var series: String?

    @Option(help: ArgumentHelp("Redeemable from this time on.", valueName: "time"))
    var starts: String?

    @Option(help: ArgumentHelp("Good up to this time.", valueName: "time"))
    var expires: String?

    @Flag(help: "A part may be redeemed, and the rest later.")
    var partial = false

    @Flag(help: "The issuer may withdraw what is left.")
    var voidable = false

    @Flag(help: "They may not be traded to another key.")
    var noTransfer = false

    @Option(help: ArgumentHelp("Merchants of these regions only.", valueName: "region,..."))
    var redeemIn: String?

    @Option(help: ArgumentHelp("The SHA-256 of a text with further terms.", valueName: "digest"))
    var terms: String?

    @Option(help: ArgumentHelp("What makes the record the same when asked again.", valueName: "text"))
    var ref: String?

    @Option(help: ArgumentHelp("The record is void if not sealed by then.", valueName: "time"))
    var deadline: String?

    @Option(
        help: ArgumentHelp(
            "The issuer's region, or with --bearer that of the codes; that of -C if not given.",
            valueName: "name"))
    var region: String?

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(help: ArgumentHelp("'-' reads requests, one JSON object a line.", valueName: "-"))
    var input: String?

    private var reading: ArgumentReading { ArgumentReading(command: "issue") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard input == nil || input == "-" else {
            throw reading.usage(
                "'\(input ?? "")' is not '-', which reads requests; owners are named with --to")
        }
        let options = try request()
        if bearer != nil && !to.isEmpty { throw reading.usage("--bearer and --to exclude each other") }
        if bearer == "-" { throw reading.usage("--bearer names a new file; records go to standard output") }
        if bearer != nil && input != nil {
            throw reading.usage("--bearer makes one issue from the options; it does not go with '-'")
        }
        if input == nil {
            if to.isEmpty && bearer == nil { throw reading.usage("--to is missing") }
            if value == nil { throw reading.usage("--value is missing") }
        }
        let writer = try RecordWriter("issue", submits: submit, invocation)
        let keyring = try keys.keyring(for: "issue", readsInput: input != nil, world: invocation.world)
        if let bearer {
            return try writer.writeOne { try write(options, bearer: bearer, keyring, writer) }
        }
        if input == nil { return try writer.writeOne { try write(options, keyring, writer) } }
        return try writer.writeEach { line in try write(try options.reading(line), keyring, writer) }
    }

    private func request() throws(StoreError) -> IssueRequest {
        var request = IssueRequest()
        for address in to { request.to.append(try reading.address(address, "--to")) }
        if let value { request.value = try reading.money(value, "--value") }
        if let starts { request.starts = try reading.time(starts, "--starts") }
        if let expires { request.expires = try reading.time(expires, "--expires") }
        if let deadline { request.deadline = try reading.time(deadline, "--deadline") }
        if let terms {
            guard let digest = Digest(hexadecimal: Array(terms.utf8)) else {
                throw reading.usage("--terms: '\(terms)' is not 64 lower-case hexadecimal digits")
            }
            request.terms = digest
        }
        if let redeemIn {
            do {
                request.redeemIn = try IssueRequest.regions(
                    redeemIn.split(separator: ",", omittingEmptySubsequences: false).map { String($0) })
            } catch {
                throw reading.usage("--redeem-in: '\(redeemIn)' is no list of regions, like north,south")
            }
        }
        request.count = count
        request.series = series
        request.partial = partial
        request.voidable = voidable
        request.noTransfer = noTransfer
        request.ref = ref
        return request
    }

    private func write(_ request: IssueRequest, _ keyring: Keyring, _ writer: RecordWriter) throws {
        let issuer = try issuer(request, keyring, writer)
        for address in [issuer] + (request.owners?.map(\.owner) ?? request.to) {
            try writer.requireAccount(address)
        }
        warn(request, writer)
        let key = try keyring.key(for: issuer)
        let draft = try request.draft(issuer: issuer, now: writer.now) {
            Hexadecimal.encode(writer.invocation.world.randomness.bytes(16))
        }
        try writer.sink.write(try writer.sign(draft, key))
    }

    /// Writes the file of codes, and then the records whose vouchers belong to them.
    private func write(
        _ request: IssueRequest, bearer path: String, _ keyring: Keyring, _ writer: RecordWriter
    ) throws {
        let issuer = try issuer(request, keyring, writer)
        try writer.requireAccount(issuer)
        warn(request, writer)
        let issue = try BearerIssue(
            request, issuer: issuer,
            region: try region.map { try reading.region($0, "--region") } ?? issuer.region,
            key: try keyring.key(for: issuer), path: path, writer)
        for record in try issue.records() { try writer.sink.write(record) }
    }

    private func warn(_ request: IssueRequest, _ writer: RecordWriter) {
        for name in request.redeemIn ?? [] where writer.region.charter.voter(named: name) == nil {
            writer.invocation.diagnostics.warn(
                "issue", "the federation has no merchants in '\(name)', where these are to be redeemed")
        }
    }

    private func issuer(
        _ request: IssueRequest, _ keyring: Keyring, _ writer: RecordWriter
    ) throws -> Address {
        if let issuer = request.issuer { return issuer }
        guard let key = keyring.only else {
            throw RequestFault.malformed(
                "'issuer' is missing; with --keys, each line names the account that issues")
        }
        if let region, bearer == nil {
            return Address(region: try reading.region(region, "--region"), key: key.publicKey)
        }
        guard let name = writer.region.regionName else {
            throw reading.usage(
                bearer == nil
                    ? "'\(writer.region.path)' does not say whose it is; use --region NAME"
                    : "'\(writer.region.path)' does not say whose it is; name the issuer's region with -C")
        }
        return Address(region: name, key: key.publicKey)
    }
}
