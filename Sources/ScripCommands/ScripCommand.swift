public import ArgumentParser
internal import ScripStore

/// The program: `scrip COMMAND …`.
public struct ScripCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "scrip",
        abstract: "Keep one ledger of electronic vouchers in several regions, out of plain files.",
        discussion: "Each command has a manual page: man scrip-issue. To begin, see man scrip-tutorial.",
        version: "scrip \(ProgramVersion.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Setting up",
                subcommands: [
                    InitCommand.self, KeygenCommand.self, AddressCommand.self, CharterCommand.self,
                    AccreditCommand.self,
                ]),
            CommandGroup(
                name: "Writing records",
                subcommands: [
                    IssueCommand.self, TradeCommand.self, AcceptCommand.self, RedeemCommand.self,
                    RefundCommand.self, SplitCommand.self, VoidCommand.self,
                    CodesCommand.self,
                ]),
            CommandGroup(
                name: "Keeping the ledger",
                subcommands: [
                    ValidateCommand.self, SealCommand.self, SyncCommand.self, VerifyCommand.self,
                ]),
            CommandGroup(
                name: "Reading",
                subcommands: [
                    ShowCommand.self, ListCommand.self, StatusCommand.self, TallyCommand.self,
                    WaitCommand.self, CatCommand.self, ProveCommand.self, SettleCommand.self,
                    ReportCommand.self,
                    ExportCommand.self,
                    ReindexCommand.self, PackCommand.self,
                ]),
            CommandGroup(name: "Looking after it", subcommands: [RepairCommand.self, DoctorCommand.self]),
        ])

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    public init() {}

    /// No command was named.
    public func run() throws {
        throw StoreError(.usage, "usage", "no command is named; 'scrip --help' lists them")
    }

    /// Does what the arguments of the process say, and ends it with the exit status of scrip(1).
    public static func run() -> Never {
        let status = execute()
        exit(withError: status == .success ? nil : ExitCode(status.rawValue))
    }

    private static func execute() -> ExitStatus {
        do {
            try ProcessStart.prepare()
            try requireText()
            var command = try command(Array(CommandLine.arguments.dropFirst()))
            try command.run()
            return .success
        } catch {
            return conclude(error)
        }
    }

    /// Throws unless everything that the user gave is UTF-8. What is not would be changed before it is looked up, or
    /// signed: two refs would become one.
    private static func requireText() throws(StoreError) {
        if let number = ProcessArguments.firstThatIsNoText {
            throw StoreError(
                .usage, "argument \(number)",
                "it is not UTF-8; write the text so, as iconv(1) does, and rename a file with such a name")
        }
        for name in ["SCRIP_REGION", "SCRIP_NOW"] where !ProcessEnvironment.isText(name) {
            throw StoreError(
                .usage, name, "its value is not UTF-8; set it anew, and rename a directory with such a name")
        }
    }

    /// The command that the arguments call for.
    ///
    /// Where a command's name comes first, the command reads the arguments itself, which saves the way
    /// through the tree of commands, about an eighth of a start. Whatever it cannot read is left to the tree,
    /// which knows how to say so.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        if let name = arguments.first,
            let command = PlainCommands.command(name, Array(arguments.dropFirst()))
        {
            return command
        }
        if let name = arguments.first,
            let type = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
            type.configuration.subcommands.isEmpty,
            let command = try? type.parseAsRoot(Array(arguments.dropFirst())),
            Swift.type(of: command) == type
        {
            return command
        }
        return try parseAsRoot(arguments)
    }

    /// Says what went wrong, or prints the help that was asked for.
    private static func conclude(_ error: any Error) -> ExitStatus {
        switch error {
        case let status as ExitStatus:
            return status
        case let closed as OutputClosed:
            return closed.exitStatus
        case let error as StoreError:
            Diagnostics().report(error)
            return ExitStatus(error.kind)
        case let error as FileError:
            let error = StoreError(error)
            Diagnostics().report(error)
            return ExitStatus(error.kind)
        default:
            return exitCode(for: error) == .success ? answer(error) : refuse(error)
        }
    }

    /// Help, a version, a completion script.
    private static func answer(_ request: any Error) -> ExitStatus {
        let output = Output()
        var text = Array(fullMessage(for: request, columns: StandardStream.output.columns).utf8)
        if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        do {
            try output.write(text)
            try output.flush()
            return .success
        } catch {
            return conclude(error)
        }
    }

    /// Arguments that do not parse.
    private static func refuse(_ error: any Error) -> ExitStatus {
        let (command, hint) = UsageHint.read(fullMessage(for: error, columns: 1_000))
        let message = message(for: error).split(separator: "\n").joined(separator: " ")
        Diagnostics().report(command, "\(message); \(hint)")
        return exitCode(for: error) == .validationFailure ? .usage : .internalFault
    }
}
