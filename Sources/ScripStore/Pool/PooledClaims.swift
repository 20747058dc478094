internal import ScripCore
internal import ScripCrypto

/// What records in the pool will take that no head stands for: the part of a redemption that a refund gives back,
/// and what is left of a voucher that its issuer withdraws. A reservation of a head is not enough for these, as
/// they name none.
struct PooledClaims {
    private let index: LedgerIndex

    init(_ index: LedgerIndex) {
        self.index = index
    }

    /// The claims of one record: voucher, and for a refund the redemption and the amount.
    private static func claims(of body: RecordBody) -> [(voucher: VoucherID, refund: (Digest, Int64)?)] {
        switch body {
        case .refund(let refund): refund.vouchers.map { ($0.voucher, (refund.redemption, $0.amount)) }
        case .void(let void): void.vouchers.map { ($0, nil) }
        case .accredit, .issue, .trade, .redeem, .split: []
        }
    }

    func add(_ record: Record) throws {
        for claim in Self.claims(of: record.body) {
            let statement = try index.database.cached(
                "INSERT OR IGNORE INTO pooled_claim(voucher, id, redemption, amount) VALUES(?,?,?,?)")
            try statement.bind(1, claim.voucher.bytes)
            try statement.bind(2, record.id)
            if let (redemption, _) = claim.refund {
                try statement.bind(3, redemption)
            } else {
                try statement.bindNull(3)
            }
            try statement.bind(4, claim.refund?.1 ?? 0)
            try statement.run()
        }
    }

    func remove(_ record: Record) throws {
        for claim in Self.claims(of: record.body) {
            let statement = try index.database.cached("DELETE FROM pooled_claim WHERE voucher=? AND id=?")
            try statement.bind(1, claim.voucher.bytes)
            try statement.bind(2, record.id)
            try statement.run()
        }
    }

    /// How much of `voucher` the refunds of `redemption` in the pool give back, in minor units.
    func refunded(_ redemption: Digest, _ voucher: VoucherID) throws -> Int64 {
        let query = try index.database.cached(
            "SELECT COALESCE(SUM(amount), 0) FROM pooled_claim WHERE voucher=? AND redemption=?")
        try query.bind(1, voucher.bytes)
        try query.bind(2, redemption)
        return try query.step() ? query.integer(0) : 0
    }

    /// The record in the pool that withdraws `voucher` and will be sealed before whatever names its head. One that
    /// still waits for the issuer's region holds nothing up: it may be refused there.
    func withdrawal(of voucher: VoucherID) throws -> Digest? {
        let query = try index.database.cached(
            """
            SELECT pool.id FROM pooled_claim CROSS JOIN pool ON pool.id=pooled_claim.id
            WHERE pooled_claim.voucher=? AND pooled_claim.redemption IS NULL AND pool.complete=1
            """)
        try query.bind(1, voucher.bytes)
        return try query.step() ? query.bytes32(0) : nil
    }
}
