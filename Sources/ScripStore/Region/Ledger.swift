public import ScripCore
public import ScripCrypto

/// What reading commands see of a region: its files through an index that agrees with them.
public final class Ledger {
    public let directory: RegionDirectory
    public let index: LedgerIndex
    /// Whether the index has the tables of a region's own pool and outbox.
    private let hasPool: Bool
    /// Whether the index was read from the files for this ledger alone.
    let isTemporary: Bool
    private var lastBlock = RecentBlock()

    public var charter: Charter { directory.charter }
    public var charters: CharterHistory { directory.charters }
    var signedPrefix: [UInt8] { Record.signedPrefix(genesis: directory.genesis) }

    init(directory: RegionDirectory, index: LedgerIndex, isTemporary: Bool = false) {
        self.directory = directory
        self.index = index
        self.isTemporary = isTemporary
        hasPool = true
    }

    /// Opens a ledger for reading, without a lock. A copy of a `public/` folder, or a region whose index a crash
    /// left behind, is read into a temporary index first.
    public static func open(_ directory: RegionDirectory) throws(StoreError) -> Ledger {
        if let index = IndexFile.openForReading(directory) {
            do {
                try index.broken()?.refuse(in: directory)
            } catch {
                throw StoreError(error, subject: directory.path)
            }
            return Ledger(directory: directory, index: index)
        }
        do {
            let index = try IndexFile.temporary(directory, hasRegionTables: true)
            let workers = WorkerPool()
            let evaluator = BlockEvaluator(
                index: index, genesis: directory.genesis, workers: { workers })
            let files = PublicFiles(folder: directory.publicFolder, index: index, directory: directory)
            try index.database.begin()
            try files.loadChains(evaluator)
            try files.damage.lazy.compactMap(BrokenChain.init).first?.refuse(in: directory)
            try index.database.commit()
            return Ledger(directory: directory, index: index, isTemporary: true)
        } catch {
            throw StoreError(error, subject: directory.path)
        }
    }

    /// Runs `body`, all of whose look-ups see the index as it is now, whatever another command commits meanwhile.
    public func consistently<Result>(_ body: () throws -> Result) throws -> Result {
        if index.database.isInTransaction { return try body() }
        try index.database.execute("BEGIN")
        // Nothing was written.
        defer { try? index.database.rollback() }
        return try body()
    }

    // MARK: Records

    /// What is known of a record: sealed, pooled, answered, on its way, or let go. Nil if nothing is.
    public func result(of id: Digest, withVotes: Bool = false) throws -> RecordResult? {
        if let entry = try index.record(id).first {
            return try sealed(entry, id, withVotes: withVotes)
        }
        guard hasPool else { return nil }
        if let result = try pooled(id) { return result }
        if let result = try answered(id) { return result }
        if let result = try deferred(id) { return result }
        return try onItsWay(id)
    }

    /// Whether anything may be known of a record that `sealing` seals, or of its reference; false says that both are new
    /// to this region, but for what was not written yet. One look-up where `result` takes several, for the many records
    /// of which nothing is known.
    func mayKnow(_ record: Record, sealedBy sealing: RegionName) throws -> Bool {
        if !hasPool || index.heldRecords != nil { return true }
        let reference = record.body.reference
        let tables = try index.filledTables()
        let query = try index.database.cached(
            reference == nil ? tables.recordLookUp : tables.referenceLookUp)
        defer { query.reset() }
        try query.bind(1, record.id)
        if let reference { try query.bind(2, index.referenceKey(reference, try index.id(of: sealing))) }
        return try query.step()
    }

