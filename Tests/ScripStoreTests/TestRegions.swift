import ScripCore
import ScripCrypto
import ScripStore
import Testing

/// A federation of regions on disk, driven in this process through the store, as the commands drive it.
final class TestRegions {
    let scratch: ScratchDirectory
    let names: [String]
    let charter: Charter
    var time: Timestamp

    init(_ names: [String] = ["north", "south", "east"], quorum: String = "majority") throws {
        scratch = try ScratchDirectory()
        self.names = names
        time = try #require(Timestamp("2026-11-20T10:00:00Z"))
        let founding = try FederationFounding(
            paths: names.map { [scratch] in scratch.path($0) },
            federation: try #require(FederationName("example.org/test")),
            quorum: try #require(Quorum(quorum)), observers: [], world: .system(at: time))
        charter = try founding.found(world: .system(at: time)).charter
    }

    func region(_ name: String) -> RegionName { RegionName(name)! }

    func writer(_ name: String) throws -> RegionWriter {
        try RegionWriter.open(path: scratch.path(name), world: .system(at: time))
    }

    func ledger(_ name: String) throws -> Ledger {
        try Ledger.open(try RegionDirectory(path: scratch.path(name), world: .system(at: time)))
    }

    /// An account made of a number.
    struct Account {
        let key: Ed25519PrivateKey
        let address: Address
    }

    func account(_ number: UInt8, at name: String) -> Account {
        let key = Ed25519PrivateKey(seed: SHA256.hash([number]))
        return Account(key: key, address: Address(region: region(name), key: key.publicKey))
    }

    // MARK: Commands

    func admit(_ records: [Record], at name: String) throws -> [RecordResult] {
        let writer = try writer(name)
        var rest = records[...]
        var number = 0
        var results: [RecordResult] = []
        try writer.admit(
            next: {
                guard let record = rest.popFirst() else { return nil }
                number += 1
                return InputRecord(number: number, bytes: record.line)
            }, onResult: { results.append($0) })
        return results
    }

    @discardableResult
    func seal(_ name: String, isHeartbeat: Bool = false) throws -> [IndexedBlock] {
        var blocks: [IndexedBlock] = []
        try writer(name).seal(isHeartbeat: isHeartbeat, recordsMax: nil, isClockConfirmed: false) {
            blocks.append($0)
        }
        return blocks
    }

    @discardableResult
    func sync(_ name: String, from peers: [String]) throws -> [SyncEvent] {
        var events: [SyncEvent] = []
        let fault = try writer(name).synchronize(peers: peers.map { scratch.path($0) }) { events.append($0) }
        #expect(!fault, "\(events.map { String(decoding: $0.json.canonical, as: UTF8.self) })")
        return events
    }

    /// Everybody pulls from everybody and seals, until nothing moves.
    func settle(_ some: [String]? = nil) throws {
        for _ in 0..<20 {
            var isQuiet = true
            for name in some ?? names {
                let others = (some ?? names).filter { $0 != name }
                if try !sync(name, from: others).isEmpty { isQuiet = false }
                if try !seal(name).isEmpty { isQuiet = false }
            }
            if isQuiet { return }
        }
        Issue.record("the regions do not come to rest")
    }

    // MARK: Records

    private var deadline: String { time.adding(seconds: 3 * 86_400).text }

    func accredit(_ account: Account) throws -> Record {
        let directory = try RegionDirectory(
            path: scratch.path(account.address.region.text), world: .system(at: time))
        let key = try directory.logSigner().privateKey
        return try RecordDraft(
            type: .accredit,
            members: [
                "issuer": .string(account.address.text), "name": "Shop", "status": "active", "ref": "a",
            ]
        ).signed(with: key, genesis: charter.digest)
    }

    func issue(_ issuer: Account, to owner: Account, count: Int, ref: String = "1") throws -> Record {
        var members: [String: JSON] = [
            "issuer": .string(issuer.address.text), "ref": .string(ref), "partial": true,
            "transferable": true,
            "voidable": false, "value": .object(["amount": 10_000, "currency": "CNY"]),
            "owners": .array([
                .object(["count": .integer(Int64(count)), "owner": .string(owner.address.text)])
            ]),
        ]
        if owner.address.region != issuer.address.region { members["deadline"] = .string(deadline) }
        return try RecordDraft(type: .issue, members: members).signed(
            with: issuer.key, genesis: charter.digest)
    }

    func trade(
        _ voucher: VoucherID, head: Digest, from: Account, to: Account, price: Int64? = nil
    ) throws -> Record {
        var members: [String: JSON] = [
            "from": .string(from.address.text), "to": .string(to.address.text),
            "deadline": .string(deadline),
            "vouchers": .array([
                .object(["head": .string(head.hexadecimal), "voucher": .string(voucher.description)])
            ]),
        ]
        if let price { members["price"] = .object(["amount": .integer(price), "currency": "CNY"]) }
        let record = try RecordDraft(type: .trade, members: members).signed(
            with: from.key, genesis: charter.digest)
        return price == nil ? record : try record.accepted(by: to.key, genesis: charter.digest)
    }

    func redeem(
        _ voucher: VoucherID, head: Digest, amount: Int64, from: Account, at merchant: Account,
        ref: String? = nil
    ) throws -> Record {
        var members: [String: JSON] = [
            "holder": .string(from.address.text), "merchant": .string(merchant.address.text),
            "deadline": .string(deadline),
            "vouchers": .array([
                .object([
                    "amount": .integer(amount), "head": .string(head.hexadecimal),
                    "voucher": .string(voucher.description),
                ])
            ]),
        ]
        if let ref { members["ref"] = .string(ref) }
        return try RecordDraft(type: .redeem, members: members).signed(
            with: from.key, genesis: charter.digest)
    }
}
