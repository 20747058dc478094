internal import ScripCore
internal import ScripCrypto

/// One walk over the lines of all vouchers in the index, adding up what changed, when and where.
///
/// What a voucher's line says is how much was left after each change. A fall is a redemption if the record that made it
/// is one, else a split, whose parts begin lines of their own; so what was issued is what began lines, less splits,
/// less refunds.
final class SurveyScan {
    private let index: LedgerIndex
    private let now: Timestamp
    private let days: [Int64: ChainDays]
    /// By currency, day and region.
    let daily = KeyedSums<NumbersKey>(width: DailyColumn.allCases.count, keysMax: 16_384)
    let books = KeyedSums<BookKey>(width: BookTotals.Column.allCases.count)
    let merchants = KeyedSums<MerchantKey>(width: MerchantColumn.allCases.count)

    enum DailyColumn: Int, CaseIterable { case issued, outstanding, redeemed, refunded }
    enum MerchantColumn: Int, CaseIterable { case redemptions, redeemed, refunded }

    /// What the scan asks of a kind.
    private struct Kind {
        let book: BookKey
        let currency: Currency
        let issuerRegion: Int64
        let expires: Timestamp?
    }
    private var kinds: [Int64: Kind] = [:]
    private var merchantRegions: [[UInt8]: Int64] = [:]
    private let redemption: SQLiteStatement
    private static let cacheMax = 4_096

    /// One entry of a voucher's line.
    private struct Entry {
        let voucher: Bytes16
        let isFirst: Bool
        let chain: Int64
        let position: Int64
        let day: Int64
        let region: Int64
        let remaining: Int64
        let isVoided: Bool
        let kind: Int64
    }

    init(_ index: LedgerIndex, _ days: [Int64: ChainDays], now: Timestamp) throws {
        self.index = index
        self.days = days
        self.now = now
        redemption = try index.database.prepare(
            "SELECT merchant FROM redeemed WHERE chain=? AND idx=? LIMIT 1")
    }

    func run() throws {
        let query = try index.database.prepare(
            """
            SELECT voucher, seq, chain, idx, region, remaining, voided, kind FROM line
            ORDER BY voucher, seq
            """)
        var last: Entry?
        while try query.step() {
            guard let voucher = query.bytes16(0) else { throw IndexError.damaged }
            let (chain, position) = (query.integer(2), query.integer(3))
            let entry = Entry(
                voucher: voucher, isFirst: query.integer(1) == 0, chain: chain, position: position,
                day: try day(chain, position), region: query.integer(4),
                remaining: query.integer(5), isVoided: query.integer(6) != 0, kind: query.integer(7))
            if entry.isFirst {
                if let last { try end(last) }
                try begin(entry)
            } else if let last {
                try change(last, entry)
            }
            last = entry
        }
        if let last { try end(last) }
        try refunds()
    }

    private func day(_ chain: Int64, _ position: Int64) throws -> Int64 {
        guard let day = days[chain]?.day(of: position) else { throw IndexError.damaged }
        return day
    }

    private func add(_ kind: Kind, _ column: BookTotals.Column, _ amount: Int128) throws {
        try books.add(kind.book, column.rawValue, amount)
    }

    private func add(
        _ kind: Kind, day: Int64, region: Int64, _ column: DailyColumn, _ amount: Int128
    ) throws {
        try daily.add(NumbersKey(kind.currency, day, region), column.rawValue, amount)
    }

    private func begin(_ entry: Entry) throws {
        let kind = try kind(entry.kind)
        let amount = Int128(entry.remaining)
        try add(kind, .vouchers, 1)
        try add(kind, .issued, amount)
        try add(kind, day: entry.day, region: kind.issuerRegion, .issued, amount)
        try add(kind, day: entry.day, region: entry.region, .outstanding, amount)
    }

    private func change(_ before: Entry, _ entry: Entry) throws {
        let kind = try kind(entry.kind)
        let amount = Int128(before.remaining) - Int128(entry.remaining)
        if entry.isVoided {
            // What had expired is gone from what is outstanding since then.
            let day = kind.expires.map { min(entry.day, Self.dayAfter($0, since: before)) } ?? entry.day
            try add(kind, day: day, region: entry.region, .outstanding, -Int128(entry.remaining))
            return
        }
        if before.region == entry.region {
            if amount != 0 { try add(kind, day: entry.day, region: entry.region, .outstanding, -amount) }
        } else {
            try add(kind, day: entry.day, region: before.region, .outstanding, -Int128(before.remaining))
            try add(kind, day: entry.day, region: entry.region, .outstanding, Int128(entry.remaining))
        }
        if amount == 0 { return }
        if let merchant = try merchant(entry.chain, entry.position) {
            try add(kind, .redeemed, amount)
            try add(kind, day: entry.day, region: try region(of: merchant), .redeemed, amount)
            let key = MerchantKey(kind.currency, merchant)
            try merchants.add(key, MerchantColumn.redemptions.rawValue, 1)
            try merchants.add(key, MerchantColumn.redeemed.rawValue, amount)
        } else {
            try add(kind, .issued, -amount)
            try add(kind, day: entry.day, region: kind.issuerRegion, .issued, -amount)
        }
    }

