internal import ScripCore

/// What a verification has found so far. Problems and invalid records are told at once; the rest is counted.
final class Findings {
    private let tell: (VerificationLine) throws -> Void
    /// The chains that are reported on; nil for all.
    private let selection: Set<RegionName>?
    /// What is of no single chain.
    private var problems = 0
    private var pending = 0
    private var reports: [RegionName: ChainReport] = [:]

    init(selection: Set<RegionName>?, tell: @escaping (VerificationLine) throws -> Void) {
        self.tell = tell
        self.selection = selection
    }

    /// The chains that there are; what is found of others is of no chain.
    func begin(_ chains: [RegionName]) {
        for chain in chains { reports[chain] = ChainReport(chain: chain) }
    }

    private func isReported(_ chain: RegionName) -> Bool { selection?.contains(chain) ?? true }

    /// `isOfAll`: what all chains are judged by is wrong.
    func problem(
        _ code: ProblemCode, _ file: String?, _ reason: String, chain: RegionName? = nil, height: Int? = nil,
        index: Int? = nil, isOfAll: Bool = false
    ) throws {
        if let chain, reports[chain] != nil {
            if !isReported(chain) { return }
            reports[chain]?.problems += 1
        } else {
            // What is of no chain matters to whoever asked for all of them.
            if selection != nil && !isOfAll { return }
            problems += 1
        }
        try tell(
            .problem(
                Problem(code: code, reason: reason, file: file, chain: chain, height: height, index: index)))
    }

    func invalid(_ record: InvalidRecord) throws {
        if isReported(record.chain) { try tell(.invalid(record)) }
    }

    /// The books of one issuer, series and currency.
    func conservation(_ key: BookKey, _ sums: ConservationSums) throws {
        try tell(.conservation(ConservedBook(key: key, sums: sums)))
    }

    /// Books that do not balance. They are of all chains.
    func problem(_ key: BookKey, _ imbalance: ConservationSums.Imbalance) throws {
        problems += 1
        try tell(
            .problem(
                Problem(
                    code: .conservation, reason: imbalance.reason, file: nil, chain: nil, height: nil,
                    index: nil, book: key, created: imbalance.created, accounted: imbalance.accounted)))
    }

    /// Something refers to what is not here.
    func pending(_ chain: RegionName?, _ count: Int = 1) {
        if let chain, reports[chain] != nil {
            reports[chain]?.pending += count
        } else {
            pending += count
        }
    }

    func count(_ chain: RegionName, _ change: (inout ChainReport) -> Void) {
        if var report = reports[chain] {
            change(&report)
            reports[chain] = report
        }
    }

    /// Tells what was counted.
    func conclude() throws -> VerificationSummary {
        var summary = VerificationSummary()
        summary.problems = problems
        if selection == nil { summary.pending = pending }
        for report in reports.values.sorted(by: { $0.chain < $1.chain }) where isReported(report.chain) {
            try tell(.chain(report))
            summary.chains += 1
            summary.blocks += report.blocks
            summary.records += report.records
            summary.invalid += report.invalid
            summary.votes += report.votes
            summary.certificates += report.certificates
            summary.pending += report.pending
            summary.problems += report.problems
        }
        try tell(.summary(summary))
        return summary
    }
}