    /// What is known of the record that used a reference first.
    public func result(
        of reference: RecordReference, sealedBy chain: RegionName
    ) throws -> RecordResult? {
        if let id = try index.record(with: reference, in: chain) { return try result(of: id) }
        guard hasPool else { return nil }
        let pooled = try index.database.cached("SELECT id FROM pool WHERE reference=?")
        // A row that is left standing would keep a reader at the state that it saw; so with those below.
        defer { pooled.reset() }
        try pooled.bind(1, index.referenceKey(reference, try index.id(of: chain)))
        if try pooled.step(), let id = pooled.bytes32(0) { return try result(of: id) }
        let onItsWay = try index.database.cached(
            """
            SELECT id FROM outbox WHERE reference=? AND done=0 GROUP BY id ORDER BY MIN(file), MIN(item)
            """)
        defer { onItsWay.reset() }
        try onItsWay.bind(1, index.referenceKey(reference, try index.id(of: chain)))
        // A record that was refused stays there until it is dead, beside one that uses the reference after it.
        var rejected: RecordResult?
        while try onItsWay.step() {
            guard let id = onItsWay.bytes32(0), let result = try result(of: id) else { continue }
            if result.status != .rejected { return result }
            rejected = result
        }
        let deferred = try index.database.cached(
            "SELECT id FROM deferred WHERE reference=? ORDER BY position LIMIT 1")
        defer { deferred.reset() }
        try deferred.bind(1, index.referenceKey(reference, try index.id(of: chain)))
        if try deferred.step(), let id = deferred.bytes32(0) { return try result(of: id) }
        return rejected
    }

    private func sealed(
        _ entry: LedgerIndex.RecordEntry, _ id: Digest, withVotes: Bool
    ) throws -> RecordResult {
        guard let block = try index.block(entry.chain, holding: entry.index) else { throw IndexError.damaged }
        let line = try line(at: entry.index, in: block)
        // What was verified had this id. Of a line that is no record only the id counts that it names.
        if entry.code == nil, (try? Record(line: line, signedPrefix: signedPrefix))?.id != id {
            throw SegmentFiles.changed(block, in: directory.publicFolder)
        }
        var result = RecordResult(
            id: id, status: try status(of: block, code: entry.code), record: line)
        result.code = entry.code
        if let code = entry.code { result.reason = Explanation.sealed(code) }
        result.place = RecordPlace(
            chain: entry.chain, height: block.height, index: entry.index, time: block.time)
        if withVotes { result.votes = try votes(on: block, at: entry.index) }
        return result
    }

    /// What a record's block makes of it.
    func status(of block: IndexedBlock, code: RefusalCode?) throws -> RecordStatus {
        switch block.certification {
        case .agrees:
            if try index.isFrozen(block) { return .disputed }
            return code == nil ? .confirmed : .rejected
        case .differs: return .disputed
        case .absent:
            if try index.isFrozen(block) { return .disputed }
            if try isDisputed(block) { return .disputed }
            return code == nil ? .sealed : .rejected
        }
    }

    private func pooled(_ id: Digest) throws -> RecordResult? {
        let query = try index.database.cached("SELECT line, complete FROM pool WHERE id=?")
        defer { query.reset() }
        try query.bind(1, id)
        if try query.step() {
            let record = try Record(line: query.blob(0), signedPrefix: signedPrefix)
            var result = RecordResult(
                id: id, status: query.integer(1) != 0 ? .admitted : .awaiting, record: record.line)
            if let name = directory.regionName {
                result.waitingFor = missing(record, sealing: name)
            }
            return result
        }
        let dropped = try index.database.cached("SELECT line, code, reason FROM dropped WHERE id=?")
        defer { dropped.reset() }
        try dropped.bind(1, id)
        guard try dropped.step() else { return nil }
        var result = RecordResult(id: id, status: .rejected, record: dropped.blob(0))
        result.code = RefusalCode(rawValue: dropped.text(1))
        result.reason = dropped.text(2)
        return result
    }

