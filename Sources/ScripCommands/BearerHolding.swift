internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What the key of a bearer code owns, and what of it a record can take.
///
/// That is one voucher as a rule. A refund adds one, and anybody can trade one more to the key; so what cannot be
/// used here and now is left aside as long as something else can.
struct BearerHolding {
    /// What the vouchers are wanted for.
    enum Use {
        case redemption(at: RegionName)
        case trade
    }

    private let reports: [VoucherReport]
    private let now: Timestamp

    /// Looks the vouchers up in the ledger, in whatever region they are kept.
    init(of key: Ed25519PublicKey, _ ledger: Ledger, now: Timestamp) throws {
        self.init(try Self.reports(of: key, ledger), now: now)
    }

    init(_ reports: [VoucherReport], now: Timestamp) {
        self.reports = reports
        self.now = now
    }

    /// The vouchers of a code's key, in the order of their ids.
    static func reports(of key: Ed25519PublicKey, _ ledger: Ledger) throws -> [VoucherReport] {
        var reports: [VoucherReport] = []
        try ledger.forEachVoucher(VoucherFilter(ownerKey: key)) { report in
            reports.append(report)
            return reports.count <= Record.vouchersMax
        }
        guard !reports.isEmpty else {
            throw RequestFault(
                code: .unknownVoucher,
                reason:
                    "no voucher of this code is known here; what was issued must be sealed, or synced, first",
                status: .noInput)
        }
        guard reports.count <= Record.vouchersMax else {
            throw RequestFault.malformed("this code owns more than \(Record.vouchersMax) vouchers; name some")
        }
        return reports
    }

    /// The vouchers that a record takes: all that can be used, whole, or as many as `amount` asks for.
    func vouchers(for use: Use, amount: Money?) throws(RequestFault) -> [NamedVoucher] {
        let usable = reports.filter { obstacle($0, use) == nil }
        guard !usable.isEmpty else {
            // The reason that a holder wants to hear is that of a voucher of which something is left.
            let telling = reports.first { $0.state.remaining > 0 } ?? reports.first
            throw telling.flatMap { obstacle($0, use) } ?? .malformed("this code owns nothing")
        }
        let regions = Set(usable.map(\.state.owner.region)).sorted()
        guard regions.count == 1 else {
            throw .malformed(
                "this code owns vouchers in \(regions.map(\.text).joined(separator: " and ")); name those of one"
            )
        }
        guard let amount else { return usable.map { Self.named($0, $0.state.remaining) } }
        return try Self.vouchers(worth: amount, of: usable)
    }

    /// What expires first is spent first.
    private static func vouchers(
        worth amount: Money, of usable: [VoucherReport]
    ) throws(RequestFault) -> [NamedVoucher] {
        let fitting = usable.filter { $0.state.kind.terms.value.currency == amount.currency }.sorted {
            ($0.state.kind.terms.expires ?? .last, $0.state.id)
                < ($1.state.kind.terms.expires ?? .last, $1.state.id)
        }
        guard !fitting.isEmpty else {
            let own = usable.first?.state.kind.terms.value.currency.text ?? ""
            throw .malformed("what this code owns is worth \(own), not \(amount.currency)")
        }
        var rest = amount.amount
        var taken: [NamedVoucher] = []
        for report in fitting where rest > 0 {
            let part = min(rest, report.state.remaining)
            guard part == report.state.remaining || report.state.kind.terms.partial else { continue }
            taken.append(named(report, part))
            rest -= part
        }
        guard rest == 0 else {
            let total = fitting.reduce(Int128(0)) { $0 + Int128($1.state.remaining) }
            let left = Money.text(amount: total, currency: amount.currency)
            throw RequestFault(
                code: .overspent,
                reason: total < amount.amount
                    ? "\(left) is left for this code"
                    : "\(left) is left for this code, and it cannot be parted so",
                status: .rejected)
        }
        return taken
    }

    private static func named(_ report: VoucherReport, _ amount: Int64) -> NamedVoucher {
        var voucher = NamedVoucher(report.state.id)
        voucher.head = report.state.head
        voucher.owner = report.state.owner
        voucher.remaining = report.state.remaining
        voucher.currency = report.state.kind.terms.value.currency
        voucher.amount = amount
        return voucher
    }

    /// Why a voucher cannot be used; nil if nothing is known that would hinder it.
    private func obstacle(_ report: VoucherReport, _ use: Use) -> RequestFault? {
        let terms = report.state.kind.terms
        switch report.status {
        case .voided: return refused(.spent, "the issuer has withdrawn the voucher of this code")
        case .redeemed: return refused(.overspent, "nothing is left for this code")
        case .expired:
            return refused(.expired, "the voucher of this code was good until \(terms.expires?.text ?? "")")
        case .reserved:
            return refused(
                .reserved, "a record that is not sealed yet already changes the voucher of this code")
        case .held: break
        }
        switch use {
        case .redemption(let region):
            if let starts = terms.starts, now < starts {
                return refused(.notStarted, "the voucher of this code is good from \(starts.text) on")
            }
            if let regions = terms.redeemIn, !regions.contains(region) {
                let names = regions.map(\.text).joined(separator: ", ")
                return refused(
                    .notRedeemableHere, "merchants of \(names) take the voucher of this code, and no others")
            }
        case .trade:
            if !terms.transferable {
                return refused(.notTransferable, "the voucher of this code may not be traded")
            }
        }
        return nil
    }

    private func refused(_ code: RefusalCode, _ reason: String) -> RequestFault {
        RequestFault(code: code, reason: reason, status: .rejected)
    }
}
