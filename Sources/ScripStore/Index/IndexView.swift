internal import ScripCore
internal import ScripCrypto

/// The causal past of one position, looked up in the index: the chain itself before an index, and the others up
/// to the sizes that it has seen.
final class IndexView: LedgerView {
    typealias Failure = any Error

    private let index: LedgerIndex
    private let chain: RegionName
    /// Leaves that count, by region number; a chain that is not here counts for nothing.
    private let sizes: [Int64: Int64]
    /// Whether the record under judgment repeats an id or a reference, where that is known already.
    private var isRepeat: Bool?
    /// The places of the vouchers that were looked up in their lines.
    private(set) var sequences: [VoucherID: Int] = [:]
    /// The voucher that was looked up last for this record: the rules ask for the one that it changes several times.
    private var last: (voucher: VoucherID, entry: LedgerIndex.LineEntry?)?

    /// `size` is how much of `chain` itself counts, nil for all of it; `seen` is that of the others.
    init(_ index: LedgerIndex, chain: RegionName, size: Int? = nil, seen: [RegionName: Int]) throws {
        self.index = index
        self.chain = chain
        var sizes: [Int64: Int64] = [:]
        for (region, size) in seen { sizes[try index.id(of: region)] = Int64(size) }
        sizes[try index.id(of: chain)] = size.map { Int64($0) } ?? Int64.max
        self.sizes = sizes
    }

    private func isPast(_ chain: Int64, _ position: Int64) -> Bool {
        guard let size = sizes[chain] else { return false }
        return position < size
    }

    /// Forgets what was looked up for the record before.
    func startRecord(isRepeat: Bool?) {
        self.isRepeat = isRepeat
        last = nil
        if !sequences.isEmpty { sequences.removeAll(keepingCapacity: true) }
    }

    private var ownSize: Int64 {
        get throws { sizes[try index.id(of: chain)] ?? 0 }
    }

    func hasRecord(_ id: Digest) throws -> Bool {
        if let isRepeat { return isRepeat }
        guard let entry = try index.record(id, in: chain) else { return false }
        return Int64(entry.index) < (try ownSize)
    }

    func hasReference(_ reference: RecordReference) throws -> Bool {
        if let isRepeat { return isRepeat }
        guard let id = try index.record(with: reference, in: chain) else { return false }
        return try hasRecord(id)
    }

    func voucher(_ id: VoucherID) throws -> VoucherState? {
        if let last, last.voucher == id { return last.entry?.state }
        let entry = try index.lastEntry(of: id, where: isPast)
        last = (id, entry)
        guard let entry else { return nil }
        sequences[id] = entry.sequence
        return entry.state
    }

    /// Whether a voucher had a head that another one took the place of. What is not past yet does not count: a head that
    /// it will have there is not one that it had.
    func hasReplaced(_ head: Digest, of id: VoucherID) throws -> Bool {
        guard let current = try index.lastEntry(of: id, where: isPast) else { return false }
        return try index.line(of: id).contains {
            $0.sequence < current.sequence && $0.state.head == head && current.state.head != head
        }
    }

    func redemption(_ id: Digest) throws -> SealedRedemption? {
        try index.redemption(id, where: isPast)
    }

    func refunded(_ redemption: Digest, _ voucher: VoucherID) throws -> Int64 {
        try index.refunded(redemption, voucher, where: isPast)
    }

    func accreditation(of issuer: Address) throws -> AccreditationState? {
        try index.accreditation(of: issuer, in: chain, before: try ownSize)
    }
}

/// The other chains as the index holds them, for `BlockRules`.
struct IndexBoundaries: BoundaryView {
    let index: LedgerIndex
    let genesis: Digest

    func boundary(of chain: RegionName, at size: Int) throws(any Error) -> BoundaryAnswer {
        guard index.charters.hasChain(chain) else { return .ahead }
        if let block = try index.block(chain, size: size) {
            return .known(
                Boundary(
                    root: block.root, time: block.time, seen: block.seen,
                    isCertified: try index.isCertified(block)))
        }
        if try index.head(of: chain, genesis: genesis).size < size { return .ahead }
        return .noBoundary(isCertified: try index.isCertified(chain, beyond: size))
    }
}
