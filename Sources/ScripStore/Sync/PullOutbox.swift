internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Items of one peer that are passed on to others, or refused, in one run at most.
    static let relayedItemsMax = 10_000
    /// Their bytes.
    static let relayedBytesMax = 16 << 20
    static let outboxBytesMax = 64 << 20
    /// Refusals whose records may still come in the same run, at most; more come again with a full scan.
    private static let earlyRefusalsMax = 10_000
    /// Lines of one peer's outbox that are well formed and of no use, mostly since somebody's signature does not count,
    /// after which a run goes no further there; the next one goes on behind them.
    static let uselessLinesMax = 1_024
    /// As many of them is a line that is no record, which no honest region writes.
    private static let malformedLineCost = 4
    /// As many of them is what is read at once of a line that does not end.
    private static let endlessLineCost = 256

    /// Bytes that are read at once, at first and later, and lines that are judged together.
    private static let firstBatchBytes = 1 << 14
    private static let batchBytesMax = 1 << 18
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
        func isStopped() -> Bool {
            if load.isFull || load.isSpent { return true }
            let folder = RegionLayout.outbox
            return load.isHalved
                ? peer.uselessCount(in: folder) >= PeerFolder.uselessFilesMax / 2
                : peer.isExhausted("\(folder)/")
        }
        let progress = OutboxProgress(index)
        /// Takes files in some order until enough was read in vain; returns the last one that was looked at.
        func take(_ numbers: some Sequence<Int>, _ known: [Int], doubted: Int) throws -> Int? {
            var last: Int?
            for number in numbers where !isStopped() {
                last = number
                if number <= doubted, Self.contains(known, number) { continue }
                guard let name = OutboxFileName(number: number) else { continue }
                try pullOutbox(peer, name, admission, readsAgain: readsAgain, state, &load)
            }
            return last
        }
        var above = 0
        var present = 0
        var isLast = false
        while !isLast {
            let numbers = peer.names(
                RegionLayout.outbox, part: "\(above)", atMost: PeerFolder.manyNamesMax, by: <,
                isForeign: { OutboxFileName($0) == nil },
                { text in OutboxFileName(text).flatMap { $0.number > above ? $0.number : nil } })
            isLast = numbers.count < PeerFolder.manyNamesMax
            let end = isLast ? Int.max : numbers.last ?? Int.max
            try progress.forget(from: peer.path, above: above, upTo: end, but: numbers)
            let known = try readsAgain ? [] : progress.readToEnd(from: peer.path, above: above, upTo: end)
            // A number is used once, but a region that was put back may not know that it was.
            let doubted = (numbers.last ?? 0) - Self.doubtedFilesMax
            let last = try take(numbers, known, doubted: doubted)
            present += numbers.count
            if isStopped() {
                // Half of what may be read in vain is for the lowest numbers, and half for the highest, so that whoever
                // fills one end leaves the other.
                load.isHalved = false
                let newest = isLast ? numbers : newestNumbers(peer)
                let below = last ?? above
                let knownOfNewest =
                    try isLast || readsAgain
                    ? known : progress.readToEnd(from: peer.path, above: newest.first ?? 0, upTo: Int.max)
                _ = try take(
                    newest.reversed().prefix { $0 > below }, knownOfNewest,
                    doubted: (newest.last ?? 0) - Self.doubtedFilesMax)
                _ = try take(numbers.drop { $0 < below }, known, doubted: doubted)
                break
            }
            above = end
        }
        if isStopped() { peer.isOutboxComplete = false }
        // The hint came first, and its files come later.
        if let hint = peer.hint, present < hint.outbox.count { peer.isOutboxComplete = false }
    }

    /// The highest numbers of an outbox with many, ascending.
    private func newestNumbers(_ peer: PeerFolder) -> [Int] {
        peer.names(
            RegionLayout.outbox, part: "newest", atMost: PeerFolder.namesMax, by: >,
            isForeign: { OutboxFileName($0) == nil }, { OutboxFileName($0)?.number }
        ).reversed()
    }

    private static func contains(_ ascending: [Int], _ number: Int) -> Bool {
        var low = 0
        var high = ascending.count
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < ascending.count && ascending[low] == number
    }

    /// Files that were read and whose sizes are compared all the same: those with the highest numbers.
    private static let doubtedFilesMax = 1_000

    /// What one peer costs this region in one run.
    private struct PeerLoad {
        /// Items that were passed on, or refused: what this region writes because somebody else wants it to.
        var written = 0
        var writtenBytes = 0
        /// What was read in vain, in lines.
        var uselessLines = 0
        /// Whether the other half of what may be read in vain is for later.
        var isHalved = true

        var isFull: Bool {
            written >= Synchronization.relayedItemsMax || writtenBytes >= Synchronization.relayedBytesMax
        }
        var isSpent: Bool { uselessLines >= Synchronization.uselessLinesMax / (isHalved ? 2 : 1) }
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
        let progress = OutboxProgress(index)
        let before = try progress.reading(of: name.number, from: peer.path)
        if !readsAgain, let before, before.next == nil, let status = peer.status(of: path),
            status.kind == .regular, before.size == status.size
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
            var found = Found()
            // An earlier run stopped within it.
            if let before, let next = before.next, before.size == file.status.size {
                file.skip(to: next)
                found.resume(at: next, waitingFor: before.wait)
            }
            try take(file, peer, path, admission, &load, &found)
            if !found.isDone { peer.isOutboxComplete = false }
            if found.isStopped || found.isDone {
                let reading = OutboxProgress.Reading(
                    size: file.status.size, next: found.isDone ? nil : found.next, wait: found.wait)
                try progress.note(reading, of: name.number, from: peer.path)
            } else {
                if before != nil { try progress.forget(name.number, from: peer.path) }
                switch found.wait {
                case .chains: try useless.note(path, of: peer.path, file.status, state: state)
                case nil: try useless.note(path, of: peer.path, file.status)
                case .anything: break
                }
            }
            if found.isStopped { return }
            if !found.isUseful { peer.countUseless(path) }
        } catch let error as ForeignFileError {
            peer.isOutboxComplete = false
            report(.pending(peer.path, path, "\(error)"))
        }
    }

    /// What came of a file.
    private struct Found {
        /// What lines of it wait for, so that it is looked at again; if they wait for both, any time will do.
        private(set) var wait: Admission.Wait?
        /// Whether it ends within a line, and has to be another file.
        var isCutOff = false
        /// The first byte that was not judged.
        var next: Int64 = 0
        /// Whether the run goes no further, though there is more.
        var isStopped = false
        /// Whether any line of it is a record or a refusal that counts.
        var isUseful = false
        private(set) var ignored = 0
        private(set) var firstIgnored: String?

        /// Whether it need not be looked at again.
        var isDone: Bool { wait == nil && !isCutOff && !isStopped }

        /// Goes on where an earlier run stopped.
        mutating func resume(at next: Int64, waitingFor wait: Admission.Wait?) {
            self.next = next
            self.wait = wait
        }

        mutating func wait(for wait: Admission.Wait) { if self.wait != .anything { self.wait = wait } }

        mutating func ignore(_ reason: String) {
            ignored += 1
            firstIgnored = firstIgnored ?? reason
        }
    }

    /// Judges the lines of one file, as they are read.
    private func take(
        _ file: ForeignFile, _ peer: PeerFolder, _ path: String, _ admission: Admission,
        _ load: inout PeerLoad, _ found: inout Found
    ) throws {
        var bytes: [UInt8] = []
        var isOverlong = false
        var isEnd = false
        // Little at first, so that little of a flood is read.
        var batchBytes = Self.firstBatchBytes
        while !isEnd, !found.isStopped {
            while bytes.count < batchBytes, !isEnd {
                isEnd = try file.read(atMost: batchBytes - bytes.count, into: &bytes) == 0
            }
            batchBytes = min(2 * batchBytes, Self.batchBytesMax)
            var lines: [[UInt8]] = []
            var start = 0
            while let end = bytes.span.firstIndex(of: UInt8(ascii: "\n"), from: start), !load.isFull {
                // The rest of a line that was longer than any record.
                if isOverlong {
                    found.next += Int64(end + 1 - start)
                } else {
                    lines.append(Array(bytes[start..<end]))
                }
                isOverlong = false
                start = end + 1
                if lines.count == Self.batchLinesMax {
                    try take(lines, peer, path, admission, &load, &found)
                    lines = []
                }
            }
            try take(lines, peer, path, admission, &load, &found)
            bytes.removeFirst(start)
            // Where the run stops, whole lines are left.
            if !load.isFull, bytes.count > Record.lineBytesMax {
                if !isOverlong { found.ignore("a line is longer than any record") }
                load.uselessLines += Self.endlessLineCost
                isOverlong = true
                found.next += Int64(bytes.count)
                bytes = []
            }
            if load.isFull || load.isSpent, found.next < file.status.size {
                found.isStopped = true
            } else if isEnd, isOverlong || !bytes.isEmpty || file.status.size == 0 {
                report(.pending(peer.path, path, "the file is cut off"))
                found.isCutOff = true
            }
        }
        if let reason = found.firstIgnored {
            report(.ignored(peer.path, path, reason, count: found.ignored))
        }
        if found.isStopped, load.isSpent {
            report(.pending(peer.path, path, "many lines are of no use; the next run goes on behind them"))
        }
    }

    /// Judges some lines of a file.
    private func take(
        _ lines: [[UInt8]], _ peer: PeerFolder, _ path: String, _ admission: Admission,
        _ load: inout PeerLoad, _ found: inout Found
    ) throws {
        let candidates = try check(lines, admission)
        for (line, candidate) in zip(lines, candidates) {
            if load.isFull { return }
            found.next += Int64(line.count + 1)
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
                    found.wait(for: .anything)
                    found.isUseful = true
                    if isDryRun { reportNotAsked(candidate.record.id, peer) }
                    continue
                }
            case .unread(let reason):
                if let refusal = Refusal(line: line) {
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
            case .early(let refusal):
                if earlyRefusals.count < Self.earlyRefusalsMax {
                    earlyRefusals.append(EarlyRefusal(refusal: refusal, peer: peer.path))
                }
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
                found.wait(for: wait)
                report(.pending(id, from: peer.path, reason))
            case .ignored(let reason):
                found.ignore(reason)
                if case .unread = candidate {
                    load.uselessLines += Self.malformedLineCost
                } else {
                    load.uselessLines += 1
                }
            }
        }
    }

    /// A refusal that was read before its record.
    struct EarlyRefusal {
        let refusal: Refusal
        /// The folder that it lies in.
        let peer: String
    }

    /// Judges again the refusals that were read before their records.
    func takeEarlyRefusals(_ admission: Admission) throws {
        var early: [EarlyRefusal] = []
        for item in earlyRefusals {
            switch try admission.take(item.refusal) {
            case .early: early.append(item)
            case .refusal(let refusal):
                report(.refused(refusal.id, by: refusal.region, refusal.code, refusal.reason))
            case .relayed(let id): report(.relayed(id, from: item.peer))
            case .known, .admitted, .attestation, .answered, .later, .ignored: break
            }
        }
        earlyRefusals = early
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
}
