internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip codes`: lays out bearer codes for a printer.
struct CodesCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Lay out bearer codes for a printer.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(
        name: .customLong("print"),
        help: ArgumentHelp(
            "The file of codes, as 'issue --bearer' wrote it or one code a line; '-' is standard input.",
            valueName: "codes-file"))
    var printed: String?

    @Option(help: "The form: text for any printer; html for a browser and svg for others, with QR codes.")
    var format = Format.text

    @Option(
        help: ArgumentHelp("The page that svg shows, which is a form of one page; from 1.", valueName: "n"))
    var page: Int?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, html, svg
    }

    private var reading: ArgumentReading { ArgumentReading(command: "codes") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard let printed else { throw reading.usage("--print is missing; it names the file of codes") }
        if page != nil && format != .svg { throw reading.usage("--page goes with --format svg") }
        if let page, page < 1 { throw reading.usage("--page counts from 1") }
        let source = try CodeSource(path: printed, world: invocation.world, beforeReading: {})
        let slips = SlipSource(source, try names(invocation), invocation)
        switch format {
        case .text: try printText(slips, invocation.output)
        case .html: try printHTML(slips, invocation)
        case .svg: try printSVG(slips, invocation)
        }
        return slips.status
    }

    /// Where the names of issuers are looked up; nowhere if no region is named.
    private func names(_ invocation: Invocation) throws -> Ledger? {
        guard invocation.namedRegion != nil else { return nil }
        return try Ledger.open(try invocation.openRegion())
    }

    private func printText(_ slips: SlipSource, _ output: Output) throws {
        var isFirst = true
        while let page = try slips.next(TextSheet.slipCount) {
            try output.write(Array(TextSheet.page(page, isFirst: isFirst).utf8))
            isFirst = false
        }
    }

    private func printHTML(_ slips: SlipSource, _ invocation: Invocation) throws {
        let maker = QRCodeMaker(world: invocation.world)
        var isFirst = true
        while let page = try slips.next(SVGSheet.slipCount) {
            let drawn = try drawn(page, maker)
            if isFirst { try invocation.output.write(Array(HTMLSheet.beginning.utf8)) }
            isFirst = false
            try invocation.output.write(Array(SVGSheet.page(drawn).utf8))
        }
        if !isFirst { try invocation.output.write(Array(HTMLSheet.end.utf8)) }
    }

    /// One page: the one that is asked for, or the only one.
    private func printSVG(_ slips: SlipSource, _ invocation: Invocation) throws {
        var chosen: [VoucherSlip]?
        var count = 0
        while let page = try slips.next(SVGSheet.slipCount) {
            count += 1
            if count == self.page ?? 1 { chosen = page }
        }
        if self.page == nil && count > 1 {
            throw reading.usage(
                "these are \(count) pages, and svg has one; say which with --page, or use html")
        }
        guard let chosen else {
            if count == 0 { return }
            throw reading.usage("--page: there are \(count) pages")
        }
        let drawn = try drawn(chosen, QRCodeMaker(world: invocation.world))
        try invocation.output.write(Array(SVGSheet.page(drawn).utf8))
    }

    private func drawn(_ slips: [VoucherSlip], _ maker: QRCodeMaker) throws(StoreError) -> [VoucherSlip] {
        var drawn: [VoucherSlip] = []
        for var slip in slips {
            slip.drawing = try maker.drawing(of: slip.code)
            drawn.append(slip)
        }
        return drawn
    }
}

/// The slips of the codes in a file. A line that is none is told on standard error, and the others go on.
private final class SlipSource {
    private let codes: CodeSource
    private let ledger: Ledger?
    private let invocation: Invocation
    private var nameByIssuer: [Address: String] = [:]

    /// What the lines so far make of the exit status.
    private(set) var status = ExitStatus.success

    /// Names that are remembered; a file has one issuer as a rule.
    private static let namesMax = 1_000

    init(_ codes: CodeSource, _ ledger: Ledger?, _ invocation: Invocation) {
        self.codes = codes
        self.ledger = ledger
        self.invocation = invocation
    }

    /// At most `count` more; nil at the end.
    func next(_ count: Int) throws -> [VoucherSlip]? {
        var slips: [VoucherSlip] = []
        while slips.count < count, let (line, code) = try codes.read() {
            do {
                slips.append(try slip(try code.get()))
            } catch let fault as RequestFault {
                invocation.diagnostics.report("\(codes.name):\(line)", fault.reason)
                status = status.worse(fault.status)
            }
        }
        return slips.isEmpty ? nil : slips
    }

    private func slip(_ line: CodeLine) throws -> VoucherSlip {
        var slip = VoucherSlip(code: line.code)
        guard let details = line.details else { return slip }
        let reader = RequestReader(details)
        slip.value = try reader.money("value")
        slip.series = try reader.text("series")
        slip.starts = try reader.timestamp("starts")
        slip.expires = try reader.timestamp("expires")
        slip.voucher = try reader.voucher("voucher")
        if let number = try reader.integer("number"), let count = try reader.integer("count") {
            slip.number = (number, count)
        }
        if let issuer = try reader.address("issuer") { slip.issuer = try name(of: issuer) }
        return slip
    }

    private func name(of issuer: Address) throws -> String? {
        if let name = nameByIssuer[issuer] { return name }
        let name = try ledger?.name(ofIssuer: issuer)
        if let name, nameByIssuer.count < Self.namesMax { nameByIssuer[issuer] = name }
        return name
    }
}
