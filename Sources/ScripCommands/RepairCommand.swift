internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip repair`: takes back from peers what was lost or damaged, and lets the region sign again.
struct RepairCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", _superCommandName: "scrip",
        abstract: "Take back from peers what was lost or damaged, and sign again.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "A peer to take from, more than once if need be; those in scrip.json if none is given.",
            valueName: "peer"))
    var from: [String] = []

    @Flag(
        help:
            "This directory is the newest there is, and the only one in use from now on: you promise it.")
    var moved = false

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let foundFault = try RegionWriter.repair(
            path: try invocation.regionPath(), world: invocation.world,
            options: RepairOptions(peers: from, isMoved: moved),
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds,
            onEvent: { try invocation.output.line($0.json) })
        return foundFault ? .rejected : .success
    }
}
