internal import ScripStore

/// A file that the user named: a path, `-` for standard input, or a descriptor like `/dev/fd/3`.
enum UserFile {
    /// The whole content.
    ///
    /// - Throws: `noInput` if it is not there, `malformed` if it is longer than `limit` bytes.
    static func contents(_ path: String, limit: Int, world: World) throws(StoreError) -> [UInt8] {
        do {
            if path == "-" { return try InheritedDescriptor(number: 0).contents(limit: limit) }
            if let descriptor = InheritedDescriptor(path: path) {
                return try descriptor.contents(limit: limit)
            }
            let (directory, name) = try Directory.parent(ofUserPath: path, fileSystem: world.fileSystem)
            if try directory.status(of: name)?.kind == .pipe {
                return try NamedPipe.contents(path, limit: limit)
            }
            return try directory.contents(of: name, limit: limit)
        } catch {
            if error.isMissing { throw StoreError(.noInput, path, "there is no such file") }
            if error.isSymbolicLink {
                throw StoreError(.noInput, path, "this is a symbolic link; name the file itself")
            }
            if error.isFull {
                throw StoreError(.malformed, name(path), "this is longer than \(limit) bytes")
            }
            throw StoreError(error)
        }
    }

    /// How diagnostics call the file.
    static func name(_ path: String) -> String {
        path == "-" ? "standard input" : path
    }
}