    private func answered(_ id: Digest) throws -> RecordResult? {
        let query = try index.database.cached("SELECT line, refused, record FROM answer WHERE id=?")
        defer { query.reset() }
        try query.bind(1, id)
        guard try query.step() else { return nil }
        if query.integer(1) != 0 {
            let refusal = try Refusal(try JSONDocument(query.blob(0), form: .canonical).root)
            var result = RecordResult(
                id: id, status: .rejected, record: query.isNull(2) ? nil : query.blob(2))
            result.code = refusal.code
            result.reason = refusal.reason
            return result
        }
        return try awaiting(try Record(line: query.blob(0), signedPrefix: signedPrefix))
    }

    /// The accreditations that wait in the pool, in the order in which they were admitted.
    public func pooledAccreditations() throws -> [RecordBody.Accreditation] {
        guard hasPool else { return [] }
        let query = try index.database.cached(
            "SELECT line FROM pool WHERE type='accredit' ORDER BY position")
        defer { query.reset() }
        var accreditations: [RecordBody.Accreditation] = []
        while try query.step() {
            let record = try Record(line: query.blob(0), signedPrefix: signedPrefix)
            if case .accredit(let accreditation) = record.body { accreditations.append(accreditation) }
        }
        return accreditations
    }

    /// What waits for the region's own policy.
    private func deferred(_ id: Digest) throws -> RecordResult? {
        let query = try index.database.cached("SELECT line, reason FROM deferred WHERE id=?")
        defer { query.reset() }
        try query.bind(1, id)
        guard try query.step() else { return nil }
        let record = try Record(line: query.blob(0), signedPrefix: signedPrefix)
        var result = try awaiting(record)
        if result.status == .rejected { return result }
        result.reason = query.text(1)
        result.isDeferred = true
        return result
    }

    /// What this region only passes on; of what it attests, `answered` tells.
    private func onItsWay(_ id: Digest) throws -> RecordResult? {
        let query = try index.database.cached(
            """
            SELECT line FROM outbox WHERE id=? AND line IS NOT NULL AND done=0 ORDER BY file DESC, item DESC
            """)
        defer { query.reset() }
        try query.bind(1, id)
        while try query.step() {
            if let record = try? Record(line: query.blob(0), signedPrefix: signedPrefix) {
                return try awaiting(record)
            }
        }
        return nil
    }

    /// What is known of a record that others must seal or attest: it awaits them, unless one of them refused it.
    private func awaiting(_ record: Record) throws -> RecordResult {
        let sealing = try Admission.sealingRegion(of: record, index)
        if let refusal = try standingRefusal(of: record, sealing: sealing) {
            return .rejected(record, refusal.code, reason: refusal.dropReason(in: directory.regionName))
        }
        var result = RecordResult(id: record.id, status: .awaiting, record: record.line)
        result.waitingFor = (missing(record, sealing: sealing) + [sealing]).sorted()
        return result
    }

    private func missing(_ record: Record, sealing: RegionName) -> [RegionName] {
        signatureRules(sealing: sealing).missingAttestations(record)
    }

    private func signatureRules(sealing: RegionName) -> SignatureRules {
        SignatureRules(epoch: charters.newestEpoch, genesis: directory.genesis, sealing: sealing)
    }

    /// The refusal in the outbox that ends a record which others seal, as far as this region knows. Where the region
    /// that refused it is known to have attested it as well, whoever seals takes what comes first, so nothing is told.
    ///
    /// Signatures were checked when the lines were taken in.
    func standingRefusal(of record: Record, sealing: RegionName) throws -> Refusal? {
        let query = try index.database.cached(Outbox.linesOfRecord)
        defer { query.reset() }
        try query.bind(1, record.id)
        var copies = [record]
        var refusals: [Refusal] = []
        while try query.step() {
            let line = query.blob(0)
            if let copy = try? Record(line: line, signedPrefix: signedPrefix) {
                copies.append(copy)
            } else if let refusal = Refusal(line: line) {
                refusals.append(refusal)
            }
        }
        let rules = signatureRules(sealing: sealing)
        return refusals.first { refusal in
            copies.allSatisfy { rules.isEnded($0, refusedBy: refusal.region) }
        }
    }

