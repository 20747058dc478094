internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip reindex`: builds the index anew.
struct ReindexCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex", _superCommandName: "scrip",
        abstract: "Build the index anew from the files.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let counts = try RegionWriter.reindex(
            path: try invocation.regionPath(), world: invocation.world,
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        try invocation.output.line(counts.json)
        return .success
    }
}
