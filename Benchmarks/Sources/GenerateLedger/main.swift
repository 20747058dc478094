// Writes the public folder of a region of three, with as many records as asked for:
//
//     GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK]
//
// Keys, times and choices follow from fixed seeds, so the same arguments give the same ledger. What it writes
// must verify without a problem, every record valid and confirmed.
import Foundation
import ScripCore
import ScripCrypto
import ScripStore
import TestSupport

let arguments = CommandLine.arguments
guard arguments.count >= 3, let total = Int(arguments[2]), let perBlock = Int(arguments.dropFirst(3).first ?? "10000")
else {
    FileHandle.standardError.write(Data("usage: GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK]\n".utf8))
    exit(64)
}
let root = URL(filePath: arguments[1], directoryHint: .isDirectory).appending(path: "public")

func write(_ bytes: [UInt8], to path: String) throws {
    let location = root.appending(path: path)
    try FileManager.default.createDirectory(
        at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: location)
}

let federation = try SigningFederation(name: "example.org/benchmark", observers: [])
let ledger = LedgerMaker(federation)
let maker = RecordMaker(federation)
let pool = WorkerPool()
var regions = federation.voters.enumerated().map { number, region in
    RegionLedger(region.name, maker, seed: UInt64(number))
}
try write(federation.signedCharter.bytes, to: PublicFile.charter(CharterFileName(epoch: 1)!).path)

/// Vote lines that wait to be written, a file for every thousand heights.
var votes: [RegionName: [RegionName: [Vote]]] = [:]
func writeVotes() throws {
    for (voter, chains) in votes {
        for (chain, cast) in chains {
            guard let first = cast.first?.height, let last = cast.last?.height,
                let name = VoteFileName(heights: first...last)
            else { continue }
            try write(
                cast.flatMap { $0.line + [UInt8(ascii: "\n")] },
                to: PublicFile.votes(voter: voter, chain: chain, name).path)
        }
    }
    votes = [:]
}

var time = Timestamp("2026-01-01T00:00:00Z")!
var left = total
var certificateCount: [RegionName: Int] = [:]
while left > 0 {
    for number in regions.indices where left > 0 {
        let count = min(perBlock, left)
        left -= count
        let chain = regions[number].region
        let block = try ledger.seal(chain, try regions[number].nextLines(count, pool), time: time)
        try write(
            block.member,
            to: PublicFile.segment(chain: chain, SegmentName(heights: block.height...block.height)!).path)
        if block.height % 1_000 == 0 { try writeVotes() }
        for voter in federation.voters {
            votes[voter.name, default: [:]][chain, default: []].append(try ledger.vote(voter.name, on: block))
        }
        try write(
            try ledger.certificate(on: block).fileBytes,
            to: PublicFile.certificate(chain: chain, CertificateName(height: block.height, epoch: 1)!).path)
        certificateCount[chain, default: 0] += 1
        ledger.certify(block)
    }
    time = time.adding(seconds: 60)
}
try writeVotes()

let chains = federation.charter.voters.map { ledger.head($0.name) }.filter { $0.height > 0 }
let heads = try HeadsNote(
    federation: federation.charter.federation, genesis: federation.genesis, region: federation.voters[0].name,
    time: time, charterEpoch: 1,
    chains: chains.map {
        HeadsNote.Chain(region: $0.region, height: $0.height, size: $0.size, root: $0.root)
    },
    votes: federation.charter.voters.flatMap { voter in
        chains.map { HeadsNote.Votes(voter: voter.name, chain: $0.region, height: $0.height) }
    },
    certificates: chains.map {
        HeadsNote.Certificates(chain: $0.region, count: certificateCount[$0.region] ?? 0)
    }, outbox: HeadsNote.Outbox(highest: 0, count: 0), evidenceCount: 0)
try write(heads.signed(by: federation.voters[0].log).bytes, to: RegionLayout.heads)
