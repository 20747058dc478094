internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip seal`: packs what is complete into the next block.
struct SealCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", _superCommandName: "scrip",
        abstract: "Pack what is complete into the next block.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Flag(help: "With nothing else to seal, seal an empty block.")
    var heartbeat = false

    @Option(help: ArgumentHelp("Records in a block at most; 65536 if not given.", valueName: "n"))
    var max: Int?

    @Flag(help: "The clock is right, though it is more than 30 days past every chain.")
    var clockOk = false

    @Argument(help: ArgumentHelp("Wait for the end of standard input, and seal then.", valueName: "-"))
    var input: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let recordsMax = self.max ?? BlockHeader.recordsMax
        guard (1...BlockHeader.recordsMax).contains(recordsMax) else {
            throw StoreError(
                .usage, "seal", "--max is a number of records, from 1 to \(BlockHeader.recordsMax)")
        }
        guard input == nil || input == "-" else {
            throw StoreError(
                .usage, "seal", "'\(input ?? "")' is not '-', which waits for the end of the input")
        }
        let directory = try invocation.openRegion(checksCharter: false)
        if input != nil {
            directory.makeReady()
            try Self.waitForEndOfInput()
        }
        let writer = try invocation.openWriter(directory)
        try writer.seal(
            isHeartbeat: heartbeat, recordsMax: recordsMax, isClockConfirmed: clockOk,
            onBlock: { try invocation.output.line(BlockReport($0).json) })
        return .success
    }

    private static func waitForEndOfInput() throws {
        var dropped: [UInt8] = []
        while try StandardStream.input.read(atMost: 65_536, into: &dropped) > 0 {
            dropped.removeAll(keepingCapacity: true)
        }
    }
}
