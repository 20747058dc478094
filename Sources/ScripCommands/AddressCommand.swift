internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip address`: prints the address of a key at a region.
struct AddressCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "address", _superCommandName: "scrip",
        abstract: "Print the address of a key at a region.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The region of the account; that of -C if not given.", valueName: "name"))
    var region: String?

    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: ArgumentHelp("Key files.", valueName: "file"))
    var files: [String]

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let region = try RegionOption.name(region, for: "address", invocation)
        let opener = KeyOpener(passphrase, readsInput: false, world: invocation.world)
        for file in files {
            let address = Address(region: region, key: try opener.key(path: file).publicKey)
            try invocation.output.line(AccountKey(address: address, path: file).json)
        }
        return .success
    }
}
