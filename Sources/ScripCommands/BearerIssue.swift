internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// An issue of bearer vouchers: one code for each, and a file that keeps the codes.
///
/// The codes are the owners, so they make the record and the ids of its vouchers. All of that is known before
/// anything is signed away: the file is written first, whole and durable, and the records are printed after it. With
/// a `ref`, the same issue and its file give the same records whenever they are asked for again.
struct BearerIssue {
    /// The terms; who owns what is filled in here.
    let request: IssueRequest
    let issuer: Address
    /// Where the codes' accounts are.
    let region: RegionName
    let key: Ed25519PrivateKey
    /// How many.
    let count: Int
    /// The file of codes.
    let path: String
    /// One moment for all the records.
    let now: Timestamp
    let writer: RecordWriter

    /// Codes in one file at most.
    static let countMax = 100_000

    /// Vouchers in one record: as many as fit its line with every name at its longest, each having an owner of its
    /// own. More are several records.
    static let recordCountMax = 512

    private let ref: String

    init(
        _ request: IssueRequest, issuer: Address, region: RegionName, key: Ed25519PrivateKey, path: String,
        _ writer: RecordWriter
    ) throws(RequestFault) {
        guard let count = Int(exactly: request.count ?? 1), (1...Self.countMax).contains(count) else {
            throw .malformed("'count' is out of range: 1 to \(Self.countMax) codes are one file")
        }
        if let value = request.value {
            let (total, isTooLarge) = value.amount.multipliedReportingOverflow(by: Int64(count))
            guard !isTooLarge, total <= JSONDocument.integerMax else {
                throw .malformed("value × count is more than 2^53 - 1")
            }
        }
        try writer.requireAccount(Address(region: region, key: key.publicKey))
        self.request = request
        self.issuer = issuer
        self.region = region
        self.key = key
        self.count = count
        self.path = path
        self.writer = writer
        now = writer.now
        ref = request.ref ?? Hexadecimal.encode(writer.invocation.world.randomness.bytes(16))
    }

    /// The records, once the file of codes is safe.
    func records() throws -> [Record] {
        let world = writer.invocation.world
        if let file = try CodesFile.open(path: path, world: world) { return try records(reading: file) }
        try refuseKnownReference()
        do {
            var records: [Record] = []
            try CodesFile.create(path: path, world: world) { file in
                try forEachRecord(codes: draw) { record, lines in
                    for line in lines { try file.append(line + [UInt8(ascii: "\n")]) }
                    records.append(record)
                }
            }
            return records
        } catch PublishError.conflict {
            // Another process was faster, perhaps with this very issue.
            guard let file = try CodesFile.open(path: path, world: world) else {
                throw StoreError(.rejected, path, "the file came and went; try again")
            }
            return try records(reading: file)
        } catch PublishError.io(let error) {
            throw StoreError(error)
        }
    }

    /// The records of a file that is there already. It must be of this issue, to the last byte.
    private func records(reading file: CodesFile) throws -> [Record] {
        guard request.ref != nil else {
            throw StoreError(
                .rejected, path,
                "the file exists, and codes are never overwritten; name another, or the --ref that it was made with"
            )
        }
        let lines = InputLines(file.file)
        var records: [Record] = []
        var read: [InputLine] = []
        var total = 0
        func take(_ count: Int) throws -> [BearerCode] {
            read = []
            var codes: [BearerCode] = []
            while read.count < count, let line = try lines.next() {
                codes.append(try code(line))
                read.append(line)
            }
            total += read.count
            guard read.count == count else { throw otherCount("\(total)") }
            return codes
        }
        try forEachRecord(codes: take) { record, expected in
            for (line, expected) in zip(read, expected) where line.bytes != expected {
                throw StoreError(
                    .rejected, "\(path):\(line.number)",
                    "the file holds the codes of another issue: other terms, another --ref, or it was changed"
                )
            }
            records.append(record)
        }
        if try lines.next() != nil { throw otherCount("more") }
        // Whoever wrote it may have been interrupted before it was durable.
        do {
            try file.synchronize()
        } catch {
            throw StoreError(.durabilityUnconfirmed, path, error.description)
        }
        return records
    }

