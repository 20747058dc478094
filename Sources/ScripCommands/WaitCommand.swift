internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip wait`: waits until a record is final.
struct WaitCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", _superCommandName: "scrip",
        abstract: "Wait until a record is final, and print its result.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("admitted, sealed or confirmed.", valueName: "status"))
    var until = Goal.confirmed

    @Option(help: ArgumentHelp("Give up after so long, like 5m; never if not given.", valueName: "duration"))
    var timeout: String?

    @Argument(help: ArgumentHelp("The record's id.", valueName: "record"))
    var record: String

    enum Goal: String, ExpressibleByArgument, CaseIterable {
        case admitted, sealed, confirmed

        func isReached(by status: RecordStatus) -> Bool {
            switch status {
            case .admitted: self == .admitted
            case .sealed: self != .confirmed
            case .confirmed: true
            case .awaiting, .rejected, .disputed: false
            }
        }
    }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard case .record(let id) = try Subject(record, command: "wait") else {
            throw StoreError(
                .malformed, "wait", "'\(record)' is no record id, which is 64 lower-case hexadecimal digits")
        }
        let clock = invocation.world.clock
        let start = clock.elapsedMilliseconds()
        let limit = try limitMilliseconds()
        let watch = LedgerWatch(path: try invocation.regionPath(), world: invocation.world)
        var last: RecordResult?
        while true {
            guard let result = try watch.look().result(of: id) ?? last.map(Self.letGo) else {
                throw StoreError(.noInput, "wait", "record \(id.hexadecimal) is not known here")
            }
            last = result
            let left = limit - (clock.elapsedMilliseconds() - start)
            let isEnd = result.status == .rejected || result.status == .disputed
            if isEnd || until.isReached(by: result.status) || left <= 0 {
                try invocation.output.line(result.json)
                return isEnd ? .rejected : until.isReached(by: result.status) ? .success : .awaiting
            }
            watch.pause(atMostMilliseconds: left)
        }
    }

    /// What became of a record that is not known any more: a record on its way is forgotten once it is dead.
    private static func letGo(_ result: RecordResult) -> RecordResult {
        var result = result
        result.status = .rejected
        result.waitingFor = []
        result.reason =
            "it is on its way no more: its deadline passed, or a voucher was changed by another record"
        return result
    }

    private func limitMilliseconds() throws(StoreError) -> Int64 {
        guard let timeout else { return Int64.max }
        guard timeout.utf8.first != UInt8(ascii: "+"), let interval = Interval(timeout) else {
            throw StoreError(.usage, "wait", "--timeout: '\(timeout)' is no duration like 90s, 5m, 12h or 2d")
        }
        return interval.seconds * 1_000
    }
}
