public import ScripCore
internal import ScripCrypto

/// Everything that is sealed, for programs that know nothing of vouchers (scrip-export(1)).
extension Ledger {
    /// Calls `body` with each sealed record of all chains, in the order of the blocks' times, those of one time by
    /// chain. No record is held longer than that.
    public func forEachRecordByTime(_ body: (ExportedRecord) throws -> Void) throws {
        let chains = try charters.chains.map {
            try SealedBlocks($0, index: index, folder: directory.publicFolder)
        }
        func earliest() -> SealedBlocks? {
            var best: (blocks: SealedBlocks, block: IndexedBlock)?
            for blocks in chains {
                guard let block = blocks.next else { continue }
                if best.map({ (block.time, block.chain) < ($0.block.time, $0.block.chain) }) ?? true {
                    best = (blocks, block)
                }
            }
            return best?.blocks
        }
        while let blocks = earliest(), let block = blocks.next {
            let status = try status(of: block, code: nil)
            var invalid = block.invalid[...]
            var position = block.first + 1
            try blocks.read { batch in
                for number in 0..<batch.count {
                    let code = invalid.first?.index == position ? invalid.popFirst()?.code : nil
                    try body(try exported(batch.line(number), code, status, block, position))
                    position += 1
                }
                return true
            }
        }
    }

    private func exported(
        _ line: [UInt8], _ code: RefusalCode?, _ status: RecordStatus, _ block: IndexedBlock, _ position: Int
    ) throws -> ExportedRecord {
        let record = try? Record(line: line, signedPrefix: signedPrefix)
        var movements: [Movement] = []
        if let record, code == nil {
            movements = try Movement.of(record) {
                guard let state = try index.state(of: $0, at: position, of: block.chain) else {
                    throw IndexError.damaged
                }
                return state
            }
        }
        return ExportedRecord(
            place: RecordPlace(
                chain: block.chain, height: block.height, index: position, time: block.time),
            status: code == nil || status == .disputed ? status : .rejected, code: code, record: record,
            movements: movements)
    }

    /// The time of the newest block of any chain; nil before the first.
    public func newestTime() throws -> Timestamp? {
        try charters.chains.compactMap {
            try index.head(of: $0, genesis: directory.genesis).time
        }.max()
    }

    /// Calls `body` with each currency that vouchers are in.
    public func forEachCurrencyOfVouchers(_ body: (Currency) throws -> Void) throws {
        let query = try index.database.prepare(
            """
            SELECT DISTINCT json_extract(CAST(terms AS TEXT), '$.value.currency') FROM kind ORDER BY 1
            """)
        while try query.step() {
            guard let currency = Currency(query.text(0)) else { throw IndexError.damaged }
            try body(currency)
        }
    }

    /// Calls `body` with each series of each issuer.
    public func forEachSeries(_ body: (VoucherJournal.Series) throws -> Void) throws {
        let query = try index.database.prepare(
            """
            SELECT DISTINCT issuer, json_extract(CAST(terms AS TEXT), '$.series') FROM kind ORDER BY 1, 2
            """)
        while try query.step() {
            guard let issuer = try? Address(parsing: query.text(0)) else { throw IndexError.damaged }
            try body(
                VoucherJournal.Series(issuer: issuer, name: query.isNull(1) ? nil : query.text(1)))
        }
    }

    /// Calls `body` with what is left, in minor units, of vouchers whose term is past at the last block of their
    /// owner's chain, for each kind and region.
    public func forEachExpired(_ body: (VoucherKind, Int128) throws -> Void) throws {
        let query = try index.database.prepare(
            """
            SELECT kind, line.region, SUM(remaining >> 32), SUM(remaining & 4294967295)
            FROM line JOIN kind ON kind.id = line.kind
            WHERE voided = 0 AND remaining > 0 AND NOT EXISTS (
                SELECT 1 FROM line AS later WHERE later.voucher = line.voucher AND later.seq = line.seq + 1)
            GROUP BY kind.hash, line.region ORDER BY kind.hash
            """)
        while try query.step() {
            let kind = try index.kind(query.integer(0))
            let region = try index.region(query.integer(1))
            guard let expires = kind.terms.expires,
                let time = try index.head(of: region, genesis: directory.genesis).time, time > expires
            else { continue }
            try body(kind, Int128(query.integer(2)) << 32 + Int128(query.integer(3)))
        }
    }
}

extension LedgerIndex {
    /// A voucher as the record at the leaf `position` of `chain` left it; nil if that record did not touch it.
    fileprivate func state(
        of voucher: VoucherID, at position: Int, of chain: RegionName
    ) throws -> VoucherState? {
        let chain = try id(of: chain)
        return try lastEntry(of: voucher) { $0 == chain && $1 == Int64(position) }?.state
    }
}
