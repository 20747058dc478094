internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Why no record is written for a request.
struct RequestFault: Error {
    let code: RefusalCode
    /// For a person.
    let reason: String
    /// What the fault of one line among many makes of the exit status.
    let status: ExitStatus

    static func malformed(_ reason: String) -> RequestFault {
        RequestFault(code: .malformed, reason: reason, status: .malformed)
    }

    static func unknownVoucher(_ id: VoucherID) -> RequestFault {
        RequestFault(
            code: .unknownVoucher,
            reason:
                "voucher \(id) is not known in this region; what was issued must be sealed, or synced, first",
            status: .noInput)
    }

    static func unknownRedemption(_ id: Digest) -> RequestFault {
        RequestFault(
            code: .unknownVoucher,
            reason:
                "no redemption \(id.hexadecimal) is known in this region; what was redeemed must be sealed, or "
                + "synced, first", status: .noInput)
    }

    /// The fault of a request that the options made: what would be malformed in a line is a mistake in usage.
    func error(_ command: String) -> StoreError {
        switch status {
        case .malformed: StoreError(.usage, command, reason)
        case .noInput: StoreError(.noInput, command, reason)
        default: StoreError(.rejected, command, reason)
        }
    }
}
