internal import ScripCore
internal import ScripCrypto

/// What the parts of a verification share.
final class VerificationContext {
    let charters: CharterHistory
    let genesis: Digest
    let index: LedgerIndex
    let evaluator: BlockEvaluator
    let options: BlockEvaluator.Options
    let workers: WorkerPool
    let findings: Findings
    let conservation: ConservationVerification
    /// The folder of what peers may read.
    let root: WalkedFolder

    init(charters: CharterHistory, isFull: Bool, root: WalkedFolder, findings: Findings) throws {
        self.charters = charters
        self.root = root
        self.findings = findings
        genesis = charters.genesis
        index = try IndexFile.temporary(charters, hasRegionTables: false)
        conservation = ConservationVerification(index: index, genesis: genesis)
        let workers = WorkerPool()
        self.workers = workers
        evaluator = BlockEvaluator(index: index, genesis: genesis, workers: { workers })
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
        RegionName(text).flatMap { charters.hasChain($0) ? $0 : nil }
    }
}
