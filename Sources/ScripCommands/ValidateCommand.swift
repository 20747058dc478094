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
            // Before a wait everything is answered, and others are let into the region.
            if !StandardStream.input.isReady { try admission.pause() }
        })
        while let line = try lines.next() { try admission.admit(line, lines) }
        return admission.status
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
    /// The item that is next.
    private var item: Item?
    /// That of the worst line.
    private(set) var status = ExitStatus.success

    init(_ directory: RegionDirectory, _ invocation: Invocation, _ floorLimit: FloorLimit?) {
        self.directory = directory
        self.invocation = invocation
        self.floorLimit = floorLimit
    }

    /// Lets others into the region while there is nothing to do.
    func pause() throws {
        writer = nil
        try invocation.output.flush()
    }

    /// Admits and answers a line, and all behind it that can be read without waiting.
    func admit(_ line: InputLine, _ lines: InputLines) throws {
        item = Self.item(line)
        while let item {
            switch item {
            case .result(let line, let status):
                self.status = self.status.worse(status)
                try invocation.output.line(line)
                self.item = try lines.nextReady().map(Self.item)
            case .record: try admitRecords(lines)
            }
        }
    }

    private static func item(_ line: InputLine) -> Item {
        switch RecordInput(line) {
        case .record(let record): .record(InputRecord(number: line.number, bytes: record))
        case .malformed(let reason): .record(InputRecord(number: line.number, fault: reason))
        case .result(let result, let status): .result(result, status)
        }
    }

    /// Admits records up to the next line that is none.
    private func admitRecords(_ lines: InputLines) throws {
        let writer = try writer ?? invocation.openWriter(directory)
        self.writer = writer
        try writer.admit(
            next: {
                guard case .record(let record) = self.item else { return nil }
                self.item = try lines.nextReady().map(Self.item)
                return record
            },
            onResult: { result in
                self.status = self.status.worse(try ExitStatus(result, self.floorLimit, writer.ledger))
                try self.invocation.output.line(result.canonical)
            })
    }
}
