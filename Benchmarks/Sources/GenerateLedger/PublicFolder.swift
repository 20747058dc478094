import Foundation
import ScripCore
import ScripStore
import TestSupport

/// The public folder that is written: segments and certificates a file each, votes gathered to a file for every
/// thousand heights.
struct PublicFolder {
    private var root: URL
    private let federation: SigningFederation
    private var votes: [RegionName: [RegionName: [Vote]]] = [:]
    private var certificateCounts: [RegionName: Int] = [:]
    /// The last block of each chain that each voter has voted on.
    private var votedHeights: [RegionName: [RegionName: Int]] = [:]
    /// A file of votes holds those on so many heights.
    private let heightsPerVoteFile: Int

    /// A path that cannot be in a public folder.
    struct NoSuchFile: Error {}

    init(path: String, federation: SigningFederation, heightsPerVoteFile: Int = 1_000) throws {
        self.heightsPerVoteFile = heightsPerVoteFile
        root = Self.root(path)
        self.federation = federation
        try write(federation.signedCharter.bytes, CharterFileName(epoch: 1).map { .charter($0) })
    }

    private static func root(_ path: String) -> URL {
        URL(filePath: path, directoryHint: .isDirectory).appending(path: "public")
    }

    /// Writes what comes from now on to another place.
    mutating func move(to path: String) { root = Self.root(path) }

    private func write(_ bytes: [UInt8], _ file: PublicFile?) throws {
        guard let file else { throw NoSuchFile() }
        let location = root.appending(path: file.path)
        try FileManager.default.createDirectory(
            at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: location)
    }

    /// Writes a block and what all regions but the `silent` ones say of it.
    mutating func add(
        _ block: LedgerMaker.Block, by ledger: LedgerMaker, silent: Set<RegionName> = []
    ) throws {
        try write(
            block.member,
            SegmentName(heights: block.height...block.height).map { .segment(chain: block.chain, $0) })
        if block.height % heightsPerVoteFile == 0 { try writeVotes(on: block.chain) }
        for voter in federation.voters where !silent.contains(voter.name) {
            votedHeights[voter.name, default: [:]][block.chain] = block.height
            votes[voter.name, default: [:]][block.chain, default: []].append(
                try ledger.vote(voter.name, on: block))
        }
        try write(
            try ledger.certificate(on: block).fileBytes,
            CertificateName(height: block.height, epoch: 1).map { .certificate(chain: block.chain, $0) })
        certificateCounts[block.chain, default: 0] += 1
    }

    private mutating func writeVotes(on only: RegionName? = nil) throws {
        for (voter, chains) in votes {
            for (chain, cast) in chains where only == nil || only == chain {
                votes[voter]?[chain] = nil
                guard let first = cast.first?.height, let last = cast.last?.height else { continue }
                try write(
                    cast.flatMap { $0.line + [UInt8(ascii: "\n")] },
                    VoteFileName(heights: first...last).map { .votes(voter: voter, chain: chain, $0) })
            }
        }
    }

    /// Writes what is left, and the heads of `region`.
    mutating func finish(_ ledger: LedgerMaker, of region: RegionName, time: Timestamp) throws {
        try writeVotes()
        let chains = federation.charter.voters.map { ledger.head($0.name) }.filter { $0.height > 0 }
        let heads = try HeadsNote(
            federation: federation.charter.federation, genesis: federation.genesis,
            region: region, time: time, charterEpoch: 1,
            chains: chains.map {
                HeadsNote.Chain(region: $0.region, height: $0.height, size: $0.size, root: $0.root)
            },
            votes: federation.charter.voters.flatMap { voter in
                chains.map {
                    HeadsNote.Votes(
                        voter: voter.name, chain: $0.region,
                        height: votedHeights[voter.name]?[$0.region] ?? 0)
                }
            },
            certificates: chains.map {
                HeadsNote.Certificates(chain: $0.region, count: certificateCounts[$0.region] ?? 0)
            }, outbox: HeadsNote.Outbox(highest: 0, count: 0), evidenceCount: 0)
        try write(heads.signed(by: federation.region(region).log).bytes, .heads)
    }
}
