import ScripCrypto
import Testing

@testable import ScripCore

/// One good record of each type, every optional field present, and ways to spoil it.
///
/// All are to be sealed by north; the other owner, the buyer and the merchant are at south.
struct SampleRecords {
    let federation: TestFederation
    let genesis: Digest
    let prefix: [UInt8]
    let shop: Account
    let alice: Account
    let bob: Account
    let cafe: Account

    /// The ids and heads of two vouchers, and the id of a redemption, which nobody checks before the rules
    /// do.
    static let vouchers = ["00112233445566778899aabbccddeeff", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"]
    static let head = String(repeating: "5a", count: 32)
    static let redemption = String(repeating: "c3", count: 32)
    static let time = "2026-11-20T10:00:00Z"

    init(salt: String = "") throws {
        federation = try TestFederation(salt: salt)
        genesis = federation.charter.digest
        prefix = Record.signedPrefix(genesis: genesis)
        shop = try Account("shop", at: "north")
        alice = try Account("alice", at: "north")
        bob = try Account("bob", at: "south")
        cafe = try Account("cafe", at: "south")
    }

    /// The fields of a good record but `v`, `type`, `id`, `sig`, `accept` and `attest`.
    func members(_ type: RecordType) -> [String: JSON] {
        let vouchers = Self.vouchers.map { JSON.string($0) }
        let head = JSON.string(Self.head)
        switch type {
        case .accredit:
            return [
                "issuer": shop.json, "name": "Corner shop", "ref": "2026-7", "status": "active",
                "until": "2027-12-31T23:59:59Z",
            ]
        case .issue:
            return [
                "deadline": .string(Self.time), "expires": "2027-06-30T23:59:59Z", "issuer": shop.json,
                "owners": .array([
                    .object(["count": 2, "owner": alice.json]), .object(["count": 1, "owner": bob.json]),
                ]),
                "partial": true, "redeem_in": .array(["north", "south"]), "ref": "order 17",
                "series": "spring", "starts": "2026-03-01T00:00:00Z", "terms": head, "transferable": true,
                "value": .object(["amount": 10_000, "currency": "CNY"]), "voidable": true,
            ]
        case .trade:
            return [
                "deadline": .string(Self.time), "from": alice.json, "memo": "thanks",
                "price": .object(["amount": 8_000, "currency": "EUR"]), "to": bob.json,
                "vouchers": .array(vouchers.map { .object(["head": head, "voucher": $0]) }),
            ]
        case .redeem:
            return [
                "deadline": .string(Self.time), "holder": alice.json, "memo": "table 4",
                "merchant": cafe.json, "ref": "till 3/118",
                "vouchers": .array(
                    vouchers.map { .object(["amount": 3_000, "head": head, "voucher": $0]) }),
            ]
        case .refund:
            return [
                "deadline": .string(Self.time), "merchant": cafe.json,
                "redemption": .string(Self.redemption), "ref": "till 3/119",
                "vouchers": .array(vouchers.map { .object(["amount": 1_000, "voucher": $0]) }),
            ]
        case .split:
            return [
                "amounts": .array([3_000, 7_000]), "head": head, "holder": alice.json,
                "voucher": vouchers[0],
            ]
        case .void:
            return [
                "deadline": .string(Self.time), "issuer": shop.json, "reason": "recalled",
                "vouchers": .array(vouchers.map { .object(["voucher": $0]) }),
            ]
        }
    }

    /// The key that must sign a record of that type.
    func signer(_ type: RecordType) throws -> Ed25519PrivateKey {
        switch type {
        case .accredit: try federation.keys("north").log.privateKey
        case .issue, .void: shop.key
        case .trade, .redeem, .split: alice.key
        case .refund: cafe.key
        }
    }

    /// A signed record without attestations or acceptance.
    func bare(_ type: RecordType, _ change: (inout [String: JSON]) -> Void = { _ in }) throws -> Record {
        var members = members(type)
        change(&members)
        return try RecordDraft(type: type, members: members).signed(with: signer(type), genesis: genesis)
    }

    /// A record with all that the sealing region needs.
    func complete(
        _ type: RecordType, _ change: (inout [String: JSON]) -> Void = { _ in }
    ) throws -> Record {
        var record = try bare(type, change)
        if case .trade(let trade) = record.body, trade.price != nil {
            record = try record.accepted(by: bob.key, genesis: genesis)
        }
        let regions = record.body.attestingRegions(sealedBy: try region("north"))
        return try record.attested(regions.map { try attestation(of: record, by: $0.text) })
    }

    /// The attestation of `record` by a region, or one that only claims to be.
    func attestation(
        of record: Record, by regionName: String, key: Ed25519PrivateKey? = nil, time: String = time
    ) throws -> Attestation {
        let name = try region(regionName)
        let time = try #require(Timestamp(time))
        let signed = Attestation.signedBytes(genesis: genesis, region: name, record: record.id, time: time)
        let signer = try key ?? federation.keys(regionName).log.privateKey
        return Attestation(region: name, signature: signer.signature(for: signed), time: time)
    }

    /// A line that holds these members and the `id` and `sig` that belong to them, whatever else is wrong
    /// with them; members that are there already are kept.
    func line(_ members: [String: JSON], signedBy key: Ed25519PrivateKey) -> [UInt8] {
        var signed = members
        for name in ["id", "sig", "accept", "attest"] { signed[name] = nil }
        let bytes = prefix + JSON.object(signed).canonical
        var members = members
        if members["id"] == nil { members["id"] = .string(SHA256.hash(bytes).hexadecimal) }
        if members["sig"] == nil { members["sig"] = .string(Base64.encode(key.signature(for: bytes).bytes)) }
        return JSON.object(members).canonical
    }

    /// All members of a complete record's line but `id` and `sig`, which `line` makes anew.
    func lineMembers(_ type: RecordType) throws -> [String: JSON] {
        let document = try JSONDocument(complete(type).line, form: .canonical)
        var members: [String: JSON] = [:]
        for (key, value) in document.root.members { members[key] = value.json }
        members["id"] = nil
        members["sig"] = nil
        return members
    }

    /// Reads a line as segments hold it.
    func read(_ line: [UInt8]) throws(MalformedRecord) -> Record {
        try Record(line: line, signedPrefix: prefix)
    }
}

/// Why `body` says that something is malformed; nil if it does not.
func reasonMalformed(_ body: () throws(MalformedRecord) -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return error.reason
    }
}

