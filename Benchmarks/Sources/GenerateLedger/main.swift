// Writes the public folder of a federation of three regions, with as many records as asked for:
//
//     GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK]
//
// Keys, times and choices follow from fixed seeds, so the same arguments give the same ledger. What it writes
// must verify without a problem, every record valid and confirmed.
import Foundation
import ScripCore
import ScripStore
import TestSupport

func generate(path: String, records: Int, perBlock: Int) throws {
    let federation = try SigningFederation(name: "example.org/benchmark", observers: [])
    let ledger = LedgerMaker(federation)
    let maker = RecordMaker(federation)
    let pool = WorkerPool()
    var regions = federation.voters.enumerated().map { number, region in
        RegionLedger(region.name, maker, seed: UInt64(number))
    }
    var folder = try PublicFolder(path: path, federation: federation)
    guard var time = Timestamp("2026-01-01T00:00:00Z") else { return }
    var left = records
    while left > 0 {
        for number in regions.indices where left > 0 {
            let count = min(perBlock, left)
            left -= count
            let block = try ledger.seal(
                regions[number].region, try regions[number].nextLines(count, pool), time: time)
            try folder.add(block, by: ledger)
            ledger.certify(block)
        }
        time = time.adding(seconds: 60)
    }
    try folder.finish(ledger, time: time)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let records = Int(arguments[2]),
    let perBlock = Int(arguments.dropFirst(3).first ?? "10000"), (1...65_536).contains(perBlock)
else {
    FileHandle.standardError.write(Data("usage: GenerateLedger DIRECTORY RECORDS [RECORDS-PER-BLOCK]\n".utf8))
    exit(64)
}
try generate(path: arguments[1], records: records, perBlock: perBlock)
