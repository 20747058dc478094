public import ScripCore
public import ScripCrypto

/// What a region knows of all chains, in SQLite: a cache over the verified files, never an authority.
///
/// `verify` fills a private temporary one from nothing; a region keeps one in `private/index.sqlite`.
public final class LedgerIndex {
    let database: SQLiteDatabase
    /// The charters by which everything in it is judged.
    private(set) var charters: CharterHistory
    private var statements: [SQLiteStatement?]
    private var idByRegion: [RegionName: Int64] = [:]
    private var regionByID: [Int64: RegionName] = [:]
    private var idByKind: [VoucherKind: Int64] = [:]
    private var kindByID: [Int64: VoucherKind] = [:]
    private var heads: [RegionName: ChainHead] = [:]
    /// What the evidence that is held freezes; nil until it is asked for.
    var knownFrozen: FrozenChains?
    private var knownFilledTables: PendingTables?
    /// Records and references on their way to their tables; nil where each goes there at once.
    var heldRecords: HeldRows<RecordRow>?
    var heldReferences: HeldRows<ReferenceRow>?
    /// The same of entries of vouchers' lines.
    var heldLines: HeldLines?
    /// The key that was worked out last.
    var lastReference: (reference: RecordReference, chain: Int64, key: Digest)?

    /// Kinds that are kept in memory; memory must not grow with the ledger.
    private static let kindsMax = 2_048

    /// Takes a database whose tables exist. With `holdsRows` they are empty, and nobody else ever sees them.
    /// With `holdsLines` this goes for entries of lines too, which nobody then reads but through this type.
    init(
        database: SQLiteDatabase, charters: CharterHistory, holdsRows: Bool = false, holdsLines: Bool = false
    ) throws {
        self.database = database
        self.charters = charters
        if holdsRows {
            heldRecords = HeldRows()
            heldReferences = HeldRows()
        }
        if holdsLines { heldLines = HeldLines() }
        statements = Array(repeating: nil, count: IndexQuery.allCases.count)
        let query = try query(.regions)
        while try query.step() {
            if let name = RegionName(query.text(1)) { remember(name, query.integer(0)) }
        }
        try add(regions: charters.epochs.flatMap { $0.charter.regions.map(\.name) })
    }

    /// Goes on with more charters. Done outside of any transaction that may be rolled back.
    func take(_ charters: CharterHistory) throws {
        self.charters = charters
        try add(regions: charters.newest.regions.map(\.name))
    }

    /// The statement, ready to be bound.
    func query(_ query: IndexQuery) throws -> SQLiteStatement {
        if let statement = statements[query.rawValue] {
            statement.reset()
            return statement
        }
        let statement = try database.prepare(query.sql)
        statements[query.rawValue] = statement
        return statement
    }

    /// Lets go of the state of the index that was read last: others may write to it now.
    func release() {
        for statement in statements { statement?.reset() }
        database.resetCached()
        forgetMemory()
    }

    /// Forgets what is held in memory, after a transaction was rolled back.
    func forgetMemory() {
        heads = [:]
        knownFrozen = nil
        idByKind = [:]
        kindByID = [:]
        knownFilledTables = nil
    }

    // MARK: What is not in a chain

    /// The tables in which anything is.
    func filledTables() throws -> PendingTables {
        if let knownFilledTables { return knownFilledTables }
        let filled = try PendingTables(filledIn: database)
        knownFilledTables = filled
        return filled
    }

    /// To be called by who puts a row into one of them.
    func willFill(_ table: PendingTables) { knownFilledTables?.insert(table) }

    // MARK: A block at a time

    /// Begins what a block changes, so that it can be undone.
    func beginBlock() throws { try database.beginSavepoint() }

    /// Keeps what the block changed.
    func keepBlock() throws {
        try database.releaseSavepoint()
        heldLines?.keepBlock()
        try keepHeldRows()
    }

    /// Undoes what the block changed.
    func undoBlock() throws {
        undoHeldRows()
        heldLines?.undoBlock()
        try database.rollbackSavepoint()
        forgetMemory()
    }

    // MARK: Regions

    private func remember(_ name: RegionName, _ id: Int64) {
        idByRegion[name] = id
        regionByID[id] = name
    }

