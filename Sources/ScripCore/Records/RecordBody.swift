public import ScripCrypto

/// The fields of a record that its signer signs, by type (format section 3).
public enum RecordBody: Sendable, Equatable {
    case accredit(Accreditation)
    case issue(Issue)
    case trade(Trade)
    case redeem(Redemption)
    case refund(Refund)
    case split(Split)
    case void(Void)

    /// A region says whether an account may issue.
    public struct Accreditation: Sendable, Equatable {
        public let issuer: Address
        public let name: String
        public let isActive: Bool
        public let ref: String
        public let until: Timestamp?
    }

    /// An issuer creates vouchers of one kind for one or more owners.
    public struct Issue: Sendable, Equatable {
        /// `count` vouchers for one owner.
        public struct Share: Sendable, Equatable {
            public let count: Int
            public let owner: Address
        }
        public let issuer: Address
        public let owners: [Share]
        public let terms: Terms
        public let ref: String
        public let deadline: Timestamp?

        /// How many vouchers this creates.
        public var count: Int { owners.reduce(0) { $0 + $1.count } }
    }

    /// A voucher that changes, with the head that the change replaces.
    public struct HeadReference: Sendable, Equatable {
        public let voucher: VoucherID
        public let head: Digest

        public init(voucher: VoucherID, head: Digest) {
            self.voucher = voucher
            self.head = head
        }
    }

    /// An amount of one voucher, in minor units of its currency.
    public struct Part: Sendable, Equatable {
        public let voucher: VoucherID
        public let amount: Int64

        public init(voucher: VoucherID, amount: Int64) {
            self.voucher = voucher
            self.amount = amount
        }
    }

    /// A holder hands vouchers to another account.
    public struct Trade: Sendable, Equatable {
        public let from: Address
        public let to: Address
        public let vouchers: [HeadReference]
        public let price: Money?
        public let deadline: Timestamp
        public let memo: String?
    }

    /// A holder spends vouchers at a merchant.
    public struct Redemption: Sendable, Equatable {
        /// One voucher, its head, and how much of it is spent.
        public struct Item: Sendable, Equatable {
            public let voucher: VoucherID
            public let head: Digest
            public let amount: Int64
        }
        public let holder: Address
        public let merchant: Address
        public let vouchers: [Item]
        public let deadline: Timestamp
        public let ref: String?
        public let memo: String?
    }

    /// A merchant gives back what was redeemed, or a part of it.
    public struct Refund: Sendable, Equatable {
        public let merchant: Address
        public let redemption: Digest
        public let vouchers: [Part]
        public let deadline: Timestamp
        public let ref: String?
    }

    /// A holder divides a voucher.
    public struct Split: Sendable, Equatable {
        public let holder: Address
        public let voucher: HeadReference
        public let amounts: [Int64]
    }

    /// An issuer withdraws what is left of vouchers.
    public struct Void: Sendable, Equatable {
        public let issuer: Address
        public let vouchers: [VoucherID]
        public let reason: String
        public let deadline: Timestamp
    }

    /// The type that the body belongs to.
    public var type: RecordType {
        switch self {
        case .accredit: .accredit
        case .issue: .issue
        case .trade: .trade
        case .redeem: .redeem
        case .refund: .refund
        case .split: .split
        case .void: .void
        }
    }

    /// The account whose key signs; nil for `accredit`, which the region of the issuer signs.
    public var signer: Address? {
        switch self {
        case .accredit: nil
        case .issue(let issue): issue.issuer
        case .trade(let trade): trade.from
        case .redeem(let redemption): redemption.holder
        case .refund(let refund): refund.merchant
        case .split(let split): split.holder
        case .void(let void): void.issuer
        }
    }

    /// Every address in the body. Each must be at a voter region of the epoch (format section 3).
    public var addresses: [Address] {
        switch self {
        case .accredit(let accreditation): [accreditation.issuer]
        case .issue(let issue): [issue.issuer] + issue.owners.map(\.owner)
        case .trade(let trade): [trade.from, trade.to]
        case .redeem(let redemption): [redemption.holder, redemption.merchant]
        case .refund(let refund): [refund.merchant]
        case .split(let split): [split.holder]
        case .void(let void): [void.issuer]
        }
    }

    /// The regions that must attest if the record is sealed in another chain than their own (protocol section 4).
    public func attestingRegions(sealedBy sealing: RegionName) -> [RegionName] {
        let regions: [RegionName]
        switch self {
        case .accredit, .split: return []
        case .issue(let issue): regions = issue.owners.map(\.owner.region)
        case .trade(let trade): regions = [trade.to.region]
        case .redeem(let redemption): regions = [redemption.merchant.region]
        case .refund(let refund): regions = [refund.merchant.region]
        case .void(let void): regions = [void.issuer.region]
        }
        if regions.count == 1 { return regions[0] == sealing ? [] : regions }
        return Set(regions).subtracting([sealing]).sorted()
    }

    /// The last moment at which a block may seal the record.
    public var deadline: Timestamp? {
        switch self {
        case .accredit, .split: nil
        case .issue(let issue): issue.deadline
        case .trade(let trade): trade.deadline
        case .redeem(let redemption): redemption.deadline
        case .refund(let refund): refund.deadline
        case .void(let void): void.deadline
        }
    }

    /// The heads that the record replaces, in its order.
    public var heads: [HeadReference] {
        switch self {
        case .accredit, .issue, .refund, .void: []
        case .trade(let trade): trade.vouchers
        case .redeem(let redemption):
            redemption.vouchers.map { HeadReference(voucher: $0.voucher, head: $0.head) }
        case .split(let split): [split.voucher]
        }
    }
}
