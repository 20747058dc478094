internal import ScripCore
internal import ScripCrypto

/// What tells one machine from another: the first eight bytes of the digest of machine-id(5), which must not be shown
/// itself. All zeros where the system has none.
struct MachineName: Hashable, Sendable, CustomStringConvertible {
    /// 16 hexadecimal digits.
    let description: String

    private static let paths = ["/etc", "/var/lib/dbus"]

    init(_ world: World) {
        for path in Self.paths {
            guard let folder = try? Directory(path: path, fileSystem: world.fileSystem),
                let file = try? folder.file("machine-id")
            else { continue }
            var bytes: [UInt8] = []
            _ = try? file.read(at: 0, atMost: 64, into: &bytes)
            let id = bytes.prefix { $0 > 0x20 }
            if id.isEmpty { continue }
            let digest = SHA256.hash(Array("scrip machine v1\n".utf8) + id)
            description = String(digest.hexadecimal.prefix(16))
            return
        }
        description = String(repeating: "0", count: 16)
    }
}
