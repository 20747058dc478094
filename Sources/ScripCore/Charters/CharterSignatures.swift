/// Who has signed a charter, and who must (protocol section 10).
///
/// Epoch 1 is signed by every region. A later charter is signed by the quorum of the epoch before, the quorum of its
/// own, and every region that it adds or whose key it changes, with the key that it has from then on. One line counts
/// for all that its key is enrolled in.
public struct CharterSignatures: Sendable {
    /// How many further voters of an epoch must sign.
    public struct Lack: Hashable, Sendable {
        public let epoch: Int
        public let count: Int
    }

    /// The regions that must sign and have not, in the order of the charter.
    public let missing: [RegionName]

    /// The quorums that are not reached, the earlier epoch first.
    public let lacks: [Lack]

    /// Whether nothing is missing.
    public var isComplete: Bool { missing.isEmpty && lacks.isEmpty }

    /// Judges the lines of `signed`, which follows `before`; nil in epoch 1. Each must be the good signature of a log
    /// key that one of the two charters enrols, one line a key.
    public init(_ signed: SignedCharter, after before: Charter?) throws(SignedCharterError) {
        let charter = signed.charter
        let enrolled = Self.enrolled(charter, before)
        var keys: Set<VerifierKey> = []
        for signature in signed.signatures {
            guard let entry = enrolled.first(where: { $0.key.isSigner(of: signature) }) else {
                throw .stranger(signature.name)
            }
            guard keys.insert(entry.key).inserted else { throw .twice(entry.region) }
            guard entry.key.isValid(signature, on: charter.text) else { throw .badSignature(entry.region) }
        }
        missing = charter.regions.filter { region in
            !keys.contains(region.log) && Self.mustSign(region, before)
        }.map(\.name)
        lacks = [before, before.map { _ in charter }].compactMap { $0 }.compactMap { roster in
            let count = roster.voters.count { keys.contains($0.log) }
            return count < roster.quorumSize
                ? Lack(epoch: roster.epoch, count: roster.quorumSize - count) : nil
        }
    }

    /// Whether a region of a charter must sign it itself.
    private static func mustSign(_ region: CharterRegion, _ before: Charter?) -> Bool {
        guard let old = before?.region(named: region.name) else { return true }
        return old.log != region.log || old.witness != region.witness
    }

    /// The log keys that may sign, in the order in which their lines stand: by region, the key before first.
    static func enrolled(
        _ charter: Charter, _ before: Charter?
    ) -> [(region: RegionName, key: VerifierKey)] {
        var entries: [(region: RegionName, key: VerifierKey)] = []
        for region in before?.regions ?? [] where charter.region(named: region.name)?.log != region.log {
            entries.append((region.name, region.log))
        }
        for region in charter.regions { entries.append((region.name, region.log)) }
        return entries.enumerated().sorted {
            ($0.element.region, $0.offset) < ($1.element.region, $1.offset)
        }.map(\.element)
    }
}

extension SignedCharter {
    /// Checks that a quorum of the charter's own voters has signed it, for who has not the charter before it.
    public func checkOwnQuorum() throws(SignedCharterError) {
        let count = charter.voters.count { voter in
            signatures.contains { voter.log.isSigner(of: $0) && voter.log.isValid($0, on: charter.text) }
        }
        if count < charter.quorumSize {
            throw .quorum(epoch: charter.epoch, lacking: charter.quorumSize - count)
        }
    }

    /// Checks that the charter is in force after `before`, which is nil in epoch 1: every line good, none missing.
    public func check(after before: Charter?) throws(SignedCharterError) {
        let signatures = try CharterSignatures(self, after: before)
        guard signatures.missing.isEmpty else { throw .missing(signatures.missing) }
        if let lack = signatures.lacks.first { throw .quorum(epoch: lack.epoch, lacking: lack.count) }
    }
}
