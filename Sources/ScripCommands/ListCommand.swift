internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip list`: vouchers.
struct ListCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", _superCommandName: "scrip",
        abstract: "Print vouchers, in the order of their ids, or what they come to.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("Only those of this owner.", valueName: "address"))
    var owner: String?

    @Option(help: ArgumentHelp("Only those that this account issued.", valueName: "address"))
    var issuer: String?

    @Option(help: ArgumentHelp("Only those whose owner is at this region.", valueName: "region"))
    var custodian: String?

    @Option(help: ArgumentHelp("Only those of this series.", valueName: "name"))
    var series: String?

    @Option(help: ArgumentHelp("Only those of this currency.", valueName: "code"))
    var currency: String?

    @Option(
        help: ArgumentHelp(
            "Only those that are held, reserved, redeemed, voided or expired.", valueName: "status,..."))
    var status: String?

    @Option(
        help: ArgumentHelp(
            "Only those whose last change is sealed, confirmed or disputed.", valueName: "certainty,..."))
    var certainty: String?

    @Option(help: ArgumentHelp("Only those that expire before this time.", valueName: "time"))
    var expiringBefore: String?

    @Flag(help: "Print what they come to, by issuer, currency and series, instead of the vouchers.")
    var totals = false

    private var reading: ArgumentReading { ArgumentReading(command: "list") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let filter = try filter(invocation)
        let ledger = try Ledger.open(try invocation.openRegion())
        if let region = filter.custodian, !ledger.charters.hasChain(region) {
            throw StoreError(.noInput, "list", "--custodian: '\(region)' is no chain of this federation")
        }
        if totals {
            try ledger.forEachTotal(filter) { try invocation.output.line($0.json) }
            return .success
        }
        try ledger.forEachVoucher(filter) { report in
            try invocation.output.line(report.json)
            return true
        }
        return .success
    }

    private func filter(_ invocation: Invocation) throws(StoreError) -> VoucherFilter {
        var filter = VoucherFilter(series: series)
        if let owner { filter.owner = try reading.address(owner, "--owner") }
        if let issuer { filter.issuer = try reading.address(issuer, "--issuer") }
        if let custodian { filter.custodian = try reading.region(custodian, "--custodian") }
        if let currency {
            guard let code = Currency(currency) else {
                throw reading.usage("--currency: '\(currency)' is no code of a currency, like CNY")
            }
            filter.currency = code
        }
        if let status { filter.statuses = try words(status, "--status") }
        if let certainty { filter.certainties = try words(certainty, "--certainty") }
        if let expiringBefore {
            filter.expiringBefore = try reading.time(expiringBefore, "--expiring-before")
                .time(now: invocation.now)
        }
        return filter
    }

    private func words<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ text: String, _ option: String
    ) throws(StoreError) -> Set<Word> {
        var words: Set<Word> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let word = Word(rawValue: String(part)) else {
                let all = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw reading.usage("\(option): '\(part)' is none of \(all)")
            }
            words.insert(word)
        }
        return words
    }
}
