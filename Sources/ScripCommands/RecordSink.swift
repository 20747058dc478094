internal import ScripCore
internal import ScripStore

/// Where the records of a writing command go: to standard output, or with `--submit` into the region, as
/// `validate` would put them there.
final class RecordSink {
    private enum Item {
        case record([UInt8])
        /// A record of before that waits for the region's policy.
        case again([UInt8])
        case result(RecordResult)
        /// A line that passes through as it is.
        case line([UInt8])

        /// The line of a record that is to be admitted.
        var record: [UInt8]? {
            switch self {
            case .record(let line), .again(let line): line
            case .result, .line: nil
            }
        }
    }

    private let invocation: Invocation
    private let submits: Bool
    /// Up to how much what still awaits another region is good enough.
    var floorLimit: FloorLimit?
    private var items: [Item] = []
    private var status = ExitStatus.success

    /// Records, and results among them, that are dealt with together.
    private static let batchMax = 4_096

    init(submits: Bool, _ invocation: Invocation) {
        self.submits = submits
        self.invocation = invocation
    }

    func write(_ record: Record) throws {
        guard submits else { return try invocation.output.line(record.line) }
        try gather(.record(record.line))
    }

    /// What is known already of what was asked for, or why it was not done.
    func write(_ result: RecordResult) throws {
        guard submits else {
            status = status.worse(ExitStatus(result))
            return try invocation.output.line(result.json)
        }
        try gather(.result(result))
    }

    /// What is known of an earlier record that answers the request, "already". With `--submit`, the policy for which
    /// one waits is asked again, as it is whenever records are admitted.
    func writeEarlier(_ result: RecordResult) throws {
        if submits, result.isDeferred, let line = result.record { return try gather(.again(line)) }
        try write(result)
    }

    private func gather(_ item: Item) throws {
        items.append(item)
        if items.count >= Self.batchMax { try flush() }
    }

    /// A line that passes through as it is.
    func pass(_ line: [UInt8], _ status: ExitStatus) throws {
        note(status)
        if submits { try gather(.line(line)) } else { try invocation.output.line(line) }
    }

    /// What a line that led to no output means for the exit status.
    func note(_ status: ExitStatus) {
        self.status = self.status.worse(status)
    }

    /// Does what was gathered, all of it at once, and prints it in its order.
    func flush() throws {
        let gathered = items
        items = []
        let records = gathered.compactMap(\.record)
        if records.isEmpty {
            try print(gathered, answers: [], nil)
        } else {
            // The lock is held for this only, not while input is awaited.
            let writer = try invocation.openWriter(try invocation.regionPath())
            var next = records.makeIterator()
            var answers: [RecordResult] = []
            do {
                try writer.admit(
                    next: { next.next().map { InputRecord(number: 0, bytes: $0) } },
                    onResult: { answers.append($0) })
            } catch {
                // What was admitted before is told all the same.
                try print(gathered, answers: answers, writer.ledger)
                throw error
            }
            try print(gathered, answers: answers, writer.ledger)
        }
        try invocation.output.flush()
    }

    /// Prints what was gathered up to the first record that has no answer.
    private func print(_ gathered: [Item], answers: [RecordResult], _ ledger: Ledger?) throws {
        var ledger = ledger
        var answers = answers.makeIterator()
        for item in gathered {
            switch item {
            case .line(let line): try invocation.output.line(line)
            case .result(let result):
                if ledger == nil, floorLimit != nil { ledger = try Ledger.open(try invocation.openRegion()) }
                try print(result, in: ledger)
            case .record:
                guard let answer = answers.next() else { return }
                try print(answer, in: ledger)
            case .again:
                guard var answer = answers.next() else { return }
                if answer.status != .rejected { answer.reason = "already" }
                try print(answer, in: ledger)
            }
        }
    }

    /// Ends the output; the exit status is that of the worst line.
    func finish() throws -> ExitStatus {
        try flush()
        return status
    }

    private func print(_ result: RecordResult, in ledger: Ledger?) throws {
        let own = try ledger.map { try ExitStatus(result, floorLimit, $0) } ?? ExitStatus(result)
        status = status.worse(own)
        try invocation.output.line(result.json)
    }
}
