import Foundation
import Glibc
import ScripStore
import Testing

@Suite struct DirectoryTests {
    @Test(arguments: ["", ".", "..", "a/b", "/", "/a", "a/", "a\0", "\0"])
    func `a name that is no single component is refused by every call`(name: String) throws {
        let scratch = try ScratchDirectory()
        let fileSystem = POSIXFileSystem()
        let directory = try fileSystem.openDirectory(path: scratch.path)
        defer { fileSystem.close(directory) }
        let calls: [() throws -> Void] = [
            { _ = try fileSystem.openDirectory(name, in: directory) },
            { try fileSystem.makeDirectory(name, in: directory, permissions: .publicDirectory) },
            { _ = try fileSystem.openFile(name, in: directory, for: .read) },
            { _ = try fileSystem.openFile(name, in: directory, for: .create(.secret)) },
            { _ = try fileSystem.openFile(name, in: directory, for: .lock) },
            { _ = try fileSystem.status(of: name, in: directory) },
            { try fileSystem.link(name, in: directory, to: "x", in: directory) },
            { try fileSystem.link("x", in: directory, to: name, in: directory) },
            { try fileSystem.rename(name, in: directory, to: "x", in: directory, replacing: true) },
            { try fileSystem.rename("x", in: directory, to: name, in: directory, replacing: false) },
            { try fileSystem.remove(name, in: directory) },
        ]
        for call in calls {
            let error = try #require(throws: FileError.self) { try call() }
            #expect(error.code == EINVAL)
        }
        #expect(try scratch.tree().isEmpty)
    }

    @Test func `the directory that the user names may be reached through links`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("real/public")
        try scratch.link("link", to: "real")
        let directory = try Directory(path: scratch.path("link"), fileSystem: POSIXFileSystem())
        #expect(try directory.names() == ["public"])
        #expect(try directory.subdirectory("public").path == scratch.path("link/public"))
    }

    @Test func `below it no link is followed`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("real/inner")
        try scratch.write("x", to: "real/file")
        try scratch.link("link", to: "real")
        try scratch.link("filelink", to: "real/file")
        let directory = try scratch.open()
        for path in ["link", "link/inner", "link/file/x"] {
            let error = try #require(throws: FileError.self) { _ = try directory.subdirectory(path) }
            #expect(error.isNotDirectory)
            #expect(error.path == scratch.path("link"))
        }
        let error = try #require(throws: FileError.self) { _ = try directory.file("filelink") }
        #expect(error.isSymbolicLink)
        #expect(throws: FileError.self) { _ = try directory.contents(of: "link/file", limit: 10) }
        #expect(throws: FileError.self) { _ = try directory.makeSubdirectory("link/new") }
        #expect(throws: FileError.self) { _ = try directory.createFile("filelink", permissions: .secret) }
        #expect(try directory.contents(of: "real/file", limit: 10) == Array("x".utf8))
        #expect(try directory.status(of: "link")?.kind == .symbolicLink)
    }

    @Test func `opening a pipe does not wait`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makePipe("pipe")
        let file = try scratch.open().file("pipe")
        #expect(try file.status().kind == .pipe)
    }

    @Test func `names come sorted, and those that are not UTF-8 come repaired`() throws {
        let scratch = try ScratchDirectory()
        for name in ["b", "a", "0000000010", ".tmp-1", "Z"] { try scratch.write("", to: name) }
        let junk: [CChar] = scratch.path("x").utf8.map { CChar($0) } + [-1, 0]
        let descriptor = unsafe open(junk, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        Glibc.close(descriptor)
        #expect(try scratch.open().names() == [".tmp-1", "0000000010", "Z", "a", "b", "x\u{FFFD}"])
    }

    @Test func `what is missing is nil or an error, as asked`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("a")
        let directory = try scratch.open()
        #expect(try directory.subdirectoryIfPresent("a/b") == nil)
        #expect(try directory.subdirectoryIfPresent("a") != nil)
        #expect(try directory.contentsIfPresent(of: "a/b", limit: 1) == nil)
        #expect(try directory.contentsIfPresent(of: "b/b", limit: 1) == nil)
        #expect(try directory.status(of: "b") == nil)
        #expect(try !directory.contains("a/b"))
        #expect(try directory.contains("a"))
        let error = try #require(throws: FileError.self) { _ = try directory.contents(of: "a/b", limit: 1) }
        #expect(error.isMissing)
        #expect(error.path == scratch.path("a/b"))
    }

    @Test func `directories are made with their modes, and made again without harm`() throws {
        let scratch = try ScratchDirectory()
        let directory = try scratch.open()
        _ = try directory.makeSubdirectory("private/pool", permissions: .privateDirectory)
        _ = try directory.makeSubdirectory("private/pool", permissions: .privateDirectory)
        _ = try directory.makeSubdirectory("public/charter")
        #expect(try scratch.mode("private") == 0o700)
        #expect(try scratch.mode("private/pool") == 0o700)
        #expect(try scratch.mode("public/charter").map { $0 & 0o700 } == 0o700)
        #expect(try directory.makeSubdirectory("").path == scratch.path)
    }

    @Test func `a file in the place of a directory is an error`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("", to: "public")
        let error = try #require(throws: FileError.self) {
            _ = try scratch.open().makeSubdirectory("public/charter")
        }
        #expect(error.isNotDirectory)
    }

    @Test func `a status says what the file is`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("12345", to: "file")
        try scratch.setMode(0o640, of: "file")
        let directory = try scratch.open()
        let status = try directory.file("file").status()
        #expect(status == (try directory.status(of: "file")))
        #expect(status.kind == .regular)
        #expect(status.size == 5)
        #expect(status.permissions == FilePermissions(rawValue: 0o640))
        #expect(status.permissions.isOpenToOthers)
        #expect(status.owner == geteuid())
        #expect(status.links == 1)
        #expect(status.modified.seconds > 0)
        #expect(try directory.status(of: "file")?.isSameFile(as: status) == true)
    }

    @Test func `handles are closed when the last reference goes`() throws {
        func openCount() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("a/b/c")
        try scratch.write("x", to: "a/b/c/file")
        let directory = try scratch.open()
        let before = try openCount()
        for _ in 0..<2_000 { _ = try directory.contents(of: "a/b/c/file", limit: 1) }
        // Other tests run beside this one; a leak would show as thousands.
        #expect(try openCount() < before + 1_000)
    }
}

