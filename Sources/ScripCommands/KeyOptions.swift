internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Which keys sign.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The key that signs: a PEM file that only its owner can read.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "A directory of key files, *.pem; the right one is picked by its address.", valueName: "dir"))
    var keys: String?

    @OptionGroup var passphrase: PassphraseOptions

    /// The keys, read as they are needed. `command` stands in the diagnostic if the options make no sense.
    func keyring(
        for command: String, readsInput: Bool, world: World
    ) throws(StoreError) -> Keyring {
        let opener = KeyOpener(passphrase, readsInput: readsInput, world: world)
        switch (key, keys) {
        case (let path?, nil): return .single(path: path, key: try opener.key(path: path))
        case (nil, let path?):
            return .directory(try KeyDirectory(path: path, opener: opener, world: world))
        case (nil, nil): throw StoreError(.usage, command, "no key is given; use --key FILE or --keys DIR")
        case (_?, _?): throw StoreError(.usage, command, "--key and --keys exclude each other")
        }
    }
}

/// The keys that a command may sign with.
enum Keyring {
    /// `--key`.
    case single(path: String, key: Ed25519PrivateKey)
    /// `--keys`.
    case directory(KeyDirectory)

    /// The one key; nil if there are many to choose from.
    var only: Ed25519PrivateKey? {
        if case .single(_, let key) = self { return key }
        return nil
    }

    /// The key that signs for `address`.
    ///
    /// - Throws: `permission` if it is not among these.
    func key(for address: Address) throws(StoreError) -> Ed25519PrivateKey {
        switch self {
        case .single(let path, let key):
            guard key.publicKey == address.key else {
                throw StoreError(.permission, path, "this is not the key of \(address)")
            }
            return key
        case .directory(let directory):
            return try directory.key(for: address)
        }
    }
}