    /// Numbers the regions of a charter.
    private func add(regions: [RegionName]) throws {
        for name in regions where idByRegion[name] == nil {
            let query = try query(.addRegion)
            try query.bind(1, text: name.text)
            try query.run()
            remember(name, database.lastInsertedRowID)
        }
    }

    /// The numbers of all regions.
    var regionNumbers: some Sequence<Int64> { regionByID.keys }

    func id(of region: RegionName) throws -> Int64 {
        guard let id = idByRegion[region] else { throw IndexError.unknownRegion(region) }
        return id
    }

    func region(_ id: Int64) throws -> RegionName {
        guard let region = regionByID[id] else { throw IndexError.damaged }
        return region
    }

    // MARK: Chains

    /// Where a chain stands.
    func head(of chain: RegionName, genesis: Digest) throws -> ChainHead {
        if let head = heads[chain] { return head }
        let query = try query(.chain)
        try query.bind(1, try id(of: chain))
        guard try query.step() else { return ChainHead(region: chain, genesis: genesis) }
        let hashes = query.blob(4)
        let digests = stride(from: 0, to: hashes.count, by: 32).compactMap { Digest(hashes[$0..<$0 + 32]) }
        guard let root = Digest(query.blob(2)), let time = Timestamp(seconds: query.integer(1)),
            let frontier = MerkleFrontier(size: Int(query.integer(3)), hashes: digests)
        else { throw IndexError.damaged }
        let head = ChainHead(
            region: chain, height: Int(query.integer(0)), epoch: Int(query.integer(6)), time: time,
            frontier: frontier, root: root,
            seen: SeenSizes.decode(query.text(5)))
        heads[chain] = head
        return head
    }

    func setHead(_ head: ChainHead) throws {
        try addSubtrees(head.frontier, of: head.region, above: heads[head.region]?.size ?? 0)
        let query = try query(.setChain)
        var hashes: [UInt8] = []
        for hash in head.frontier.hashes { hash.append(to: &hashes) }
        try query.bind(1, try id(of: head.region))
        try query.bind(2, Int64(head.height))
        try query.bind(3, head.time?.seconds ?? 0)
        try query.bind(4, head.root)
        try query.bind(5, Int64(head.size))
        try query.bind(6, blob: hashes)
        try query.bind(7, text: SeenSizes.encode(head.seen))
        try query.bind(8, Int64(head.epoch))
        try query.run()
        heads[head.region] = head
    }

    // MARK: Blocks

    func add(_ block: IndexedBlock) throws {
        let query = try query(.addBlock)
        try query.bind(1, try id(of: block.chain))
        try query.bind(2, Int64(block.height))
        try query.bind(3, Int64(block.first))
        try query.bind(4, Int64(block.size))
        try query.bind(5, block.root)
        try query.bind(6, block.time.seconds)
        try query.bind(7, Int64(block.count))
        try query.bind(8, Int64(block.charter))
        try query.bind(9, text: SeenSizes.encode(block.seen))
        try query.bind(10, text: InvalidRecords.encode(block.invalid))
        try query.bind(11, blob: block.checkpoint)
        try query.bind(12, block.certification.rawValue)
        try query.run()
        let start = try self.query(.addEpochStart)
        try start.bind(1, try id(of: block.chain))
        try start.bind(2, Int64(block.charter))
        try start.bind(3, Int64(block.height))
        try start.run()
    }

