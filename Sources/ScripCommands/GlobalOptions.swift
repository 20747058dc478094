internal import ArgumentParser

/// The options of every command (scrip(1)). They stand before or after the name of the command.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customShort("C"),
        help: ArgumentHelp("The region directory; SCRIP_REGION if not given.", valueName: "dir"))
    var region: String?

    @Flag(help: "Print one JSON document a line, on a terminal too.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no diagnostics but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say on standard error what is being done.")
    var verbose = false

    @Option(
        help: ArgumentHelp(
            "How long a command that writes waits for another one; 5 if not given.", valueName: "seconds"))
    var lockTimeout: Int?

    @Option(help: "When colours are used; this version uses none.")
    var color = ColorChoice.auto

    enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }
}
