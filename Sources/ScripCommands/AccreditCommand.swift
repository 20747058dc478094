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
    var issuer: String

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

    private var reading: ArgumentReading { ArgumentReading(command: "accredit") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let issuer = try reading.address(issuer, "--issuer")
        let until = try until.map { text throws(StoreError) in try reading.time(text, "--until") }
        if revoke && until != nil { throw reading.usage("--revoke and --until exclude each other") }
        if ref != nil, let until, until.isRelative {
            throw reading.usage(
                "with --ref, write --until as a time like 2026-11-20T10:00:00Z, so that "
                    + "asking again gives the same record")
        }
        let writer = try RecordWriter("accredit", submits: submit, invocation)
        let signer = try writer.region.logSigner()
        guard let own = writer.region.regionName, writer.region.charter.voter(named: own) != nil else {
            throw StoreError(.permission, "accredit", "this region is an observer, which has no accounts")
        }
        guard issuer.region == own else {
            throw reading.usage("the issuer is an account of '\(issuer.region)'; that region accredits it")
        }
        var members: [String: JSON] = [
            "issuer": .string(issuer.text), "status": revoke ? "revoked" : "active",
            "name": .string(try self.name(of: issuer, in: own, writer)),
            "ref": .string(ref ?? Hexadecimal.encode(invocation.world.randomness.bytes(16))),
        ]
        if let until { members["until"] = .string(until.time(now: writer.now).text) }
        return try writer.writeOne {
            try writer.sink.write(
                try writer.sign(RecordDraft(type: .accredit, members: members), signer.privateKey))
        }
    }

    private func name(of issuer: Address, in region: RegionName, _ writer: RecordWriter) throws -> String {
        if let name { return name }
        guard revoke else { throw reading.usage("--name is missing") }
        var last: String?
        let prefix = Record.signedPrefix(genesis: writer.region.genesis)
        try writer.ledger().forEachRecord(chain: region) { result in
            guard result.code == nil, let line = result.record, Self.isAccreditation(line),
                let record = try? Record(line: line, signedPrefix: prefix),
                case .accredit(let accreditation) = record.body, accreditation.issuer == issuer
            else { return true }
            last = accreditation.name
            return true
        }
        guard let last else {
            throw StoreError(.noInput, "accredit", "\(issuer) was never accredited here")
        }
        return last
    }

    private static func isAccreditation(_ line: [UInt8]) -> Bool {
        (try? JSONDocument(line, form: .canonical))?.root.member("type")?.text == RecordType.accredit.rawValue
    }
}
