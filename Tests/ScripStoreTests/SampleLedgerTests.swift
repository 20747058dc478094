import ScripCore
import ScripStore
import Testing

/// The sample federation, which another program wrote, read through the index.
@Suite struct SampleLedgerTests {
    @Test func everyRecordIsConfirmed() throws {
        let path = try SampleFolder.path()
        let directory = try RegionDirectory(path: path, world: .system())
        let ledger = try Ledger.open(directory)
        var count = 0
        for chain in ["east", "north", "south"] {
            let region = try #require(RegionName(chain))
            try ledger.forEachRecord(chain: region) { result in
                #expect(
                    result.status == .confirmed,
                    "\(chain) \(result.place?.index ?? -1) \(result.code?.rawValue ?? "")")
                count += 1
                return true
            }
        }
        #expect(count == 45 + 44 + 24 - 18)
        var vouchers = 0
        try ledger.forEachVoucher(VoucherFilter()) { report in
            #expect(report.certainty == .confirmed)
            vouchers += 1
            return true
        }
        #expect(vouchers > 0)
    }
}
