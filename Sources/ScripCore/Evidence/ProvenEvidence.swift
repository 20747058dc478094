public import ScripCrypto

/// What evidence shows. Only `Evidence.prove` makes one.
public struct ProvenEvidence: Hashable, Sendable {
    /// What the statements are.
    public let kind: Evidence.Kind

    /// The region whose chain the statements are about; nil for charters.
    public let chain: RegionName?

    /// Who signed both statements, in the order of the charter: the region that lied, or those who did.
    public let signers: [RegionName]

    /// The height of the block, for votes and certificates.
    public let height: Int?

    /// The epoch that votes, certificates and charters name.
    public let epoch: Int?

    /// The first leaf of the chain that the statements are about: below it they agree, or say nothing.
    public let first: Int

    /// The digests of the two verdicts' texts, of votes and certificates.
    public let verdicts: [Digest]

    init(
        _ kind: Evidence.Kind, chain: RegionName?, signers: [RegionName], height: Int? = nil,
        epoch: Int? = nil, first: Int = 0, verdicts: [Digest] = []
    ) {
        self.kind = kind
        self.chain = chain
        self.signers = signers
        self.height = height
        self.epoch = epoch
        self.first = first
        self.verdicts = verdicts
    }

    /// What `verify` calls it.
    public var code: ProblemCode {
        switch kind {
        case .block: .block
        case .certificate: .certificate
        case .charter: .charter
        case .fork: .fork
        case .vote: .equivocation
        }
    }

    /// What it shows, for a person.
    public var reason: String {
        let names = signers.map { "'\($0)'" }.joined(separator: ", ")
        let place = chain.map { "block \(height ?? 0) of '\($0)'" } ?? ""
        switch kind {
        case .block: return "\(names) has signed a block that is invalid by itself; its chain is frozen"
        case .certificate:
            return
                "two certificates of \(place) disagree, and \(names) signed both; what builds on it is frozen"
        case .charter: return "\(names) signed two charters of epoch \(epoch ?? 0)"
        case .fork: return "\(names) has signed two different chains; its chain is frozen"
        case .vote: return "\(names) has signed two verdicts on \(place); neither counts"
        }
    }

    /// What one pair is enough for: a kind, a chain and a signer. Further evidence with the same subject says
    /// nothing new.
    public var subject: String {
        let signer = kind == .vote ? signers.first?.text ?? "" : ""
        return "\(kind.rawValue) \(chain?.text ?? String(epoch ?? 0)) \(signer)"
    }
}
