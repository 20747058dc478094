internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter line`: the line by which a charter lists the region, with new keys where that is asked for.
struct CharterLineCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "line", abstract: "Print this region's line for a charter, with new keys or as it is.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Flag(help: "Make a new log key for the next epoch.")
    var newLogKey = false

    @Flag(help: "Make a new witness key for the next epoch.")
    var newWitnessKey = false

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let writer = try invocation.openWriter(try invocation.regionPath())
        let region = try writer.nextCharterRegion(newLogKey: newLogKey, newWitnessKey: newWitnessKey)
        try invocation.output.write(Array("\(region.line)\n".utf8))
        return .success
    }
}
