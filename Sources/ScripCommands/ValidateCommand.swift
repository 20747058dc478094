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

    @OptionGroup var risk: FloorLimitOptions

    @Argument(help: ArgumentHelp("Standard input, which is read anyway.", valueName: "-"))
    var input: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard input == nil || input == "-" else {
            throw StoreError(
                .usage, "validate", "'\(input ?? "")' is not '-'; records come from standard input")
        }
        let floorLimit = try risk.limit(ArgumentReading(command: "validate"))
        // What is wrong with the region is said before anything is read.
        let directory = try invocation.openRegion(checksCharter: false)
        directory.makeReady()
        let admission = RecordAdmission(directory, invocation, floorLimit)
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
    private let floorLimit: FloorLimit?
    /// Holds the lock of the region; nil while more input is awaited.
    private var writer: RegionWriter?
    private var items: [Item] = []
    private var bytes = 0
    private var status = ExitStatus.success

    /// Lines, and their bytes, that are admitted together at most.
    private static let itemsMax = 4_096
    private static let bytesMax = 16 << 20

    init(_ directory: RegionDirectory, _ invocation: Invocation, _ floorLimit: FloorLimit?) {
        self.directory = directory
        self.invocation = invocation
        self.floorLimit = floorLimit
    }

    private func open() throws -> RegionWriter {
        if let writer { return writer }
        let writer = try invocation.openWriter(directory)
        self.writer = writer
        return writer
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

    /// Admits what was read, all of it at once, and answers it in its order.
    private func answer() throws {
        let gathered = items
        items = []
        bytes = 0
        let records = gathered.compactMap { if case .record(let record) = $0 { record } else { nil } }
        var answers: [RecordResult] = []
        if !records.isEmpty {
            let writer = try open()
            var next = records.makeIterator()
            do {
                try writer.admit(next: { next.next() }, onResult: { answers.append($0) })
            } catch {
                // What was admitted before is told all the same.
                try print(gathered, answers: answers)
                throw error
            }
        }
        try print(gathered, answers: answers)
    }

    /// Prints what was gathered up to the first record that has no answer.
    private func print(_ gathered: [Item], answers: [RecordResult]) throws {
        var answers = answers.makeIterator()
        for item in gathered {
            switch item {
            case .result(let line, let status):
                self.status = self.status.worse(status)
                try invocation.output.line(line)
            case .record:
                guard let answer = answers.next() else { return }
                let own = try writer.map { try ExitStatus(answer, floorLimit, $0.ledger) }
                status = status.worse(own ?? ExitStatus(answer))
                try invocation.output.line(answer.json)
            }
        }
    }
}
