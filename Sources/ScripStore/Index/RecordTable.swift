public import ScripCore
public import ScripCrypto

/// Where records stand, and which of them used a reference first.
extension LedgerIndex {
    /// Notes a record; false if its id stands in the chain already, and then nothing is noted.
    func addRecord(_ id: Digest, _ chain: Int64, _ index: Int) throws -> Bool {
        let row = RecordRow(key: RecordRow.Key(id: id, chain: chain), index: index, code: nil)
        guard heldRecords != nil else { return try put(row) }
        if heldRecords?.mayBeKnown(row.key) ?? true, try self.row(row.key) != nil { return false }
        heldRecords?.append(row)
        return true
    }

    /// Sets the code of a record that is in the index.
    func setRecordCode(_ id: Digest, _ chain: Int64, _ code: RefusalCode) throws {
        let key = RecordRow.Key(id: id, chain: chain)
        if heldRecords?.changeLast(key, { $0.code = code }) ?? false { return }
        let update = try database.cached("UPDATE record SET code=? WHERE id=? AND chain=?")
        try update.bind(1, text: code.rawValue)
        try update.bind(2, id)
        try update.bind(3, chain)
        try update.run()
    }

    /// Where a record stands, with its code if it is invalid there. Valid places come first.
    public struct RecordEntry: Sendable, Equatable {
        public let chain: RegionName
        public let index: Int
        public let code: RefusalCode?
    }

    public func record(_ id: Digest) throws -> [RecordEntry] {
        var entries: [RecordEntry] = []
        if heldRecords != nil {
            for chain in regionNumbers {
                if let row = heldRecords?.row(RecordRow.Key(id: id, chain: chain)) {
                    entries.append(RecordEntry(chain: try region(chain), index: row.index, code: row.code))
                }
            }
        }
        let query = try query(.record)
        try query.bind(1, id)
        while try query.step() {
            entries.append(
                RecordEntry(
                    chain: try region(query.integer(0)), index: Int(query.integer(1)),
                    code: query.isNull(2) ? nil : RefusalCode(rawValue: query.text(2))))
        }
        return entries.sorted { ($0.code == nil ? 0 : 1) < ($1.code == nil ? 0 : 1) }
    }

    public func record(_ id: Digest, in chain: RegionName) throws -> RecordEntry? {
        try row(RecordRow.Key(id: id, chain: try self.id(of: chain))).map {
            RecordEntry(chain: chain, index: $0.index, code: $0.code)
        }
    }

    /// The row of a record, in the table or on its way there.
    private func row(_ key: RecordRow.Key) throws -> RecordRow? {
        if let row = heldRecords?.row(key) { return row }
        let query = try query(.recordInChain)
        try query.bind(1, key.id)
        try query.bind(2, key.chain)
        guard try query.step() else { return nil }
        return RecordRow(
            key: key, index: Int(query.integer(0)),
            code: query.isNull(1) ? nil : RefusalCode(rawValue: query.text(1)))
    }

    /// Puts a row into the table unless its key is there, and says whether it did.
    private func put(_ row: RecordRow) throws -> Bool {
        let query = try query(.addRecord)
        try row.bind(to: query, after: 0)
        try query.run()
        return database.changes > 0
    }

    // MARK: References

    /// The digest, which is a third as long and so costs less to look up among many, of
    /// chain (4 bytes) || type (1) || party's key (32) || region, NUL, ref.
    func referenceKey(_ reference: RecordReference, _ chain: Int64) -> Digest {
        // Whoever judges a record asks several times.
        if let last = lastReference, last.chain == chain, last.reference == reference { return last.key }
        var key: [UInt8] = []
        key.reserveCapacity(80 + reference.ref.utf8.count)
        for shift in [24, 16, 8, 0] { key.append(UInt8(truncatingIfNeeded: chain >> Int64(shift))) }
        key.append(contentsOf: reference.type.rawValue.utf8.prefix(3))
        reference.party.key.bytes.append(to: &key)
        key.append(contentsOf: reference.party.region.text.utf8)
        key.append(0)
        key.append(contentsOf: reference.ref.utf8)
        let digest = SHA256.hash(key)
        lastReference = (reference, chain, digest)
        return digest
    }

    /// Notes a reference; false if it stands in the chain already.
    func addReference(_ reference: RecordReference, _ chain: Int64, _ id: Digest) throws -> Bool {
        let row = ReferenceRow(key: referenceKey(reference, chain), id: id)
        guard heldReferences != nil else { return try put(row) }
        if heldReferences?.mayBeKnown(row.key) ?? true, try record(withReference: row.key) != nil {
            return false
        }
        heldReferences?.append(row)
        return true
    }

    /// The record that used `reference` in `chain` first.
    public func record(with reference: RecordReference, in chain: RegionName) throws -> Digest? {
        try record(withReference: referenceKey(reference, try id(of: chain)))
    }

    private func record(withReference key: Digest) throws -> Digest? {
        if let row = heldReferences?.row(key) { return row.id }
        let query = try query(.reference)
        try query.bind(1, key)
        guard try query.step() else { return nil }
        return Digest(query.blob(0))
    }

    private func put(_ row: ReferenceRow) throws -> Bool {
        let query = try query(.addReference)
        try row.bind(to: query, after: 0)
        try query.run()
        return database.changes > 0
    }

    // MARK: Many at once

    /// Ends a block whose records stay; its savepoint is gone, for what is put into the tables now is not to be undone
    /// with it.
    func keepHeldRows() throws {
        try put(heldRecords?.keepBlock() ?? [], .addRecord)
        try put(heldReferences?.keepBlock() ?? [], .addReference)
    }

    /// Drops what the block in progress has added.
    func undoHeldRows() {
        heldRecords?.undoBlock()
        heldReferences?.undoBlock()
    }
}
