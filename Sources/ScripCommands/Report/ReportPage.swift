internal import ScripCore
internal import ScripStore

/// The page that `report` prints: HTML with its style inside and nothing from elsewhere, no script, the same bytes for
/// the same ledger and clock. What records say is escaped.
struct ReportPage {
    let survey: LedgerSurvey
    /// The lines of `status`.
    let status: [JSON]
    let charter: Charter
    let now: Timestamp
    /// The name under which an account's region accredited it as an issuer.
    let issuerName: (Address) throws -> String?

    /// Colours that regions have in charts.
    private static let coloursMax = 8

    func write(_ put: (String) throws -> Void) throws {
        try put(head)
        try put(alarms)
        if survey.currencies.isEmpty {
            try put(
                "<h2>Vouchers</h2><p class=\"card empty\">No voucher has been sealed yet, so there is nothing to count.</p>\n"
            )
        }
        for currency in survey.currencies {
            guard let scale = survey.scale else { break }
            try write(currency, scale, put)
        }
        if survey.otherCurrencyCount > 0 {
            let text =
                "\(HTMLText.grouped(Int128(survey.otherCurrencyCount))) more currencies with fewer vouchers"
            try put(
                "<p class=\"soft\">\(text) are not shown; <code>scrip list --totals</code> has them.</p>\n")
        }
        try put(settlement)
        try put(chains)
        try put(waiting)
        try put(foot)
    }

    // MARK: Head and foot

    private func lines(_ type: String) -> [JSON] { status.filter { $0["type"]?.text == type } }

    private var region: String? { lines("status").first?["region"]?.text }

