internal import ArgumentParser
internal import ScripCrypto
internal import ScripStore

/// Where the passphrase of encrypted keys comes from. Never from an argument, which `ps` shows to everybody.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The passphrase of encrypted keys is the first line of this file.", valueName: "file"))
    var passphraseFile: String?

    @Option(
        help: ArgumentHelp("As --passphrase-file, from an open file descriptor.", valueName: "number"))
    var passphraseFd: Int32?

    private static let fileBytesMax = 4_096

    /// The passphrase that the options give; nil if they give none.
    func given(world: World) throws(StoreError) -> [UInt8]? {
        guard passphraseFile == nil || passphraseFd == nil else {
            throw StoreError(.usage, "usage", "--passphrase-file and --passphrase-fd exclude each other")
        }
        guard let path = passphraseFile ?? passphraseFd.map({ "/dev/fd/\($0)" }) else { return nil }
        let bytes = try UserFile.contents(path, limit: Self.fileBytesMax, world: world)
        let line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        guard !line.isEmpty else {
            throw StoreError(.permission, path, "its first line, the passphrase, is empty")
        }
        return line
    }
}

/// Opens key files, and gets their passphrase when the first encrypted one needs it.
final class KeyOpener {
    private let options: PassphraseOptions
    private let world: World
    private var passphrase: [UInt8]?
    /// Whether standard input is spoken for, so that no passphrase can be typed there.
    private let readsInput: Bool

    init(_ options: PassphraseOptions, readsInput: Bool, world: World) {
        self.options = options
        self.readsInput = readsInput
        self.world = world
    }

    /// The key in the file at `path`.
    ///
    /// - Throws: `permission` if others can read it or the passphrase is missing or wrong, `malformed` if it
    ///   is no key, `noInput` if it is not there.
    func key(path: String) throws(StoreError) -> Ed25519PrivateKey {
        let pem: [UInt8]
        do {
            pem = try KeyFile.contents(path: path, fileSystem: world.fileSystem)
        } catch {
            throw StoreError(error)
        }
        var secret: [UInt8]?
        if PrivateKeyPEM.isEncrypted(pem) { secret = try passphrase(for: path) }
        do {
            return try PrivateKeyPEM.decode(pem, passphrase: secret)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func passphrase(for path: String) throws(StoreError) -> [UInt8]? {
        if let passphrase { return passphrase }
        if let given = try options.given(world: world) {
            passphrase = given
        } else if !readsInput && StandardStream.input.isTerminal {
            do {
                passphrase = try PassphrasePrompt.ask("Passphrase of \(DisplayText.safe(path)): ")
            } catch {
                throw StoreError(error)
            }
        }
        return passphrase
    }
}