    // MARK: Blocks

    /// How many leaves a chain has here.
    public func size(of chain: RegionName) throws -> Int {
        try index.head(of: chain, genesis: directory.genesis).size
    }

    /// The votes that are held on a block for the quorum of an epoch, counted.
    public func tally(_ block: IndexedBlock, epoch: Int) throws -> Tally {
        try index.tally(block, epoch: epoch)
    }

    /// Whether a block can never be certified any more, by the votes that are held.
    func isDisputed(_ block: IndexedBlock) throws -> Bool {
        try index.isDisputed(block)
    }

    /// The voters of a block by what they say of one of its records: `valid`, or a code.
    func votes(on block: IndexedBlock, at position: Int) throws -> [String: [RegionName]] {
        let own = try block.verdict(charters.federation).digest
        var classes: [String: [RegionName]] = [:]
        for vote in try index.votes(block.chain, height: block.height, epoch: block.charter) {
            let verdict: String
            if vote.verdict == own {
                verdict = block.invalid.first { $0.index == position }?.code.rawValue ?? "valid"
            } else if let cast = try? Vote(parsing: vote.line),
                let text = try? VerdictText(parsing: cast.verdict.text)
            {
                verdict = text.code(at: position)?.rawValue ?? "valid"
            } else {
                verdict = "other"
            }
            classes[verdict, default: []].append(vote.voter)
        }
        return classes.mapValues { $0.sorted() }
    }

    /// Calls `body` with a reader that stands before the record lines of a block.
    private func withBlock<Result>(
        _ block: IndexedBlock, _ body: (SegmentReader) throws -> Result
    ) throws -> Result {
        try SegmentFiles.naming(block, in: directory.publicFolder) {
            try body(
                try SegmentFiles.reader(
                    at: block.height, of: block.chain, in: directory.publicFolder, index
                ).reader)
        }
    }

    /// The line of the leaf `position`.
    func line(at position: Int, in block: IndexedBlock) throws -> [UInt8] {
        let number = position - block.first - 1
        if let line = lastBlock.line(number, of: block) { return line }
        return try withBlock(block) { reader in
            // A block that is asked for again is kept: who looks up its records one by one would otherwise read it
            // from its beginning each time.
            if lastBlock.isRepeated(block) {
                var batches: [LineBatch] = []
                var rest = block.count
                while rest > 0 {
                    batches.append(try reader.readLines(atMost: rest))
                    rest -= batches.last?.count ?? 0
                }
                lastBlock.keep(batches, of: block)
                if let line = lastBlock.line(number, of: block) { return line }
                throw IndexError.damaged
            }
            var skip = number
            while true {
                let batch = try reader.readLines(atMost: block.count)
                if skip < batch.count { return batch.line(skip) }
                skip -= batch.count
            }
        }
    }

    /// The id that the line of the leaf `position` names; nil if it names none, or cannot be read now.
    func recordID(at position: Int, in block: IndexedBlock) -> Digest? {
        guard let line = try? line(at: position, in: block),
            let document = try? JSONDocument(line, form: .canonical)
        else { return nil }
        return document.root.member("id")?.string.flatMap { Digest(hexadecimal: $0) }
    }

    /// Calls `body` with each record of a chain in order, from the leaf index `first` to `last`, until it returns
    /// false.
    public func forEachRecord(
        chain: RegionName, from first: Int = 0, to last: Int = Int.max,
        _ body: (RecordResult) throws -> Bool
    ) throws {
        guard let start = try index.block(chain, holding: first)?.height else { return }
        let blocks = try SealedBlocks(
            chain, from: start, index: index, folder: directory.publicFolder)
        var goesOn = true
        while goesOn, let block = blocks.next, block.first <= last {
            let status = try self.status(of: block, code: nil)
            var position = block.first + 1
            var invalid = block.invalid[...]
            try blocks.read { batch in
                for number in 0..<batch.count where goesOn {
                    let code = invalid.first?.index == position ? invalid.popFirst()?.code : nil
                    if position >= first && position <= last {
                        goesOn = try body(listed(batch.line(number), code, status, block, position))
                    }
                    position += 1
                }
                return goesOn && position <= last
            }
        }
    }

