public import ScripCore
internal import ScripCrypto

/// What a command says of one account: the line of type `account`.
///
/// `{"address":"north18cme…","held":2,"issuer":"active","name":"Corner shop","region":"north","totals":[{"amount":20000,"currency":"CNY"}],"type":"account"}`
public struct AccountReport: Sendable {
    /// What the account's region says of it as an issuer.
    struct Standing {
        let name: String
        let state: AccreditationState
    }

    private let address: Address
    private let held: Int
    /// In minor units. A sum of amounts may be larger than any amount, so it is checked in 128 bits.
    private let totals: [Currency: Int128]
    private let standing: Standing?

    init(_ address: Address, held: Int, totals: [Currency: Int128], standing: Standing?) {
        self.address = address
        self.held = held
        self.totals = totals
        self.standing = standing
    }

    /// The line that is printed.
    public var json: JSON {
        var members: [String: JSON] = [
            "type": "account", "address": .string(address.text), "region": .string(address.region.text),
            "held": .integer(Int64(held)),
            "totals": .array(
                totals.sorted { $0.key < $1.key }.map { currency, total in
                    .object([
                        "amount": .raw(Array(String(total).utf8)), "currency": .string(currency.text),
                    ])
                }),
        ]
        if let standing {
            members["name"] = .string(standing.name)
            members["issuer"] = standing.state.isActive ? "active" : "revoked"
            if let until = standing.state.until { members["until"] = .string(until.text) }
        }
        return .object(members)
    }
}

extension Ledger {
    /// What an account holds and whether it issues; nil if its region is none of the federation that has accounts.
    public func account(_ address: Address) throws -> AccountReport? {
        guard charters.hasChain(address.region) else { return nil }
        var held = 0
        var totals: [Currency: Int128] = [:]
        try forEachVoucher(VoucherFilter(owner: address, statuses: [.held, .reserved])) { report in
            held += 1
            totals[report.state.kind.terms.value.currency, default: 0] += Int128(report.state.remaining)
            return true
        }
        return AccountReport(address, held: held, totals: totals, standing: try standing(of: address))
    }

    /// The name under which a region has accredited an issuer; nil if none is known here.
    public func name(ofIssuer address: Address) throws -> String? {
        guard charters.hasChain(address.region) else { return nil }
        return try standing(of: address)?.name
    }

    private func standing(of issuer: Address) throws -> AccountReport.Standing? {
        guard let position = try index.lastAccreditation(of: issuer),
            let block = try index.block(issuer.region, holding: position),
            let state = try index.accreditation(of: issuer, before: Int64(position) + 1)
        else { return nil }
        let line = try line(at: position, in: block)
        let record = try Record(line: line, signedPrefix: Record.signedPrefix(genesis: directory.genesis))
        guard case .accredit(let accreditation) = record.body else { throw IndexError.damaged }
        return AccountReport.Standing(name: accreditation.name, state: state)
    }
}

extension LedgerIndex {
    /// The leaf index of the last accreditation of an account in its region's chain; nil if there is none.
    func lastAccreditation(of issuer: Address) throws -> Int? {
        let query = try database.prepare("SELECT MAX(idx) FROM accreditation WHERE chain=? AND issuer=?")
        try query.bind(1, try id(of: issuer.region))
        try query.bind(2, issuer.key.bytes)
        return try query.step() && !query.isNull(0) ? Int(query.integer(0)) : nil
    }
}
