public import ScripCore

/// What a ledger comes to and how it came there: the figures of a report. Lists are bounded; what is beyond is summed.
public struct LedgerSurvey: Sendable {
    /// The days of the charts; nil if nothing was sealed yet.
    public let scale: TimeScale?
    /// Those with the most vouchers.
    public let currencies: [CurrencySurvey]
    /// How many more there are.
    public let otherCurrencyCount: Int
    /// Who owes whom, by the largest certified cut that is held; nil if nothing is certified yet.
    public let settlement: SettlementSurvey?

    static let currenciesMax = 8
    static let seriesMax = 15
    static let merchantsMax = 10
}

/// One currency. Amounts in its minor units.
public struct CurrencySurvey: Sendable {
    public let currency: Currency
    public internal(set) var totals = BookTotals()
    /// At the end of each division of the scale.
    public internal(set) var issuedOverTime: [Int128] = []
    public internal(set) var redeemedOverTime: [Int128] = []
    public internal(set) var outstandingOverTime: [Int128] = []
    public internal(set) var regions: [RegionSurvey] = []
    public internal(set) var series: [SeriesSurvey] = []
    /// All series beside those in `series`.
    public internal(set) var otherSeries = BookTotals()
    public internal(set) var otherSeriesCount = 0
    public internal(set) var merchants: [MerchantSurvey] = []
    public internal(set) var otherMerchants = MerchantSurvey(merchant: nil)
    public internal(set) var otherMerchantCount = 0
}

/// What vouchers come to: as `ConservationSums`, but by the clock, as `list` has it.
public struct BookTotals: Sendable, Equatable {
    public var vouchers: Int128 = 0
    /// Vouchers that can still be used.
    public var outstandingVouchers: Int128 = 0
    public var issued: Int128 = 0
    public var refunded: Int128 = 0
    public var redeemed: Int128 = 0
    public var voided: Int128 = 0
    public var expired: Int128 = 0
    public var outstanding: Int128 = 0

    /// The columns of a sum, in the order of `init(_:)`.
    enum Column: Int, CaseIterable {
        case vouchers, outstandingVouchers, issued, refunded, redeemed, voided, expired, outstanding
    }

    init() {}

    init(_ values: [Int128]) {
        func value(_ column: Column) -> Int128 { values[column.rawValue] }
        vouchers = value(.vouchers)
        outstandingVouchers = value(.outstandingVouchers)
        issued = value(.issued)
        refunded = value(.refunded)
        redeemed = value(.redeemed)
        voided = value(.voided)
        expired = value(.expired)
        outstanding = value(.outstanding)
    }

    private var values: [Int128] {
        [vouchers, outstandingVouchers, issued, refunded, redeemed, voided, expired, outstanding]
    }

    mutating func add(_ other: BookTotals) throws(SumOverflow) {
        let sums = try zip(values, other.values).map { left, right throws(SumOverflow) in
            try SumOverflow.checked(left, right)
        }
        self = BookTotals(sums)
    }
}

/// One region's part in a currency.
public struct RegionSurvey: Sendable {
    public let region: RegionName
    /// By its issuers.
    public internal(set) var issued: Int128 = 0
    /// At its merchants.
    public internal(set) var redeemed: Int128 = 0
    /// By its merchants.
    public internal(set) var refunded: Int128 = 0
    /// In its custody.
    public internal(set) var outstanding: Int128 = 0
    /// What was in its custody at the end of each division of the scale.
    public internal(set) var outstandingOverTime: [Int128] = []
    /// What its merchants took in each division of the scale.
    public internal(set) var redeemedOverTime: [Int128] = []
}

/// One issuer's series.
public struct SeriesSurvey: Sendable {
    public let key: BookKey
    public let totals: BookTotals
}

/// What one merchant took; `merchant` is nil for several together.
public struct MerchantSurvey: Sendable {
    public let merchant: Address?
    /// Vouchers from which something was taken, each as often as that.
    public internal(set) var redemptions: Int128 = 0
    public internal(set) var redeemed: Int128 = 0
    public internal(set) var refunded: Int128 = 0
}

/// What regions owe each other as of one cut.
public struct SettlementSurvey: Sendable {
    /// The latest time of a block in the cut.
    public let time: Timestamp
    public let currencies: [CurrencySettlement]
    public let otherCurrencyCount: Int
}
