internal import ScripCore
internal import ScripCrypto

/// What the parts of a verification share.
final class VerificationContext {
    let charter: Charter
    let genesis: Digest
    let index: LedgerIndex
    let evaluator: BlockEvaluator
    let options: BlockEvaluator.Options
    let workers: WorkerPool
    let findings: Findings
    let conservation: ConservationVerification
    /// The folder of what peers may read.
    let root: WalkedFolder

    init(charter: Charter, isFull: Bool, root: WalkedFolder, findings: Findings) throws {
        self.charter = charter
        self.root = root
        self.findings = findings
        genesis = charter.digest
        index = try IndexFile.temporary(charter, hasRegionTables: false)
        conservation = ConservationVerification(index: index, genesis: genesis)
        let workers = WorkerPool()
        self.workers = workers
        evaluator = BlockEvaluator(index: index, charter: charter, genesis: genesis, workers: { workers })
        options = BlockEvaluator.Options(checksAllSignatures: isFull, refusesUncertifiedRoot: true)
    }

    /// Where the certificate of a block lies.
    func certificatePath(_ block: IndexedBlock) -> String? {
        CertificateName(height: block.height, epoch: block.charter).map {
            root.path(of: PublicFile.certificate(chain: block.chain, $0).path)
        }
    }

    /// Reads the region names of a folder of which only voter regions have a chain.
    func chain(_ text: String) -> RegionName? {
        RegionName(text).flatMap { charter.voter(named: $0) == nil ? nil : $0 }
    }
}
