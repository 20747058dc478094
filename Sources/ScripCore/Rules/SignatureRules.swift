public import ScripCrypto

/// Step 2 of protocol section 5: the right keys signed, and every attestation that section 4 asks for is there
/// and good. A pure function of the record, the charter and the sealing region, so that many records can be
/// checked at once.
public struct SignatureRules: Sendable {
    private let epoch: Epoch
    private let genesis: Digest
    private let sealing: RegionName

    /// `epoch` is that of the sealing block; `sealing` the region whose chain seals.
    public init(epoch: Epoch, genesis: Digest, sealing: RegionName) {
        self.epoch = epoch
        self.genesis = genesis
        self.sealing = sealing
    }

    /// The rules in a federation that has had one charter only.
    public init(charter: Charter, genesis: Digest, sealing: RegionName) {
        self.init(epoch: Epoch(first: charter), genesis: genesis, sealing: sealing)
    }

    /// The regions that must attest the record, sorted: for those that are gone, who came after them.
    public func attestingRegions(_ record: Record) -> [RegionName] {
        let regions = record.body.attestingRegions(sealedBy: sealing)
        if !epoch.hasSuccessors || regions.isEmpty { return regions }
        return Set(regions.map(epoch.custodian)).subtracting([sealing]).sorted()
    }

    /// Why the record is `bad-signature`, as a phrase; nil if it is not.
    public func fault(_ record: Record) -> String? {
        if let fault = partyFault(record) { return fault }
        let required = attestingRegions(record)
        guard record.attestations.map(\.region) == required else {
            return required.isEmpty
                ? "it carries an attestation that nobody asks for"
                : "the attestations are not exactly those of \(Self.list(required))"
        }
        return attestationFault(record)
    }

    /// The regions whose attestation is still missing, for a record on its way to be sealed.
    public func missingAttestations(_ record: Record) -> [RegionName] {
        let present = record.attestations.map(\.region)
        return attestingRegions(record).filter { !present.contains($0) }
    }

    /// Whether a refusal by `region` ends a record on its way: it seals the record, or must attest it and has not
    /// (protocol section 6).
    public func isEnded(_ record: Record, refusedBy region: RegionName) -> Bool {
        region == sealing || missingAttestations(record).contains(region)
    }

    /// Like `fault`, for a record on its way: attestations may be missing, those that are there are good.
    public func partialFault(_ record: Record) -> String? {
        partyFault(record) ?? needlessAttestation(record) ?? attestationFault(record)
    }

    /// The part of `partialFault` that depends on who seals; no signature is looked at.
    public func needlessAttestation(_ record: Record) -> String? {
        if record.attestations.isEmpty { return nil }
        let required = attestingRegions(record)
        for attestation in record.attestations where !required.contains(attestation.region) {
            return "region '\(attestation.region)' attests and need not"
        }
        return nil
    }

    /// Like `partialFault`, where it is not known which chain seals the record: the signatures that are there are
    /// good.
    public func statementFault(_ record: Record) -> String? {
        partyFault(record) ?? attestationFault(record)
    }

    /// Whether the attestations that are there are good, for a record whose other signatures are known.
    public func attestationFault(_ record: Record) -> String? {
        for attestation in record.attestations {
            guard let region = epoch.charter.voter(named: attestation.region),
                attestation.isSigned(by: region.log.key, record: record.id, genesis: genesis)
            else { return "the attestation of '\(attestation.region)' is not good" }
        }
        return nil
    }

    /// The signatures of those who give something up.
    private func partyFault(_ record: Record) -> String? {
        for address in record.body.addresses where epoch.voter(for: address.region) == nil {
            return "'\(address.region)' is no voter region of the charter"
        }
        guard let signer = signer(of: record), signer.isValid(record.signature, for: record.signedBytes)
        else { return "the signature is not good" }
        if case .trade(let trade) = record.body, trade.price != nil {
            guard let accept = record.accept else { return "the buyer did not accept the price" }
            let signed = Acceptance.signedBytes(genesis: genesis, record: record.id)
            guard trade.to.key.isValid(accept, for: signed) else {
                return "the buyer's acceptance is not good"
            }
        }
        return nil
    }

    private func signer(of record: Record) -> Ed25519PublicKey? {
        if case .accredit(let accreditation) = record.body {
            return epoch.voter(for: accreditation.issuer.region)?.log.key
        }
        return record.body.signer?.key
    }

    private static func list(_ regions: [RegionName]) -> String {
        regions.map { "'\($0)'" }.joined(separator: ", ")
    }
}
