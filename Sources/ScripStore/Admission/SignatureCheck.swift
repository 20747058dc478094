internal import ScripCore
internal import ScripCrypto

/// How the signatures of a record on its way are checked: against the chain that seals it, as far as that is known.
/// Made where the index is at hand, used on any thread.
struct SignatureCheck: Sendable {
    private let sealing: RegionName
    private let isPlaced: Bool

    init(_ record: Record, _ index: LedgerIndex) throws {
        sealing = try Admission.sealingRegion(of: record, index)
        isPlaced = try Admission.isPlaced(record, index)
    }

    /// Why the record is `bad-signature`; nil if it is not. Attestations may be missing.
    func fault(_ record: Record, charter: Charter, genesis: Digest) -> String? {
        let rules = SignatureRules(charter: charter, genesis: genesis, sealing: sealing)
        // Which attestations are asked for depends on the chain.
        return isPlaced ? rules.partialFault(record) : rules.statementFault(record)
    }
}
