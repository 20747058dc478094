internal import ScripCore
internal import ScripCrypto

/// Asking the region's own policy about what peers ask of it, and again about what waits for it here.
extension Synchronization {
    /// Judges what lies in the peers' outboxes, and what waits for the policy. What passes and was not asked about is
    /// left, and noted as a question.
    func takeOutboxes(_ peers: [PeerFolder]) throws {
        let admission = try Admission(writer)
        for peer in peers { try pullOutbox(peer, admission) }
        try takeEarlyRefusals(admission)
        try takeDeferred(admission)
        try writer.writePending()
        try writer.tidyPending { report(.rejected($0, $1)) }
    }

    /// Asks the policy about what was noted, without the lock, and takes up what it was asked about.
    func askPolicy(_ peers: [PeerFolder]) throws {
        guard let policy = writer.policy else { return }
        while policy.hasQuestions {
            let fault = try writer.releasingLock { policy.ask() }
            if let fault { writer.onFault(fault.path, fault.message) }
            try writer.changing {
                try takeOutboxes(peers)
                for peer in peers { try remember(peer) }
            }
        }
    }

    /// Records that are taken up again in one run at most.
    private static let deferredMax = 65_536

    private func takeDeferred(_ admission: Admission) throws {
        if try !writer.mayAttest() { return }
        for record in try writer.deferred.records(atMost: Self.deferredMax) {
            do {
                // What came from a peer meanwhile has been reported.
                let isAnswered = try writer.answers.answer(record.id) != nil
                let result = try admission.admitDeferred(record, place: nil)
                if !isAnswered { report(record, result) }
            } catch is PolicyDesk.Unknown {
                if isDryRun { reportNotAsked(record.id) }
            }
        }
    }

    private func report(_ record: Record, _ result: RecordResult) {
        if result.isDeferred {
            report(.pending(record.id, result.reason ?? ""))
        } else if result.status == .rejected {
            report(.refused(record.id, by: writer.name, result.code ?? .malformed, result.reason ?? ""))
        } else if let sealing = try? Admission.sealingRegion(of: record, index), sealing != writer.name {
            report(.attested(record.id))
        } else {
            report(.admitted(record.id, result.status))
        }
    }

    /// In a dry run no program is started.
    func reportNotAsked(_ id: Digest, _ peer: PeerFolder? = nil) {
        let reason = "the policy hook is asked about it"
        report(peer.map { .pending(id, from: $0.path, reason) } ?? .pending(id, reason))
    }
}
