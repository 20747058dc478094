/// What a refusal means, for a person.
public enum Explanation {
    /// One sentence without a full stop. A fault that names no voucher is of the whole record, or comes from
    /// another region, which says its code alone.
    public static func text(_ fault: RuleFault, _ record: Record) -> String {
        let subject = fault.voucher.map { "voucher \($0)" } ?? "one of the vouchers"
        switch fault.code {
        case .malformed: return "the record is malformed"
        case .badSignature: return "a signature is missing or not good"
        case .duplicate: return "the chain holds a record with the same id or ref already"
        case .unknownVoucher:
            return record.type == .refund
                ? "no such redemption is sealed here" : "\(subject) is not sealed here; seal or sync first"
        case .wrongRegion:
            return fault.voucher == nil
                ? "the record belongs in the chain of another region"
                : "\(subject) is in another region's custody"
        case .unknownIssuer:
            return "the issuer is not accredited here, or its accreditation has ended; see scrip-accredit(1)"
        case .notOwner:
            return record.type == .refund
                ? "the redemption was at another merchant" : "the signer does not own \(subject)"
        case .spent: return "\(subject) was changed since by another record"
        case .overspent: return "the amount is not what \(subject) allows"
        case .notStarted: return "\(subject) cannot be redeemed yet"
        case .expired: return "\(subject) has expired"
        case .notTransferable: return "\(subject) is not transferable"
        case .notRedeemableHere: return "\(subject) is not redeemable in the merchant's region"
        case .notVoidable: return "\(subject) cannot be voided"
        case .deadline: return "the record's deadline has passed"
        case .reserved: return "\(subject) is reserved for another record"
        case .policy: return "the region's policy refuses it"
        }
    }
}

extension Explanation {
    /// What a code means for a record that lies in a chain and is invalid there.
    public static func sealed(_ code: RefusalCode) -> String { "sealed, but invalid: \(code.rawValue)" }
}
