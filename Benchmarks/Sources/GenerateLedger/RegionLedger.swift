import ScripCore
import ScripCrypto
import ScripStore
import TestSupport

/// The business of one region: issuers, holders and merchants, and the vouchers that are out.
///
/// Half of the records issue one voucher each, a quarter trade one, a quarter redeem one; each carries one
/// signature. Which voucher is traded or redeemed is drawn from all that are out, so that a reader finds no
/// locality to profit from.
struct RegionLedger {
    let region: RegionName
    private let issuers: [SigningAccount]
    private let holders: [SigningAccount]
    private let merchants: [SigningAccount]
    private let maker: RecordMaker
    private var random: SeededGenerator
    /// Accounts of another region, which buy and take vouchers from here, and that region.
    private let buyers: [SigningAccount]
    private let awayMerchants: [SigningAccount]
    private let awayRegion: RegionName
    private let crossPercent: Int
    private var isFirstBlock = true
    private var issued = 0
    private var vouchers: [Held] = []

    private struct Held {
        let voucher: VoucherID
        let head: Digest
        let holder: Int
    }

    /// A record to be signed.
    private enum Plan: Sendable {
        case issue(issuer: Int, holder: Int, ref: Int)
        case trade(VoucherID, Digest, from: Int, to: Int)
        case redeem(VoucherID, Digest, holder: Int, merchant: Int)
        case sell(VoucherID, Digest, from: Int, to: Int, price: Int64)
        case redeemAway(VoucherID, Digest, holder: Int, merchant: Int)
    }

    init(_ region: RegionName, _ maker: RecordMaker, seed: UInt64, crossPercent: Int) {
        self.region = region
        self.maker = maker
        random = SeededGenerator(seed: seed)
        self.crossPercent = crossPercent
        let voters = maker.federation.voters.map(\.name)
        let away = voters[((voters.firstIndex(of: region) ?? 0) + 1) % voters.count]
        awayRegion = away
        func accounts(_ word: String, _ count: Int, at place: RegionName) -> [SigningAccount] {
            (0..<count).map { maker.federation.account("\(word) \($0) of \(place)", at: place) }
        }
        issuers = accounts("issuer", 10, at: region)
        holders = accounts("holder", 1_000, at: region)
        merchants = accounts("merchant", 20, at: region)
        buyers = accounts("holder", 100, at: away)
        awayMerchants = accounts("merchant", 20, at: away)
    }

    /// The lines of the next block: `count` records, in the first one behind the accreditations.
    mutating func nextLines(_ count: Int, at time: Timestamp, _ pool: WorkerPool) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        if isFirstBlock {
            isFirstBlock = false
            for (number, issuer) in issuers.enumerated() {
                lines.append(try maker.accredit(issuer, ref: "issuer \(number)").line)
            }
        }
        let plans = makePlans(count - lines.count)
        let maker = maker
        let (issuers, holders, merchants) = (issuers, holders, merchants)
        let (buyers, awayMerchants, awayRegion) = (buyers, awayMerchants, awayRegion)
        let chunks = WorkerPool.chunks(of: plans.count, size: 256).map { Array(plans[$0]) }
        let signed = pool.map(chunks) { chunk in
            chunk.compactMap { plan -> Record? in
                switch plan {
                case .issue(let issuer, let holder, let ref):
                    try? maker.issue(by: issuers[issuer], to: holders[holder], ref: "issue \(ref)")
                case .trade(let voucher, let head, let from, let to):
                    try? maker.trade([(voucher, head)], from: holders[from], to: holders[to])
                case .redeem(let voucher, let head, let holder, let merchant):
                    try? maker.redeem(
                        voucher, head: head, amount: 10_000, by: holders[holder], at: merchants[merchant])
                case .sell(let voucher, let head, let from, let to, let price):
                    try? maker.attested(
                        maker.trade(
                            [(voucher, head)], from: holders[from], to: buyers[to],
                            more: ["price": .object(["amount": .integer(price), "currency": "CNY"])]
                        ).accepted(by: buyers[to].key, genesis: maker.federation.genesis),
                        by: [awayRegion], time: time)
                case .redeemAway(let voucher, let head, let holder, let merchant):
                    try? maker.attested(
                        maker.redeem(
                            voucher, head: head, amount: 10_000, by: holders[holder],
                            at: awayMerchants[merchant]),
                        by: [awayRegion], time: time)
                }
            }
        }.flatMap { $0 }
        for (plan, record) in zip(plans, signed) {
            switch plan {
            case .issue(_, let holder, _):
                let voucher = VoucherID(createdBy: record.id, index: 0)
                vouchers.append(Held(voucher: voucher, head: record.id, holder: holder))
            case .trade(let voucher, _, _, let to):
                vouchers.append(Held(voucher: voucher, head: record.id, holder: to))
            case .redeem, .sell, .redeemAway: break
            }
        }
        return lines + signed.map(\.line)
    }

    private mutating func makePlans(_ count: Int) -> [Plan] {
        var plans: [Plan] = []
        plans.reserveCapacity(count)
        for _ in 0..<count {
            let kind = Int.random(in: 0..<4, using: &random)
            if kind < 2 || vouchers.isEmpty {
                issued += 1
                plans.append(
                    .issue(
                        issuer: Int.random(in: 0..<issuers.count, using: &random),
                        holder: Int.random(in: 0..<holders.count, using: &random), ref: issued))
                continue
            }
            let place = Int.random(in: 0..<vouchers.count, using: &random)
            vouchers.swapAt(place, vouchers.count - 1)
            let held = vouchers.removeLast()
            if crossPercent > 0, Int.random(in: 0..<100, using: &random) < crossPercent {
                // What leaves for another region is not followed there.
                plans.append(
                    kind == 2
                        ? .sell(
                            held.voucher, held.head, from: held.holder,
                            to: Int.random(in: 0..<buyers.count, using: &random),
                            price: Int64.random(in: 1...20_000, using: &random))
                        : .redeemAway(
                            held.voucher, held.head, holder: held.holder,
                            merchant: Int.random(in: 0..<awayMerchants.count, using: &random)))
                continue
            }
            if kind == 2 {
                plans.append(
                    .trade(
                        held.voucher, held.head, from: held.holder,
                        to: Int.random(in: 0..<holders.count, using: &random)))
            } else {
                plans.append(
                    .redeem(
                        held.voucher, held.head, holder: held.holder,
                        merchant: Int.random(in: 0..<merchants.count, using: &random)))
            }
        }
        return plans
    }
}
