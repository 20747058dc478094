internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter draft`: the text of a charter from the lines that `init` printed.
struct CharterDraftCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft", abstract: "Make an unsigned charter of the regions' lines.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The name of the federation, which all lines carry.", valueName: "name"))
    var federation: String

    @Option(
        help: ArgumentHelp(
            "majority (if not given), two-thirds, or a number of votes.", valueName: "quorum"))
    var quorum: String?

    @Argument(help: ArgumentHelp("Files with lines that 'scrip init' printed; '-' is standard input."))
    var lineFiles: [String] = []

    private static let fileBytesMax = 1 << 20

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let reading = ArgumentReading(command: "charter draft")
        let federation = try reading.federation(federation)
        let quorum = try reading.quorum(quorum ?? Quorum.majority.text)
        var regions: Set<CharterRegion> = []
        for file in lineFiles.isEmpty ? ["-"] : lineFiles {
            let bytes = try UserFile.contents(file, limit: Self.fileBytesMax, world: invocation.world)
            regions.formUnion(try Self.regions(bytes, in: UserFile.name(file)))
        }
        let charter: Charter
        do {
            charter = try Charter(
                federation: federation, epoch: 1, previous: nil, quorum: quorum,
                regions: regions.sorted { $0.name < $1.name })
        } catch {
            throw StoreError(.malformed, "charter draft", "\(error)")
        }
        try invocation.output.write(charter.text)
        return .success
    }

    private static func regions(
        _ bytes: [UInt8], in name: String
    ) throws(StoreError) -> [CharterRegion] {
        var regions: [CharterRegion] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            do {
                regions.append(try CharterRegion(parsing: Array(line)))
            } catch .key(_, let error) {
                throw StoreError(.malformed, "\(name):\(index + 1)", "\(error)")
            } catch {
                throw StoreError(
                    .malformed, "\(name):\(index + 1)",
                    "this is no line of a region, as 'scrip init' prints it")
            }
        }
        return regions
    }
}
