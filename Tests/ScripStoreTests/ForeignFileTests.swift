import Foundation
import Glibc
import ScripStore
import Testing

@Suite struct ForeignFileTests {
    @Test func `a regular file within the limit is read`() throws {
        let scratch = try ScratchDirectory()
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0) }
        try scratch.write(bytes, to: "file")
        let directory = try scratch.open()
        #expect(try ForeignFile("file", in: directory, limit: 600_000).contents() == bytes)
        let file = try ForeignFile("file", in: directory, limit: 1_000_000)
        #expect(file.status.size == 600_000)
        var parts: [UInt8] = []
        while try file.read(into: &parts) > 0 {}
        #expect(parts == bytes)
    }

    @Test func `an empty file is read`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("", to: "file")
        #expect(try ForeignFile("file", in: scratch.open(), limit: 0).contents() == [])
    }

    @Test func `a file over the limit is refused before it is read`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("12345", to: "file")
        #expect(throws: ForeignFileError.tooLarge(path: scratch.path("file"), limit: 4)) {
            _ = try ForeignFile("file", in: scratch.open(), limit: 4)
        }
    }

    @Test func `a huge sparse file is refused`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("", to: "file")
        #expect(unsafe truncate(scratch.path("file"), 1 << 40) == 0)
        #expect(throws: ForeignFileError.self) {
            _ = try ForeignFile("file", in: scratch.open(), limit: 1 << 30)
        }
    }

    @Test func `a file that grows while it is read does not pass the limit`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("123", to: "file")
        let file = try ForeignFile("file", in: scratch.open(), limit: 4)
        let handle = try #require(FileHandle(forWritingAtPath: scratch.path("file")))
        handle.seekToEndOfFile()
        handle.write(Data("456".utf8))
        #expect(throws: ForeignFileError.tooLarge(path: scratch.path("file"), limit: 4)) {
            _ = try file.contents()
        }
    }

    @Test(arguments: [
        ("link", FileStatus.Kind.symbolicLink), ("dangling", .symbolicLink), ("directory", .directory),
        ("pipe", .pipe), ("socket", .socket), ("device", .device),
    ])
    func `what is not a file is refused without a wait`(name: String, kind: FileStatus.Kind) throws {
        let scratch = try ScratchDirectory()
        try scratch.write("x", to: "file")
        switch name {
        case "link": try scratch.link(name, to: "file")
        case "dangling": try scratch.link(name, to: "nowhere")
        case "directory": try scratch.makeDirectory(name)
        case "pipe": try scratch.makePipe(name)
        case "socket": try scratch.makeSocket(name)
        default:
            // Major 1, minor 5: /dev/zero, which never ends.
            guard unsafe mknod(scratch.path(name), S_IFCHR | 0o600, 0x105) == 0 else { return }
        }
        #expect(throws: ForeignFileError.notRegular(path: scratch.path(name), kind: kind)) {
            _ = try ForeignFile(name, in: scratch.open(), limit: 1_000_000)
        }
    }

    @Test func `what becomes something else between the two looks is refused`() throws {
        for (name, kind) in [("link", FileStatus.Kind.symbolicLink), ("pipe", .pipe)] {
            let scratch = try ScratchDirectory()
            try scratch.link("link", to: "/etc/passwd")
            try scratch.makePipe("pipe")
            // The first look fails to see anything, as if the name were not there yet.
            let fileSystem = FaultyFileSystem { call in
                call.operation == "statx" && call.name == name ? .error(ENOENT) : nil
            }
            #expect(throws: ForeignFileError.notRegular(path: scratch.path(name), kind: kind)) {
                _ = try ForeignFile(name, in: scratch.open(fileSystem), limit: 1_000_000)
            }
        }
    }

    @Test(arguments: ["../file", "a/../../file", "/etc/passwd", "file\0", "..", ""])
    func `a name that leaves the folder is refused`(name: String) throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("folder")
        try scratch.write("x", to: "file")
        let folder = try scratch.open().subdirectory("folder")
        #expect(throws: ForeignFileError.self) { _ = try ForeignFile(name, in: folder, limit: 100) }
    }

    @Test func `a missing file is missing`() throws {
        let scratch = try ScratchDirectory()
        let error = try #require(throws: ForeignFileError.self) {
            _ = try ForeignFile("file", in: scratch.open(), limit: 1)
        }
        guard case .file(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cause.isMissing)
    }
}
