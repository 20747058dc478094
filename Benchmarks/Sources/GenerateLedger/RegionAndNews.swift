import Foundation
import ScripCore
import ScripStore
import TestSupport

/// Two region directories of a federation of many regions, which hold the same chains of empty blocks: one to seal a
/// block more, and one to take it over.
struct RegionPair {
    private let federation: SigningFederation
    private let regions: Int

    /// Fewer regions, or more, than a charter has.
    struct Impossible: Error {}

    init(regions: Int) throws {
        guard (2...29).contains(regions) else { throw Impossible() }
        self.regions = regions
        federation = try SigningFederation(
            name: "example.org/benchmark", voters: (1...regions).map { "region\($0)" }, observers: [])
    }

    /// Writes `region1` and `region2` below `path`, with `blocks` blocks in all chains together.
    func write(to path: String, blocks: Int) throws {
        let ledger = LedgerMaker(federation)
        let names = federation.voters.map(\.name)
        let first = "\(path)/\(names[0].text)"
        var folder = try PublicFolder(path: first, federation: federation, heightsPerVoteFile: 10)
        guard var time = Timestamp("2026-01-01T00:00:00Z") else { return }
        for number in 0..<blocks {
            let block = try ledger.seal(names[number % regions], [], time: time)
            try folder.add(block, by: ledger)
            ledger.certify(block)
            time = time.adding(seconds: 60)
        }
        try folder.finish(ledger, time: time)
        try FileManager.default.createDirectory(
            atPath: "\(path)/\(names[1].text)", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(first)/public", toPath: "\(path)/\(names[1].text)/public")
        for name in names.prefix(2) { try writePrivate(name, to: "\(path)/\(name.text)") }
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
