internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip keygen`: makes the key of an account.
struct KeygenCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", _superCommandName: "scrip",
        abstract: "Make the key of an account.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The region of the account; that of -C if not given.", valueName: "name"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "Where to write the key; the address and '.pem' if not given.", valueName: "file"))
    var out: String?

    @OptionGroup var passphrase: PassphraseOptions

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let region = try RegionOption.name(region, for: "keygen", invocation)
        let secret = try passphrase.given(world: invocation.world)
        guard let seed = Bytes32(invocation.world.randomness.bytes(32)) else {
            throw StoreError(.internalFault, "keygen", "there were no 32 random bytes")
        }
        let key = Ed25519PrivateKey(seed: seed)
        let address = Address(region: region, key: key.publicKey)
        let path = out ?? address.text + KeyDirectory.suffix
        let pem = secret.map { PrivateKeyPEM.encode(key, passphrase: $0) } ?? PrivateKeyPEM.encode(key)
        do {
            try KeyFile.create(pem, path: path, world: invocation.world)
        } catch {
            switch error {
            case .conflict: throw StoreError(.rejected, path, "the file exists; a key is never overwritten")
            case .io(let error): throw StoreError(error)
            default: throw error
            }
        }
        try invocation.output.line(AccountKey(address: address, path: path).json)
        return .success
    }
}

/// What `keygen` and `address` print: `{"address":"north19m5tq…","key":"alice.pem"}`.
struct AccountKey {
    let address: Address
    let path: String

    var json: JSON { .object(["address": .string(address.text), "key": .string(path)]) }
}

/// `--region`, with the region of `-C` in its place.
enum RegionOption {
    static func name(
        _ option: String?, for command: String, _ invocation: Invocation
    ) throws(StoreError) -> RegionName {
        if let option { return try ArgumentReading(command: command).region(option, "--region") }
        guard let path = invocation.namedRegion else {
            throw StoreError(
                .usage, command, "no region is named; use --region NAME, or -C DIR or SCRIP_REGION")
        }
        // A region that still waits for its charter has its name already.
        if let settings = try RegionSite(path: path, world: invocation.world).settings {
            return settings.region
        }
        guard let name = try invocation.openRegion().regionName else {
            throw StoreError(.usage, command, "'\(path)' does not say whose it is; use --region NAME")
        }
        return name
    }
}
