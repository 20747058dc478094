import Foundation
import Glibc
import ScripCrypto
import ScripStore
import Testing

/// A region directory with nothing in it but `private/staging`, and a publisher over it.
private struct Region {
    let scratch: ScratchDirectory
    let directory: Directory
    let publisher: Publisher

    init(
        _ scratch: ScratchDirectory, fileSystem: any FileSystem = POSIXFileSystem(),
        staging: Directory? = nil
    ) throws {
        self.scratch = scratch
        try scratch.makeDirectory("private/staging")
        directory = try scratch.open(fileSystem)
        publisher = Publisher(
            region: directory, staging: try staging ?? directory.subdirectory(RegionLayout.staging),
            randomness: SystemRandomness())
    }
}

private let segment = "public/segments/north/0000000/0000000001.seg.gz"
private let content = Array("whole and durable\n".utf8)

@Suite struct PublisherTests {
    @Test func `a file appears with its content, mode 0444, and no litter`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        #expect(try region.publisher.publish(content, to: segment) == .published)
        #expect(scratch.contents(segment) == content)
        #expect(try scratch.mode(segment) == 0o444)
        #expect(try scratch.litter().isEmpty)
        let status = try #require(
            try region.directory.subdirectory("public/segments/north/0000000").status(of: "0000000001.seg.gz")
        )
        #expect(status.links == 1)
    }

    @Test func `an empty file and one of many chunks are published`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        let large = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        #expect(try region.publisher.publish([], to: "public/a") == .published)
        #expect(try region.publisher.publish(large, to: "public/b") == .published)
        #expect(scratch.contents("public/a") == [])
        #expect(scratch.contents("public/b") == large)
        #expect(try region.publisher.publish(large, to: "public/b") == .alreadyThere)
        var changed = large
        changed[700_000] ^= 1
        #expect(throws: PublishError.conflict(path: scratch.path("public/b"))) {
            try region.publisher.publish(changed, to: "public/b")
        }
    }

    @Test func `the same bytes are already there`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        _ = try region.publisher.publish(content, to: segment)
        #expect(try region.publisher.publish(content, to: segment) == .alreadyThere)
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `other content is a conflict and changes nothing`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        _ = try region.publisher.publish(content, to: segment)
        for other in [Array("other\n".utf8), content.dropLast() + [0], content + [0], []] {
            #expect(throws: PublishError.conflict(path: scratch.path(segment))) {
                try region.publisher.publish(other, to: segment)
            }
        }
        #expect(scratch.contents(segment) == content)
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `the caller may find other bytes as good`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        _ = try region.publisher.publish(content, to: segment)
        let other = Array("WHOLE AND DURABLE\n".utf8)
        let outcome = try region.publisher.publish(other, to: segment) { present in
            (try? present.contents(limit: 100)) == content
        }
        #expect(outcome == .alreadyThere)
        #expect(scratch.contents(segment) == content)
    }

    @Test(arguments: ["link", "dangling link", "directory", "pipe"])
    func `a name that something else has is a conflict`(kind: String) throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        try scratch.makeDirectory("public")
        switch kind {
        case "link":
            try scratch.write(content, to: "same")
            try scratch.link("public/x", to: scratch.path("same"))
        case "dangling link": try scratch.link("public/x", to: "nowhere")
        case "directory": try scratch.makeDirectory("public/x")
        default: try scratch.makePipe("public/x")
        }
        #expect(throws: PublishError.conflict(path: scratch.path("public/x"))) {
            try region.publisher.publish(content, to: "public/x")
        }
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `a directory that is a link is not followed`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        try scratch.makeDirectory("elsewhere")
        try scratch.link("public", to: scratch.path("elsewhere"))
        let error = try #require(throws: PublishError.self) {
            try region.publisher.publish(content, to: "public/x")
        }
        guard case .io(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cause.code == ENOTDIR)
        #expect(cause.path == scratch.path("public"))
        #expect(try scratch.tree().filter { $0.hasPrefix("elsewhere/") }.isEmpty)
    }

    @Test(arguments: ["../x", "public/../../x", "/x", "public//x", "public/./x", "public/\0", "", "public/"])
    func `a path that is no path is refused`(path: String) throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        #expect(throws: PublishError.self) { try region.publisher.publish(content, to: path) }
        #expect(try scratch.litter().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/../x"))
    }

    @Test func `of twenty writers of one name one wins, and nobody sees half a file`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("private/staging")
        let pool = WorkerPool(workers: 20)
        for round in 0..<5 {
            let outcomes = pool.map(Array(0..<20)) { writer -> String in
                do {
                    let region = try Region(scratch)
                    let bytes = [UInt8](repeating: UInt8(writer / 2), count: 50_000)
                    return "\(try region.publisher.publish(bytes, to: "public/a/\(round)"))"
                } catch PublishError.conflict {
                    return "conflict"
                } catch {
                    return "\(error)"
                }
            }
            let counts = Dictionary(outcomes.map { ($0, 1) }, uniquingKeysWith: +)
            // The writers come in pairs that write the same.
            #expect(counts == ["published": 1, "alreadyThere": 1, "conflict": 18])
            let found = try #require(scratch.contents("public/a/\(round)"))
            #expect(found.count == 50_000 && Set(found).count == 1)
        }
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `several files in one directory cost one fsync of it`() throws {
        let scratch = try ScratchDirectory()
        let fileSystem = FaultyFileSystem { _ in nil }
        let region = try Region(scratch, fileSystem: fileSystem)
        _ = try region.publisher.publish(content, to: "public/outbox/0000000001.jsonl")
        let before = fileSystem.calls.filter { $0 == "fsync directory" }.count
        let outcomes = try region.publisher.publish(
            [
                (name: "0000000001.jsonl", bytes: content), (name: "0000000002.jsonl", bytes: [1]),
                (name: "0000000003.jsonl", bytes: [2]),
            ], in: "public/outbox")
        #expect(outcomes == [.alreadyThere, .published, .published])
        #expect(fileSystem.calls.filter { $0 == "fsync directory" }.count == before + 1)
        #expect(scratch.contents("public/outbox/0000000003.jsonl") == [2])
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `a conflict among several files keeps those before it`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        _ = try region.publisher.publish(content, to: "public/b")
        #expect(throws: PublishError.conflict(path: scratch.path("public/b"))) {
            try region.publisher.publish(
                [(name: "a", bytes: [1]), (name: "b", bytes: [2]), (name: "c", bytes: [3])], in: "public")
        }
        #expect(try scratch.tree() == ["private", "private/staging", "public", "public/a", "public/b"])
        #expect(scratch.contents("public/b") == content)
    }

    @Test func `replacing leaves one file, the new one`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        try region.publisher.replace("public/heads.note", with: [1])
        try region.publisher.replace("public/heads.note", with: [2, 3])
        #expect(scratch.contents("public/heads.note") == [2, 3])
        #expect(try scratch.mode("public/heads.note") == 0o644)
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `replacing a link replaces the link`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        try scratch.makeDirectory("public")
        try scratch.write("untouched", to: "target")
        try scratch.link("public/heads.note", to: scratch.path("target"))
        try region.publisher.replace("public/heads.note", with: [7])
        #expect(scratch.text("target") == "untouched")
        #expect(scratch.contents("public/heads.note") == [7])
    }
}

