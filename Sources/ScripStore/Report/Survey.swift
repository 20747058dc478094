internal import ScripCore

extension Ledger {
    /// Counts everything that was ever sealed here, in memory that does not grow with it.
    public func survey() throws -> LedgerSurvey {
        var days: [Int64: ChainDays] = [:]
        for chain in charters.chains {
            days[try index.id(of: chain)] = try ChainDays(index, chain: chain)
        }
        let now = directory.world.clock.now()
        let scan = try SurveyScan(index, days, now: now)
        try scan.run()
        guard let first = days.values.compactMap(\.firstDay).min(),
            let last = days.values.compactMap(\.lastDay).max()
        else { return LedgerSurvey(scale: nil, currencies: [], otherCurrencyCount: 0, settlement: nil) }
        let scale = TimeScale(from: Int(first), to: max(Int(last), now.day))
        var (currencies, otherCount) = try mainCurrencies(scan)
        try addDays(scan, scale, &currencies)
        try addSeries(scan, &currencies)
        try addMerchants(scan, &currencies)
        return LedgerSurvey(
            scale: scale, currencies: currencies.order.compactMap { currencies.surveys[$0] },
            otherCurrencyCount: otherCount, settlement: try settlementSurvey())
    }

    /// The currencies that are shown, in their order.
    private struct Currencies {
        var order: [Currency] = []
        var surveys: [Currency: CurrencySurvey] = [:]
    }

    private func mainCurrencies(_ scan: SurveyScan) throws -> (Currencies, others: Int) {
        let sums = KeyedSums<Currency>(width: BookTotals.Column.allCases.count)
        try scan.books.visit { key, values in
            for (column, value) in values.enumerated() { try sums.add(key.currency, column, value) }
            return true
        }
        var leaders = Leaders<CurrencySurvey>(limit: LedgerSurvey.currenciesMax)
        try sums.visit { currency, values in
            var survey = CurrencySurvey(currency: currency)
            survey.totals = BookTotals(values)
            _ = leaders.add(survey, weight: survey.totals.vouchers)
            return true
        }
        var currencies = Currencies()
        for survey in leaders.entries {
            currencies.order.append(survey.currency)
            currencies.surveys[survey.currency] = survey
        }
        return (currencies, leaders.otherCount)
    }

    private func addDays(_ scan: SurveyScan, _ scale: TimeScale, _ currencies: inout Currencies) throws {
        struct Flows {
            var issued: [Int128]
            var outstanding: [Int128]
            var redeemed: [Int128]
            var refunded: [Int128]
        }
        let zeros = [Int128](repeating: 0, count: scale.count)
        let none = Flows(issued: zeros, outstanding: zeros, redeemed: zeros, refunded: zeros)
        var flows: [Currency: [Int64: Flows]] = [:]
        try scan.daily.visit { key, values in
            if currencies.surveys[key.currency] == nil { return true }
            let position = scale.position(ofDay: Int(key.first))
            func add(_ flows: inout Flows) {
                flows.issued[position] += values[0]
                flows.outstanding[position] += values[1]
                flows.redeemed[position] += values[2]
                flows.refunded[position] += values[3]
            }
            add(&flows[key.currency, default: [:]][key.second, default: none])
            return true
        }
        func running(_ values: [Int128]) -> [Int128] {
            var sum: Int128 = 0
            return values.map { value in
                sum += value
                return sum
            }
        }
        for (currency, regions) in flows {
            var totals = none
            var surveys: [RegionSurvey] = []
            for (id, flow) in regions {
                for position in 0..<scale.count {
                    totals.issued[position] += flow.issued[position]
                    totals.outstanding[position] += flow.outstanding[position]
                    totals.redeemed[position] += flow.redeemed[position]
                }
                var survey = RegionSurvey(region: try index.region(id))
                survey.issued = flow.issued.reduce(0, +)
                survey.redeemed = flow.redeemed.reduce(0, +)
                survey.refunded = flow.refunded.reduce(0, +)
                survey.outstandingOverTime = running(flow.outstanding)
                survey.outstanding = survey.outstandingOverTime.last ?? 0
                survey.redeemedOverTime = flow.redeemed
                surveys.append(survey)
            }
            currencies.surveys[currency]?.regions = surveys.sorted { $0.region < $1.region }
            currencies.surveys[currency]?.issuedOverTime = running(totals.issued)
            currencies.surveys[currency]?.redeemedOverTime = running(totals.redeemed)
            currencies.surveys[currency]?.outstandingOverTime = running(totals.outstanding)
        }
    }

    private func addSeries(_ scan: SurveyScan, _ currencies: inout Currencies) throws {
        var leaders: [Currency: Leaders<SeriesSurvey>] = [:]
        try scan.books.visit { key, values in
            guard currencies.surveys[key.currency] != nil else { return true }
            let survey = SeriesSurvey(key: key, totals: BookTotals(values))
            let dropped = leaders[key.currency, default: Leaders(limit: LedgerSurvey.seriesMax)]
                .add(survey, weight: survey.totals.issued)
            if let dropped { try currencies.surveys[key.currency]?.otherSeries.add(dropped.totals) }
            return true
        }
        for (currency, leaders) in leaders {
            currencies.surveys[currency]?.series = leaders.entries
            currencies.surveys[currency]?.otherSeriesCount = leaders.otherCount
        }
    }

    private func addMerchants(_ scan: SurveyScan, _ currencies: inout Currencies) throws {
        var leaders: [Currency: Leaders<MerchantSurvey>] = [:]
        try scan.merchants.visit { key, values in
            guard currencies.surveys[key.currency] != nil else { return true }
            var survey = MerchantSurvey(
                merchant: try Address(parsing: String(decoding: key.merchant, as: UTF8.self)))
            survey.redemptions = values[SurveyScan.MerchantColumn.redemptions.rawValue]
            survey.redeemed = values[SurveyScan.MerchantColumn.redeemed.rawValue]
            survey.refunded = values[SurveyScan.MerchantColumn.refunded.rawValue]
            let dropped = leaders[key.currency, default: Leaders(limit: LedgerSurvey.merchantsMax)]
                .add(survey, weight: survey.redeemed)
            if let dropped {
                currencies.surveys[key.currency]?.otherMerchants.redemptions += dropped.redemptions
                currencies.surveys[key.currency]?.otherMerchants.redeemed += dropped.redeemed
                currencies.surveys[key.currency]?.otherMerchants.refunded += dropped.refunded
            }
            return true
        }
        for (currency, leaders) in leaders {
            currencies.surveys[currency]?.merchants = leaders.entries
            currencies.surveys[currency]?.otherMerchantCount = leaders.otherCount
        }
    }

    private func settlementSurvey() throws -> SettlementSurvey? {
        guard let cut = try largestCut() else { return nil }
        var currencies: [CurrencySettlement] = []
        var otherCount = 0
        try forEachCurrency(of: cut) { settlement in
            if currencies.count < LedgerSurvey.currenciesMax {
                currencies.append(settlement)
            } else {
                otherCount += 1
            }
        }
        return SettlementSurvey(time: cut.time, currencies: currencies, otherCurrencyCount: otherCount)
    }
}
