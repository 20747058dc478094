import Foundation
import ScripCore
import ScripStore
import TestSupport

/// A region directory of a federation of many regions, a peer's folder with the same chains of empty blocks, and what the
/// peer has after that, a block at a time:
///
///     region2/    the region that is to take the blocks over
///     peer/       what region1 has, who has heard of everything
///     next/1/     what is new at the peer with the next block of region1: block, votes, certificate, heads
///     next/2/     the same for the one after it
struct RegionAndNews {
    private let federation: SigningFederation
    private let names: [RegionName]

    /// Fewer regions, or more, than a charter has.
    struct Impossible: Error {}

    init(regions: Int) throws {
        guard (2...29).contains(regions) else { throw Impossible() }
        let words = (1...regions).map { "region\($0)" }
        federation = try SigningFederation(name: "example.org/benchmark", voters: words, observers: [])
        // In the order of their numbers, which is not that of the charter.
        names = words.compactMap { RegionName($0) }
    }

    /// Writes them below `path`: `blocks` blocks in all chains together, and `news` more.
    func write(to path: String, blocks: Int, news: Int) throws {
        let ledger = LedgerMaker(federation)
        let (author, reader) = (names[0], names[1])
        var folder = try PublicFolder(path: "\(path)/peer", federation: federation, heightsPerVoteFile: 10)
        guard var time = Timestamp("2026-01-01T00:00:00Z") else { return }
        func seal(_ chain: RegionName, silent: Set<RegionName> = []) throws {
            let block = try ledger.seal(chain, [], time: time)
            try folder.add(block, by: ledger, silent: silent)
            ledger.certify(block)
            time = time.adding(seconds: 60)
        }
        for number in 0..<blocks { try seal(names[number % names.count]) }
        try folder.finish(ledger, of: author, time: time)
        let directory = "\(path)/\(reader.text)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(path)/peer/public", toPath: "\(directory)/public")
        try writePrivate(reader, to: directory)
        // The region votes itself on what is new to it.
        for number in 0..<news {
            folder.move(to: "\(path)/next/\(number + 1)")
            try seal(author, silent: [reader])
            try folder.finish(ledger, of: author, time: time)
        }
    }

    private func writePrivate(_ name: RegionName, to path: String) throws {
        let folder = URL(filePath: "\(path)/private", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let keys = federation.keyFiles(name)
        for (file, bytes) in [("log.pem", keys.log), ("witness.pem", keys.witness)] {
            let place = folder.appending(path: file)
            try Data(bytes).write(to: place)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path)
        }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "high-water"), withIntermediateDirectories: true)
        let settings = RegionSettings(federation: federation.charter.federation, region: name)
        try Data(settings.bytes).write(to: URL(filePath: "\(path)/scrip.json"))
    }
}