@Suite struct StagedFileTests {
    @Test func `parts are appended, read back and published`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        let staged = try region.publisher.stage()
        try staged.append([1, 2])
        try staged.append([3])
        try staged.finish()
        #expect(staged.size == 3)
        #expect(try staged.file.contents(limit: 3) == [1, 2, 3])
        #expect(try region.publisher.publish(staged, to: "public/x") == .published)
        #expect(scratch.contents("public/x") == [1, 2, 3])
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `what goes out of use is removed`() throws {
        let scratch = try ScratchDirectory()
        let region = try Region(scratch)
        do {
            let staged = try region.publisher.stage()
            try staged.append(content)
            #expect(try scratch.litter().count == 1)
        }
        #expect(try scratch.litter().isEmpty)
        let staged = try region.publisher.stage()
        staged.discard()
        staged.discard()
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `what is kept is resumed by a later process`() throws {
        let scratch = try ScratchDirectory()
        let name: String
        do {
            let region = try Region(scratch)
            let staged = try region.publisher.stage()
            try staged.append(content)
            try staged.finish()
            try staged.keep()
            name = staged.name
        }
        let region = try Region(scratch)
        try scratch.write("litter", to: "private/staging/.tmp-0123")
        try scratch.write("not litter", to: "private/staging/other")
        #expect(try region.publisher.clearStaging(keeping: [name]) == 1)
        let staged = try region.publisher.resume(name)
        #expect(staged.size == content.count)
        #expect(try region.publisher.publish(staged, to: segment) == .published)
        #expect(scratch.contents(segment) == content)
        #expect(try scratch.litter().isEmpty)
        #expect(scratch.text("private/staging/other") == "not litter")
    }
}

@Suite struct PublisherFaultTests {
    /// The region with faults in it: the public directory is there and durable, so that the calls that follow
    /// are those of one publication alone.
    private func region(
        _ scratch: ScratchDirectory,
        _ fault: @escaping @Sendable (FaultyFileSystem.Call) -> FaultyFileSystem.Fault?
    ) throws -> (Region, FaultyFileSystem) {
        try scratch.makeDirectory("public")
        try scratch.write("there", to: "public/there")
        let fileSystem = FaultyFileSystem(fault)
        return (try Region(scratch, fileSystem: fileSystem), fileSystem)
    }