    private func code(_ line: InputLine) throws(StoreError) -> BearerCode {
        do {
            return try CodeLine(line).code
        } catch {
            throw StoreError(
                .malformed, "\(path):\(line.number)", "the file of codes is damaged: \(error.reason)")
        }
    }

    private func otherCount(_ found: String) -> StoreError {
        StoreError(
            .rejected, path,
            "the file holds \(found) codes, not \(count): it is of another issue, or a part of it is lost")
    }

    /// A ref that is used has its codes in the file of that time. New codes for it would be worth nothing.
    private func refuseKnownReference() throws {
        guard request.ref != nil else { return }
        let reference = RecordReference(type: .issue, party: issuer, ref: reference(of: 0))
        guard let known = try writer.ledger().result(of: reference, sealedBy: issuer.region),
            known.status != .rejected
        else { return }
        throw StoreError(
            .rejected, "issue",
            "this --ref was used for record \(known.id?.hexadecimal ?? ""), and '\(path)' is not the file of its codes"
        )
    }

    // MARK: Records and lines

    /// Makes the records one after the other, each of the codes that `codes` gives, and the lines of the file that
    /// belong to it.
    private func forEachRecord(
        codes: (_ count: Int) throws -> [BearerCode], _ body: (Record, _ lines: [[UInt8]]) throws -> Void
    ) throws {
        for first in stride(from: 0, to: count, by: Self.recordCountMax) {
            let codes = try codes(min(Self.recordCountMax, count - first))
            let record = try record(of: codes, ref: reference(of: first))
            guard case .issue(let issue) = record.body else { return }
            try body(
                record,
                codes.indices.map { index in
                    line(codes[index], number: first + index + 1, record.id, issue, index)
                })
        }
    }

    /// The ref of the record whose first code is the `first` of the file, counted from 0: the ref itself where there
    /// is one record, and `ref/1`, `ref/2` and so on where there are more.
    private func reference(of first: Int) -> String {
        count <= Self.recordCountMax ? ref : "\(ref)/\(first / Self.recordCountMax + 1)"
    }

    private func record(of codes: [BearerCode], ref: String) throws(RequestFault) -> Record {
        var request = request
        request.owners = codes.map { code in
            IssueRequest.Share(count: 1, owner: Address(region: region, key: code.key.publicKey))
        }
        if request.ref != nil { request.ref = ref }
        return try writer.sign(try request.draft(issuer: issuer, now: now, randomRef: { ref }), key)
    }

    private func draw(_ count: Int) throws -> [BearerCode] {
        try (0..<count).map { _ in try draw() }
    }

    private func draw() throws(StoreError) -> BearerCode {
        var bytes = writer.invocation.world.randomness.bytes(BearerCode.byteCount)
        defer { bytes.erase() }
        guard let code = BearerCode(bytes) else {
            throw StoreError(.internalFault, "issue", "there were no random bytes for a code")
        }
        return code
    }

    /// `{"code":"scrip1…","count":5,…terms…,"issuer":…,"number":1,"owner":…,"record":…,"ref":…,"type":"code","voucher":…}`
    private func line(
        _ code: BearerCode, number: Int, _ record: Digest, _ issue: RecordBody.Issue, _ index: Int
    ) -> [UInt8] {
        var members = issue.terms.members
        members["type"] = .string(CodeLine.type)
        members["code"] = .string(code.text)
        members["number"] = .integer(Int64(number))
        members["count"] = .integer(Int64(count))
        members["issuer"] = .string(issuer.text)
        members["owner"] = .string(issue.owners[index].owner.text)
        members["record"] = .string(record.hexadecimal)
        // With it the records can be had again if the first ones were lost on their way.
        members["ref"] = .string(ref)
        members["voucher"] = .string(VoucherID(createdBy: record, index: index).description)
        return JSON.object(members).canonical
    }
}
