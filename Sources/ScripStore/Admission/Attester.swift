internal import ScripCore
internal import ScripCrypto

/// What attests records in a region's name at one time, on any thread.
struct Attester: Sendable {
    let key: Ed25519PrivateKey
    let genesis: Digest
    let region: RegionName
    let time: Timestamp

    /// The record with the region's attestation too.
    func attest(_ record: Record) throws(MalformedRecord) -> Record {
        let signature = key.signature(
            for: Attestation.signedBytes(genesis: genesis, region: region, record: record.id, time: time))
        let own = Attestation(region: region, signature: signature, time: time)
        return try record.attested(record.attestations.filter { $0.region != region } + [own])
    }
}
