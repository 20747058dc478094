public import ScripCore
internal import ScripCrypto

/// One line of input, as `validate` reads it.
public struct InputRecord: Sendable {
    /// The number of the line, from 1.
    public let number: Int
    /// The JSON of a record in any layout; nil if the line could not be read as far as that.
    public let bytes: [UInt8]?
    /// Why it could not be read.
    public let fault: String

    public init(number: Int, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
        fault = ""
    }

    public init(number: Int, fault: String) {
        self.number = number
        bytes = nil
        self.fault = fault
    }
}

extension RegionWriter {
    /// Lines that are judged, made durable and acknowledged together.
    private static let admissionBatchMax = 4_096

    /// Judges records in order and says of each, once that is durable, what became of it. `next` gives the next
    /// input, nil at its end. An observer admits nothing: it passes on what others seal.
    public func admit(
        next: () throws -> InputRecord?, onResult: (RecordResult) throws -> Void
    ) throws(StoreError) {
        do {
            try requireMaySign()
            try admitDeferred()
            var isEnd = false
            while !isEnd {
                var batch: [InputRecord] = []
                while batch.count < Self.admissionBatchMax {
                    guard let input = try next() else {
                        isEnd = true
                        break
                    }
                    batch.append(input)
                }
                if batch.isEmpty { break }
                let checked = try check(batch)
                try admit(checked, onResult: onResult)
            }
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Takes up what waits for the policy, before anything new. Of many only the first: `sync` takes up all.
    private func admitDeferred() throws {
        let records = try deferred.records(atMost: Self.admissionBatchMax)
        if records.isEmpty { return }
        let candidates = records.map {
            CheckedInput.candidate(Admission.Candidate(record: $0, signatureFault: nil))
        }
        try admit(candidates, onResult: { _ in })
        try deferred.tidy()
    }

    /// Judges and acknowledges. Where the region has a policy, the records are judged for a rehearsal first: those that
    /// pass are what the policy is asked about, all at once and without the lock. What an answer makes possible, like a
    /// second change of a voucher whose first one was refused, takes another round.
    private func admit(_ batch: [CheckedInput], onResult: (RecordResult) throws -> Void) throws {
        var rest = batch[...]
        var roundCount = rest.count
        policy?.tidy()
        while !rest.isEmpty {
            let round = rest.prefix(roundCount)
            if let policy {
                let questionCount = try askPolicy(about: round, policy)
                // After a round that was cut short, looking far ahead again would cost more than it finds.
                roundCount = max(Self.policyRoundMin, questionCount * 8)
            }
            let results = try changing {
                let results = try judge(round)
                try writePending()
                return results
            }
            try writeHeads()
            for result in results { try onResult(result) }
            rest = rest.dropFirst(results.count)
        }
    }

    /// Records that are looked at in one round at least.
    private static let policyRoundMin = 16

    /// The results of the records up to the first about which the policy has to be asked.
    private func judge(_ round: ArraySlice<CheckedInput>) throws -> [RecordResult] {
        let admission = try Admission(self)
        var results: [RecordResult] = []
        results.reserveCapacity(round.count)
        for input in round {
            switch input {
            case .candidate(let candidate):
                do {
                    results.append(try admission.admit(candidate))
                } catch is PolicyDesk.Unknown {
                    return results
                }
            case .malformed(let reason, let number):
                results.append(.rejected(nil, .malformed, reason: reason, line: number))
            }
        }
        return results
    }

    /// Finds out what passes the rules if the policy accepts all, and asks it. Returns how much there was to ask.
    private func askPolicy(about round: ArraySlice<CheckedInput>, _ policy: PolicyDesk) throws -> Int {
        policy.isRehearsal = true
        defer { policy.isRehearsal = false }
        try rehearse { _ = try judge(round) }
        policy.isRehearsal = false
        let questionCount = policy.questionCount
        if questionCount > 0, let fault = try releasingLock({ policy.ask() }) {
            onFault(fault.path, fault.message)
        }
        return questionCount
    }

    private enum CheckedInput: Sendable {
        case candidate(Admission.Candidate)
        /// With the number of its line.
        case malformed(String, line: Int)
    }

    /// Reads the records and checks their signatures, on all cores.
    private func check(_ batch: [InputRecord]) throws -> [CheckedInput] {
        let prefix = signedPrefix
        let charter = charter
        let genesis = genesis
        let chunkSize = batch.count < 32 ? batch.count : 64
        // A single record is not worth threads.
        let pool = batch.count < 32 ? WorkerPool(workers: 1) : workers
        let chunks = WorkerPool.chunks(of: batch.count, size: chunkSize).map { Array(batch[$0]) }
        let read = pool.map(chunks) { chunk in
            chunk.map { input -> ReadInput in
                guard let bytes = input.bytes else { return .malformed(input.fault, line: input.number) }
                do throws(MalformedRecord) {
                    return .record(try Record.reading(bytes, signedPrefix: prefix))
                } catch {
                    return .malformed(error.reason, line: input.number)
                }
            }
        }
        var records: [(ReadInput, RegionName?)] = []
        for input in read.joined() {
            if case .record(let record) = input {
                // Who seals is looked up here: the index is not for other threads.
                records.append((input, try Admission.sealingRegion(of: record, index)))
            } else {
                records.append((input, nil))
            }
        }
        let checkChunks = WorkerPool.chunks(of: records.count, size: chunkSize).map { Array(records[$0]) }
        let results = pool.map(checkChunks) { chunk in
            chunk.map { input, sealing -> CheckedInput in
                switch input {
                case .malformed(let reason, let number): return .malformed(reason, line: number)
                case .record(let record):
                    guard let sealing else { return .malformed("no region seals it", line: 0) }
                    let rules = SignatureRules(charter: charter, genesis: genesis, sealing: sealing)
                    return .candidate(
                        Admission.Candidate(record: record, signatureFault: rules.partialFault(record)))
                }
            }
        }
        return Array(results.joined())
    }

    private enum ReadInput: Sendable {
        case record(Record)
        case malformed(String, line: Int)
    }
}
