// Writes the public folder of a federation of three regions, with as many records as asked for:
//
//     GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK [CROSS-PERCENT]]
//
//     GenerateLedger DIRECTORY --regions REGIONS BLOCKS NEWS
//
// writes a region directory of a federation of REGIONS and a peer's folder, with that many empty blocks in all chains
// together, and what is new at the peer with each of NEWS blocks more; see RegionAndNews.
//
// CROSS-PERCENT of the trades and redemptions, none if not given, go to another region, the trades for a price: these
// carry more than one signature, and settle.
// Keys, times and choices follow from fixed seeds, so the same arguments give the same ledger. What it writes
// must verify without a problem, every record valid and confirmed.
import Foundation
import ScripCore
import ScripStore
import TestSupport

func generate(path: String, records: Int, perBlock: Int, crossPercent: Int) throws {
    let federation = try SigningFederation(name: "example.org/benchmark", observers: [])
    let ledger = LedgerMaker(federation)
    let maker = RecordMaker(federation)
    let pool = WorkerPool()
    var regions = federation.voters.enumerated().map { number, region in
        RegionLedger(region.name, maker, seed: UInt64(number), crossPercent: crossPercent)
    }
    var folder = try PublicFolder(path: path, federation: federation)
    guard var time = Timestamp("2026-01-01T00:00:00Z") else { return }
    var left = records
    while left > 0 {
        for number in regions.indices where left > 0 {
            let count = min(perBlock, left)
            left -= count
            let block = try ledger.seal(
                regions[number].region, try regions[number].nextLines(count, at: time, pool), time: time)
            try folder.add(block, by: ledger)
            ledger.certify(block)
        }
        time = time.adding(seconds: 60)
    }
    try folder.finish(ledger, of: federation.voters[0].name, time: time)
}

let arguments = CommandLine.arguments
if arguments.count == 6, arguments[2] == "--regions", let regions = Int(arguments[3]),
    let blocks = Int(arguments[4]), let news = Int(arguments[5]), blocks >= 0, news >= 0
{
    try RegionAndNews(regions: regions).write(to: arguments[1], blocks: blocks, news: news)
    exit(0)
}
guard arguments.count >= 3, let records = Int(arguments[2]),
    let perBlock = Int(arguments.dropFirst(3).first ?? "10000"), (1...65_536).contains(perBlock),
    let crossPercent = Int(arguments.dropFirst(4).first ?? "0"), (0...100).contains(crossPercent)
else {
    FileHandle.standardError.write(
        Data(
            """
            usage: GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK [CROSS-PERCENT]]
                   GenerateLedger DIRECTORY --regions REGIONS BLOCKS NEWS

            """.utf8))
    exit(64)
}
try generate(path: arguments[1], records: records, perBlock: perBlock, crossPercent: crossPercent)
