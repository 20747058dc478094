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
    /// Lines, and their bytes, that are judged, made durable and acknowledged together at most.
    private static let admissionBatchMax = 8_192
    private static let admissionBytesMax = 16 << 20
    /// Records about which a policy is asked together at most.
    private static let policyBatchMax = 4_096

    /// Judges records in order and says of each, once that is durable, what became of it. `next` gives the next
    /// input, nil at its end. An observer admits nothing: it passes on what others seal.
    public func admit(
        next: @escaping () throws -> InputRecord?, onResult: (RecordResult) throws -> Void
    ) throws(StoreError) {
        do {
            try requireOwnChainGoesOn()
            try requireMaySign()
            try admitDeferred()
            let inputs = CheckedInputs(self, next)
            if policy == nil {
                while try admitNext(inputs, onResult: onResult) {}
            } else {
                while true {
                    let batch = try inputs.next(atMost: Self.policyBatchMax)
                    if batch.isEmpty { break }
                    try admit(batch, onResult: onResult)
                }
            }
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Judges and acknowledges one batch. Records are judged while the cores check those behind them. Returns
    /// whether there was anything, false at the end of the input.
    private func admitNext(
        _ inputs: CheckedInputs, onResult: (RecordResult) throws -> Void
    ) throws -> Bool {
        // The lock holds off others, so that nothing is begun before there is something to judge.
        guard var chunk = try inputs.next() else { return false }
        let results = try changing {
            let admission = try Admission(self)
            var results: [RecordResult] = []
            var bytes = 0
            while true {
                for input in chunk {
                    let result = try judge(input, admission, place: results.count)
                    bytes += result.record?.count ?? 0
                    results.append(result)
                }
                guard results.count < Self.admissionBatchMax, bytes < Self.admissionBytesMax,
                    let more = try inputs.next()
                else { break }
                chunk = more
            }
            for (place, result) in try admission.finishSigning() { results[place] = result }
            try writePending()
            return results
        }
        try writeHeads()
        for result in results { try onResult(result) }
        return true
    }

    private func judge(_ input: CheckedInput, _ admission: Admission, place: Int) throws -> RecordResult {
        switch input {
        case .candidate(let candidate): try admission.admit(candidate, place: place)
        case .malformed(let reason, let number):
            .rejected(nil, .malformed, reason: reason, line: number)
        }
    }

    /// Takes up what waits for the policy, before anything new. Of many only the first: `sync` takes up all.
    private func admitDeferred() throws {
        let records = try deferred.records(atMost: Self.policyBatchMax)
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
            do {
                results.append(try judge(input, admission, place: results.count))
            } catch is PolicyDesk.Unknown {
                break
            }
        }
        for (place, result) in try admission.finishSigning() { results[place] = result }
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
}
