import Glibc
import ScripCore
import ScripStore
import Testing

/// What `doctor` says of a disk, on the real file system with some calls answered as other ones answer.
@Suite struct DoctorDiskTests {
    private let regions: TestRegions

    init() throws { regions = try TestRegions() }

    private func findings(
        _ fault: @escaping @Sendable (FaultyFileSystem.Call) -> FaultyFileSystem.Fault?
    ) throws -> [Finding] {
        let system = World.system(at: regions.time)
        let world = World(
            fileSystem: FaultyFileSystem(fault), clock: system.clock, randomness: system.randomness,
            programs: system.programs)
        let findings = try Doctor(path: regions.scratch.path("north"), world: world).run()
        #expect(try regions.scratch.litter().isEmpty)
        return findings.filter { $0.check == .space || $0.check == .filesystem }
    }

    private func levels(_ findings: [Finding]) -> [String] {
        findings.map { "\($0.check.rawValue) \($0.level.rawValue)" }
    }

    @Test func `a disk as it should be is not spoken of`() throws {
        #expect(try findings { $0.operation == "fstatvfs" ? .short(1 << 40) : nil } == [])
    }

    @Test(arguments: [
        ("bytes", 1 << 30, []), ("bytes", (1 << 30) - 1, ["space warning"]),
        ("bytes", 64 << 20, ["space warning"]), ("bytes", (64 << 20) - 1, ["space wrong"]),
        ("bytes", 0, ["space wrong"]),
        ("files", 20_000, []), ("files", 19_999, ["space warning"]), ("files", 1_000, ["space warning"]),
        ("files", 999, ["space wrong"]),
    ])
    func `space that runs out is told before it has`(what: String, free: Int, expected: [String]) throws {
        let findings = try findings {
            guard $0.operation == "fstatvfs" else { return nil }
            return .short($0.name == what ? free : 1 << 40)
        }
        #expect(levels(findings) == expected)
        let amount = what == "bytes" ? "\(free >> 20) MiB" : "\(free) inodes"
        #expect(findings.allSatisfy { $0.what.contains(amount) })
    }

    @Test(arguments: [EINVAL, EIO])
    func `a directory that cannot be made durable`(code: Int32) throws {
        let findings = try findings { $0.operation == "fsync" && $0.name == "directory" ? .error(code) : nil }
        #expect(levels(findings) == ["filesystem wrong"])
        #expect(findings.first?.what.contains("cannot be made durable") == true)
    }

    @Test func `no hard links, and neither links nor renames that keep what is there`() throws {
        let unlinked = try findings { $0.operation == "linkat" ? .error(EPERM) : nil }
        #expect(levels(unlinked) == ["filesystem warning"])
        #expect(unlinked.first?.what.contains("no hard links") == true)
        let neither = try findings {
            switch $0.operation {
            case "linkat": .error(EPERM)
            case "renameat2": .error(EINVAL)
            default: nil
            }
        }
        #expect(levels(neither) == ["filesystem wrong"])
        #expect(neither.first?.what.contains("neither hard links nor renames") == true)
    }

    @Test func `locks that fail, and a disk that takes nothing`() throws {
        let unlocked = try findings { $0.operation == "flock" ? .error(ENOLCK) : nil }
        #expect(levels(unlocked) == ["filesystem wrong"])
        #expect(unlocked.first?.what.contains("flock(2)") == true)
        for code in [EROFS, ENOSPC, EACCES] {
            let full = try findings { $0.operation == "write" ? .error(code) : nil }
            #expect(levels(full) == ["filesystem wrong"], "errno \(code)")
        }
    }
}