    private var head: String {
        let federation = HTMLText.escaped(charter.federation.text)
        let place =
            region.map { "as region <b>\(HTMLText.escaped($0))</b> holds it" }
            ?? "from a copy of a public folder"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="generator" content="scrip \(ProgramVersion.text)">
            <title>\(federation): voucher ledger, \(now.text.prefix(10))</title>
            <style>
            \(ReportStyle.text)
            </style>
            </head>
            <body>
            <header>
            <h1>\(federation)</h1>
            <p>Voucher ledger, \(place), at \(Self.shown(now)) UTC; charter of epoch \(charter.epoch),
            \(charter.voters.count) voters, \(charter.quorumSize) make a quorum.</p>
            </header>
            <main>

            """
    }

    /// `2026-11-20 10:00`.
    private static func shown(_ time: Timestamp) -> String {
        let text = time.text
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    private var alarms: String {
        let alarms = lines("alarm")
        if alarms.isEmpty {
            return "<p class=\"good\" id=\"alarms\">No alarm: nothing here contradicts what this ledger's own"
                + " recomputation says.</p>\n"
        }
        let items = alarms.map { "<li>\(Self.alarm($0))</li>" }.joined(separator: "\n")
        let open = alarms.filter { !Self.isAcknowledged($0) }.count
        let count = open == 1 ? "1 alarm" : "\(open) alarms"
        let title =
            open == 0
            ? "No new alarm; what an operator has acknowledged:" : "\(count): a person must look."
        return "<div class=\"bad\" id=\"alarms\">\(title)\n<ul>\n\(items)\n</ul></div>\n"
    }

    private static func isAcknowledged(_ alarm: JSON) -> Bool { alarm["acknowledged"] != nil }

    /// What is wrong, where, and the file of evidence that anyone can check.
    private static func alarm(_ alarm: JSON) -> String {
        let height = alarm["height"]?.number.map { "/\($0)" } ?? ""
        let place = alarm["chain"]?.text.map { "\($0)\(height): " }
        let count = alarm["count"]?.number.map { "\($0): " }
        let text = "\(place ?? count ?? "")\(alarm["reason"]?.text ?? "")"
        let file = alarm["file"]?.text.map { ". The proof: <code>\(HTMLText.escaped($0))</code>" } ?? ""
        let acknowledged = isAcknowledged(alarm) ? " (acknowledged)" : ""
        return
            "<b>\(HTMLText.escaped(alarm["code"]?.text ?? ""))</b>\(acknowledged) \(HTMLText.escaped(text))\(file)"
    }

    private var foot: String {
        """
        </main>
        <footer>
        <p>Amounts are of all sealed and valid records, confirmed or not; the settlement is of confirmed ones alone.
        Issued: what issuers put out. Redeemed: what merchants took, refunds not subtracted. Voided: what issuers withdrew.
        Expired: what was left when the term was over, by the clock. Outstanding: what can still be redeemed, by the region
        of its owner. Issued and refunded together are outstanding, redeemed, voided and expired together;
        <code>scrip verify</code> proves it.</p>
        <p>Printed by scrip \(ProgramVersion.text) from the ledger's own files, without a network.</p>
        </footer>
        </body>
        </html>

        """
    }

    // MARK: A currency

    private func write(
        _ survey: CurrencySurvey, _ scale: TimeScale, _ put: (String) throws -> Void
    ) throws {
        let currency = survey.currency
        let code = HTMLText.escaped(currency.text)
        try put("<section id=\"\(code)\">\n<h2>\(code)</h2>\n")
        try put(Self.facts(survey))
        var chart = ReportChart(title: "Issued, redeemed, outstanding", scale: scale, currency: currency)
        chart.stacked = [
            .init(name: "outstanding", style: "outstanding", values: survey.outstandingOverTime)
        ]
        chart.lines = [
            .init(name: "issued", style: "issued", values: survey.issuedOverTime),
            .init(name: "redeemed", style: "redeemed", values: survey.redeemedOverTime),
        ]
        try put(chart.html(wide: 1_000))
        try put("<div class=\"pair\">\n")
        var outstanding = ReportChart(title: "Outstanding, by region", scale: scale, currency: currency)
        outstanding.stacked = Self.stack(survey.regions, scale, { $0.outstandingOverTime })
        try put(outstanding.html(wide: 500))
        var redeemed = ReportChart(
            title: "Redeemed per \(scale.unitName), by the merchant's region", scale: scale,
            currency: currency)
        redeemed.isBars = true
        redeemed.stacked = Self.stack(survey.regions, scale, { $0.redeemedOverTime })
        try put(redeemed.html(wide: 500))
        try put("</div>\n")
        try put(Self.regions(survey))
        try put(try series(survey))
        try put(try merchants(survey))
        try put("</section>\n")
    }

    private static func facts(_ survey: CurrencySurvey) -> String {
        let totals = survey.totals
        let all = totals.issued + totals.refunded
        func fact(_ name: String, _ value: Int128, _ note: String) -> String {
            """
            <div><dt>\(name)</dt><dd>\(HTMLText.data(value, HTMLText.amount(value, survey.currency)))</dd>\
            <dd>\(note)</dd></div>

            """
        }
        func share(_ value: Int128) -> String { "\(HTMLText.share(value, of: all)) of all" }
        let open =
            "\(HTMLText.grouped(totals.outstandingVouchers)) of \(HTMLText.grouped(totals.vouchers)) vouchers"
        return "<dl class=\"facts\">\n"
            + fact("Issued", totals.issued, "\(HTMLText.grouped(totals.vouchers)) vouchers")
            + fact("Redeemed", totals.redeemed, share(totals.redeemed))
            + fact("Outstanding", totals.outstanding, open)
            + fact("Expired", totals.expired, share(totals.expired))
            + fact("Voided", totals.voided, share(totals.voided))
            + fact(
                "Refunded", totals.refunded,
                "\(HTMLText.share(totals.refunded, of: totals.redeemed)) of redeemed")
            + "</dl>\n"
    }

    /// The regions that ever had anything. A region has the same colour in every chart; those beyond the colours are
    /// drawn together.
    private static func stack(
        _ regions: [RegionSurvey], _ scale: TimeScale, _ values: (RegionSurvey) -> [Int128]
    ) -> [ReportChart.Series] {
        var result: [ReportChart.Series] = []
        var others = [Int128](repeating: 0, count: scale.count)
        var otherCount = 0
        for (number, region) in regions.enumerated() where values(region).contains(where: { $0 != 0 }) {
            if number < coloursMax - 1 || regions.count == coloursMax {
                result.append(
                    .init(name: region.region.text, style: "c\(number)", values: values(region)))
            } else {
                otherCount += 1
                others = zip(others, values(region)).map(+)
            }
        }
        if otherCount > 0 {
            result.append(.init(name: "\(otherCount) others", style: "c\(coloursMax - 1)", values: others))
        }
        return result
    }

    // MARK: Tables

    private static func cell(_ value: Int128, _ currency: Currency) -> String {
        "<td class=\"n\">\(HTMLText.data(value, HTMLText.amount(value, currency)))</td>"
    }

    private static func count(_ value: Int128) -> String {
        "<td class=\"n\">\(HTMLText.data(value, HTMLText.grouped(value)))</td>"
    }

    /// A table that scrolls by itself where it is too wide. `names` columns at the left hold no numbers.
    private static func table(
        _ id: String, _ caption: String, _ columns: [String], _ rows: [String], _ foot: String? = nil,
        names: Int = 1, legend: String = "", after notes: String = ""
    ) -> String {
        let heads = columns.enumerated().map { number, name in
            "<th scope=\"col\"\(number < names ? "" : " class=\"n\"")>\(name)</th>"
        }.joined()
        return """
            <div class="card"><div class="title"><h3 id="\(id)-title">\(caption)</h3>\(legend)</div>
            <div class="scroll"><table id="\(id)" aria-labelledby="\(id)-title">
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>\(foot.map { "\n<tfoot>\($0)</tfoot>" } ?? "")
            </table></div>\(notes)</div>

            """
    }

    private static func regions(_ survey: CurrencySurvey) -> String {
        let currency = survey.currency
        let rows = survey.regions.map { region in
            "<tr><th scope=\"row\">\(HTMLText.escaped(region.region.text))</th>"
                + cell(region.issued, currency)
                + cell(region.redeemed, currency) + cell(region.refunded, currency)
                + cell(region.outstanding, currency) + "</tr>"
        }
        let totals = survey.totals
        let foot =
            "<tr><th scope=\"row\">All</th>" + cell(totals.issued, currency) + cell(totals.redeemed, currency)
            + cell(totals.refunded, currency) + cell(totals.outstanding, currency) + "</tr>"
        return table(
            "\(currency.text)-regions",
            "By region: issued by its issuers, redeemed and refunded at its merchants, outstanding in its custody",
            ["Region", "Issued", "Redeemed", "Refunded", "Outstanding"], rows, foot)
    }

    private func series(_ survey: CurrencySurvey) throws -> String {
        let currency = survey.currency
        let columns = [
            "Series", "Issuer", "", "Vouchers", "Issued", "Redeemed", "Outstanding", "Expired", "Voided",
        ]
        func cells(_ totals: BookTotals) -> String {
            let all = totals.issued + totals.refunded
            let label =
                "redeemed \(HTMLText.share(totals.redeemed, of: all)), outstanding "
                + "\(HTMLText.share(totals.outstanding, of: all)), expired \(HTMLText.share(totals.expired, of: all)), "
                + "voided \(HTMLText.share(totals.voided, of: all))"
            let bar = ReportBar.html(
                [
                    ("redeemed", totals.redeemed), ("outstanding", totals.outstanding),
                    ("expired", totals.expired),
                    ("voided", totals.voided),
                ], of: all, label: label)
            return "<td>\(bar)</td>" + Self.count(totals.vouchers) + Self.cell(totals.issued, currency)
                + Self.cell(totals.redeemed, currency) + Self.cell(totals.outstanding, currency)
                + Self.cell(totals.expired, currency) + Self.cell(totals.voided, currency) + "</tr>"
        }
        var rows = try survey.series.map { series in
            let name = series.key.series.map { HTMLText.escaped($0) } ?? "<span class=\"soft\">none</span>"
            return
                "<tr><th scope=\"row\" class=\"name\">\(name)</th><td class=\"name\">\(try account(series.key.issuer))</td>"
                + cells(series.totals)
        }
        if survey.otherSeriesCount > 0 {
            let count = HTMLText.grouped(Int128(survey.otherSeriesCount))
            rows.append(
                "<tr><th scope=\"row\" class=\"soft\">\(count) others</th><td></td>"
                    + cells(survey.otherSeries))
        }
        let legend = ["redeemed", "outstanding", "expired", "voided"].map {
            "<li><span class=\"key \($0)\"></span>\($0)</li>"
        }.joined()
        return Self.table(
            "\(currency.text)-series", "By series", columns, rows, names: 3,
            legend: "<ul class=\"legend\">\(legend)</ul>")
    }

    private func merchants(_ survey: CurrencySurvey) throws -> String {
        let currency = survey.currency
        if survey.merchants.isEmpty {
            return
                "<div class=\"card\"><h3>Top merchants</h3><p class=\"empty\">Nothing has been redeemed yet.</p></div>\n"
        }
        let most = survey.merchants.first?.redeemed ?? 0
        func cells(_ merchant: MerchantSurvey, bar: String) -> String {
            "<td>\(bar)</td>" + Self.count(merchant.redemptions) + Self.cell(merchant.redeemed, currency)
                + Self.cell(merchant.refunded, currency)
                + "<td class=\"n\">\(HTMLText.share(merchant.redeemed, of: survey.totals.redeemed))</td></tr>"
        }
        var rows = try survey.merchants.map { merchant in
            let name = try merchant.merchant.map { try account($0) } ?? ""
            let bar = ReportBar.html(
                [("redeemed", merchant.redeemed)], of: most,
                label: HTMLText.share(merchant.redeemed, of: survey.totals.redeemed)
                    + " of all that was redeemed")
            return "<tr><th scope=\"row\" class=\"name\">\(name)</th>" + cells(merchant, bar: bar)
        }
        if survey.otherMerchantCount > 0 {
            let count = HTMLText.grouped(Int128(survey.otherMerchantCount))
            rows.append(
                "<tr><th scope=\"row\" class=\"soft\">\(count) others</th>"
                    + cells(survey.otherMerchants, bar: ""))
        }
        return Self.table(
            "\(currency.text)-merchants", "Top merchants",
            ["Merchant", "", "Redemptions", "Redeemed", "Refunded", "Share"], rows, names: 2)
    }

    /// The name of an account if it is an accredited issuer, and its address, cut in the middle.
    private func account(_ address: Address) throws -> String {
        let text = address.text
        let short = "<code title=\"\(text)\">\(DisplayText.short(address))</code>"
        guard let name = try issuerName(address) else { return short }
        return "<span title=\"\(text)\">\(HTMLText.escaped(name))</span>"
    }

    // MARK: Settlement

    private var settlement: String {
        var result = "<h2 id=\"settlement\">Settlement between regions</h2>\n"
        guard let settlement = survey.settlement else {
            return result
                + "<p class=\"card empty\">No block is certified yet, so there is nothing to settle.</p>\n"
        }
        if settlement.currencies.isEmpty {
            return result + "<p class=\"card empty\">No region owes another anything.</p>\n"
        }
        result +=
            "<p class=\"soft\">From the beginning to the largest certified cut, whose last block is of "
            + "\(Self.shown(settlement.time)) UTC.</p>\n"
        for currency in settlement.currencies { result += Self.table(currency) }
        if settlement.otherCurrencyCount > 0 {
            let count = HTMLText.grouped(Int128(settlement.otherCurrencyCount))
            result +=
                "<p class=\"soft\">\(count) more currencies are not shown; <code>scrip settle</code> has them.</p>\n"
        }
        return result
    }

    private static func table(_ settlement: CurrencySettlement) -> String {
        let currency = settlement.currency
        let regions = settlement.balances.map(\.region)
        var owed: [DebtPair: Int128] = [:]
        for debt in settlement.debts { owed[debt.pair] = debt.amount }
        let rows = regions.map { debtor in
            let cells = regions.map { creditor -> String in
                if debtor == creditor { return "<td class=\"n self\">\u{2013}</td>" }
                return cell(owed[DebtPair(debtor: debtor, creditor: creditor)] ?? 0, currency)
            }.joined()
            return "<tr><th scope=\"row\">\(HTMLText.escaped(debtor.text)) owes</th>\(cells)</tr>"
        }
        let nets = settlement.balances.map { cell($0.net, currency) }.joined()
        let payments = settlement.payments.map { payment in
            "<li><b>\(HTMLText.escaped(payment.from.text))</b> pays <b>\(HTMLText.escaped(payment.to.text))</b> "
                + "\(HTMLText.data(payment.amount, HTMLText.amount(payment.amount, currency))) \(currency.text)</li>"
        }
        let notes =
            payments.isEmpty
            ? "<p class=\"empty\">Netted, nobody pays anything.</p>"
            : "<ul class=\"payments\">\(payments.joined())</ul>"
        return table(
            "\(currency.text)-settlement", "\(currency.text): who owes whom",
            [""] + regions.map { "to \(HTMLText.escaped($0.text))" }, rows,
            "<tr><th scope=\"row\">In balance</th>\(nets)</tr>", after: notes)
    }

    // MARK: How the region stands

    /// How much of a chain is confirmed, whose certified part is so many leaves `behind`.
    private static func confirmed(_ behind: Int64, isEmpty: Bool, isFrozen: Bool) -> String {
        let rest = "all but \(HTMLText.grouped(Int128(behind)))"
        if isFrozen { return "<td class=\"n late\">frozen\(behind == 0 ? "" : ", \(rest)")</td>" }
        if isEmpty { return "<td class=\"n soft\">\u{2013}</td>" }
        return behind == 0 ? "<td class=\"n\">all of it</td>" : "<td class=\"n warn\">\(rest)</td>"
    }

    private var chains: String {
        let voters = charter.voters.map(\.name.text)
        let rows = lines("chain").map { chain in
            let height = chain["height"]?.number ?? 0
            let size = chain["size"]?.number ?? 0
            let behind = size - (chain["confirmed"]?.number ?? 0)
            let time = chain["time"]?.text.flatMap { Timestamp($0) }
            let confirmed = Self.confirmed(behind, isEmpty: height == 0, isFrozen: chain["frozen"] != nil)
            var votes: [String: Int64] = [:]
            for vote in chain["voted"]?.elements ?? [] {
                if let voter = vote["voter"]?.text { votes[voter] = vote["height"]?.number }
            }
            let lags = voters.map { voter -> String in
                let lag = height - (votes[voter] ?? 0)
                if height == 0 { return "<td class=\"n soft\">\u{2013}</td>" }
                return lag == 0
                    ? "<td class=\"n\">voted</td>"
                    : "<td class=\"n late\">\(HTMLText.grouped(Int128(lag))) behind</td>"
            }.joined()
            return "<tr><th scope=\"row\">\(HTMLText.escaped(chain["chain"]?.text ?? ""))</th>"
                + Self.count(Int128(height)) + Self.count(Int128(max(0, size - height))) + age(time)
                + confirmed + lags
                + "</tr>"
        }
        return "<h2>Chains and votes</h2>\n"
            + Self.table(
                "chains", "How far each chain is, and who has voted on it",
                ["Chain", "Blocks", "Records", "Last block", "Confirmed"]
                    + voters.map { HTMLText.escaped($0) }, rows)
    }

    /// When the last block was sealed; a chain that is silent for more than a day misses its heartbeat.
    private func age(_ time: Timestamp?) -> String {
        guard let time else { return "<td class=\"n soft\">none yet</td>" }
        let seconds = max(0, now.seconds(since: time))
        let age: String =
            switch seconds {
            case ..<120: "now"
            case ..<7_200: "\(seconds / 60) minutes ago"
            case ..<172_800: "\(seconds / 3_600) hours ago"
            default: "\(HTMLText.grouped(Int128(seconds / 86_400))) days ago"
            }
        let style = seconds > 90_000 ? " warn" : ""
        return "<td class=\"n\(style)\" title=\"\(time.text)\">\(age)</td>"
    }

    private var waiting: String {
        guard let own = lines("status").first, let complete = own["complete"]?.number,
            let awaiting = own["awaiting"]?.number
        else { return "" }
        var result = "<h2>This region</h2>\n<div class=\"card\"><h3>Not sealed yet</h3>"
        let waits = lines("waiting").count
        result +=
            complete + awaiting == 0 && waits == 0
            ? "<p class=\"empty\">Nothing waits.</p></div>\n"
            : """
            <p>\(HTMLText.grouped(Int128(complete))) records in the pool are complete and will be in the next block; \
            \(HTMLText.grouped(Int128(waits))) wait for another region.</p></div>

            """
        let peers = lines("peer")
        if peers.isEmpty { return result }
        let rows = peers.map { peer -> String in
            let name =
                "<tr><th scope=\"row\" class=\"name\">\(HTMLText.escaped(peer["peer"]?.text ?? ""))</th>"
            guard peer["present"]?.isTrue == true else {
                return name + "<td class=\"late\">absent</td><td></td><td></td><td></td></tr>"
            }
            let region = HTMLText.escaped(peer["region"]?.text ?? "")
            return name + "<td>\(region)</td>" + age(peer["time"]?.text.flatMap { Timestamp($0) })
                + Self.count(Int128(peer["ahead"]?.number ?? 0))
                + Self.count(Int128(peer["behind"]?.number ?? 0))
                + "</tr>"
        }
        return result
            + Self.table(
                "peers", "Peers", ["Peer", "Region", "Last change", "Blocks ahead", "Blocks behind"], rows,
                names: 2)
    }
}

extension JSON {
    /// The member of an object.
    fileprivate subscript(name: String) -> JSON? {
        if case .object(let members) = self { return members[name] }
        return nil
    }

    fileprivate var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    fileprivate var number: Int64? {
        if case .integer(let number) = self { return number }
        return nil
    }

    fileprivate var isTrue: Bool { self == .boolean(true) }

    fileprivate var elements: [JSON]? {
        if case .array(let elements) = self { return elements }
        return nil
    }
}