extension JSON {
    /// A step into a value: a member or an element.
    enum Step: Sendable, Equatable, CustomStringConvertible {
        case member(String)
        case element(Int)

        var description: String {
            switch self {
            case .member(let name): ".\(name)"
            case .element(let index): "[\(index)]"
            }
        }
    }

    /// The value at the end of `path`.
    subscript(path: ArraySlice<Step>) -> JSON? {
        guard let step = path.first else { return self }
        switch (self, step) {
        case (.object(let members), .member(let name)): return members[name]?[path.dropFirst()]
        case (.array(let elements), .element(let index)):
            return index < elements.count ? elements[index][path.dropFirst()] : nil
        default: return nil
        }
    }

    /// This value with what is at the end of `path` replaced; with nil, removed.
    func replacing(_ path: ArraySlice<Step>, by value: JSON?) -> JSON {
        guard let step = path.first else { return value ?? self }
        let rest = path.dropFirst()
        switch (self, step) {
        case (.object(var members), .member(let name)):
            members[name] = rest.isEmpty ? value : members[name]?.replacing(rest, by: value)
            return .object(members)
        case (.array(var elements), .element(let index)):
            if let value = rest.isEmpty ? value : elements[index].replacing(rest, by: value) {
                elements[index] = value
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default: return self
        }
    }
}
