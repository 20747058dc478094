internal import ScripCore
internal import ScripCrypto

/// The chain's view, with the accreditations that wait in the pool on top: they are sealed before any issue that
/// comes after them, so that `accredit` and `issue` can be admitted in one breath.
struct PooledView: LedgerView {
    let base: IndexView
    let pool: Pool

    func hasRecord(_ id: Digest) throws(any Error) -> Bool { try base.hasRecord(id) }

    func hasReference(_ reference: RecordReference) throws(any Error) -> Bool {
        try base.hasReference(reference)
    }

    func voucher(_ id: VoucherID) throws(any Error) -> VoucherState? { try base.voucher(id) }

    func redemption(_ id: Digest) throws(any Error) -> SealedRedemption? { try base.redemption(id) }

    func refunded(_ redemption: Digest, _ voucher: VoucherID) throws(any Error) -> Int64 {
        try base.refunded(redemption, voucher)
    }

    func accreditation(of issuer: Address) throws(any Error) -> AccreditationState? {
        try pool.accreditation(of: issuer) ?? base.accreditation(of: issuer)
    }
}
