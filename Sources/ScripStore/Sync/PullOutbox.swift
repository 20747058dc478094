internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Items of one peer that are passed on to others, or refused, in one run at most.
    static let relayedItemsMax = 10_000
    /// Their bytes.
    static let relayedBytesMax = 16 << 20
    static let outboxBytesMax = 64 << 20

    /// Bytes that are read at once, and lines that are judged together.
    private static let batchBytes = 1 << 18
    private static let batchLinesMax = 512

    /// Judges what lies in a peer's outbox and was not read yet.
    func pullOutbox(_ peer: PeerFolder, _ admission: Admission) throws {
        // What is there is looked at again once this region may sign.
        peer.isOutboxComplete = false
        if try !writer.mayAttest() { return }
        peer.isOutboxComplete = true
        let state = try ledgerState()
        // A full scan looks at everything again, once.
        let readsAgain = peer.lastScan == nil && !peer.isOutboxVisited
        peer.isOutboxVisited = true
        var load = PeerLoad()
        func isStopped() -> Bool { load.isFull || peer.isExhausted("\(RegionLayout.outbox)/") }
        var above = 0
        var present = 0
        var isLast = false
        while !isLast {
            let numbers = peer.names(
                RegionLayout.outbox, part: above, atMost: PeerFolder.manyNamesMax, by: <
            ) { text in OutboxFileName(text).flatMap { $0.number > above ? $0.number : nil } }
            isLast = numbers.count < PeerFolder.manyNamesMax
            let end = isLast ? Int.max : numbers.last ?? Int.max
            try forgetRead(peer, above: above, upTo: end, but: numbers)
            var rest = (readsAgain ? [] : try readFiles(of: peer, above: above, upTo: end))[...]
            // A number is used once, but a region that was put back may not know that it was.
            let doubted = (numbers.last ?? 0) - Self.doubtedFilesMax
            for number in numbers where !isStopped() {
                while let first = rest.first, first < number { rest.removeFirst() }
                if rest.first == number, number <= doubted { continue }
                guard let name = OutboxFileName(number: number) else { continue }
                try pullOutbox(peer, name, admission, readsAgain: readsAgain, state, &load)
            }
            present += numbers.count
            above = end
            if isStopped() { break }
        }
        if isStopped() { peer.isOutboxComplete = false }
        // The hint came first, and its files come later.
        if let hint = peer.hint, present < hint.outbox.count { peer.isOutboxComplete = false }
    }

    /// Files that were read and whose sizes are compared all the same: those with the highest numbers.
    private static let doubtedFilesMax = 1_000

    /// What one peer costs this region in one run.
    private struct PeerLoad {
        /// Items that were passed on, or refused: what this region writes because somebody else wants it to.
        var written = 0
        var writtenBytes = 0

        var isFull: Bool {
            written >= Synchronization.relayedItemsMax || writtenBytes >= Synchronization.relayedBytesMax
        }
    }

    /// What a record that cannot be judged yet waits for: another state of the chains and of the pool.
    private func ledgerState() throws -> Digest {
        let pool = try index.database.prepare("SELECT COUNT(*), MAX(position) FROM pool")
        var text = ""
        if try pool.step() { text = "\(pool.integer(0)) \(pool.isNull(1) ? 0 : pool.integer(1))\n" }
        for chain in charters.chains {
            let head = try index.head(of: chain, genesis: genesis)
            let certified = try index.lastCertified(chain)?.size ?? 0
            text += "\(head.size) \(head.root.hexadecimal) \(certified)\n"
        }
        return SHA256.hash(Array(text.utf8))
    }

    private func pullOutbox(
        _ peer: PeerFolder, _ name: OutboxFileName, _ admission: Admission, readsAgain: Bool, _ state: Digest,
        _ load: inout PeerLoad
    ) throws {
        let path = "\(RegionLayout.outbox)/\(name.text)"
        if !readsAgain, let status = peer.status(of: path), status.kind == .regular,
            try isRead(peer, name.number, size: status.size)
        {
            return
        }
        do {
            if !readsAgain, let status = peer.status(of: path),
                try useless.contains(path, of: peer.path, status, state: state)
            {
                // Its records still wait for what they waited for.
                peer.isOutboxComplete = false
                return
            }
            guard let file = try open(path, of: peer, limit: Self.outboxBytesMax) else {
                peer.isOutboxComplete = false
                return
            }
            let found = try take(file, peer, path, admission, &load)
            switch found.rest {
            case .nothing: try markRead(peer, name.number, size: file.status.size)
            case .chains:
                peer.isOutboxComplete = false
                try useless.note(path, of: peer.path, file.status, state: state)
            case .cutOff:
                peer.isOutboxComplete = false
                try useless.note(path, of: peer.path, file.status)
            case .anything: peer.isOutboxComplete = false
            }
            if !found.isUseful { peer.countUseless(path) }
        } catch let error as ForeignFileError {
            peer.isOutboxComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
    }

    /// What came of a file.
    private struct Found {
        /// Why it has to be looked at again.
        enum Rest {
            /// It has not.
            case nothing
            /// The file has to be another.
            case cutOff
            /// There have to be more blocks or certificates here.
            case chains
            /// Time, or the policy.
            case anything
        }
        var rest = Rest.nothing
        /// Whether any line of it is a record or a refusal that counts.
        var isUseful = false
        var ignored = 0
        var firstIgnored: String?
    }

    /// Judges the lines of one file, as they are read.
    private func take(
        _ file: ForeignFile, _ peer: PeerFolder, _ path: String, _ admission: Admission,
        _ load: inout PeerLoad
    ) throws -> Found {
        var found = Found()
        var bytes: [UInt8] = []
        var isOverlong = false
        var isEnd = false
        while !isEnd {
            while bytes.count < Self.batchBytes, !isEnd { isEnd = try file.read(into: &bytes) == 0 }
            var lines: [[UInt8]] = []
            var start = 0
            while !load.isFull, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                // The rest of a line that was longer than any record.
                if !isOverlong { lines.append(Array(bytes[start..<end])) }
                isOverlong = false
                start = end + 1
                if lines.count == Self.batchLinesMax {
                    try take(lines, peer, path, admission, &load, &found)
                    lines = []
                }
            }
            try take(lines, peer, path, admission, &load, &found)
            bytes.removeFirst(start)
            if load.isFull, !isEnd || !bytes.isEmpty {
                found.rest = .anything
                break
            }
            if bytes.count > Record.lineBytesMax {
                if !isOverlong {
                    found.ignored += 1
                    found.firstIgnored = found.firstIgnored ?? "a line is longer than any record"
                }
                isOverlong = true
                bytes = []
            } else if isEnd, isOverlong || !bytes.isEmpty || file.status.size == 0 {
                report(.pending(peer.path, path, "the file is cut off"))
                if found.rest == .nothing { found.rest = .cutOff }
            }
        }
        if let reason = found.firstIgnored {
            report(.ignored(peer.path, path, reason, count: found.ignored))
        }
        return found
    }

    /// Judges some lines of a file.
    private func take(
        _ lines: [[UInt8]], _ peer: PeerFolder, _ path: String, _ admission: Admission,
        _ load: inout PeerLoad, _ found: inout Found
    ) throws {
        let candidates = try check(lines, admission)
        for (line, candidate) in zip(lines, candidates) {
            if load.isFull {
                found.rest = .anything
                return
            }
            let taken: Admission.Taken
            switch candidate {
            case .known:
                found.isUseful = true
                continue
            case .record(let candidate):
                do {
                    taken = try admission.take(candidate)
                } catch is PolicyDesk.Unknown {
                    // It is taken up again once the policy has been asked.
                    found.rest = .anything
                    found.isUseful = true
                    if isDryRun { reportNotAsked(candidate.record.id, peer) }
                    continue
                }
            case .unread(let reason):
                if let document = try? JSONDocument(line, form: .canonical),
                    let refusal = try? Refusal(document.root)
                {
                    taken = try admission.take(refusal)
                } else {
                    taken = .ignored(reason)
                }
            }
            if case .ignored = taken {} else { found.isUseful = true }
            switch taken {
            case .known: break
            case .admitted(let result):
                guard let id = result.id else { break }
                if result.status == .rejected {
                    load.written += 1
                    load.writtenBytes += line.count
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
                    load.written += 1
                    load.writtenBytes += line.count
                    report(
                        .refused(
                            id, by: writer.name, answer.result.code ?? .malformed, answer.result.reason ?? "")
                    )
                }
            case .relayed(let id):
                load.written += 1
                load.writtenBytes += line.count
                report(.relayed(id, from: peer.path))
            case .later(let id, let reason, let wait):
                found.rest = wait == .chains && found.rest != .anything ? .chains : .anything
                report(.pending(id, from: peer.path, reason))
            case .ignored(let reason):
                found.ignored += 1
                found.firstIgnored = found.firstIgnored ?? reason
            }
        }
    }

    private enum Checked: Sendable {
        case record(Admission.Candidate)
        /// Nothing in it is new.
        case known
        case unread(String)
    }

    /// Reads records and checks their signatures as far as that is needed, on all cores.
    private func check(_ lines: [[UInt8]], _ admission: Admission) throws -> [Checked] {
        let prefix = writer.signedPrefix
        let rules = writer.signatureRules(sealing: writer.name)
        let chunks = WorkerPool.chunks(of: lines.count, size: 64)
        let read = writer.workers.map(chunks.map { Array(lines[$0]) }) { chunk in
            chunk.map { line -> Result<Record, MalformedRecord> in
                Result { () throws(MalformedRecord) in try Record(line: line, signedPrefix: prefix) }
            }
        }.flatMap { $0 }
        // What is known is looked up here: the index is not for other threads.
        let needs = try read.map { try (try? $0.get()).map { try admission.need($0) } ?? .nothing }
        let inputs = Array(zip(read, needs))
        return writer.workers.map(chunks.map { Array(inputs[$0]) }) { chunk in
            chunk.map { input, need -> Checked in
                switch input {
                case .failure(let error): return .unread(error.reason)
                case .success(let record):
                    switch need {
                    case .nothing: return .known
                    case .attestations:
                        return .record(
                            Admission.Candidate(
                                record: record, signatureFault: rules.attestationFault(record),
                                isOnlyAttested: true))
                    case .all:
                        return .record(
                            Admission.Candidate(record: record, signatureFault: rules.statementFault(record)))
                    }
                }
            }
        }.flatMap { $0 }
    }

    // MARK: What was read before

    private func isRead(_ peer: PeerFolder, _ number: Int, size: Int64) throws -> Bool {
        let query = try index.database.cached("SELECT size FROM peer_outbox WHERE path=? AND file=?")
        defer { query.reset() }
        try query.bind(1, text: peer.path)
        try query.bind(2, Int64(number))
        return try query.step() && query.integer(0) == size
    }

    private func markRead(_ peer: PeerFolder, _ number: Int, size: Int64) throws {
        let statement = try index.database.cached(
            "INSERT OR REPLACE INTO peer_outbox(path, file, size) VALUES(?,?,?)")
        try statement.bind(1, text: peer.path)
        try statement.bind(2, Int64(number))
        try statement.bind(3, size)
        try statement.run()
    }

    /// The files that were read, of those with numbers above one and up to another, ascending.
    private func readFiles(of peer: PeerFolder, above: Int, upTo last: Int) throws -> [Int] {
        let query = try index.database.prepare(
            "SELECT file FROM peer_outbox WHERE path=? AND file>? AND file<=? ORDER BY file")
        try query.bind(1, text: peer.path)
        try query.bind(2, Int64(above))
        try query.bind(3, Int64(last))
        var numbers: [Int] = []
        while try query.step() { numbers.append(Int(query.integer(0))) }
        return numbers
    }

    /// Forgets the files that are gone, of those with numbers above one and up to another. `present` ascends.
    private func forgetRead(
        _ peer: PeerFolder, above: Int, upTo last: Int, but present: [Int]
    ) throws {
        var rest = present[...]
        for number in try readFiles(of: peer, above: above, upTo: last) {
            while let first = rest.first, first < number { rest.removeFirst() }
            if rest.first == number { continue }
            let statement = try index.database.cached("DELETE FROM peer_outbox WHERE path=? AND file=?")
            try statement.bind(1, text: peer.path)
            try statement.bind(2, Int64(number))
            try statement.run()
        }
    }
}
