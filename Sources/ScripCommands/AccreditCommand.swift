internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip accredit`: lets an account issue vouchers, or stops it.
struct AccreditCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "accredit", _superCommandName: "scrip",
        abstract: "Let an account issue vouchers, or stop it.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The account, one of this region.", valueName: "address"))
    var issuer: String?

    @Option(
        help: ArgumentHelp("Its name; with --revoke, the one given last if not given.", valueName: "text"))
    var name: String?

    @Option(help: ArgumentHelp("It may issue up to this time.", valueName: "time"))
    var until: String?

    @Flag(help: "It may not issue any more.")
    var revoke = false

    @Option(help: ArgumentHelp("What makes the record the same when asked again.", valueName: "text"))
    var ref: String?

    @Flag(help: "Admit the record at once.")
    var submit = false

    @Argument(help: ArgumentHelp("'-' reads requests, one JSON object a line.", valueName: "-"))
    var input: String?

    private static let requestKeys: [StaticString] = ["issuer", "name", "ref", "revoke", "until"]

    private var reading: ArgumentReading { ArgumentReading(command: "accredit") }

    /// What is asked for.
    private struct Request {
        var issuer: Address?
        var name: String?
        var until: TimeArgument?
        var revoke = false
        var ref: String?
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard input == nil || input == "-" else {
            throw reading.usage("'\(input ?? "")' is not '-', which reads requests; see scrip-accredit(1)")
        }
        var options = Request()
        if let issuer { options.issuer = try reading.address(issuer, "--issuer") }
        if let until { options.until = try reading.time(until, "--until") }
        options.name = name
        options.revoke = revoke
        options.ref = ref
        if input == nil && issuer == nil { throw reading.usage("--issuer is missing") }
        if input == nil && name == nil && !revoke { throw reading.usage("--name is missing") }
        let writer = try RecordWriter("accredit", submits: submit, invocation)
        let signer = try writer.region.logSigner()
        guard let own = writer.region.regionName, writer.region.charter.voter(named: own) != nil else {
            throw StoreError(.permission, "accredit", "this region is an observer, which has no accounts")
        }
        try writer.region.requireMaySign(lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        // Read once, if a request needs it, however many there are.
        var namesGivenLast: [Address: String]?
        var namesGivenHere: [Address: String] = [:]
        func nameGivenLast(_ issuer: Address) throws -> String? {
            if let name = namesGivenHere[issuer] { return name }
            if namesGivenLast == nil { namesGivenLast = try Self.names(in: own, writer) }
            return namesGivenLast?[issuer]
        }
        func write(_ request: Request) throws {
            let draft = try draft(request, own, writer, nameGivenLast)
            try writer.sink.write(try writer.sign(draft, signer.privateKey))
            if let issuer = request.issuer, let name = request.name { namesGivenHere[issuer] = name }
        }
        if input == nil { return try writer.writeOne { try write(options) } }
        return try writer.writeEach { line in try write(try read(line, options)) }
    }

    private func read(_ line: InputLine, _ options: Request) throws(RequestFault) -> Request {
        let reader = try RequestReader(line, keys: Self.requestKeys, allowsVouchers: false)
        var request = options
        request.issuer = try reader.address("issuer") ?? options.issuer
        request.name = try reader.text("name") ?? options.name
        request.until = try reader.time("until") ?? options.until
        request.revoke = try reader.boolean("revoke") ?? options.revoke
        request.ref = try reader.text("ref") ?? options.ref
        return request
    }

    private func draft(
        _ request: Request, _ own: RegionName, _ writer: RecordWriter,
        _ nameGivenLast: (Address) throws -> String?
    ) throws -> RecordDraft {
        guard let issuer = request.issuer else { throw RequestFault.malformed("'issuer' is missing") }
        if request.revoke && request.until != nil {
            throw RequestFault.malformed("'revoke' and 'until' exclude each other")
        }
        if request.ref != nil, let until = request.until, until.isRelative {
            throw RequestFault.malformed(
                "with a ref, 'until' must be a time like 2026-11-20T10:00:00Z, so that "
                    + "asking again gives the same record")
        }
        guard issuer.region == own else {
            throw RequestFault.malformed(
                "the issuer is an account of '\(issuer.region)'; that region accredits it")
        }
        var name = request.name
        if name == nil {
            guard request.revoke else { throw RequestFault.malformed("'name' is missing") }
            name = try nameGivenLast(issuer)
        }
        guard let name else {
            throw RequestFault(
                code: .unknownIssuer, reason: "\(issuer) was never accredited here", status: .noInput)
        }
        var members: [String: JSON] = [
            "issuer": .string(issuer.text), "status": request.revoke ? "revoked" : "active",
            "name": .string(name),
            "ref": .string(
                request.ref ?? Hexadecimal.encode(writer.invocation.world.randomness.bytes(16))),
        ]
        if let until = request.until { members["until"] = .string(until.time(now: writer.now).text) }
        return RecordDraft(type: .accredit, members: members)
    }

    /// The name that each account was accredited under last, in the chain or in what waits to be sealed.
    private static func names(in region: RegionName, _ writer: RecordWriter) throws -> [Address: String] {
        var names: [Address: String] = [:]
        let prefix = Record.signedPrefix(genesis: writer.region.genesis)
        try writer.ledger().forEachRecord(chain: region) { result in
            guard result.code == nil, let line = result.record, isAccreditation(line),
                let record = try? Record(line: line, signedPrefix: prefix),
                case .accredit(let accreditation) = record.body
            else { return true }
            names[accreditation.issuer] = accreditation.name
            return true
        }
        // What is written now is sealed after what waits.
        for accreditation in try writer.ledger().pooledAccreditations() {
            names[accreditation.issuer] = accreditation.name
        }
        return names
    }

    private static func isAccreditation(_ line: [UInt8]) -> Bool {
        (try? JSONDocument(line, form: .canonical))?.root.member("type")?.text == RecordType.accredit.rawValue
    }
}
