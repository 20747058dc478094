/// Why a record is refused (protocol section 5). The raw values are the words of verdicts, refusals and
/// results.
///
/// The cases stand in the order in which the checks run; the first check that fails is the verdict.
public enum RefusalCode: String, CaseIterable, Sendable {
    case malformed
    case badSignature = "bad-signature"
    case duplicate
    case unknownVoucher = "unknown-voucher"
    case wrongRegion = "wrong-region"
    case unknownIssuer = "unknown-issuer"
    case notOwner = "not-owner"
    case spent
    case overspent
    case notStarted = "not-started"
    case expired
    case notTransferable = "not-transferable"
    case notRedeemableHere = "not-redeemable-here"
    case notVoidable = "not-voidable"
    case deadline
    /// Another record in the region's pool holds the head: admission only, never a verdict.
    case reserved
    /// The region's policy refused: admission and attestation only, never a verdict.
    case policy

    /// Whether a verdict may use the code: those of protocol section 5.
    public var isVerdict: Bool { self != .reserved && self != .policy }
}
