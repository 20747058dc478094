internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// A directory of key files, `--keys`. A file that is named after the address, as `keygen` names it, is found
/// at once; otherwise all files are read, once.
final class KeyDirectory {
    private let path: String
    private let names: Set<String>
    private let opener: KeyOpener
    private var keys: [Ed25519PublicKey: Ed25519PrivateKey] = [:]
    private var isRead = false
    /// Why the first file that could not be read was not.
    private var fault: StoreError?

    static let suffix = ".pem"

    init(path: String, opener: KeyOpener, world: World) throws(StoreError) {
        self.path = path
        self.opener = opener
        do {
            let directory = try Directory(path: path, fileSystem: world.fileSystem)
            names = Set(
                try directory.names().filter { name in
                    name.utf8.count > Self.suffix.utf8.count
                        && name.utf8.suffix(Self.suffix.utf8.count).elementsEqual(Self.suffix.utf8)
                })
        } catch {
            throw StoreError(error)
        }
    }

    /// The key that signs for `address`.
    ///
    /// - Throws: `permission` if none does; or why a file could not be read, which may be the one.
    func key(for address: Address) throws(StoreError) -> Ed25519PrivateKey {
        if let key = keys[address.key] { return key }
        let name = address.text + Self.suffix
        if names.contains(name) {
            let key = try opener.key(path: "\(path)/\(name)")
            keys[key.publicKey] = key
            if key.publicKey == address.key { return key }
        }
        readAll()
        if let key = keys[address.key] { return key }
        throw fault ?? StoreError(.permission, path, "there is no key of \(address) here")
    }

    private func readAll() {
        if isRead { return }
        isRead = true
        for name in names.sorted() {
            do {
                let key = try opener.key(path: "\(path)/\(name)")
                keys[key.publicKey] = key
            } catch {
                if fault == nil { fault = error }
            }
        }
    }
}
