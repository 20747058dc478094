import Foundation
import Glibc
import ScripStore
import Testing

@Suite struct KeyFileTests {
    private let fileSystem = POSIXFileSystem()

    @Test(arguments: [0o600, 0o400, 0o200, 0o700])
    func `a key that only the owner can use is read`(mode: Int) throws {
        // Without the right to read, only the superuser can.
        if mode & 0o400 == 0 && geteuid() != 0 { return }
        let scratch = try ScratchDirectory()
        try scratch.write("key", to: "log.pem")
        try scratch.setMode(mode, of: "log.pem")
        let path = scratch.path("log.pem")
        #expect(try KeyFile.contents(path: path, fileSystem: fileSystem) == Array("key".utf8))
        #expect(try KeyFile.contents("log.pem", in: scratch.open()) == Array("key".utf8))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o601, 0o602, 0o620, 0o644, 0o777])
    func `a key that others can use is refused`(mode: Int) throws {
        let scratch = try ScratchDirectory()
        try scratch.write("key", to: "log.pem")
        try scratch.setMode(mode, of: "log.pem")
        let path = scratch.path("log.pem")
        #expect(
            throws: KeyFileError.openToOthers(
                path: path, permissions: FilePermissions(rawValue: UInt32(mode)))
        ) { try KeyFile.contents(path: path, fileSystem: fileSystem) }
    }

    @Test func `a link to a key is refused`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("key", to: "log.pem")
        try scratch.setMode(0o600, of: "log.pem")
        try scratch.link("link.pem", to: "log.pem")
        let path = scratch.path("link.pem")
        #expect(throws: KeyFileError.symbolicLink(path: path)) {
            try KeyFile.contents(path: path, fileSystem: fileSystem)
        }
    }

    @Test func `a key in a directory that is reached through a link is read`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("keys")
        try scratch.write("key", to: "keys/log.pem")
        try scratch.setMode(0o600, of: "keys/log.pem")
        try scratch.link("link", to: "keys")
        #expect(
            try KeyFile.contents(path: scratch.path("link/log.pem"), fileSystem: fileSystem)
                == Array("key".utf8))
    }

    @Test func `a directory and a pipe are no keys`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("directory")
        try scratch.makePipe("pipe")
        for (name, kind) in [("directory", FileStatus.Kind.directory), ("pipe", .pipe)] {
            let path = scratch.path(name)
            #expect(throws: KeyFileError.notRegular(path: path, kind: kind)) {
                try KeyFile.contents(path: path, fileSystem: fileSystem)
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `a key of another user is refused`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("key", to: "log.pem")
        try scratch.setMode(0o600, of: "log.pem")
        let path = scratch.path("log.pem")
        #expect(unsafe chown(path, 12_345, 12_345) == 0)
        #expect(throws: KeyFileError.wrongOwner(path: path, owner: 12_345)) {
            try KeyFile.contents(path: path, fileSystem: fileSystem)
        }
    }

    @Test func `a missing key is missing, one too long is too long`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path("log.pem")
        let error = try #require(throws: KeyFileError.self) {
            try KeyFile.contents(path: path, fileSystem: fileSystem)
        }
        guard case .file(let cause) = error, cause.isMissing else {
            Issue.record("\(error)")
            return
        }
        try scratch.write([UInt8](repeating: 0, count: KeyFile.byteLimit + 1), to: "log.pem")
        try scratch.setMode(0o600, of: "log.pem")
        #expect(throws: KeyFileError.tooLarge(path: path)) {
            try KeyFile.contents(path: path, fileSystem: fileSystem)
        }
    }

    @Test func `a new key has mode 0600 and never replaces another`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path("new.pem")
        let world = World.system()
        try KeyFile.create([1, 2], path: path, world: world)
        #expect(try scratch.mode("new.pem") == 0o600)
        #expect(try KeyFile.contents(path: path, fileSystem: fileSystem) == [1, 2])
        #expect(throws: PublishError.conflict(path: path)) {
            try KeyFile.create([3], path: path, world: world)
        }
        #expect(throws: PublishError.conflict(path: path)) {
            try KeyFile.create([1, 2], path: path, world: world)
        }
        #expect(scratch.contents("new.pem") == [1, 2])
        #expect(try scratch.tree() == ["new.pem"])
    }
}
