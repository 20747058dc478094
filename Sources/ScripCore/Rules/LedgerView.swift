public import ScripCrypto

/// What a record at index i of chain C is judged against: C before i, and the other chains up to the sizes that
/// C's blocks say they have seen (protocol section 5).
public protocol LedgerView {
    associatedtype Failure: Error

    /// Whether C holds a record with this id before i, valid or not.
    func hasRecord(_ id: Digest) throws(Failure) -> Bool
    /// Whether C holds a record with this reference before i, valid or not.
    func hasReference(_ reference: RecordReference) throws(Failure) -> Bool
    /// The voucher as the last valid change in the causal past left it.
    func voucher(_ id: VoucherID) throws(Failure) -> VoucherState?
    /// The valid redemption with this id in the causal past.
    func redemption(_ id: Digest) throws(Failure) -> SealedRedemption?
    /// How much of `voucher` valid refunds of `redemption` in the causal past gave back, in minor units.
    func refunded(_ redemption: Digest, _ voucher: VoucherID) throws(Failure) -> Int64
    /// The latest valid accreditation of `issuer` in C before i.
    func accreditation(of issuer: Address) throws(Failure) -> AccreditationState?
}

/// What makes a retry a `duplicate`: type, party and `ref` (protocol section 5, step 3).
public struct RecordReference: Hashable, Sendable {
    public let type: RecordType
    /// The issuer of an issue, the merchant of a redemption or refund.
    public let party: Address
    public let ref: String

    public init(type: RecordType, party: Address, ref: String) {
        self.type = type
        self.party = party
        self.ref = ref
    }

    // Swift compares texts by canonical equivalence; the wire compares bytes.
    public static func == (left: RecordReference, right: RecordReference) -> Bool {
        left.type == right.type && left.party == right.party && left.ref.utf8.elementsEqual(right.ref.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(party)
        for byte in ref.utf8 { hasher.combine(byte) }
    }
}

extension RecordBody {
    /// The reference of an issue, or of a redemption or refund that has a `ref`.
    public var reference: RecordReference? {
        switch self {
        case .issue(let issue): RecordReference(type: .issue, party: issue.issuer, ref: issue.ref)
        case .redeem(let redemption):
            redemption.ref.map { RecordReference(type: .redeem, party: redemption.merchant, ref: $0) }
        case .refund(let refund):
            refund.ref.map { RecordReference(type: .refund, party: refund.merchant, ref: $0) }
        case .accredit, .trade, .split, .void: nil
        }
    }
}

/// What all vouchers of one issue have in common.
public struct VoucherKind: Sendable, Equatable, Hashable {
    public let issuer: Address
    public let terms: Terms

    public init(issuer: Address, terms: Terms) {
        self.issuer = issuer
        self.terms = terms
    }
}

/// A voucher between two changes.
public struct VoucherState: Sendable, Equatable {
    public let id: VoucherID
    public let kind: VoucherKind
    /// The owner's region is the custodian.
    public let owner: Address
    /// What is left, in minor units of the kind's currency.
    public let remaining: Int64
    /// The id of the last record that changed the voucher; a void leaves it.
    public let head: Digest
    public let isVoided: Bool

    public init(
        id: VoucherID, kind: VoucherKind, owner: Address, remaining: Int64, head: Digest, isVoided: Bool
    ) {
        self.id = id
        self.kind = kind
        self.owner = owner
        self.remaining = remaining
        self.head = head
        self.isVoided = isVoided
    }
}

/// A valid redemption in a chain, as refunds need it.
public struct SealedRedemption: Sendable, Equatable {
    /// The region whose chain sealed it.
    public let chain: RegionName
    public let holder: Address
    public let merchant: Address
    /// What was redeemed of each voucher.
    public let parts: [RecordBody.Part]

    public init(chain: RegionName, holder: Address, merchant: Address, parts: [RecordBody.Part]) {
        self.chain = chain
        self.holder = holder
        self.merchant = merchant
        self.parts = parts
    }
}

/// Whether and until when an issuer may issue.
public struct AccreditationState: Sendable, Equatable {
    public let isActive: Bool
    public let until: Timestamp?

    public init(isActive: Bool, until: Timestamp?) {
        self.isActive = isActive
        self.until = until
    }
}
