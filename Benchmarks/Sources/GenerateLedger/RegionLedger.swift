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
    }

    init(_ region: RegionName, _ maker: RecordMaker, seed: UInt64) {
        self.region = region
        self.maker = maker
        random = SeededGenerator(seed: seed)
        func accounts(_ word: String, _ count: Int) -> [SigningAccount] {
            (0..<count).map { maker.federation.account("\(word) \($0) of \(region)", at: region) }
        }
        issuers = accounts("issuer", 10)
        holders = accounts("holder", 1_000)
        merchants = accounts("merchant", 20)
    }

    /// The lines of the next block: `count` records, in the first one behind the accreditations.
    mutating func nextLines(_ count: Int, _ pool: WorkerPool) throws -> [[UInt8]] {
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
            case .redeem: break
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
