internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip validate`: admits records into the pool.
struct ValidateCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", _superCommandName: "scrip",
        abstract: "Admit records into the pool.",
        discussion: "Reads records from standard input, and prints a result for each, in their order.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("Standard input, which is read anyway.", valueName: "-"))
    var input: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard input == nil || input == "-" else {
            throw StoreError(
                .usage, "validate", "'\(input ?? "")' is not '-'; records come from standard input")
        }
        // What is wrong with the region is said before anything is read.
        let directory = try invocation.openRegion(checksCharter: false)
        directory.makeReady()
        let admission = RecordAdmission(directory, invocation)
        let lines = InputLines(standardInput: {
            // What can be read at once is admitted together; before a wait everything is answered.
            if !StandardStream.input.isReady { try admission.pause() }
        })
        while let line = try lines.next() { try admission.add(line) }
        return try admission.finish()
    }
}

/// Lines on their way into the pool: admitted many at a time, answered in their order.
private final class RecordAdmission {
    private enum Item {
        case record(InputRecord)
        case result([UInt8], ExitStatus)
    }

    private let directory: RegionDirectory
    private let invocation: Invocation
    /// Holds the lock of the region; nil while more input is awaited.
    private var writer: RegionWriter?
    private var items: [Item] = []
    private var bytes = 0
    private var status = ExitStatus.success

    /// Lines, and their bytes, that are admitted together at most.
    private static let itemsMax = 4_096
    private static let bytesMax = 16 << 20

    init(_ directory: RegionDirectory, _ invocation: Invocation) {
        self.directory = directory
        self.invocation = invocation
    }

    private func open() throws {
        if writer == nil { writer = try invocation.openWriter(directory) }
    }

    func add(_ line: InputLine) throws {
        switch RecordInput(line) {
        case .record(let record): items.append(.record(InputRecord(number: line.number, bytes: record)))
        case .malformed(let reason): items.append(.record(InputRecord(number: line.number, fault: reason)))
        case .result(let result, let status): items.append(.result(result, status))
        }
        bytes += line.bytes.count
        if items.count >= Self.itemsMax || bytes >= Self.bytesMax { try answer() }
    }

    /// Answers what was read, and lets others into the region while there is nothing to do.
    func pause() throws {
        try answer()
        writer = nil
        try invocation.output.flush()
    }

    /// The exit status is that of the worst line.
    func finish() throws -> ExitStatus {
        try answer()
        return status
    }

    private func answer() throws {
        var rest = items[...]
        items = []
        bytes = 0
        while let first = rest.first {
            if case .result(let line, let status) = first {
                rest.removeFirst()
                self.status = self.status.worse(status)
                try invocation.output.line(line)
            } else {
                let records = rest.prefix { if case .record = $0 { true } else { false } }
                rest = rest.dropFirst(records.count)
                try admit(records)
            }
        }
    }

    private func admit(_ items: ArraySlice<Item>) throws {
        try open()
        var rest = items.makeIterator()
        try writer?.admit(
            next: {
                guard case .record(let record) = rest.next() else { return nil }
                return record
            },
            onResult: { result in
                status = status.worse(ExitStatus(result))
                try invocation.output.line(result.json)
            })
    }
}
