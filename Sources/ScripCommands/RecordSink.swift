internal import ScripCore
internal import ScripStore

/// Where the records of a writing command go: to standard output, or with `--submit` into the region, as
/// `validate` would put them there.
final class RecordSink {
    private enum Item {
        case record(Record)
        case result(RecordResult)
    }

    private let invocation: Invocation
    private let submits: Bool
    /// Up to how much what still awaits another region is good enough.
    var floorLimit: FloorLimit?
    private var items: [Item] = []
    private var status = ExitStatus.success

    /// Records that are admitted together.
    private static let batchMax = 4_096

    init(submits: Bool, _ invocation: Invocation) {
        self.submits = submits
        self.invocation = invocation
    }

    func write(_ record: Record) throws {
        guard submits else { return try invocation.output.line(record.line) }
        items.append(.record(record))
        if items.count >= Self.batchMax { try flush() }
    }

    /// What is known already of what was asked for, or why it was not done.
    func write(_ result: RecordResult) throws {
        guard submits else {
            status = status.worse(ExitStatus(result))
            return try invocation.output.line(result.json)
        }
        items.append(.result(result))
    }

    /// A line that passes through as it is.
    func pass(_ line: [UInt8], _ status: ExitStatus) throws {
        try flush()
        note(status)
        try invocation.output.line(line)
    }

    /// What a line that led to no output means for the exit status.
    func note(_ status: ExitStatus) {
        self.status = self.status.worse(status)
    }

    /// Does what was gathered, and prints it.
    func flush() throws {
        var rest = items[...]
        items = []
        while let first = rest.first {
            switch first {
            case .result(let result):
                rest.removeFirst()
                try print(result, in: floorLimit == nil ? nil : Ledger.open(try invocation.openRegion()))
            case .record:
                let records = rest.prefix { if case .record = $0 { true } else { false } }
                rest = rest.dropFirst(records.count)
                try submit(records)
            }
        }
        try invocation.output.flush()
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

    /// The lock is held for this only, not while input is awaited.
    private func submit(_ items: ArraySlice<Item>) throws {
        let writer = try invocation.openWriter(try invocation.regionPath())
        var records = items.makeIterator()
        try writer.admit(
            next: {
                guard case .record(let record) = records.next() else { return nil }
                return InputRecord(number: 0, bytes: record.line)
            },
            onResult: { try self.print($0, in: writer.ledger) })
    }
}