    private func listed(
        _ line: [UInt8], _ code: RefusalCode?, _ status: RecordStatus, _ block: IndexedBlock, _ position: Int
    ) -> RecordResult {
        let document = try? JSONDocument(line, form: .canonical)
        var result = RecordResult(
            id: document?.root.member("id")?.string.flatMap { Digest(hexadecimal: $0) },
            status: code == nil || status == .disputed ? status : .rejected,
            // Only canonical JSON can stand inside a line that is printed.
            record: document == nil ? nil : line)
        result.code = code
        if let code { result.reason = Explanation.sealed(code) }
        result.place = RecordPlace(
            chain: block.chain, height: block.height, index: position, time: block.time)
        return result
    }

    // MARK: Vouchers

    /// A voucher as it stands, nil if none has this id.
    public func voucher(_ id: VoucherID, withHistory: Bool = false) throws -> VoucherReport? {
        let line = try index.line(of: id)
        guard let first = line.first, let last = line.last else { return nil }
        var report = try self.report(first: first.state.remaining, last)
        if withHistory {
            report.history = try line.map { entry in
                guard let block = try index.block(entry.chain, holding: entry.index) else {
                    throw IndexError.damaged
                }
                let record = try self.line(at: entry.index, in: block)
                return listed(record, nil, try status(of: block, code: nil), block, entry.index)
            }
        }
        return report
    }

    private func report(first value: Int64, _ last: LedgerIndex.LineEntry) throws -> VoucherReport {
        guard let block = try index.block(last.chain, holding: last.index) else { throw IndexError.damaged }
        let certainty: VoucherReport.Certainty =
            switch try status(of: block, code: nil) {
            case .confirmed: .confirmed
            case .disputed: .disputed
            default: .sealed
            }
        var report = VoucherReport(
            state: last.state, value: value, status: try status(of: last.state), certainty: certainty)
        let custodian = charters.newestEpoch.custodian(of: last.state.owner.region)
        if custodian != last.state.owner.region { report.custodian = custodian }
        return report
    }

    private func status(of state: VoucherState) throws -> VoucherReport.Status {
        if state.isVoided { return .voided }
        if state.remaining == 0 { return .redeemed }
        if let expires = state.kind.terms.expires, directory.world.clock.now() > expires { return .expired }
        if hasPool {
            let query = try index.database.cached("SELECT 1 FROM reservation WHERE voucher=?")
            try query.bind(1, state.id.bytes)
            if try query.step() { return .reserved }
        }
        return .held
    }

    /// Calls `body` with each voucher that the filter admits, in the order of their ids, until it returns false.
    public func forEachVoucher(
        _ filter: VoucherFilter, _ body: (VoucherReport) throws -> Bool
    ) throws {
        func take(_ value: Int64, _ last: LedgerIndex.LineEntry) throws -> Bool {
            // What the block and the pool say is looked up only for those whose own state fits.
            guard filter.admits(last.state, charters.newestEpoch) else { return true }
            let report = try self.report(first: value, last)
            return try filter.admits(report) ? body(report) : true
        }
        guard let key = filter.owner?.key ?? filter.ownerKey else { return try index.forEachLine(take) }
        let query = try index.database.prepare(
            "SELECT DISTINCT voucher FROM line WHERE owner=? ORDER BY voucher")
        try query.bind(1, key.bytes)
        while try query.step() {
            guard let id = query.bytes16(0) else { throw IndexError.damaged }
            let line = try index.line(of: VoucherID(id))
            guard let first = line.first, let last = line.last else { continue }
            if try !take(first.state.remaining, last) { return }
        }
    }
}
