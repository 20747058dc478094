internal import ScripCore
internal import ScripCrypto

/// Taking back this region's own answers to other regions' records from what peers pass on: an attestation or a refusal is
/// given once and for all, and a region that forgot it might give another one.
struct AnswerRecovery {
    private let writer: RegionWriter
    private let rules: SignatureRules
    private let key: Ed25519PublicKey?

    init(_ writer: RegionWriter) {
        self.writer = writer
        rules = writer.signatureRules(sealing: writer.name)
        key = writer.charter.voter(named: writer.name)?.log.key
    }

    /// Looks through the peers' outboxes; keeps what is not known here. Durable on return.
    func run(_ peers: [PeerFolder]) throws -> [RepairEvent] {
        guard let key else { return [] }
        var events: [RepairEvent] = []
        var seen: Set<Digest> = []
        for peer in peers {
            let names = peer.names(RegionLayout.outbox, atMost: PeerFolder.manyNamesMax) {
                OutboxFileName($0)
            }
            .sorted { $0.number < $1.number }
            for name in names {
                guard
                    let bytes = try? peer.contents(
                        "\(RegionLayout.outbox)/\(name.text)", limit: Synchronization.outboxBytesMax)
                else { continue }
                for line in VoteFile.read(bytes) {
                    if let event = try recover(line, key, peer, &seen) { events.append(event) }
                }
            }
        }
        try writer.writePending()
        return events
    }

    private func recover(
        _ line: [UInt8], _ key: Ed25519PublicKey, _ peer: PeerFolder, _ seen: inout Set<Digest>
    ) throws -> RepairEvent? {
        if let record = try? Record(line: line, signedPrefix: writer.signedPrefix) {
            guard let own = record.attestations.first(where: { $0.region == writer.name }),
                own.isSigned(by: key, record: record.id, genesis: writer.genesis),
                try isForgotten(record.id), rules.statementFault(record) == nil,
                seen.insert(record.id).inserted
            else { return nil }
            try writer.answers.attest(record)
            return .recovered(record.id, isRefusal: false, from: peer.path)
        }
        guard let refusal = Refusal(line: line), refusal.region == writer.name,
            refusal.isSigned(by: key, genesis: writer.genesis), try isForgotten(refusal.id),
            try writer.pool.dropped(refusal.id) == nil, seen.insert(refusal.id).inserted
        else { return nil }
        try writer.answers.take(refusal)
        return .recovered(refusal.id, isRefusal: true, from: peer.path)
    }

    private func isForgotten(_ id: Digest) throws -> Bool {
        try writer.answers.answer(id) == nil && writer.index.record(id).isEmpty
    }
}
