internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter`: the signed roster of a federation.
struct CharterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter", abstract: "Show, draft, sign and install the charters of a federation.",
        subcommands: [
            CharterShowCommand.self, CharterLineCommand.self, CharterDraftCommand.self,
            CharterSignCommand.self, CharterAdoptCommand.self, CharterPolicyCommand.self,
        ])

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func run() throws {
        throw StoreError(.usage, "charter", "say what to do: show, line, draft, sign, adopt or policy")
    }
}

/// `scrip charter show`.
struct CharterShowCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a charter as one JSON line.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The charter of -C of that epoch; the newest if not given.", valueName: "n"))
    var epoch: Int?

    @Argument(help: ArgumentHelp("A draft or a note; the charter of -C if not given.", valueName: "file"))
    var file: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if epoch != nil && file != nil {
            throw StoreError(
                .usage, "charter show", "--epoch is about the charters of -C; leave out the file")
        }
        let (signed, history) = try CharterFile.readOrInstalled(file, epoch: epoch, invocation)
        return try CharterReport(signed, history: history).print(invocation)
    }
}

/// `scrip charter policy`.
struct CharterPolicyCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Print a charter as a C2SP tlog-policy.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("A note; the charter of -C if not given.", valueName: "file"))
    var file: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let (signed, history) = try CharterFile.readOrInstalled(file, invocation)
        guard try CharterReport(signed, history: history).isComplete else {
            // Whoever trusts a policy trusts its keys, so it is made of a charter in force only.
            do {
                try signed.check(after: history?.charter(of: signed.charter.epoch - 1))
            } catch {
                invocation.diagnostics.report(UserFile.name(file ?? "charter"), "\(error)")
            }
            return .awaiting
        }
        try invocation.output.write(signed.charter.trustPolicy)
        return .success
    }
}
