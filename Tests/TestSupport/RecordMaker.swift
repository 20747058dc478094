public import ScripCore
public import ScripCrypto

/// Signs records of one federation. Where a field does not matter to a test it has the same value each time.
public struct RecordMaker: Sendable {
    public let federation: SigningFederation
    private var genesis: Digest { federation.genesis }

    /// A deadline far ahead.
    public static let deadline = "2030-01-01T00:00:00Z"

    public init(_ federation: SigningFederation) { self.federation = federation }

    /// The region of `issuer` accredits it.
    public func accredit(
        _ issuer: SigningAccount, name: String = "Shop", ref: String, isActive: Bool = true
    ) throws -> Record {
        try RecordDraft(
            type: .accredit,
            members: [
                "issuer": .string(issuer.address.text), "name": .string(name), "ref": .string(ref),
                "status": isActive ? "active" : "revoked",
            ]
        ).signed(with: try federation.region(issuer.address.region).log.privateKey, genesis: genesis)
    }

    /// Vouchers of 100.00 CNY each.
    public func issue(
        by issuer: SigningAccount, to owner: SigningAccount, count: Int = 1, ref: String,
        more: [String: JSON] = [:]
    ) throws -> Record {
        var members: [String: JSON] = [
            "issuer": .string(issuer.address.text),
            "owners": .array([
                .object(["count": .integer(Int64(count)), "owner": .string(owner.address.text)])
            ]),
            "partial": true, "ref": .string(ref), "transferable": true,
            "value": .object(["amount": 10_000, "currency": "CNY"]), "voidable": true,
        ]
        members.merge(more) { $1 }
        return try RecordDraft(type: .issue, members: members).signed(with: issuer.key, genesis: genesis)
    }

    /// The whole of a voucher changes hands.
    public func trade(
        _ vouchers: [(voucher: VoucherID, head: Digest)], from seller: SigningAccount,
        to buyer: SigningAccount, more: [String: JSON] = [:], signer: SigningAccount? = nil
    ) throws -> Record {
        var members: [String: JSON] = [
            "deadline": .string(Self.deadline), "from": .string(seller.address.text),
            "to": .string(buyer.address.text),
            "vouchers": .array(
                vouchers.map {
                    .object([
                        "head": .string($0.head.hexadecimal), "voucher": .string($0.voucher.description),
                    ])
                }),
        ]
        members.merge(more) { $1 }
        return try RecordDraft(type: .trade, members: members)
            .signed(with: (signer ?? seller).key, genesis: genesis)
    }

    /// `amount`, in minor units, of one voucher is spent.
    public func redeem(
        _ voucher: VoucherID, head: Digest, amount: Int64, by holder: SigningAccount,
        at merchant: SigningAccount, more: [String: JSON] = [:]
    ) throws -> Record {
        var members: [String: JSON] = [
            "deadline": .string(Self.deadline), "holder": .string(holder.address.text),
            "merchant": .string(merchant.address.text),
            "vouchers": .array([
                .object([
                    "amount": .integer(amount), "head": .string(head.hexadecimal),
                    "voucher": .string(voucher.description),
                ])
            ]),
        ]
        members.merge(more) { $1 }
        return try RecordDraft(type: .redeem, members: members).signed(with: holder.key, genesis: genesis)
    }

    /// The record with the attestations of those regions too.
    public func attested(_ record: Record, by regions: [RegionName], time: Timestamp) throws -> Record {
        var attestations = record.attestations
        for name in regions {
            let signed = Attestation.signedBytes(
                genesis: genesis, region: name, record: record.id, time: time)
            attestations.append(
                Attestation(
                    region: name,
                    signature: try federation.region(name).log.privateKey.signature(for: signed), time: time))
        }
        return try record.attested(attestations)
    }
}
