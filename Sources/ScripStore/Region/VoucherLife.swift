public import ScripCore
public import ScripCrypto

/// All that happened to one voucher, and what it is related to.
public struct VoucherLife: Sendable {
    public let report: VoucherReport
    /// Oldest first; the first one created it.
    public let events: [Event]
    /// The voucher that it was split off, or that was redeemed before a refund made it.
    public let origin: VoucherID?
    /// What waits in this region's pool to change it.
    public let pending: Record?

    /// A record that changed the voucher.
    public struct Event: Sendable {
        public let record: Record
        public let place: RecordPlace
        public let status: RecordStatus
        /// What was left after it, and what before; nil before it was created.
        public let before: Int64?
        public let remaining: Int64
        public let owner: Address
        /// What a split made of it.
        public let parts: [Part]
        /// What was given back of a redemption.
        public let refunds: [Refund]
    }

    public struct Part: Sendable {
        public let voucher: VoucherID
        public let amount: Int64
    }

    /// A refund, which made a voucher of its own.
    public struct Refund: Sendable {
        public let record: Digest
        public let place: RecordPlace
        public let status: RecordStatus
        public let voucher: VoucherID
        public let amount: Int64
    }

    public var id: VoucherID { report.state.id }
}

extension Ledger {
    /// The life of a voucher; nil if none has this id.
    public func life(of id: VoucherID) throws -> VoucherLife? {
        guard let report = try voucher(id) else { return nil }
        var events: [VoucherLife.Event] = []
        var origin: VoucherID?
        for entry in try index.line(of: id) {
            let (record, place, status) = try sealedRecord(entry.chain, entry.index)
            if events.isEmpty { origin = Self.origin(of: id, in: record) }
            events.append(
                VoucherLife.Event(
                    record: record, place: place, status: status, before: events.last?.remaining,
                    remaining: entry.state.remaining, owner: entry.state.owner,
                    // The split that made it is no split of it.
                    parts: events.isEmpty ? [] : Self.parts(of: id, in: record),
                    refunds: try refunds(of: record, id)))
        }
        return VoucherLife(report: report, events: events, origin: origin, pending: try pending(id))
    }

    private func sealedRecord(
        _ chain: RegionName, _ position: Int
    ) throws -> (Record, RecordPlace, RecordStatus) {
        guard let block = try index.block(chain, holding: position) else { throw IndexError.damaged }
        let record = try Record(line: try line(at: position, in: block), signedPrefix: signedPrefix)
        let place = RecordPlace(chain: chain, height: block.height, index: position, time: block.time)
        return (record, place, try status(of: block, code: nil))
    }

    private static func origin(of id: VoucherID, in record: Record) -> VoucherID? {
        switch record.body {
        case .split(let split): return split.voucher.voucher
        case .refund(let refund):
            return refund.vouchers.enumerated().first { number, _ in
                VoucherID(createdBy: record.id, index: number) == id
            }?.element.voucher
        default: return nil
        }
    }

    private static func parts(of id: VoucherID, in record: Record) -> [VoucherLife.Part] {
        guard case .split(let split) = record.body, split.voucher.voucher == id else { return [] }
        return split.amounts.enumerated().map { number, amount in
            VoucherLife.Part(voucher: VoucherID(createdBy: record.id, index: number), amount: amount)
        }
    }

    private func refunds(of record: Record, _ id: VoucherID) throws -> [VoucherLife.Refund] {
        guard case .redeem = record.body else { return [] }
        let query = try index.database.prepare(
            "SELECT chain, idx, amount FROM refunded WHERE redemption=? AND voucher=? ORDER BY chain, idx")
        try query.bind(1, record.id)
        try query.bind(2, id.bytes)
        var refunds: [VoucherLife.Refund] = []
        while try query.step() {
            let (refund, place, status) = try sealedRecord(
                try index.region(query.integer(0)), Int(query.integer(1)))
            guard case .refund(let body) = refund.body,
                let number = body.vouchers.firstIndex(where: { $0.voucher == id })
            else { throw IndexError.damaged }
            refunds.append(
                VoucherLife.Refund(
                    record: refund.id, place: place, status: status,
                    voucher: VoucherID(createdBy: refund.id, index: number), amount: query.integer(2)))
        }
        return refunds
    }

    private func pending(_ id: VoucherID) throws -> Record? {
        let query = try index.database.prepare(
            "SELECT pool.line FROM reservation JOIN pool ON pool.id=reservation.id WHERE reservation.voucher=?"
        )
        try query.bind(1, id.bytes)
        guard try query.step() else { return nil }
        return try Record(line: query.blob(0), signedPrefix: signedPrefix)
    }
}
