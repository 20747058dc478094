internal import ScripCore
internal import ScripCrypto

/// Whether the ledger makes and loses no value: what flowed, by the valid records as they were judged, against what is
/// there, by the last state of every voucher.
final class ConservationVerification {
    private let index: LedgerIndex
    private let genesis: Digest
    private let books = KeyedSums<BookKey>(width: ConservationSums.count)

    /// What the vouchers of one kind in one custody hold.
    private struct StockKey: SumKey {
        let kind: Int64
        let region: Int64
        let isVoided: Bool

        init(kind: Int64, region: Int64, isVoided: Bool) {
            self.kind = kind
            self.region = region
            self.isVoided = isVoided
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for value in [kind, region] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
                }
            }
            bytes.append(isVoided ? 1 : 0)
            return bytes
        }

        init?(bytes: [UInt8]) {
            guard bytes.count == 17 else { return nil }
            kind = bytes[0..<8].reduce(0) { $0 << 8 | Int64($1) }
            region = bytes[8..<16].reduce(0) { $0 << 8 | Int64($1) }
            isVoided = bytes[16] != 0
        }
    }

    init(index: LedgerIndex, genesis: Digest) {
        self.index = index
        self.genesis = genesis
    }

    /// What the records of one block make flow. It counts once the block is accepted.
    struct BlockFlows {
        fileprivate var sums: [BookKey: ConservationSums] = [:]

        mutating func add(_ body: RecordBody, _ effects: Effects) throws {
            try ConservationSums.flows(of: body, effects) { key, sum, amount in
                try sums[key, default: ConservationSums()].add(sum, amount)
            }
        }
    }

    func add(_ flows: BlockFlows) throws {
        for (key, sums) in flows.sums { try add(key, sums) }
    }

    private func add(_ key: BookKey, _ sums: ConservationSums) throws {
        for (column, value) in sums.values.enumerated() where value != 0 {
            try books.add(key, column, value)
        }
    }

    /// Counts the stock and tells what does not balance. With `isReported`, tells every book, too.
    func run(_ findings: Findings, isReported: Bool) throws {
        try countStock()
        try books.visit { key, values in
            guard let sums = ConservationSums(values: values) else { throw IndexError.damaged }
            if isReported { try findings.conservation(key, sums) }
            if let imbalance = try sums.imbalance() { try findings.problem(key, imbalance) }
            return true
        }
    }

    private func countStock() throws {
        let stock = KeyedSums<StockKey>(width: 1)
        try index.forEachStock { held in
            let key = StockKey(kind: held.kind, region: held.region, isVoided: held.isVoided)
            try stock.add(key, 0, Int128(held.remaining))
        }
        try stock.visit { key, values in
            let kind = try index.kind(key.kind)
            let last = try index.head(of: try index.region(key.region), genesis: genesis).time
            var isExpired = false
            if let expires = kind.terms.expires, let last { isExpired = last > expires }
            var sums = ConservationSums()
            try sums.addStock(values[0], isVoided: key.isVoided, isExpired: isExpired)
            try add(BookKey(kind), sums)
            return true
        }
    }
}
