import Glibc
import ScripCore
import ScripCrypto
import Synchronization
import Testing

@testable import ScripStore

@Suite struct HighWaterMarkTests {
    private static let status = FileStatus(
        kind: .regular, size: 0, permissions: .immutable, owner: 0, links: 1, device: 1, inode: 1_835_021,
        modified: .init(seconds: 0, nanoseconds: 0), changed: .init(seconds: 0, nanoseconds: 0),
        born: .init(seconds: 1_763_633_000, nanoseconds: 123_456_789))

    @Test(arguments: [
        "0000000017-5f2c9a0b11d27e43-1835021-1763633000123456789-1835007-1763632000123456789.seg.gz",
        "votes-5f2c9a0b11d27e43-18446744073709551615-0-1-0.json",
        // As an earlier version wrote them.
        "0000000017-5f2c9a0b11d27e43-1835021-1763633000123456789.seg.gz",
        "0000000000-0000000000000000-1-0.seg.gz",
        "votes-5f2c9a0b11d27e43-18446744073709551615-1763633000123999999.json",
    ])
    func `a name is read and written again`(text: String) throws {
        #expect(try #require(MarkName(text)).text == text)
    }

    @Test(arguments: [
        "", "0000000017.seg.gz", "17-5f2c9a0b11d27e43-1-0.seg.gz", "0000000017-5f2c9a0b11d27e43-1.seg.gz",
        "0000000017-5f2c9a0b11d27e4-1-0.seg.gz", "0000000017-5f2c9a0b11d27e43-01-0.seg.gz",
        "0000000017-5f2c9a0b11d27e43-1-+0.seg.gz", "0000000017-5f2c9a0b11d27e43-1-0.json",
        "votes-5f2c9a0b11d27e43-1-0.seg.gz", "votes-5f2c9a0b11d27e43-1-0-0.json",
        "votes-5f2c9a0b11d27e43-1-0-x-0.json", "votes-5f2c9a0b11d27e43-1-0-01-0.json",
        "votes-5f2c9a0b11d27e43-1-0-1-0-.json", "votes-5f2c9a0b11d27e43-1-0-1-0-1-0.json",
        "votes-5f2c9a0b11d27e43-x-0.json", "vote-5f2c9a0b11d27e43-1-0.json",
        "0000000017-5f2c9a0b11d27e43-1-0.seg.gz~", ".tmp-0123",
    ])
    func `no other name is one`(text: String) {
        #expect(MarkName(text) == nil)
    }

    private static func folder(_ inode: UInt64, born seconds: Int64 = 1_763_632_000) -> MarkName.Inode {
        MarkName.Inode(
            FileStatus(
                kind: .directory, size: 0, permissions: .privateDirectory, owner: 0, links: 2, device: 1,
                inode: inode, modified: .init(seconds: 0, nanoseconds: 0),
                changed: .init(seconds: 0, nanoseconds: 0), born: .init(seconds: seconds, nanoseconds: 7)))
    }

