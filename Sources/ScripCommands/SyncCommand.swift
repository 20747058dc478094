internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip sync`: takes over what peers have, attests, votes, tallies.
struct SyncCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", _superCommandName: "scrip",
        abstract: "Take over what peers have, attest, vote, tally.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Flag(help: "Print the events, and change nothing.")
    var dryRun = false

    @Argument(
        help: ArgumentHelp(
            "Region directories, their public folders, or mirrors of those; the peers in scrip.json if none is given.",
            valueName: "peer"))
    var peers: [String] = []

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let writer = try invocation.openWriter(try invocation.regionPath())
        let peers = self.peers.isEmpty ? writer.configuredPeers : self.peers
        if peers.isEmpty {
            invocation.diagnostics.warn(
                "sync", "no peer is named, here or in \(writer.directory.path)/\(RegionLayout.settings)")
        }
        for peer in peers { invocation.diagnostics.explain("sync", "reading '\(peer)'") }
        let foundFault = try writer.synchronize(
            peers: peers, isDryRun: dryRun, onEvent: { try invocation.output.line($0.json) })
        return foundFault ? .rejected : .success
    }
}
