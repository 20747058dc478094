internal import ScripCore
internal import ScripCrypto

/// Judges records that are not sealed yet: admits those that this region seals, attests those that others seal,
/// and passes on the rest (protocol section 6). `validate` and `sync` both come here.
final class Admission {
    let writer: RegionWriter
    let index: LedgerIndex
    let chain: Int64
    let now: Timestamp
    /// What this region may build on of the other chains.
    let certified: [RegionName: Int]
    let ownHead: ChainHead
    /// Made when the first record is to be attested: the keys are read then.
    var unsigned: UnsignedAttestations?
    /// The results of records that were signed after they were judged, with their places.
    var signedResults: [(place: Int, result: RecordResult)] = []
    /// What was worked out once for all records that a region seals.
    private var views: [RegionName: IndexView] = [:]
    private var certifiedViews: [RegionName: IndexView] = [:]
    private var certifiedTimes: [RegionName: Timestamp?] = [:]

    init(_ writer: RegionWriter) throws {
        self.writer = writer
        index = writer.index
        chain = try writer.index.id(of: writer.name)
        now = writer.now
        certified = try writer.certifiedSizes()
        ownHead = try writer.index.head(of: writer.name, genesis: writer.genesis)
        try writer.deferred.look()
    }

    /// A record and whether its signatures are good as far as they are there, checked on any thread.
    struct Candidate: Sendable {
        let record: Record
        /// Why it is `bad-signature` whoever seals it; nil if it is not.
        let signatureFault: String?
        /// Whether only the attestations were checked, as `Need.attestations` says.
        var isOnlyAttested = false
    }

    /// What this region judges a record by that `sealing` seals: its own chain as it is, and what is certified of the
    /// others.
    func view(of sealing: RegionName) throws -> IndexView {
        if let view = views[sealing] { return view }
        var seen = certified
        let size: Int?
        if sealing == writer.name {
            size = nil
        } else {
            size = certified[sealing] ?? 0
            seen[writer.name] = ownHead.size
        }
        let view = try IndexView(index, chain: sealing, size: size, seen: seen)
        views[sealing] = view
        return view
    }

    /// The time of the last certified block of a chain; nil if there is none.
    func certifiedTime(of sealing: RegionName) throws -> Timestamp? {
        if let time = certifiedTimes[sealing] { return time }
        let time = try index.block(sealing, size: certified[sealing] ?? 0)?.time
        certifiedTimes[sealing] = .some(time)
        return time
    }

    /// Whether what is certified of the chain of another region replaced a head that a record names, or withdrew the
    /// voucher: it can never be sealed then.
    func hasLostHead(_ record: Record, _ sealing: RegionName) throws -> Bool {
        if record.body.heads.isEmpty { return false }
        let view: IndexView
        if let known = certifiedViews[sealing] {
            view = known
        } else {
            view = try IndexView(index, chain: sealing, size: certified[sealing] ?? 0, seen: certified)
            certifiedViews[sealing] = view
        }
        view.startRecord(isRepeat: nil)
        return try writer.hasLostHead(record, in: view)
    }

    /// The region whose chain seals a record (protocol section 4): for most that of its signer. A void goes where
    /// the voucher is, a refund where the redemption was sealed, as far as this region knows.
    ///
    /// For a region that is gone it is the one that came after it.
    static func sealingRegion(of record: Record, _ index: LedgerIndex) throws -> RegionName {
        index.charters.newestEpoch.custodian(of: try signerRegion(of: record, index))
    }

    private static func signerRegion(of record: Record, _ index: LedgerIndex) throws -> RegionName {
        switch record.body {
        case .accredit(let accreditation): return accreditation.issuer.region
        case .issue(let issue): return issue.issuer.region
        case .trade(let trade): return trade.from.region
        case .redeem(let redemption): return redemption.holder.region
        case .split(let split): return split.holder.region
        case .refund(let refund):
            return try index.redemption(refund.redemption, where: { _, _ in true })?.chain
                ?? refund.merchant.region
        case .void(let void):
            guard let first = void.vouchers.first,
                let entry = try index.lastEntry(of: first, where: { _, _ in true })
            else { return void.issuer.region }
            return entry.state.owner.region
        }
    }

    /// Whether it is known which chain seals a record. A refund of a redemption, or a void of a voucher, that no
    /// block here holds is taken to its signer's region until more is known.
    static func isPlaced(_ record: Record, _ index: LedgerIndex) throws -> Bool {
        switch record.body {
        case .accredit, .issue, .trade, .redeem, .split: true
        case .refund(let refund): try index.redemption(refund.redemption, where: { _, _ in true }) != nil
        case .void(let void):
            try void.vouchers.first.map { try index.lastEntry(of: $0, where: { _, _ in true }) != nil }
                ?? false
        }
    }
}
