internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Items of one peer that are passed on to others in one run at most.
    static let relayedItemsMax = 10_000
    static let outboxBytesMax = 1 << 30

    /// Judges what lies in a peer's outbox and was not read yet.
    func pullOutbox(_ peer: PeerFolder, _ admission: Admission) throws {
        guard writer.isVoter else { return }
        if try index.firstContradiction() != nil { return }
        let files = peer.names(RegionLayout.outbox) { OutboxFileName($0) }
            .sorted { $0.number < $1.number }
        var relayed = 0
        for name in files {
            let path = "\(RegionLayout.outbox)/\(name.text)"
            do {
                let file = try peer.open(path, limit: Self.outboxBytesMax)
                if try isRead(peer, name.number, size: file.status.size) { continue }
                let bytes = try file.contents()
                if try take(bytes, peer, path, admission, &relayed) {
                    try markRead(peer, name.number, size: Int64(bytes.count))
                } else {
                    peer.isComplete = false
                }
            } catch let error as ForeignFileError {
                peer.isComplete = false
                report(.pending(peer.path, path, "\(error)"))
            }
        }
        try forgetRead(peer, but: Set(files.map(\.number)))
    }

    /// Judges the lines of one file. False if any of them has to be looked at again.
    private func take(
        _ bytes: [UInt8], _ peer: PeerFolder, _ path: String, _ admission: Admission, _ relayed: inout Int
    ) throws -> Bool {
        var isDone = true
        if bytes.last != UInt8(ascii: "\n") {
            report(.pending(peer.path, path, "the file is cut off"))
            isDone = false
        }
        let lines = VoteFile.read(bytes)
        let candidates = try check(lines)
        var ignored: [String] = []
        for (line, candidate) in zip(lines, candidates) {
            let taken: Admission.Taken
            switch candidate {
            case .record(let record): taken = try admission.take(record)
            case .unread(let reason):
                if let document = try? JSONDocument(line, form: .canonical),
                    let refusal = try? Refusal(document.root)
                {
                    taken = try admission.take(refusal)
                } else {
                    taken = .ignored(reason)
                }
            }
            switch taken {
            case .known: break
            case .admitted(let result):
                guard let id = result.id else { break }
                if result.status == .rejected {
                    report(
                        .refused(id, by: writer.name, result.code ?? .malformed, result.reason ?? ""))
                } else {
                    report(.admitted(id, result.status, from: peer.path))
                }
            case .attestation(let id): report(.pulled(attestationOf: id, path, from: peer.path))
            case .refusal(let refusal):
                report(.refused(refusal.id, by: refusal.region, refusal.code, refusal.reason))
            case .answered(let answer):
                guard let id = answer.result.id else { break }
                if answer.kind == .attested {
                    report(.attested(id))
                } else {
                    report(
                        .refused(
                            id, by: writer.name, answer.result.code ?? .malformed, answer.result.reason ?? "")
                    )
                }
            case .relayed(let id):
                relayed += 1
                report(.relayed(id, from: peer.path))
                if relayed >= Self.relayedItemsMax { return false }
            case .later(let id, let reason):
                isDone = false
                report(.pending(id, from: peer.path, reason))
            case .ignored(let reason): ignored.append(reason)
            }
        }
        if let reason = ignored.first { report(.ignored(peer.path, path, reason, count: ignored.count)) }
        return isDone
    }

    private enum Checked: Sendable {
        case record(Admission.Candidate)
        case unread(String)
    }

    /// Reads records and checks their signatures, on all cores.
    private func check(_ lines: [[UInt8]]) throws -> [Checked] {
        var checks: [SignatureCheck?] = []
        let prefix = writer.signedPrefix
        let charter = charter
        let genesis = genesis
        for line in lines {
            // Who seals is looked up here: the index is not for other threads.
            let record = try? Record(line: line, signedPrefix: prefix)
            checks.append(try record.map { try SignatureCheck($0, index) })
        }
        let inputs = Array(zip(lines, checks))
        let chunks = WorkerPool.chunks(of: inputs.count, size: 64).map { Array(inputs[$0]) }
        let results = writer.workers.map(chunks) { chunk in
            chunk.map { line, check -> Checked in
                do throws(MalformedRecord) {
                    let record = try Record(line: line, signedPrefix: prefix)
                    guard let check else { return .unread("it is no record") }
                    return .record(
                        Admission.Candidate(
                            record: record,
                            signatureFault: check.fault(record, charter: charter, genesis: genesis)))
                } catch {
                    return .unread(error.reason)
                }
            }
        }
        return results.flatMap { $0 }
    }

    // MARK: What was read before

    private func isRead(_ peer: PeerFolder, _ number: Int, size: Int64) throws -> Bool {
        let query = try index.database.prepare("SELECT size FROM peer_outbox WHERE path=? AND file=?")
        try query.bind(1, text: peer.path)
        try query.bind(2, Int64(number))
        return try query.step() && query.integer(0) == size
    }

    private func markRead(_ peer: PeerFolder, _ number: Int, size: Int64) throws {
        let statement = try index.database.prepare(
            "INSERT OR REPLACE INTO peer_outbox(path, file, size) VALUES(?,?,?)")
        try statement.bind(1, text: peer.path)
        try statement.bind(2, Int64(number))
        try statement.bind(3, size)
        try statement.run()
    }

    private func forgetRead(_ peer: PeerFolder, but present: Set<Int>) throws {
        var gone: [Int64] = []
        let query = try index.database.prepare("SELECT file FROM peer_outbox WHERE path=?")
        try query.bind(1, text: peer.path)
        while try query.step() {
            if !present.contains(Int(query.integer(0))) { gone.append(query.integer(0)) }
        }
        for number in gone {
            let statement = try index.database.prepare("DELETE FROM peer_outbox WHERE path=? AND file=?")
            try statement.bind(1, text: peer.path)
            try statement.bind(2, number)
            try statement.run()
        }
    }
}
