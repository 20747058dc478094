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
    /// input, nil at its end.
    public func admit(
        next: () throws -> InputRecord?, onResult: (RecordResult) throws -> Void
    ) throws(StoreError) {
        do {
            guard isVoter else {
                throw StoreError(
                    .permission, directory.path, "'\(name.text)' is an observer, which admits nothing")
            }
            try requireMaySign()
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
                for result in try admit(batch) { try onResult(result) }
            }
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    private func admit(_ batch: [InputRecord]) throws -> [RecordResult] {
        let checked = try check(batch)
        let results = try changing {
            let admission = try Admission(self)
            let results = try zip(batch, checked).map { input, checked in
                switch checked {
                case .candidate(let candidate): return try admission.admit(candidate)
                case .malformed(let reason):
                    return RecordResult.rejected(nil, .malformed, reason: reason, line: input.number)
                }
            }
            try writePending()
            return results
        }
        try writeHeads()
        return results
    }

    private enum CheckedInput: Sendable {
        case candidate(Admission.Candidate)
        case malformed(String)
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
                guard let bytes = input.bytes else { return .malformed(input.fault) }
                do throws(MalformedRecord) {
                    return .record(try Record.reading(bytes, signedPrefix: prefix))
                } catch {
                    return .malformed(error.reason)
                }
            }
        }
        var records: [(ReadInput, SignatureCheck?)] = []
        for input in read.joined() {
            if case .record(let record) = input {
                // Who seals is looked up here: the index is not for other threads.
                records.append((input, try SignatureCheck(record, index)))
            } else {
                records.append((input, nil))
            }
        }
        let checkChunks = WorkerPool.chunks(of: records.count, size: chunkSize).map { Array(records[$0]) }
        let results = pool.map(checkChunks) { chunk in
            chunk.map { input, check -> CheckedInput in
                switch input {
                case .malformed(let reason): return .malformed(reason)
                case .record(let record):
                    guard let check else { return .malformed("no region seals it") }
                    return .candidate(
                        Admission.Candidate(
                            record: record,
                            signatureFault: check.fault(record, charter: charter, genesis: genesis)))
                }
            }
        }
        return Array(results.joined())
    }

    private enum ReadInput: Sendable {
        case record(Record)
        case malformed(String)
    }
}
