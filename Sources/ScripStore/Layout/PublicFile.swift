public import ScripCore

/// A file that a region publishes, as its path below `public/` says (format section 5):
/// ```
/// charter/<epoch>.note
/// segments/<region>/<thousand>/<first height>[-<last>].seg.gz
/// votes/<voter>/<chain>/<thousand>/<first height>-<last>.jsonl
/// certificates/<chain>/<thousand>/<height>-<epoch>.json
/// outbox/<n>.jsonl
/// evidence/<SHA-256 of the file>.json
/// settlements/<region>/<hash of the cut>-<SHA-256 of the lines>.note
/// heads.note
/// ```
/// A path is read only if it is exactly how this file is written.
public enum PublicFile: Hashable, Sendable {
    case charter(CharterFileName)
    case segment(chain: RegionName, SegmentName)
    case votes(voter: RegionName, chain: RegionName, VoteFileName)
    case certificate(chain: RegionName, CertificateName)
    case outbox(OutboxFileName)
    case evidence(EvidenceFileName)
    case settlement(region: RegionName, SettlementName)
    case heads

    /// Reads a path below `public/`; nil if no file of the format has it.
    public init?(path: String) {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard let file = Self.read(parts) else { return nil }
        self = file
    }

    private static func read(_ parts: [String]) -> PublicFile? {
        switch (parts[0], parts.count) {
        case ("heads.note", 1):
            return .heads
        case (RegionLayout.charters, 2):
            return CharterFileName(parts[1]).map { .charter($0) }
        case (RegionLayout.outbox, 2):
            return OutboxFileName(parts[1]).map { .outbox($0) }
        case (RegionLayout.evidence, 2):
            return EvidenceFileName(parts[1]).map { .evidence($0) }
        case (RegionLayout.settlements, 3):
            guard let region = RegionName(parts[1]), let name = SettlementName(parts[2]) else { return nil }
            return .settlement(region: region, name)
        case (RegionLayout.segments, 4):
            guard let chain = RegionName(parts[1]), let name = SegmentName(parts[3]),
                ThousandName(parts[2]) == name.thousand
            else { return nil }
            return .segment(chain: chain, name)
        case (RegionLayout.certificates, 4):
            guard let chain = RegionName(parts[1]), let name = CertificateName(parts[3]),
                ThousandName(parts[2]) == name.thousand
            else { return nil }
            return .certificate(chain: chain, name)
        case (RegionLayout.votes, 5):
            guard let voter = RegionName(parts[1]), let chain = RegionName(parts[2]),
                let name = VoteFileName(parts[4]), ThousandName(parts[3]) == name.thousand
            else { return nil }
            return .votes(voter: voter, chain: chain, name)
        default:
            return nil
        }
    }

    /// The path below `public/`.
    public var path: String {
        switch self {
        case .charter(let name): "\(RegionLayout.charters)/\(name.text)"
        case .segment(let chain, let name):
            "\(RegionLayout.segments)/\(chain.text)/\(name.thousand.text)/\(name.text)"
        case .votes(let voter, let chain, let name):
            "\(RegionLayout.votes)/\(voter.text)/\(chain.text)/\(name.thousand.text)/\(name.text)"
        case .certificate(let chain, let name):
            "\(RegionLayout.certificates)/\(chain.text)/\(name.thousand.text)/\(name.text)"
        case .outbox(let name): "\(RegionLayout.outbox)/\(name.text)"
        case .evidence(let name): "\(RegionLayout.evidence)/\(name.text)"
        case .settlement(let region, let name):
            "\(RegionLayout.settlements)/\(region.text)/\(name.text)"
        case .heads: RegionLayout.heads
        }
    }

    /// The path below the region directory.
    public var regionPath: String { "\(RegionLayout.public)/\(path)" }
}
