public import ScripCrypto

/// What the rules make of a record.
public enum Outcome: Sendable, Equatable {
    case valid(Effects)
    case invalid(RuleFault)
}

/// The check that failed, and the voucher at which it did.
public struct RuleFault: Error, Sendable, Equatable {
    public let code: RefusalCode
    public let voucher: VoucherID?

    public init(_ code: RefusalCode, _ voucher: VoucherID? = nil) {
        self.code = code
        self.voucher = voucher
    }
}

/// What a valid record changes.
public struct Effects: Sendable, Equatable {
    /// Vouchers that come into being, in the order of their indexes.
    public var created: [VoucherState] = []
    /// Vouchers that change: their new states.
    public var changed: [VoucherState] = []
    /// For `accredit`: the issuer and its new standing.
    public var accredited: AccreditedIssuer?
    /// For `redeem`: what refunds will need.
    public var redeemed: SealedRedemption?
    /// For `refund`: the redemption and what is given back.
    public var refunded: RefundedParts?

    public init() {}

    public struct AccreditedIssuer: Sendable, Equatable {
        public let issuer: Address
        public let state: AccreditationState
    }

    public struct RefundedParts: Sendable, Equatable {
        public let redemption: Digest
        public let parts: [RecordBody.Part]
    }
}