@Suite struct FileTests {
    @Test func `a file longer than the limit is an error`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("12345", to: "file")
        let directory = try scratch.open()
        #expect(try directory.contents(of: "file", limit: 5).count == 5)
        let error = try #require(throws: FileError.self) { _ = try directory.contents(of: "file", limit: 4) }
        #expect(error.code == EFBIG)
    }

    @Test func `a file that says it is empty is read all the same`() throws {
        let directory = try Directory(path: "/proc/self", fileSystem: POSIXFileSystem())
        let status = try directory.contents(of: "status", limit: 1_000_000)
        #expect(String(decoding: status, as: UTF8.self).contains("Name:"))
        #expect(throws: FileError.self) { _ = try directory.contents(of: "status", limit: 10) }
    }

    @Test func `reading appends, and stops at the end`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("12345", to: "file")
        let file = try scratch.open().file("file")
        var buffer: [UInt8] = [9]
        #expect(try file.read(at: 1, atMost: 2, into: &buffer) == 2)
        #expect(buffer == [9] + Array("23".utf8))
        #expect(try file.read(at: 4, atMost: 100, into: &buffer) == 1)
        #expect(try file.read(at: 5, atMost: 100, into: &buffer) == 0)
        #expect(buffer == [9] + Array("235".utf8))
    }

    @Test func `files are compared by their bytes`() throws {
        let scratch = try ScratchDirectory()
        var bytes = [UInt8](repeating: 7, count: 600_000)
        try scratch.write(bytes, to: "a")
        try scratch.write(bytes, to: "b")
        bytes[599_999] = 8
        try scratch.write(bytes, to: "c")
        bytes.removeLast()
        try scratch.write(bytes, to: "d")
        let directory = try scratch.open()
        let a = try directory.file("a")
        #expect(try a.hasSameContent(as: directory.file("b")))
        #expect(try !a.hasSameContent(as: directory.file("c")))
        #expect(try !a.hasSameContent(as: directory.file("d")))
    }

    @Test func `a directory cannot be read as a file`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("a")
        let error = try #require(throws: FileError.self) {
            _ = try scratch.open().contents(of: "a", limit: 1_000_000)
        }
        #expect(error.code == EISDIR)
    }
}
