internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip pack`: fewer and larger segment files.
struct PackCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", _superCommandName: "scrip",
        abstract: "Merge old segment files, a thousand blocks into one at most.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(
        help: ArgumentHelp("How many of the newest blocks of each chain stay as they are.", valueName: "n"))
    var keep = 1

    @Argument(help: ArgumentHelp("Pack these chains only.", valueName: "chain"))
    var chains: [String] = []

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard keep >= 1 else {
            throw StoreError(
                .usage, "pack", "--keep is a number from 1 on: the newest block stays as it was sealed")
        }
        let directory = try RegionDirectory(path: try invocation.regionPath(), world: invocation.world)
        let voters = directory.charters.chains
        let names = try chains.map { text throws(StoreError) in
            guard let name = voters.first(where: { $0.text == text }) else {
                throw StoreError(.noInput, "pack", "'\(text)' is no chain of this federation")
            }
            return name
        }
        try invocation.openWriter(directory).pack(names.isEmpty ? voters : names, keeping: keep) {
            try invocation.output.line($0.json)
        }
        return .success
    }
}
