public import ScripCore
public import ScripCrypto

/// Which vouchers `list` shows; what is nil does not matter.
public struct VoucherFilter: Sendable {
    public var owner: Address?
    /// The key of the owner, in whatever region.
    public var ownerKey: Ed25519PublicKey?
    public var issuer: Address?
    /// The region that seals for the owner: that of the address, or who came after it.
    public var custodian: RegionName?
    public var series: String?
    public var currency: Currency?
    public var statuses: Set<VoucherReport.Status>?
    public var certainties: Set<VoucherReport.Certainty>?
    public var expiringBefore: Timestamp?

    public init(
        owner: Address? = nil, ownerKey: Ed25519PublicKey? = nil, series: String? = nil,
        statuses: Set<VoucherReport.Status>? = nil, expiringBefore: Timestamp? = nil
    ) {
        self.owner = owner
        self.ownerKey = ownerKey
        self.series = series
        self.statuses = statuses
        self.expiringBefore = expiringBefore
    }

    /// Whether everything fits that the voucher's own state says.
    func admits(_ state: VoucherState, _ epoch: Epoch) -> Bool {
        let terms = state.kind.terms
        if let owner, state.owner != owner { return false }
        if let ownerKey, state.owner.key != ownerKey { return false }
        if let issuer, state.kind.issuer != issuer { return false }
        if let custodian, epoch.custodian(of: state.owner.region) != custodian { return false }
        if let currency, terms.value.currency != currency { return false }
        if let series {
            guard let own = terms.series, own.utf8.elementsEqual(series.utf8) else { return false }
        }
        if let expiringBefore {
            guard let expires = terms.expires, expires < expiringBefore else { return false }
        }
        return true
    }

    /// Whether the rest fits.
    func admits(_ report: VoucherReport) -> Bool {
        (statuses?.contains(report.status) ?? true) && (certainties?.contains(report.certainty) ?? true)
    }
}
