import Foundation
import Glibc
import ScripStore

/// A directory of its own for a test, removed when the last reference goes.
final class ScratchDirectory: Sendable {
    let path: String

    /// Below the system's directory for temporary files, or below `parent`.
    init(in parent: String = FileManager.default.temporaryDirectory.path) throws {
        path = "\(parent)/scrip-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func open(_ fileSystem: any FileSystem = POSIXFileSystem()) throws -> Directory {
        try Directory(path: path, fileSystem: fileSystem)
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func contents(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path(name)).map { Array($0) }
    }

    func text(_ name: String) -> String? {
        contents(name).map { String(decoding: $0, as: UTF8.self) }
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// Makes a named pipe.
    func makePipe(_ name: String) throws {
        if unsafe mkfifo(path(name), 0o600) != 0 {
            throw FileError(operation: "mkfifo", path: path(name), code: errno)
        }
    }

    /// Makes the name of a socket, by binding one to it.
    func makeSocket(_ name: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        // The path is longer than an address can be, so it is named by way of the directory's descriptor.
        let directory = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY)
        defer { Glibc.close(directory) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            unsafe field.copyBytes(from: "/proc/self/fd/\(directory)/\(name)".utf8)
        }
        let result = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bind(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count))
        }
        if result != 0 { throw FileError(operation: "bind", path: path(name), code: errno) }
    }

    func setMode(_ mode: Int, of name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    /// All files and directories below, sorted.
    func tree() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }

    /// The files below whose names are those of files being written.
    func litter() throws -> [String] {
        try tree().filter { StagingName.isOne(String($0.split(separator: "/").last ?? "")) }
    }
}
