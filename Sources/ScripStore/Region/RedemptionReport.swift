public import ScripCore
public import ScripCrypto

/// What is known of a redemption, as a refund needs it.
public struct RedemptionReport: Sendable, Equatable {
    public let redemption: SealedRedemption
    /// What may still be given back of each part, in minor units, in the order of the redemption: what was
    /// redeemed, less what sealed refunds and those in this region's pool give back.
    public let left: [RecordBody.Part]
}

extension Ledger {
    /// The valid redemption with this id; nil if no chain holds one.
    public func redemption(_ id: Digest) throws(StoreError) -> RedemptionReport? {
        do {
            guard let redemption = try index.redemption(id, where: { _, _ in true }) else { return nil }
            let left = try redemption.parts.map { part in
                let sealed = try index.refunded(id, part.voucher, where: { _, _ in true })
                let pooled = try PooledClaims(index).refunded(id, part.voucher)
                return RecordBody.Part(voucher: part.voucher, amount: max(part.amount - sealed - pooled, 0))
            }
            return RedemptionReport(redemption: redemption, left: left)
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }
}
