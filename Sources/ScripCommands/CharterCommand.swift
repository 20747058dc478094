internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter`: the signed roster of a federation.
struct CharterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter", abstract: "Show, draft, sign and install the charter of a federation.",
        subcommands: [
            CharterShowCommand.self, CharterDraftCommand.self, CharterSignCommand.self,
            CharterAdoptCommand.self, CharterPolicyCommand.self,
        ])

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    func run() throws {
        throw StoreError(.usage, "charter", "say what to do: show, draft, sign, adopt or policy")
    }
}

/// `scrip charter show`.
struct CharterShowCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a charter as one JSON line.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("A draft or a note; the charter of -C if not given.", valueName: "file"))
    var file: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        try CharterReport(CharterFile.readOrInstalled(file, invocation)).print(invocation)
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
        let signed = try CharterFile.readOrInstalled(file, invocation)
        let missing = signed.missingSigners
        guard missing.isEmpty else {
            // Whoever trusts a policy trusts its keys, so it is made of a charter in force only.
            invocation.diagnostics.report(
                UserFile.name(file ?? "charter"), "\(SignedCharterError.missing(missing))")
            return .awaiting
        }
        try invocation.output.write(signed.charter.trustPolicy)
        return .success
    }
}
