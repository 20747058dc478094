internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip list`: vouchers.
struct ListCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", _superCommandName: "scrip",
        abstract: "Print vouchers, in the order of their ids.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("Only those of this owner.", valueName: "address"))
    var owner: String?

    @Option(help: ArgumentHelp("Only those of this series.", valueName: "name"))
    var series: String?

    @Option(
        help: ArgumentHelp(
            "Only those that are held, reserved, redeemed, voided or expired.", valueName: "status,..."))
    var status: String?

    @Option(help: ArgumentHelp("Only those that expire before this time.", valueName: "time"))
    var expiringBefore: String?

    private var reading: ArgumentReading { ArgumentReading(command: "list") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        var filter = VoucherFilter(series: series)
        if let owner { filter.owner = try reading.address(owner, "--owner") }
        if let status { filter.statuses = try statuses(status) }
        if let expiringBefore {
            filter.expiringBefore = try reading.time(expiringBefore, "--expiring-before")
                .time(now: invocation.now)
        }
        let ledger = try Ledger.open(try invocation.openRegion())
        try ledger.forEachVoucher(filter) { report in
            try invocation.output.line(report.json)
            return true
        }
        return .success
    }

    private func statuses(_ text: String) throws(StoreError) -> Set<VoucherReport.Status> {
        var statuses: Set<VoucherReport.Status> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let status = VoucherReport.Status(rawValue: String(word)) else {
                let all = VoucherReport.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw reading.usage("--status: '\(word)' is none of \(all)")
            }
            statuses.insert(status)
        }
        return statuses
    }
}