    /// The height of the first block of a chain that names `epoch`; nil if none is here.
    func firstHeight(of chain: RegionName, naming epoch: Int) throws -> Int? {
        let query = try query(.epochStart)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(epoch))
        return try query.step() ? Int(query.integer(0)) : nil
    }

    private func readBlock(_ chain: RegionName, _ query: SQLiteStatement) throws -> IndexedBlock {
        guard let root = Digest(query.blob(3)), let time = Timestamp(seconds: query.integer(4)),
            let certification = IndexedBlock.Certification(rawValue: query.integer(10))
        else { throw IndexError.damaged }
        return IndexedBlock(
            chain: chain, height: Int(query.integer(0)), first: Int(query.integer(1)),
            size: Int(query.integer(2)), root: root, time: time, count: Int(query.integer(5)),
            charter: Int(query.integer(6)), seen: SeenSizes.decode(query.text(7)),
            invalid: InvalidRecords.decode(query.text(8)), checkpoint: query.blob(9),
            certification: certification)
    }

    private func oneBlock(
        _ name: IndexQuery, _ chain: RegionName, _ key: Int?
    ) throws -> IndexedBlock? {
        let query = try query(name)
        try query.bind(1, try id(of: chain))
        if let key { try query.bind(2, Int64(key)) }
        guard try query.step() else { return nil }
        return try readBlock(chain, query)
    }

    public func block(_ chain: RegionName, height: Int) throws -> IndexedBlock? {
        try oneBlock(.block, chain, height)
    }

    /// The block that ends at `size` leaves.
    public func block(_ chain: RegionName, size: Int) throws -> IndexedBlock? {
        try oneBlock(.blockBySize, chain, size)
    }

    /// The block that holds the leaf `index`.
    public func block(_ chain: RegionName, holding index: Int) throws -> IndexedBlock? {
        try oneBlock(.blockHolding, chain, index)
    }

    /// The last block with a certificate that agrees.
    public func lastCertified(_ chain: RegionName) throws -> IndexedBlock? {
        try oneBlock(.lastCertified, chain, nil)
    }

    /// Calls `body` with each block above `height` in order, until it returns false.
    public func forEachBlock(
        _ chain: RegionName, above height: Int, _ body: (IndexedBlock) throws -> Bool
    ) throws {
        // A statement of its own, since `body` may ask for blocks.
        let query = try database.prepare(IndexQuery.lastBlocks.sql)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        while try query.step() {
            if try !body(try readBlock(chain, query)) { return }
        }
    }

    func certify(_ chain: RegionName, height: Int, _ certification: IndexedBlock.Certification) throws {
        let query = try query(.certifyBlock)
        try query.bind(1, certification.rawValue)
        try query.bind(2, try id(of: chain))
        try query.bind(3, Int64(height))
        try query.run()
    }

    /// The first block whose certificate says something else than one's own recomputation, but for those that
    /// an operator has acknowledged.
    func firstContradiction(but acknowledged: Set<BlockPlace>) throws -> BlockPlace? {
        let query = try database.prepare("SELECT chain, height FROM block WHERE certified=2 AND certified<>1")
        while try query.step() {
            let place = BlockPlace(chain: try region(query.integer(0)), height: Int(query.integer(1)))
            if !acknowledged.contains(place) { return place }
        }
        return nil
    }

    // MARK: Kinds

    func id(of kind: VoucherKind) throws -> Int64 {
        if let id = idByKind[kind] { return id }
        let terms = JSON.object(kind.terms.members).canonical
        let issuer = kind.issuer.text
        let hash = SHA256.hash(Array(issuer.utf8) + [0] + terms)
        let find = try query(.kindByHash)
        try find.bind(1, hash)
        let id: Int64
        if try find.step() {
            id = find.integer(0)
        } else {
            let add = try query(.addKind)
            try add.bind(1, hash)
            try add.bind(2, text: issuer)
            try add.bind(3, blob: terms)
            try add.run()
            id = database.lastInsertedRowID
        }
        remember(kind, id)
        return id
    }

    private func remember(_ kind: VoucherKind, _ id: Int64) {
        if kindByID.count >= Self.kindsMax {
            kindByID.removeAll(keepingCapacity: true)
            idByKind.removeAll(keepingCapacity: true)
        }
        kindByID[id] = kind
        idByKind[kind] = id
    }

    func kind(_ id: Int64) throws -> VoucherKind {
        if let kind = kindByID[id] { return kind }
        let query = try query(.kind)
        try query.bind(1, id)
        guard try query.step(), let issuer = try? Address(parsing: query.text(0)),
            let document = try? JSONDocument(query.blob(1), form: .canonical),
            let terms = try? Terms(document.root)
        else { throw IndexError.damaged }
        let kind = VoucherKind(issuer: issuer, terms: terms)
        remember(kind, id)
        return kind
    }

    // MARK: Vouchers

    /// Applies what a valid record changes. `sequences` are the places in their lines of the states that it
    /// changes, in the order of `effects.changed`.
    func apply(
        _ effects: Effects, of record: Digest, sequences: [VoucherID: Int], _ chain: Int64, _ index: Int
    ) throws {
        for state in effects.created {
            try addLine(state, sequence: 0, chain, index)
        }
        for state in effects.changed {
            let sequence = (sequences[state.id] ?? 0) + 1
            try addLine(state, sequence: sequence, chain, index)
        }
        if let accredited = effects.accredited {
            let query = try query(.addAccreditation)
            try query.bind(1, chain)
            try query.bind(2, accredited.issuer.key.bytes)
            try query.bind(3, Int64(index))
            try query.bind(4, accredited.state.isActive ? 1 : 0)
            if let until = accredited.state.until {
                try query.bind(5, until.seconds)
            } else {
                try query.bindNull(5)
            }
            try query.run()
        }
        if let redeemed = effects.redeemed { try add(redeemed, chain, index) }
        if let refunded = effects.refunded {
            for part in refunded.parts {
                let query = try query(.addRefunded)
                try query.bind(1, refunded.redemption)
                try query.bind(2, part.voucher.bytes)
                try query.bind(3, chain)
                try query.bind(4, Int64(index))
                try query.bind(5, part.amount)
                try query.run()
            }
        }
    }

    private func add(_ redeemed: SealedRedemption, _ chain: Int64, _ index: Int) throws {
        for (item, part) in redeemed.parts.enumerated() {
            let query = try query(.addRedeemed)
            try query.bind(1, chain)
            try query.bind(2, Int64(index))
            try query.bind(3, Int64(item))
            try query.bind(4, part.voucher.bytes)
            try query.bind(5, part.amount)
            try query.bind(6, text: redeemed.holder.text)
            try query.bind(7, text: redeemed.merchant.text)
            try query.run()
        }
    }

    func redemption(
        _ id: Digest, where isPast: (_ chain: Int64, _ index: Int64) -> Bool
    ) throws -> SealedRedemption? {
        for place in try record(id) where place.code == nil {
            let chain = try self.id(of: place.chain)
            guard isPast(chain, Int64(place.index)) else { continue }
            let query = try query(.redeemed)
            try query.bind(1, chain)
            try query.bind(2, Int64(place.index))
            var parts: [RecordBody.Part] = []
            var accounts: (holder: Address, merchant: Address)?
            while try query.step() {
                guard let voucher = query.bytes16(0), let holder = try? Address(parsing: query.text(2)),
                    let merchant = try? Address(parsing: query.text(3))
                else { throw IndexError.damaged }
                parts.append(RecordBody.Part(voucher: VoucherID(voucher), amount: query.integer(1)))
                accounts = (holder, merchant)
            }
            if let accounts {
                return SealedRedemption(
                    chain: place.chain, holder: accounts.holder, merchant: accounts.merchant, parts: parts)
            }
        }
        return nil
    }

    func refunded(
        _ redemption: Digest, _ voucher: VoucherID, where isPast: (_ chain: Int64, _ index: Int64) -> Bool
    ) throws -> Int64 {
        let query = try query(.refunded)
        try query.bind(1, redemption)
        try query.bind(2, voucher.bytes)
        var total: Int64 = 0
        while try query.step() {
            if isPast(query.integer(0), query.integer(1)) { total += query.integer(2) }
        }
        return total
    }

    /// `chain` is that of the issuer's region if none is given.
    func accreditation(
        of issuer: Address, in chain: RegionName? = nil, before index: Int64
    ) throws -> AccreditationState? {
        let query = try query(.accreditation)
        try query.bind(1, try id(of: chain ?? issuer.region))
        try query.bind(2, issuer.key.bytes)
        try query.bind(3, index)
        guard try query.step() else { return nil }
        let until = query.isNull(1) ? nil : Timestamp(seconds: query.integer(1))
        return AccreditationState(isActive: query.integer(0) != 0, until: until)
    }

    // MARK: Certificates and votes

    /// A certificate that was checked.
    public struct CertificateEntry: Sendable, Equatable {
        public let epoch: Int
        public let size: Int
        public let root: Digest
        public let verdict: [UInt8]
    }

    public func certificates(_ chain: RegionName, height: Int) throws -> [CertificateEntry] {
        let query = try query(.certificate)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        var entries: [CertificateEntry] = []
        while try query.step() {
            guard let root = query.bytes32(2) else { throw IndexError.damaged }
            entries.append(
                CertificateEntry(
                    epoch: Int(query.integer(0)), size: Int(query.integer(1)), root: root,
                    verdict: query.blob(3)))
        }
        return entries
    }

    /// The roots of the certificates that are held for `size` leaves of `chain`.
    func certifiedRoots(_ chain: RegionName, size: Int) throws -> [Digest] {
        let query = try query(.certificateBySize)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(size))
        var roots: [Digest] = []
        while try query.step() {
            if let root = query.bytes32(0) { roots.append(root) }
        }
        return roots
    }

    /// Whether a certificate is held for more than `size` leaves of `chain`.
    func isCertified(_ chain: RegionName, beyond size: Int) throws -> Bool {
        let query = try query(.certificateCovering)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(size))
        return try query.step()
    }

    func addCertificate(
        _ chain: RegionName, height: Int, epoch: Int, size: Int, root: Digest, verdict: [UInt8]
    ) throws {
        let query = try query(.addCertificate)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, Int64(epoch))
        try query.bind(4, Int64(size))
        try query.bind(5, root)
        try query.bind(6, blob: verdict)
        try query.run()
        // Counting them anew would take longer the longer the chain is.
        guard database.changes > 0 else { return }
        let count = try self.query(.countCertificate)
        try count.bind(1, try id(of: chain))
        try count.run()
    }

    /// A vote that was checked. `line` is empty once a certificate holds it.
    public struct VoteEntry: Sendable, Equatable {
        /// The epoch whose quorum it counts for.
        public let epoch: Int
        public let voter: RegionName
        /// The digest of the verdict's text: the class.
        public let verdict: Digest
        public let line: [UInt8]
    }

    /// Keeps a vote unless one of the same voter on that block is held for that epoch.
    func addVote(
        _ chain: RegionName, height: Int, epoch: Int, voter: RegionName, verdict: Digest, line: [UInt8]
    ) throws {
        let query = try query(.addVote)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, Int64(epoch))
        try query.bind(4, try id(of: voter))
        try query.bind(5, verdict)
        try query.bind(6, blob: line)
        try query.run()
    }

    public func votes(_ chain: RegionName, height: Int, epoch: Int) throws -> [VoteEntry] {
        let query = try query(.votes)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, Int64(epoch))
        var entries: [VoteEntry] = []
        while try query.step() {
            guard let verdict = query.bytes32(1) else { throw IndexError.damaged }
            entries.append(
                VoteEntry(
                    epoch: epoch, voter: try region(query.integer(0)), verdict: verdict, line: query.blob(2)))
        }
        return entries
    }

    public func vote(
        _ chain: RegionName, height: Int, epoch: Int, by voter: RegionName
    ) throws -> VoteEntry? {
        try votes(chain, height: height, epoch: epoch).first { $0.voter == voter }
    }

    /// Drops the lines of votes that a certificate holds now; who voted what stays.
    func trimVotes(_ chain: RegionName, height: Int) throws {
        let query = try query(.trimVotes)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.run()
    }

    /// The highest block of `chain` that `voter` is known to have voted on.
    public func lastVote(_ chain: RegionName, by voter: RegionName) throws -> Int {
        let query = try database.cached("SELECT MAX(height) FROM vote WHERE chain=? AND voter=?")
        try query.bind(1, try id(of: chain))
        try query.bind(2, try id(of: voter))
        return try query.step() && !query.isNull(0) ? Int(query.integer(0)) : 0
    }
}

/// A fault of the index itself.
public enum IndexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is stored does not read as what was written.
    case damaged
    case unknownRegion(RegionName)

    public var description: String {
        switch self {
        case .damaged: "the index is damaged; run 'scrip reindex'"
        case .unknownRegion(let region): "no charter has a region '\(region.text)'"
        }
    }
}