    @Test func `the calls of a publication come in the order that makes it safe`() throws {
        let scratch = try ScratchDirectory()
        let (region, fileSystem) = try region(scratch) { _ in nil }
        _ = try region.publisher.publish(content, to: "public/x")
        let changes = fileSystem.calls.compactMap { call -> String? in
            let operation = String(call.prefix { $0 != " " })
            if operation == "openat" { return call.contains(".tmp-") ? "create" : nil }
            return ["write", "fchmod", "linkat", "unlinkat"].contains(operation) || call.hasPrefix("fsync")
                ? (call.hasPrefix("unlinkat") ? "unlinkat" : call) : nil
        }
        #expect(
            changes == ["create", "write", "fchmod", "fsync", "linkat x", "unlinkat", "fsync directory"])
    }

    @Test func `a new directory is durable before anything is in it`() throws {
        let scratch = try ScratchDirectory()
        let fileSystem = FaultyFileSystem { _ in nil }
        let region = try Region(scratch, fileSystem: fileSystem)
        _ = try region.publisher.publish(content, to: "public/a/x")
        let calls = fileSystem.calls.filter {
            $0.hasPrefix("mkdirat") || $0.hasPrefix("linkat") || $0 == "fsync directory"
        }
        #expect(
            calls == [
                "mkdirat public", "fsync directory", "mkdirat a", "fsync directory", "linkat x",
                "fsync directory",
            ])
    }

    @Test func `an empty directory that a dead process left is made durable first`() throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("public/a")
        let fileSystem = FaultyFileSystem { _ in nil }
        let region = try Region(scratch, fileSystem: fileSystem)
        _ = try region.publisher.publish(content, to: "public/a/x")
        _ = try region.publisher.publish(content, to: "public/a/y")
        let calls = fileSystem.calls.filter { $0.hasPrefix("linkat") || $0 == "fsync directory" }
        #expect(calls == ["fsync directory", "linkat x", "fsync directory", "linkat y", "fsync directory"])
    }

    @Test(arguments: [EIO, ENOSPC, EDQUOT, EROFS, EACCES, EMFILE, EFBIG, EPERM])
    func `every call that fails before the file has its name means nothing was published`(
        code: Int32
    ) throws {
        for operation in ["create", "write", "fchmod", "fsync", "pread", "linkat"] {
            // Without hard links a rename does it, which has its own test.
            if operation == "linkat" && code == EPERM { continue }
            let scratch = try ScratchDirectory()
            let (region, fileSystem) = try region(scratch) { call in
                let isHit =
                    operation == "create"
                    ? call.operation == "openat" && StagingName.isOne(call.name)
                    : call.operation == operation && call.name != "directory"
                return isHit ? .error(code) : nil
            }
            let error = try #require(throws: PublishError.self) {
                try region.publisher.publish(content, to: "public/x")
            }
            guard case .io(let cause) = error else {
                Issue.record("\(operation): \(error)")
                continue
            }
            #expect(cause.code == code)
            #expect(cause.path.hasPrefix(scratch.path))
            #expect(scratch.contents("public/x") == nil)
            #expect(try scratch.litter().isEmpty)
            // A failed fsync is never repeated on the same file.
            #expect(fileSystem.calls.filter { $0 == "fsync" }.count <= 1)
        }
    }

    @Test func `a failure after the file has its name means that durability is unconfirmed`() throws {
        for operation in ["unlinkat", "fsync directory"] {
            let scratch = try ScratchDirectory()
            let (region, _) = try region(scratch) { call in
                "\(call.operation) \(call.name)".hasPrefix(operation) ? .error(EIO) : nil
            }
            let error = try #require(throws: PublishError.self) {
                try region.publisher.publish(content, to: "public/x")
            }
            guard case .durabilityUnconfirmed(let cause) = error else {
                Issue.record("\(operation): \(error)")
                continue
            }
            #expect(cause.code == EIO)
            #expect(scratch.contents("public/x") == content)
        }
    }

    @Test func `short writes and signals are gone on from`() throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { call in
            switch (call.operation, call.number % 3) {
            case ("write", 0): .error(EINTR)
            case ("write", 1): .short(3)
            case ("pread", 1): .error(EINTR)
            case ("pread", 2): .short(5)
            default: nil
            }
        }
        #expect(try region.publisher.publish(content, to: "public/x") == .published)
        #expect(scratch.contents("public/x") == content)
        #expect(try region.publisher.publish(content, to: "public/x") == .alreadyThere)
    }

    @Test func `a write that takes nothing is an error, not a loop`() throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { $0.operation == "write" ? .short(0) : nil }
        #expect(throws: PublishError.self) { try region.publisher.publish(content, to: "public/x") }
        #expect(scratch.contents("public/x") == nil)
    }

    @Test func `a write that lies is found when it is read back`() throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { $0.operation == "write" ? .lie : nil }
        let error = try #require(throws: PublishError.self) {
            try region.publisher.publish(content, to: "public/x")
        }
        guard case .readBackDiffers = error else {
            Issue.record("\(error)")
            return
        }
        #expect(scratch.contents("public/x") == nil)
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `a link whose answer was lost is a success`() throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { $0.operation == "linkat" ? .errorAfterwards(EEXIST) : nil }
        #expect(try region.publisher.publish(content, to: "public/x") == .published)
        #expect(scratch.contents("public/x") == content)
        #expect(try scratch.litter().isEmpty)
    }

    @Test(arguments: [EPERM, EOPNOTSUPP, ENOSYS])
    func `without hard links a rename that does not replace is used`(code: Int32) throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { $0.operation == "linkat" ? .error(code) : nil }
        #expect(try region.publisher.publish(content, to: "public/x") == .published)
        #expect(try region.publisher.publish(content, to: "public/x") == .alreadyThere)
        #expect(throws: PublishError.conflict(path: scratch.path("public/x"))) {
            try region.publisher.publish([1], to: "public/x")
        }
        #expect(scratch.contents("public/x") == content)
        #expect(try scratch.litter().isEmpty)
    }

    @Test(arguments: [EINVAL, ENOSYS, EOPNOTSUPP])
    func `where nothing refuses to replace nothing is published`(code: Int32) throws {
        let scratch = try ScratchDirectory()
        let (region, _) = try region(scratch) { call in
            switch call.operation {
            case "linkat": .error(EPERM)
            case "renameat2": .error(code)
            default: nil
            }
        }
        let error = try #require(throws: PublishError.self) {
            try region.publisher.publish(content, to: "public/x")
        }
        guard case .unsafeFileSystem = error else {
            Issue.record("\(error)")
            return
        }
        #expect(scratch.contents("public/x") == nil)
        #expect(try scratch.litter().isEmpty)
    }

    @Test func `from another file system a copy is staged where it is to appear`() throws {
        let scratch = try ScratchDirectory()
        let (region, fileSystem) = try region(scratch) { call in
            // The first link, from the staging directory, crosses; the one of the copy does not.
            call.operation == "linkat" && call.change.map { $0 < 5 } == true ? .error(EXDEV) : nil
        }
        #expect(try region.publisher.publish(content, to: "public/x") == .published)
        #expect(fileSystem.calls.filter { $0 == "linkat x" }.count == 2)
        #expect(scratch.contents("public/x") == content)
        #expect(try scratch.mode("public/x") == 0o444)
        #expect(try scratch.litter().isEmpty)
    }

    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")))
    func `staging on another file system works`() throws {
        let scratch = try ScratchDirectory()
        let elsewhere = try ScratchDirectory(in: "/dev/shm")
        let region = try Region(scratch, staging: try elsewhere.open())
        #expect(try region.publisher.publish(content, to: segment) == .published)
        #expect(try region.publisher.publish(content, to: segment) == .alreadyThere)
        #expect(throws: PublishError.self) { try region.publisher.publish([1], to: segment) }
        try region.publisher.replace("public/heads.note", with: [1])
        try region.publisher.replace("public/heads.note", with: [2])
        #expect(scratch.contents(segment) == content)
        #expect(scratch.contents("public/heads.note") == [2])
        #expect(try scratch.litter().isEmpty)
        #expect(try elsewhere.litter().isEmpty)
    }

    @Test func `a death at any call leaves the file whole or absent, and the next run completes it`() throws {
        var deaths = 0
        while true {
            let scratch = try ScratchDirectory()
            try scratch.makeDirectory("public")
            try scratch.write("old", to: "public/heads.note")
            let last = deaths
            let fileSystem = FaultyFileSystem { $0.change == last ? .death : nil }
            var isAcknowledged = false
            do {
                let region = try Region(scratch, fileSystem: fileSystem)
                _ = try region.publisher.publish(content, to: segment)
                isAcknowledged = true
                try region.publisher.replace("public/heads.note", with: Array("new".utf8))
            } catch {}
            let found = scratch.contents(segment)
            #expect(found == content || (found == nil && !isAcknowledged))
            #expect(["old", "new"].contains(scratch.text("public/heads.note")))

            let region = try Region(scratch)
            _ = try region.publisher.clearStaging()
            let outcome = try region.publisher.publish(content, to: segment)
            #expect(outcome == (found == nil ? .published : .alreadyThere))
            try region.publisher.replace("public/heads.note", with: Array("new".utf8))
            #expect(scratch.contents(segment) == content)
            #expect(scratch.text("public/heads.note") == "new")
            #expect(try scratch.litter().isEmpty)
            if fileSystem.changes <= last { break }
            deaths += 1
        }
        // Three directories with their parents, the file, the note.
        #expect(deaths == 6 + 7 + 6)
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a full disk publishes nothing, and is used again once it has room`() throws {
        let scratch = try ScratchDirectory()
        guard unsafe mount("tmpfs", scratch.path, "tmpfs", 0, "size=256k") == 0 else {
            print("not tested: a small tmpfs cannot be mounted here")
            return
        }
        defer { unsafe umount2(scratch.path, 0) }
        do {
            let region = try Region(scratch)
            _ = try region.publisher.publish(content, to: "public/first")
            let large = [UInt8](repeating: 1, count: 200_000)
            _ = try region.publisher.publish(large, to: "public/large")
            let error = try #require(throws: PublishError.self) {
                try region.publisher.publish(large, to: "public/larger")
            }
            guard case .io(let cause) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(cause.isFull)
            #expect(cause.description == "write: No space left on device")
            #expect(try scratch.litter().isEmpty)
            #expect(try region.directory.freeSpace() < 200_000)
            try FileManager.default.removeItem(atPath: scratch.path("public/large"))
            #expect(try region.publisher.publish(large, to: "public/larger") == .published)
        }
    }
}