    @Test func `another inode, birth, folder or kind is another name`() throws {
        let machine = MachineName(.system())
        let here = Self.folder(1_835_007)
        let name = MarkName(.block(height: 17), Self.status, in: here, machine: machine)
        #expect(name.height == 17)
        #expect(
            name.text
                == "0000000017-\(machine)-1835021-1763633000123456789-1835007-1763632000000000007.seg.gz")
        for other in [Self.folder(1_835_008), Self.folder(1_835_007, born: 1_763_632_001)] {
            #expect(MarkName(.block(height: 17), Self.status, in: other, machine: machine) != name)
        }
        let later = FileStatus(
            kind: .regular, size: 0, permissions: .immutable, owner: 0, links: 1, device: 9,
            inode: 1_835_021, modified: .init(seconds: 5, nanoseconds: 0),
            changed: .init(seconds: 5, nanoseconds: 0),
            born: .init(seconds: 1_763_633_000, nanoseconds: 123_456_790))
        #expect(MarkName(.block(height: 17), later, in: here, machine: machine) != name)
        #expect(MarkName(.votes, Self.status, in: here, machine: machine).height == nil)
    }

    @Test func `marks of votes are read back and merge to the higher one`() throws {
        let north = try #require(RegionName("north"))
        let south = try #require(RegionName("south"))
        let roots = (0..<3).map { SHA256.hash([UInt8($0)]) }
        let old = VotesMark([
            north: .init(height: 4, root: roots[0]), south: .init(height: 9, root: roots[1]),
        ])
        #expect(VotesMark(parsing: old.bytes) == old)
        #expect(VotesMark(parsing: VotesMark().bytes) == VotesMark())
        let new = VotesMark([north: .init(height: 5, root: roots[2])])
        let union = VotesMark([
            north: .init(height: 5, root: roots[2]), south: .init(height: 9, root: roots[1]),
        ])
        #expect(old.merging(new) == union)
        #expect(new.merging(old) == union)
        for length in 0..<old.bytes.count {
            #expect(VotesMark(parsing: Array(old.bytes.prefix(length))) == nil)
        }
    }

    @Test func `a copy of a mark is not genuine and cut off ones do not count`() throws {
        let scratch = try ScratchDirectory()
        let root = try scratch.open()
        let folder = try MarkFolder(of: root, world: .system())
        try folder.found()
        let names = try folder.names()
        #expect(names.map(\.height) == [nil, 0])
        for name in names { #expect(try folder.isGenuine(name)) }
        // Again nothing is made.
        try folder.found()
        #expect(try folder.names() == names)

        let north = try #require(RegionName("north"))
        let mark = VotesMark([north: .init(height: 4, root: SHA256.hash([1]))])
        try folder.replaceVotes(by: mark)
        #expect(try folder.names().count == 2)
        #expect(try folder.votes() == mark)
        let cutOff = try folder.begin(.votes)
        #expect(try folder.names().count == 3)
        #expect(try folder.votes() == mark)
        try folder.folder.remove(cutOff.name)

        // A second name of the very file, in another folder.
        let other = try ScratchDirectory()
        let elsewhere = try MarkFolder(of: try other.open(), world: .system())
        for name in try folder.names() {
            try folder.folder.link(name.text, to: name.text, in: elsewhere.folder)
            #expect(try folder.isGenuine(name))
            #expect(try !elsewhere.isGenuine(name))
        }
        // An earlier version did not say which folder it was.
        let genuine = try #require(try folder.names().first)
        let parts = genuine.text.split(separator: "-").prefix(4)
        let old = try #require(MarkName(parts.joined(separator: "-") + ".json"))
        try folder.folder.link(genuine.text, to: old.text, in: folder.folder)
        #expect(try !folder.isGenuine(old))
        try folder.folder.remove(old.text)

        let votes = try #require(try folder.names().first)
        try folder.folder.rename(votes.text, to: "old", in: folder.folder, replacing: false)
        let copy = try StagedFile(keeping: votes.text, in: folder.folder)
        try copy.append(mark.bytes)
        #expect(try !folder.isGenuine(votes))
    }

    @Test(arguments: [EPERM, EXDEV])
    func `a mark keeps its name where its block cannot be a second name of it`(code: Int32) throws {
        let scratch = try ScratchDirectory()
        try scratch.makeDirectory("private/staging")
        // There are no links at all, or none from one folder to the other.
        let links = Mutex(0)
        let fileSystem = FaultyFileSystem { call in
            guard call.operation == "linkat" else { return nil }
            let number = links.withLock { count in
                count += 1
                return count
            }
            return code == EPERM || number == 1 ? .error(code) : nil
        }
        let root = try scratch.open(fileSystem)
        let publisher = Publisher(
            region: root, staging: try root.subdirectory(RegionLayout.staging),
            randomness: SystemRandomness())
        let folder = try MarkFolder(of: root, world: .system())
        let mark = try folder.begin(.block(height: 1))
        try mark.append([1, 2, 3])
        try mark.finish()
        let segment = "public/segments/north/0000000/0000000001.seg.gz"
        try publisher.publish([(mark, segment, true)])
        #expect(scratch.contents(segment) == [1, 2, 3])
        let name = try #require(MarkName(mark.name))
        #expect(try folder.isGenuine(name))
        #expect(scratch.contents("private/high-water/\(mark.name)") == [1, 2, 3])
    }
}
