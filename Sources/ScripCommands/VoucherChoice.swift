internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The vouchers that are named beside bearer codes, to pick among what the codes own: each code takes its own.
final class VoucherChoice {
    private let named: [NamedVoucher]
    /// Of `named`, in its order; looked up when the first code is there.
    private var owners: [Address] = []
    private var taken: Set<VoucherID> = []

    init(_ named: [NamedVoucher]) {
        self.named = named
    }

    /// Those of which no code was the owner's, once all codes had their turn.
    var untaken: [VoucherID] {
        owners.isEmpty ? [] : named.map(\.id).filter { !taken.contains($0) }
    }

    /// The vouchers that the key of a code owns.
    ///
    /// - Throws: a `RequestFault` if it owns none of them, or the ledger does not know one.
    func take(of key: Ed25519PublicKey, _ writer: RecordWriter) throws -> [NamedVoucher] {
        if owners.isEmpty {
            owners = try named.map { voucher in
                var voucher = voucher
                try voucher.complete(writer, needsAmount: false)
                return try NamedVoucher.owner(of: [voucher])
            }
        }
        let own = zip(named, owners).filter { $0.1.key == key }.map(\.0)
        if own.isEmpty {
            throw RequestFault(
                code: .notOwner, reason: "this code owns none of the vouchers that are named",
                status: .rejected)
        }
        taken.formUnion(own.map(\.id))
        return own
    }
}