    private func end(_ entry: Entry) throws {
        let kind = try kind(entry.kind)
        let amount = Int128(entry.remaining)
        if entry.isVoided { return try add(kind, .voided, amount) }
        if amount == 0 { return }
        if let expires = kind.expires, now > expires {
            try add(kind, .expired, amount)
            try add(
                kind, day: Self.dayAfter(expires, since: entry), region: entry.region, .outstanding, -amount)
        } else {
            try add(kind, .outstanding, amount)
            try add(kind, .outstandingVouchers, 1)
        }
    }

    /// The day of the first second at which a term is over, and not before what was there came to be: a voucher may be
    /// issued when its term is over already.
    private static func dayAfter(_ expires: Timestamp, since entry: Entry) -> Int64 {
        max(entry.day, Int64(expires.adding(seconds: 1).day))
    }

    /// Refunds began lines that were counted as issued.
    private func refunds() throws {
        let query = try index.database.prepare(
            """
            SELECT refunded.redemption, refunded.chain, refunded.idx, refunded.amount, line.kind
            FROM refunded JOIN line ON line.voucher=refunded.voucher AND line.seq=0
            """)
        while try query.step() {
            guard let record = query.bytes32(0), let merchant = try merchant(of: record) else {
                throw IndexError.damaged
            }
            let kind = try kind(query.integer(4))
            let amount = Int128(query.integer(3))
            let day = try day(query.integer(1), query.integer(2))
            try add(kind, .issued, -amount)
            try add(kind, .refunded, amount)
            try add(kind, day: day, region: kind.issuerRegion, .issued, -amount)
            try add(kind, day: day, region: try region(of: merchant), .refunded, amount)
            try merchants.add(
                MerchantKey(kind.currency, merchant), MerchantColumn.refunded.rawValue, amount)
        }
    }

    // MARK: Look-ups

    private func kind(_ id: Int64) throws -> Kind {
        if let kind = kinds[id] { return kind }
        let found = try index.kind(id)
        let kind = Kind(
            book: BookKey(found), currency: found.terms.value.currency,
            issuerRegion: try index.id(of: found.issuer.region), expires: found.terms.expires)
        if kinds.count >= Self.cacheMax { kinds.removeAll(keepingCapacity: true) }
        kinds[id] = kind
        return kind
    }

    /// The merchant of a redemption; nil if the record is none.
    private func merchant(of record: Digest) throws -> [UInt8]? {
        for place in try index.record(record) where place.code == nil {
            let chain = try index.id(of: place.chain)
            if let merchant = try merchant(chain, Int64(place.index)) { return merchant }
        }
        return nil
    }

    /// The merchant of the redemption at that place; nil if the record there is none.
    private func merchant(_ chain: Int64, _ position: Int64) throws -> [UInt8]? {
        redemption.reset()
        try redemption.bind(1, chain)
        try redemption.bind(2, position)
        guard try redemption.step() else { return nil }
        return redemption.blob(0)
    }

    private func region(of merchant: [UInt8]) throws -> Int64 {
        if let region = merchantRegions[merchant] { return region }
        guard let address = try? Address(parsing: String(decoding: merchant, as: UTF8.self)) else {
            throw IndexError.damaged
        }
        let region = try index.id(of: address.region)
        if merchantRegions.count >= Self.cacheMax { merchantRegions.removeAll(keepingCapacity: true) }
        merchantRegions[merchant] = region
        return region
    }
}

/// On which day each leaf of a chain was sealed: where each day begins. Times in a chain never go back.
struct ChainDays {
    private var firsts: [Int64] = []
    private var days: [Int64] = []

    var firstDay: Int64? { days.first }
    var lastDay: Int64? { days.last }

    init(_ index: LedgerIndex, chain: RegionName) throws {
        let query = try index.database.prepare("SELECT first, time FROM block WHERE chain=? ORDER BY height")
        try query.bind(1, try index.id(of: chain))
        while try query.step() {
            guard let time = Timestamp(seconds: query.integer(1)) else { throw IndexError.damaged }
            let day = Int64(time.day)
            if days.last == day { continue }
            firsts.append(query.integer(0))
            days.append(day)
        }
    }

    /// The day of the leaf at `position`; nil before the first.
    func day(of position: Int64) -> Int64? {
        var low = 0
        var high = firsts.count
        while low < high {
            let middle = (low + high) / 2
            if firsts[middle] <= position { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : days[low - 1]
    }
}
